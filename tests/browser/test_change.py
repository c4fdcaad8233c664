"""The refund rule changes: the author sees whom it reaches, a holder learns just that."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import Page, expect

from certification.models import Cycle, Standing
from lms.api import Employee, Standard
from tests.browser.chromium import DESK, check_axe, find_violations
from tests.browser.hands import Pointer, press
from tests.browser.steps import (
    BEST_REFUND,
    REFUND,
    answer_quiz,
    fetch_mails,
    open_next,
    play,
    sign_in,
    text_of,
)

NOTE = "Sixty days instead of thirty"
CODE = "COMPLAINTS"
HOLDER = "HF00064"
# Wagtail's own editor of snippets shows the title in its breadcrumbs only.
WAGTAIL_EDITOR = frozenset({"page-has-heading-one html"})


def publish_change(page: Page) -> int:
    """Write the change in the editor, read whom it reaches, publish it; return how many people."""
    standard = Standard.objects.get(code="REFUND-01")
    page.goto(reverse(Standard.snippet_viewset.get_url_name("edit"), args=[standard.pk]))
    page.locator("[name=promise]").fill("You have sixty days to bring it back.")
    page.get_by_role("tab", name="This change").click()
    page.locator("[name=change]").select_option("material")
    page.locator("[name=change_note]").fill(NOTE)
    panel = page.locator("main")
    expect(panel).to_contain_text("A material change reaches")
    expect(panel).to_contain_text("Complaint handling")
    found = re.search(r"reaches ([\d,.]+) people", panel.inner_text())
    assert found is not None
    assert find_violations(page, WAGTAIL_EDITOR) == []
    page.locator("footer .w-dropdown__toggle, footer [data-w-dropdown-target=toggle]").first.click()
    with page.expect_navigation():
        page.locator("button[name=action-publish]").click()
    return int(re.sub(r"\D", "", found.group(1)))


def catch_up(page: Page) -> None:
    """From the home page: the lesson with what changed, its role-play, the short quiz."""
    page.goto("/")
    card = page.locator(f"section:has(#c-{CODE})")
    expect(card).to_contain_text(NOTE)
    expect(card).to_contain_text("held until")
    check_axe(page)
    press(card.locator("li:has(.dot.now) a"))
    expect(page.locator("main")).to_contain_text(NOTE)
    check_axe(page)
    page.locator("form [name=name]").fill("As I sign")
    press(page.get_by_role("button", name=re.compile("read", re.IGNORECASE)).first)
    press(page.get_by_role("button", name="I know what changed"))
    press(page.get_by_role("link", name="To the role-play"))
    play(Pointer(page), BEST_REFUND, scenario=REFUND)
    expect(page.locator("h1")).to_have_text("Passed. Well done!")
    open_next(Pointer(page), CODE)
    expect(page.locator("h1")).to_contain_text("What changed")
    check_axe(page)
    answer_quiz(Pointer(page))
    expect(page.locator("h1")).to_have_text("Passed. Well done!")


def test_a_changed_refund_rule_is_learned_by_who_holds_it(open_page, demo_site):
    holder = Employee.objects.get(employee_number=HOLDER)
    held = Standing.objects.get(employee=holder, certification__code=CODE).valid_until
    author, learner = open_page(viewport=DESK), open_page()
    sign_in(Pointer(author), "hr@harbourfinch.example", at="/admin/login/")
    people = publish_change(author)
    touched = Cycle.objects.filter(changes__delta__change_note=NOTE)
    opened = touched.filter(kind="delta")
    assert not touched.exists()
    mails = fetch_mails()
    fewest, most = (rows.values("employee").distinct().count() for rows in (opened, touched))
    assert fewest <= people <= most
    cycle = opened.get(employee=holder, certification__code=CODE)
    assert (cycle.due_on - cycle.opens_on).days == 60
    sign_in(Pointer(learner), HOLDER)
    catch_up(learner)
    row = Standing.objects.get(employee=holder, certification__code=CODE)
    assert (row.badge, row.valid_until) == ("certified", held)
    cycle.refresh_from_db()
    assert cycle.state == "completed"
    author.goto(f"/admin/certification/people/{holder.uuid}/")
    expect(author.locator("main")).to_contain_text("Change of a standard")
    check_axe(author)
    demo_site.wait(hours=24)
    mails += fetch_mails()
    mine = [mail for mail in mails if mail["To"] == holder.user.email]
    told = [text_of(mail) for mail in mine if NOTE in text_of(mail)]
    assert len(told) == 1
    assert "You stay certified." in told[0]
