"""The refund rule changes: the author sees whom it reaches, a holder sees what is new."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import Page, expect

from certification.models import Cycle
from lms.api import Employee, Standard
from tests.browser.chromium import DESK, check_axe, find_violations
from tests.browser.hands import Pointer
from tests.browser.steps import fetch_mails, sign_in

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


def see_what_changed(page: Page) -> None:
    """The home page says what changed, and that the certification is held all the same."""
    page.goto("/")
    card = page.locator(f"section:has(#c-{CODE})")
    expect(card).to_contain_text(NOTE)
    expect(card).to_contain_text("held until")
    check_axe(page)


def test_a_changed_refund_rule_reaches_who_holds_it(open_page, demo_site):
    holder = Employee.objects.get(employee_number=HOLDER)
    author, learner = open_page(viewport=DESK), open_page()
    sign_in(Pointer(author), "hr@harbourfinch.example", at="/admin/login/")
    people = publish_change(author)
    opened = Cycle.objects.filter(kind="delta")
    assert not opened.exists()
    fetch_mails()
    reached = opened.values("employee").distinct().count()
    joined = Cycle.objects.filter(changes__isnull=False, kind="renewal", state="open")
    assert reached <= people <= reached + joined.values("employee").distinct().count()
    cycle = opened.get(employee=holder, certification__code=CODE)
    assert (cycle.due_on - cycle.opens_on).days == 60
    sign_in(Pointer(learner), HOLDER)
    see_what_changed(learner)
