"""What a learner, a manager, HR and a stranger do, by keyboard alone, on pages that please axe."""

from __future__ import annotations

from playwright.sync_api import expect

from lms.models import Mail
from tests.browser.chromium import DESK, check_axe
from tests.browser.hands import Keyboard
from tests.browser.steps import fetch_mails, sign_in

MANAGER = "HF00064"
HR = "hr@harbourfinch.example"


def test_certificate_and_public_check_by_keyboard_alone(open_page):
    hand = Keyboard(open_page())
    page = hand.page
    sign_in(hand, MANAGER)
    hand.press(page.get_by_role("link", name="My record", exact=True))
    hand.press(page.get_by_role("link", name="Certificate").first)
    name = page.locator(".cert .who").inner_text()
    check_axe(page)
    hand.press(page.get_by_role("link", name="Public check"))
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    expect(page.locator("main")).to_contain_text("Valid today")
    guest = Keyboard(open_page())
    guest.page.goto("/verify/")
    check_axe(guest.page)
    guest.page.watch.expect("/verify/?code=")
    check_code(guest, "not a code")
    expect(guest.page.get_by_role("alert")).to_contain_text("There is no certificate")
    check_axe(guest.page)
    guest.go_to(guest.page.get_by_label("Code of the certificate"))
    guest.page.keyboard.press("Control+a")
    check_code(guest, code.lower())
    expect(guest.page.locator("main")).to_contain_text("Valid today")
    expect(guest.page.locator("main h2")).to_have_text(name)
    check_axe(guest.page)
    guest.press(guest.page.get_by_role("link", name="Check another certificate"))
    expect(guest.page.get_by_label("Code of the certificate")).to_have_value("")


def check_code(hand: Keyboard, code: str) -> None:
    """Type a code and press Enter in its field."""
    hand.write(hand.page.get_by_label("Code of the certificate"), code)
    hand.press(hand.page.get_by_label("Code of the certificate"))


def test_manager_reminds_by_keyboard_alone(open_page):
    fetch_mails()
    hand = Keyboard(open_page())
    page = hand.page
    sign_in(hand, MANAGER)
    hand.press(page.get_by_role("link", name="My branch", exact=True))
    who_may = page.locator("section[aria-labelledby=today] details").first
    hand.toggle(who_may.locator("summary"))
    expect(who_may.locator("ul")).to_be_visible()
    check_axe(page)
    hand.toggle(who_may.locator("summary"))
    late = page.locator("section[aria-labelledby=overdue]")
    hand.press(late.get_by_role("button", name="Remind Sabine Lorenz"))
    note = page.locator("[data-notes] .note")
    expect(note).to_contain_text("A reminder goes out now to 1 person.")
    check_axe(page)
    told = fetch_mails()
    assert [mail["To"] for mail in told] == ["sabine.lorenz@harbourfinch.example"]
    assert Mail.objects.filter(state="sent").exists()
    hand.go_to(note.get_by_role("button", name="Dismiss"))
    page.keyboard.press("Enter")
    expect(note).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "main"
    hand.press(late.get_by_role("link", name="Sabine Lorenz"))
    why = page.locator("details.why").first
    hand.toggle(why.locator("summary"))
    expect(why.locator("li").first).to_be_visible()
    check_axe(page)


def test_hr_finds_the_reason_of_a_date_by_keyboard_alone(open_page):
    hand = Keyboard(open_page(viewport=DESK))
    page = hand.page
    sign_in(hand, HR, at="/admin/login/")
    check_axe(page)
    hand.toggle(page.get_by_role("button", name="Certification", exact=True))
    hand.press(page.locator("nav a[href='/admin/certification/']"))
    filters = page.get_by_role("search")
    level = filters.get_by_label("Level")
    hand.pick(level, level.locator("option").nth(1).inner_text())
    hand.press(filters.get_by_role("button", name="Show"))
    hand.press(filters.get_by_role("link", name="Clear filters"))
    check_axe(page)
    for name in ("Germany", "0412", "Sabine Lorenz"):
        hand.press(page.locator("th a").filter(has_text=name))
        check_axe(page)
    why = page.locator("details.sb-why").first
    hand.toggle(why.locator("summary"))
    expect(why.locator("li").first).to_be_visible()
    check_axe(page)
    hand.toggle(why.locator("summary"))
    expect(why.locator("li").first).to_be_hidden()
