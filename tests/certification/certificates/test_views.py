"""The certificate's page, its PDF, and the public check."""

import contextlib
import html
import re
import sys
import zlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone, translation

from certification.awards.models import Award, AwardEvent
from certification.certificates.reads import (
    PdfUnavailableError,
    check_award,
    read_static,
    render_pdf,
)
from certification.certificates.rules import ACCENTS
from certification.certificates.views import CHECKS_A_MINUTE
from lms.templatetags.standardbearer_lms import local_date
from tests.certification.factories import make_simple_certification
from tests.certification.people import make_award
from tests.lms.factories import make_granted, make_person

pytestmark = pytest.mark.django_db
URL = "https://training.example/verify/X/"


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def award():
    """An award that is valid whenever the test runs."""
    return make_award(start=today() - timedelta(days=30), until=today() + timedelta(days=300))


def today():
    return timezone.now().date()


def open_up(pdf):
    """Return a PDF's bytes with all of its streams unpacked behind them."""
    # A checksum that ends like a line is cut off by the pattern: unpack without asking for it.
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(stream))
    return b"\n".join(parts)


def count_pages(inside):
    return len(re.findall(rb"/Type\s*/Page(?![A-Za-z])", inside))


def verify(client, award):
    return client.get(reverse("sb_certification:verify", args=[award.public_code]))


def add_event(award, kind, on, **fields):
    return AwardEvent.objects.create(
        award=award,
        kind=kind,
        effective_on=on,
        reason="Secret reason",
        recorded_at=timezone.now(),
        **fields,
    )


@pytest.mark.parametrize("name", ["certificate_page", "certificate"])
def test_a_certificate_is_its_holders_and_those_who_read_the_record(client, award, name):
    address = reverse(f"sb_certification:{name}", args=[award.uuid])
    assert client.get(address).status_code == 302
    for user, status in [
        (make_person().user, 404),
        (make_granted("branch_manager", branch=make_person().home_branch), 404),
        (award.employee.user, 200),
        (make_granted("branch_manager", branch=award.employee.home_branch), 200),
        (make_granted("hr"), 200),
    ]:
        client.force_login(user)
        assert client.get(address).status_code == status


@pytest.mark.parametrize("name", ["certificate_page", "certificate"])
def test_a_voided_award_has_no_certificate(client, award, name):
    client.force_login(award.employee.user)
    add_event(award, "voided", today())
    assert client.get(reverse(f"sb_certification:{name}", args=[award.uuid])).status_code == 404


def test_the_page_says_when_it_no_longer_holds(client, award):
    client.force_login(award.employee.user)
    address = reverse("sb_certification:certificate_page", args=[award.uuid])
    assert "Revoked" not in client.get(address).content.decode()
    add_event(award, "revoked", today())
    assert "Revoked" in client.get(address).content.decode()


def test_the_pdf_is_one_tagged_page_and_the_same_bytes_each_time(award):
    first = render_pdf(award, URL)
    assert render_pdf(award, URL) == first
    assert first.startswith(b"%PDF-")
    inside = open_up(first)
    assert count_pages(inside) == 1
    assert re.search(rb"/MarkInfo\s*<<\s*/Marked true", inside)
    assert b"/StructTreeRoot" in inside
    assert b"pdfuaid" in inside
    assert "Title of CERT – Amara Nwosu" in inside.decode("utf-8", "replace")


def test_the_pdf_is_the_same_whoever_opens_it(award):
    with translation.override("de"):
        german = render_pdf(award, URL)
    with timezone.override("Pacific/Auckland"):
        far = render_pdf(award, URL)
    assert german == far == render_pdf(award, URL)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "</p><img src=http://127.0.0.1:1/x>",
        "<link rel=attachment href=file:///etc/passwd>",
        "url(http://127.0.0.1:1/x)",
        "{{ 7 }}{% now 'Y' %}",
        "Ünï Çødé 王小明",
        "x" * 240,
    ],
)
def test_a_name_is_text_and_nothing_else(client, award, name):
    award.name.full_name = name
    award.name.save()
    award.refresh_from_db()
    pdf = render_pdf(award, URL)
    inside = open_up(pdf)
    assert count_pages(inside) == 1
    assert b"EmbeddedFile" not in inside
    assert b"/JavaScript" not in inside
    assert html.escape(name, quote=False) in inside.decode("utf-8", "replace")
    client.force_login(award.employee.user)
    page = client.get(reverse("sb_certification:certificate_page", args=[award.uuid]))
    assert "<script>alert" not in page.content.decode()
    assert "<img src=http" not in page.content.decode()


