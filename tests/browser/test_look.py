"""The look in a real Chromium: the policy holds, axe finds nothing, the small script helps."""

import mimetypes
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory

from lms.badges import BADGES
from lms.config.csp import STRICT
from tests.browser.chromium import DESK, axe

ORIGIN = "http://look.test"
NAV = [
    {"url": "/a/", "label": label, "icon": icon, "current": label == "My training"}
    for label, icon in (
        ("My training", "home"),
        ("Standards", "book"),
        ("My record", "award"),
        ("My branch", "people"),
    )
]
SAMPLE = """{% extends "standardbearer/lms/base.html" %}{% load standardbearer_lms %}
{% block breadcrumbs %}<nav class="crumbs" aria-label="You are here"><ol>
<li><a href="/">Courses</a></li><li aria-current="page">Sample</li></ol></nav>{% endblock %}
{% block content %}<div class="head"><h1>Sample</h1><a class="btn quiet" href="/">Export</a></div>
{% include "standardbearer/lms/includes/errors.html" %}
<section class="card next" aria-labelledby="n"><span class="small">Next</span><h2 id="n">Step</h2>
{% include "standardbearer/lms/includes/progress.html" with done=2 total=5 %}
<a class="btn" href="/">Continue {% icon "next" %}</a>
{% include "standardbearer/lms/includes/why.html" with reasons=reasons about="step" %}</section>
<div class="card">{% for key in badges %}{% badge key %} {% endfor %}</div>
<div class="note warn" role="status">{% icon "warn" %}<div>Careful</div></div>
<ul class="tiles"><li class="ok"><b>9</b>held</li><li class="bad"><b>1</b>overdue</li></ul>
<div class="scroll" role="region" aria-label="Matrix" tabindex="0"><table><thead><tr>
<th scope="col">Branch</th>{% for key in badges %}<th scope="col">{{ key }}</th>{% endfor %}</tr>
</thead><tbody><tr><th scope="row"><a href="/">0412</a></th>{% for key in badges %}
<td class="n warn"><b>{% icon "warn" %} 91 %</b><span>11 of 12</span></td>{% endfor %}</tr></tbody>
</table></div>
<table class="stack"><thead><tr><th scope="col">Name</th><th scope="col">Due</th></tr></thead>
<tbody><tr><th scope="row">Amara</th><td data-label="Due">27 November</td></tr></tbody></table>
<form method="post" action="/sent" data-once data-number-keys><fieldset><legend>Which?</legend>
<label class="opt"><input type="radio" name="a" value="1"><span>One</span></label>
<label class="opt"><input type="radio" name="a" value="2"><span>Two</span></label></fieldset>
{% for field in form %}{% include "standardbearer/lms/includes/field.html" %}{% endfor %}
<button class="btn" name="go" value="yes">Send</button></form>
{% include "standardbearer/lms/includes/empty.html" with title="Empty" url="/" label="Go" %}
{% endblock %}{% block sticky %}{% if sticky %}<div class="stick"><div>
<a class="btn quiet" href="/">Back</a><a class="btn" href="/">Next</a></div></div>{% endif %}
{% endblock %}"""


class AbsenceForm(forms.Form):
    reason = forms.CharField(help_text="In a few words.")


def render_page(*, user=None, **values):
    request = RequestFactory().get("/x/")
    request.user = user or AnonymousUser()
    values = {"form": None, "sb_nav": NAV, "badges": list(BADGES), "reasons": ["Because."]} | values
    return engines["django"].from_string(SAMPLE).render(values, request)


def render_login():
    request = RequestFactory().get("/login/")
    request.user = AnonymousUser()
    template = engines["django"].get_template("standardbearer/lms/login.html")
    return template.render({"form": AbsenceForm()}, request)


@pytest.fixture
def tab(chromium):
    """A page of its own, of a desktop's size."""
    context = chromium.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


@pytest.fixture
def show(tab):
    """Return a function that opens HTML under the strict policy, as the site would send it."""
    policy = "; ".join(f"{name} {' '.join(values)}" for name, values in STRICT.items())
    served = {"html": "", "posts": []}

    def answer(route):
        request = route.request
        found = finders.find(request.url.removeprefix(f"{ORIGIN}/static/"))
        if found:
            kind = mimetypes.guess_type(found)[0]
            route.fulfill(body=Path(found).read_bytes(), content_type=kind)
        elif request.method == "POST":
            served["posts"].append(request.post_data)
            route.fulfill(status=204, body="")
        else:
            headers = {"Content-Security-Policy": policy}
            route.fulfill(body=served["html"], content_type="text/html", headers=headers)

    tab.route("**/*", answer)
    tab.add_init_script(
        "addEventListener('securitypolicyviolation', e => (window.broken ??= []).push(e.type))"
    )

    def open_html(html):
        served["html"] = html
        tab.goto(f"{ORIGIN}/x/")
        return served["posts"]

    return open_html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["sample", "sample with footer", "login"])
