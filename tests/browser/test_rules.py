"""Whoever owns a certification writes its next version, by keyboard alone and without scripts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from certification.models import Certification, CertificationVersion
from tests.browser.chromium import DESK, check_axe
from tests.browser.hands import Keyboard, Pointer, press
from tests.browser.steps import sign_in

HR = "hr@harbourfinch.example"
TOO_LONG = "make it shorter than it holds"


def find_newest() -> CertificationVersion:
    """Return the newest version of the certification that the tests write at."""
    return CertificationVersion.objects.filter(certification__code="COUNTER").latest("number")


def skip_to_content(hand: Keyboard) -> None:
    """Jump over Wagtail's menu, as its first stop offers."""
    hand.page.keyboard.press("Tab")
    expect(hand.page.locator("a[href='#main']")).to_be_focused()
    hand.page.keyboard.press("Enter")


def open_editor(hand: Keyboard) -> None:
    """From the certification's page to the editor."""
    hand.page.goto(f"/admin/certifications/{find_newest().certification_id}/")
    check_axe(hand.page)
    skip_to_content(hand)
    hand.press(hand.page.get_by_role("link", name="Write the next version"))
    skip_to_content(hand)


def change_one_year_to_two(hand: Keyboard) -> None:
    """The sentences and the days of the sample person follow while one types."""
    page = hand.page
    panel, days = page.locator(".sb-panel"), page.locator(".sb-moments")
    expect(panel).to_contain_text("It holds for 1 year;")
    before = days.inner_text()
    hand.write(page.locator("[name=change_note]"), "Two years: the work changes slowly")
    hand.write(page.locator("[name=active_0]"), "2")
    expect(panel).to_contain_text("It holds for 2 years;")
    expect(panel).to_contain_text("Draft saved")
    assert days.inner_text() != before
    hand.look_where_i_am(page.locator("[name=active_0]"))


def open_renewal_before_it_holds(hand: Keyboard) -> None:
    """What cannot be is said with the field's name, and the link goes there."""
    page = hand.page
    hand.write(page.locator("[name=window_0]"), "2")
    hand.pick(page.locator("[name=window_1]"), "years")
    problems = page.locator(".sb-problems")
    expect(problems).to_contain_text(TOO_LONG)
    link = problems.get_by_role("link")
    field = page.locator(link.get_attribute("href") or "")
    expect(field.locator("[name=window_0]")).to_be_visible()
    expect(field).to_contain_text(link.inner_text())
    check_axe(page)


def publish(hand: Keyboard) -> None:
    """See whom it reaches, then publish."""
    page = hand.page
    hand.press(page.get_by_role("button", name="Preview whom it reaches"))
    expect(page.locator(".sb-diff__new").first).to_contain_text("It holds for 2 years;")
    expect(page.locator("section:has(#sb-impact) dd").first).not_to_have_text("0")
    check_axe(page)
    skip_to_content(hand)
    hand.press(page.get_by_role("button", name="Publish version"))
    expect(page.locator("body")).to_contain_text("is published.")


def test_the_next_version_is_written_and_published_by_keyboard(open_page, demo_site):
    before = find_newest()
    page = open_page(viewport=DESK)
    sign_in(Pointer(page), HR, at="/admin/login/")
    hand = Keyboard(page)
    open_editor(hand)
    check_axe(page)
    change_one_year_to_two(hand)
    open_renewal_before_it_holds(hand)
    page.keyboard.press("Shift+Tab")
    hand.write(page.locator("[name=window_0]"), "3")
    hand.pick(page.locator("[name=window_1]"), "months")
    expect(page.locator(".sb-panel")).to_contain_text("It can be published like this.")
    publish(hand)
    after = find_newest()
    assert after.number == before.number + 1
    assert (after.policy["active"], after.policy["window"]) == ("P2Y", "P3M")
    assert after.change_note == "Two years: the work changes slowly"


def write_and_check(page: Page, active: str, window: str) -> None:
    """Type both lengths in years and press the button that saves and checks."""
    page.locator("[name=active_0]").fill(active)
    page.locator("[name=window_0]").fill(window)
    press(page.get_by_role("button", name="Save draft and check"))


def test_the_next_version_is_checked_and_previewed_without_scripts(open_page, demo_site):
    counter = Certification.objects.get(code="COUNTER")
    page = open_page(viewport=DESK, java_script_enabled=False)
    sign_in(Pointer(page), HR, at="/admin/login/")
    page.goto(f"/admin/certification-rules/{counter.uuid}/version/")
    page.locator("[name=window_1]").select_option("Y")
    write_and_check(page, active="2", window="2")
    expect(page.locator(".sb-problems")).to_contain_text(TOO_LONG)
    expect(page.locator(".sb-field--wrong")).to_contain_text(TOO_LONG)
    expect(page.locator("[name=active_0]")).to_have_value("2")
    write_and_check(page, active="2", window="1")
    expect(page.locator(".sb-panel")).to_contain_text("It holds for 2 years;")
    expect(page.locator(".sb-panel")).to_contain_text("It can be published like this.")
    page.locator("[name=change_note]").fill("Two years: the work changes slowly")
    press(page.get_by_role("button", name="Preview whom it reaches"))
    expect(page.locator("main")).to_contain_text("Whom it reaches")
    expect(page.get_by_role("button", name="Publish version")).to_be_visible()
    assert find_newest().number == counter.versions.count()