def test_what_it_says_survives_new_names_and_titles(client, award):
    before = render_pdf(award, URL)
    certification, person = award.certification, award.employee
    certification.title, certification.summary = "Renamed", "Rewritten"
    certification.save()
    person.family_name = "Married"
    person.locale = "de"
    person.save()
    fresh = Award.objects.get(pk=award.pk)
    with override_settings(STANDARDBEARER={"COMPANY_NAME": "Bought by somebody"}):
        assert render_pdf(fresh, URL) == before
        page = verify(client, fresh).content.decode()
    assert "Amara Nwosu" in page
    assert "Renamed" not in page


def test_a_replaced_name_is_on_the_next_print(award):
    award.name.full_name = "Former employee"
    award.name.save()
    pdf = render_pdf(Award.objects.get(pk=award.pk), URL)
    assert b"Former employee" in open_up(pdf)
    assert b"Nwosu" not in open_up(pdf)


def test_without_the_pdf_library_the_rest_works_and_the_page_says_so(client, award, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(PdfUnavailableError):
        render_pdf(award, URL)
    client.force_login(award.employee.user)
    pdf = client.get(reverse("sb_certification:certificate", args=[award.uuid]))
    assert pdf.status_code == 503
    assert "cannot be made on this server" in pdf.content.decode()
    page = client.get(reverse("sb_certification:certificate_page", args=[award.uuid]))
    assert page.status_code == 200
    assert verify(client, award).status_code == 200


def test_the_file_name_is_plain(client, award):
    award.frozen = award.frozen | {"certification": 'Müll "weg"\r\nX: y'}
    award.save()
    client.force_login(award.employee.user)
    response = client.get(reverse("sb_certification:certificate", args=[award.uuid]))
    assert response.status_code == 200
    assert re.fullmatch(r'inline; filename="[A-Za-z0-9.-]+\.pdf"', response["Content-Disposition"])


def change_nothing(award):
    return None


def expire(award):
    Award.objects.filter(pk=award.pk).update(valid_until=today() - timedelta(days=1))


def put_off(award):
    Award.objects.filter(pk=award.pk).update(valid_from=today() + timedelta(days=9))


def give_grace(award):
    expire(award)
    version = award.version
    version.policy = version.policy | {"grace": "P14D"}
    version.save()


def spell(days):
    """Return the day some days from today as the pages print it."""
    return local_date(today() + timedelta(days=days))


@pytest.mark.parametrize(
    ("change", "words", "day"),
    [
        (change_nothing, "Valid today", 0),
        (expire, "Run out", -2),
        (give_grace, "days of grace", 12),
        (put_off, "Not valid yet", 9),
        (lambda award: add_event(award, "revoked", today()), "Revoked", -1),
        (lambda award: add_event(award, "suspended", today() - timedelta(3)), "Suspended", -3),
        (
            lambda award: add_event(
                award, "extended", today(), until_on=today() + timedelta(days=900)
            ),
            "Valid today",
            899,
        ),
    ],
)
def test_the_public_check_says_how_it_stands_today(client, award, change, words, day):
    change(award)
    response = verify(client, award)
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert spell(day) in page
    assert "Amara Nwosu" in page


def test_what_was_taken_back_before_it_began_has_no_last_day(client, award):
    put_off(award)
    add_event(award, "revoked", today())
    page = verify(client, award).content.decode()
    assert "Revoked" in page
    assert "Last valid day" not in page


def test_it_ends_on_the_day_of_the_holders_branch(award):
    award.valid_until, award.zone = date(2026, 3, 2), "America/Los_Angeles"
    award.valid_from = date(2026, 1, 1)
    assert check_award(award, now=datetime(2026, 3, 2, 5, tzinfo=UTC)).state == "valid"
    assert check_award(award, now=datetime(2026, 3, 2, 9, tzinfo=UTC)).state == "expired"


def test_the_public_check_tells_nothing_else(client, award):
    person = award.employee
    Award.objects.filter(pk=award.pk).update(
        frozen=award.frozen | {"branch": "Frozen branch", "evidence": [{"label": "Score 81"}]}
    )
    make_award(person, make_simple_certification("OTHER")[0])
    add_event(award, "extended", today(), until_on=today() + timedelta(days=900))
    page = verify(client, award).content.decode()
    for secret in (
        person.home_branch.name,
        person.home_branch.code,
        person.employee_number,
        person.email,
        "Frozen branch",
        "Score 81",
        "Title of OTHER",
        "Secret reason",
        "register",
        str(award.uuid),
    ):
        assert secret not in page


def test_initials_stand_for_the_name_where_the_policy_says_so(client, award):
    award.certification.name_as_initials = True
    award.certification.save()
    page = verify(client, award).content.decode()
    assert "A. N." in page
    assert "Nwosu" not in page


def typed(code):
    spaced = "-".join(code[n : n + 5] for n in range(0, 26, 5)).lower()
    return spaced.replace("0", "o").replace("1", "i")


def test_small_letters_and_lookalikes_open_it_too(client, award):
    response = client.get(reverse("sb_certification:verify", args=[typed(award.public_code)]))
    assert response.status_code == 200
    form = client.get(reverse("sb_certification:verify_form"), {"code": typed(award.public_code)})
    assert form.url == reverse("sb_certification:verify", args=[award.public_code])


def test_unknown_impossible_and_voided_codes_are_answered_alike(client, award):
    add_event(award, "voided", today())
    codes = [award.public_code, "0" * 26, "U" * 26, "short", "x" * 60]
    pages = set()
    for code in codes:
        response = client.get(reverse("sb_certification:verify", args=[code]))
        page = response.content.decode().replace(code, "")
        pages.add(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert len(pages) == 1
    for code in codes:
        response = client.get(reverse("sb_certification:verify", args=[code]))
        assert response.status_code == 404
        assert response["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    "code", ["a/b", "../..", "%00", "\x00", "<script>", "' or 1=1", "\ud800", "١" * 26, "?#", " "]
)
def test_nothing_typed_into_the_form_breaks_it(client, code):
    response = client.get(
        reverse("sb_certification:verify_form"), {"code": code.encode("utf-8", "surrogatepass")}
    )
    assert response.status_code == 404
    assert "<script>" not in response.content.decode().replace("<script type=", "")


def test_search_engines_are_kept_out(client, award):
    for response in (verify(client, award), client.get(reverse("sb_certification:verify_form"))):
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert 'name="robots" content="noindex' in response.content.decode()
        assert "no-store" in response["Cache-Control"]


def test_the_31st_check_of_a_minute_has_to_wait(client, award, monkeypatch):
    at = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: at)
    address = reverse("sb_certification:verify", args=["0" * 26])
    form = reverse("sb_certification:verify_form")
    assert {client.get(address).status_code for _ in range(CHECKS_A_MINUTE - 1)} == {404}
    assert client.get(form, {"code": "bad"}).status_code == 404
    for response in (verify(client, award), client.get(form, {"code": "bad"})):
        assert response.status_code == 429
        assert response["Retry-After"] == "60"
        assert "Amara" not in response.content.decode()
    assert client.get(address, REMOTE_ADDR="192.0.2.9").status_code == 404
    monkeypatch.setattr(timezone, "now", lambda: at + timedelta(minutes=1))
    assert client.get(address).status_code == 404


def test_behind_a_proxy_each_visitor_is_counted_alone(client, settings, monkeypatch):
    at = datetime(2026, 3, 2, 9, 30, 5, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: at)
    settings.STANDARDBEARER = {**settings.STANDARDBEARER, "TRUSTED_PROXIES": 1}
    address = reverse("sb_certification:verify", args=["0" * 26])
    for count in range(CHECKS_A_MINUTE + 1):
        last = client.get(address, headers={"X-Forwarded-For": f"10.9.9.{count}, 192.0.2.1"})
    assert last.status_code == 429
    other = client.get(address, headers={"X-Forwarded-For": "192.0.2.2"})
    assert other.status_code == 404


def test_known_and_unknown_codes_take_few_queries(client, award, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        verify(client, award)
    # An address that is not found is also looked up among the site's redirects: two more.
    with django_assert_max_num_queries(3):
        client.get(reverse("sb_certification:verify", args=["0" * 26]))


def test_the_certificate_page_takes_few_queries(client, award, django_assert_max_num_queries):
    client.force_login(award.employee.user)
    with django_assert_max_num_queries(10):
        client.get(reverse("sb_certification:certificate_page", args=[award.uuid]))


@pytest.mark.parametrize("name", ["certificate_page", "certificate", "verify", "verify_form"])
def test_nothing_here_takes_a_post(client, award, name):
    client.force_login(award.employee.user)
    args = {"verify": [award.public_code], "verify_form": []}.get(name, [award.uuid])
    assert client.post(reverse(f"sb_certification:{name}", args=args)).status_code == 405


def test_the_page_names_the_design_and_its_sheet_knows_every_colour(client, award):
    client.force_login(award.employee.user)
    page = client.get(reverse("sb_certification:certificate_page", args=[award.uuid]))
    assert 'class="cert cert--frame cert--pine"' in page.content.decode()
    sheet = read_static("standardbearer/certification/certificate-page.css")
    assert all(f"light-dark({tint.strong},{tint.pale})" in sheet for tint in ACCENTS.values())