def test_pages_please_axe_and_the_policy_and_never_scroll_sideways(tab, show, name, width, scheme):
    tab.set_viewport_size({"width": width, "height": 740})
    tab.emulate_media(color_scheme=scheme)
    form = AbsenceForm({})
    show(render_login() if name == "login" else render_page(form=form, sticky=" " in name))
    tab.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
    found = axe.run(tab).response["violations"]
    assert [(item["id"], item["nodes"][0]["target"]) for item in found] == []
    assert tab.evaluate("window.broken ?? []") == []
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_targets_are_at_least_44_pixels_high(tab, show):
    tab.set_viewport_size({"width": 360, "height": 740})
    show(render_page(form=AbsenceForm({})))
    small = tab.evaluate(
        """[...document.querySelectorAll('a, button, summary, select, input, .opt')]
        .filter(item => !item.closest('label') || item.matches('label'))
        .filter(item => !item.matches('[type=hidden], [hidden], .skip'))
        .filter(item => { const {height} = item.getBoundingClientRect();
                          return height && height < 44; })
        .map(item => item.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_number_key_chooses_but_not_while_typing(tab, show):
    show(render_page(form=AbsenceForm()))
    tab.keyboard.press("2")
    assert tab.locator("[name=a][value='2']").is_checked()
    tab.locator("[name=reason]").fill("")
    tab.keyboard.type("1")
    assert tab.locator("[name=reason]").input_value() == "1"
    assert tab.locator("[name=a][value='2']").is_checked()


def test_form_is_sent_once_with_the_button_and_again_after_coming_back(tab, show):
    posts = show(render_page())
    tab.evaluate("document.querySelector('[name=go]').click()")
    tab.evaluate("document.querySelector('form[data-once]').requestSubmit()")
    tab.wait_for_function("document.querySelector('[name=go]').disabled")
    assert len(posts) == 1
    assert "go=yes" in posts[0]
    tab.evaluate("dispatchEvent(new PageTransitionEvent('pageshow'))")
    assert tab.locator("[name=go]").is_enabled()


def test_error_summary_takes_the_focus_and_leads_to_the_field(tab, show):
    show(render_page(form=AbsenceForm({})))
    assert tab.evaluate("document.activeElement.matches('[data-errors]')")
    tab.locator("[data-errors] a").click()
    assert tab.evaluate("document.activeElement.name") == "reason"


def test_note_can_be_dismissed(tab, show):
    show(render_page(messages=[Message(constants.SUCCESS, "Saved.")]))
    note = tab.locator("[data-notes] .note")
    note.get_by_role("button", name="Dismiss").click()
    assert note.count() == 0
    assert tab.evaluate("document.activeElement.id") == "main"


def test_links_are_tabs_at_the_bottom_of_a_phone(tab, show):
    tab.set_viewport_size({"width": 360, "height": 740})
    show(render_page())
    nav = tab.get_by_role("navigation", name="Main")
    assert nav.bounding_box()["y"] > 600
    assert nav.get_by_role("link").count() == 4


@pytest.mark.django_db
def test_links_are_in_the_menu_beside_a_sticky_footer(tab, show):
    tab.set_viewport_size({"width": 360, "height": 740})
    show(render_page(sticky=True, user=User(username="hf1")))
    assert not tab.get_by_role("navigation", name="Main").is_visible()
    tab.locator(".menu summary").press("Enter")
    assert tab.locator(".menu").get_by_role("link", name="My record").is_visible()
    tab.keyboard.press("Escape")
    assert not tab.locator(".menu").get_by_role("link", name="My record").is_visible()
    assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_nothing_scrolls_sideways_at_double_text_size(tab, show):
    tab.set_viewport_size({"width": 360, "height": 740})
    show(render_page(form=AbsenceForm({}), sticky=True))
    tab.evaluate("document.documentElement.style.fontSize = '200%'")
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
