"""The look's own promises: sizes, no inline style, tags, badges, sign-in and password pages."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core import mail
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from certification.policy.rules.status import BADGES as BADGE_KEYS
from lms.badges import BADGES
from lms.errors import RuleError
from lms.templatetags import standardbearer_lms as tags

LMS = Path(tags.__file__).parents[1]
STATIC = LMS / "static/standardbearer/lms"
TEMPLATES = LMS / "templates/standardbearer/lms"
PAGES = [path for path in TEMPLATES.rglob("*.html") if "mail" not in path.parent.name]
PAGES = [path for path in PAGES if not path.stem.endswith("_mail")]


def render(source, **values):
    request = RequestFactory().get("/x/", {"page": "2", "branch": "0412", "q": "a&b"})
    request.user = AnonymousUser()
    values.setdefault("request", request)
    return Template("{% load standardbearer_lms %}" + source).render(Context(values))


def test_style_sheet_and_script_stay_small():
    assert (STATIC / "standardbearer.css").stat().st_size <= 18_400
    assert (STATIC / "standardbearer.js").stat().st_size <= 3_000


def test_style_sheet_follows_the_reading_direction():
    css = (STATIC / "standardbearer.css").read_text()
    physical = re.findall(
        r"(?:margin|padding|border)-(?:left|right)|text-align:(?:left|right)", css
    )
    assert physical == []


def test_style_sheet_balances_and_fetches_nothing():
    css = (STATIC / "standardbearer.css").read_text()
    assert css.count("{") == css.count("}")
    assert "url(" not in css
    assert "@import" not in css


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_page_templates_hold_no_inline_style_or_script(path):
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_every_badge_has_words_and_a_picture():
    assert tuple(BADGES) == BADGE_KEYS
    for found in BADGES.values():
        assert str(found.words)
        assert "<svg" in tags.icon(found.icon)
        assert found.tone in {"", "ok", "warn", "bad", "info"}


def test_badges_of_one_tone_differ_by_words():
    assert len({str(found.words) for found in BADGES.values()}) == len(BADGES)


def test_badge_shows_words_and_tone():
    html = render('{% badge "in_grace" %}')
    assert "In grace period" in html
    assert "badge warn" in html


def test_unknown_badge_is_shown_in_its_own_words_and_escaped():
    assert "Half &lt;b&gt;" in render("{% badge key %}", key="half_<b>")


def test_unknown_icon_draws_nothing():
    assert render('{% icon "no-such-icon" %}') == ""


def test_tones_have_different_shapes():
    assert len({tags.icon(tone) for tone in ("ok", "warn", "bad", "info")}) == 4


def test_arrow_icons_turn_round_with_the_reading_direction():
    assert "flip" in tags.icon("next")
    assert "flip" not in tags.icon("check")


def test_last_day_is_the_day_before_until():
    assert tags.last_day(date(2027, 3, 1)) == date(2027, 2, 28)
    assert tags.last_day(None) is None


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [(None, "–"), (0, "0"), (0.29, "29"), (Decimal("0.9999"), "99"), (11 / 12, "91"), (1, "100")],
)
def test_percent_is_rounded_down(fraction, shown):
    assert tags.percent(fraction).split("\N{NARROW NO-BREAK SPACE}")[0] == shown


@given(st.integers(1, 100_000), st.data())
def test_percent_says_100_only_if_all(total, data):
    part = data.draw(st.integers(0, total))
    assert tags.percent(part / total).startswith("100") == (part == total)


def test_instant_is_shown_on_the_readers_day():
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Helsinki"), translation.override("de"):
        assert tags.local_date(late) == "22. November 2026"
        assert tags.local_date(date(2026, 11, 21)) == "21. November 2026"
    assert tags.local_date(None) == ""


def test_pages_keep_the_other_filters():
    page = Paginator(range(50), 10).page(2)
    html = render('{% include "standardbearer/lms/includes/pagination.html" %}', page=page)
    assert "?page=3&amp;branch=0412&amp;q=a%26b" in html
    assert "Page 2 of 5" in html


@pytest.mark.parametrize(
    ("given_company", "name"),
    [("Harbour & Finch", "Harbour & Finch"), ({"name": "Inn"}, "Inn"), (None, "Standardbearer")],
)
def test_company_may_be_a_name_an_object_or_missing(given_company, name, settings):
    settings.WAGTAIL_SITE_NAME = ""
    assert tags.company(Context({"sb_company": given_company}))["name"] == name


def test_error_page_says_what_happened_and_how_to_go_on():
    request = RequestFactory().get("/x/")
    request.user = AnonymousUser()
    error = RuleError("The quiz is closed.", code="closed")
    html = render_to_string("standardbearer/lms/error.html", {"error": error}, request)
    assert "The quiz is closed." in html
    assert "closed" in html
    assert html.count("<h1") == 1


@pytest.mark.django_db
def test_menu_holds_a_sign_out_form_and_the_current_page_is_marked():
    request = RequestFactory().get("/x/")
    request.user = User(username="hf1", first_name="Amara", last_name="Nwosu")
    nav = [{"url": "/a/", "label": "My training", "current": True}]
    html = render_to_string("standardbearer/lms/error.html", {"sb_nav": nav}, request)
    assert "Amara Nwosu" in html
    assert re.search(rf'method="post" action="{reverse("sb_lms:logout")}"', html)
    assert '<a href="/a/" aria-current="page">' in html


def test_right_to_left_languages_turn_the_page():
    request = RequestFactory().get("/x/")
    request.user = AnonymousUser()
    with translation.override("ar"):
        html = render_to_string("standardbearer/lms/error.html", {}, request)
    assert 'lang="ar" dir="rtl"' in html


@pytest.mark.django_db
def test_wrong_password_is_explained_and_the_name_is_kept(client):
    page = client.post(reverse("sb_lms:login"), {"username": "HF00600", "password": "no"})
    html = page.content.decode()
    assert "data-errors" in html
    assert "Check both and try again" in html
    assert 'value="HF00600"' in html


@pytest.mark.django_db
def test_forgotten_password_is_replaced_by_mail(client):
    user = User.objects.create_user("hf1", "amara@example.com", "old secret 1")
    page = client.post(reverse("sb_lms:password_reset"), {"email": user.email}, follow=True)
    assert "Look in your mail" in page.content.decode()
    (sent,) = mail.outbox
    assert sent.subject == "Choose a new password"
    assert "You get this mail because" in sent.body
    (link,) = re.findall(r"https?://[^/\s]+(/\S+)", sent.body)
    form = client.get(link, follow=True)
    assert 'name="new_password1"' in form.content.decode()
    new = {"new_password1": "quiet harbour 42", "new_password2": "quiet harbour 42"}
    done = client.post(form.request["PATH_INFO"], new, follow=True)
    assert "Your new password is set" in done.content.decode()
    user.refresh_from_db()
    assert user.check_password("quiet harbour 42")
    again = client.get(link, follow=True)
    assert "This link no longer works" in again.content.decode()


@pytest.mark.django_db
def test_password_mail_has_an_html_part_with_one_button(client):
    User.objects.create_user("hf1", "amara@example.com", "old secret 1")
    client.post(reverse("sb_lms:password_reset"), {"email": "amara@example.com"})
    (sent,) = mail.outbox
    (part,) = sent.alternatives
    assert part.content.count('class="button"') == 1
    assert re.findall(r"https?://[^\s\"<]+", sent.body)[0] in part.content
