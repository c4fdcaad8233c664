"""The same steps by keyboard alone, and with JavaScript switched off."""

from __future__ import annotations

from playwright.sync_api import expect

from lms.models import Mail
from tests.browser.hands import Keyboard, Pointer, press
from tests.browser.steps import (
    BEST,
    answer_quiz,
    fetch_mails,
    open_next,
    play,
    read_lessons,
    sign_in,
)

# The demo's newest cashier: nothing begun yet.
AMARA = "HF00600"
MANAGER = "HF00064"


def learn_and_earn(hand: Keyboard | Pointer) -> None:
    """Lessons, role-play and quiz, to the end of the course."""
    page = hand.page
    sign_in(hand, AMARA)
    hand.press(page.get_by_role("link", name="Start").or_(page.locator(".next a.btn")).first)
    open_next(hand)
    read_lessons(hand, until="angry")
    hand.press(page.get_by_role("link", name="To the role-play"))
    play(hand, BEST)
    expect(page.locator("h1")).to_have_text("Passed. Well done!")
    open_next(hand)
    read_lessons(hand, until="check")
    hand.press(page.get_by_role("link", name="To the quiz"))
    answer_quiz(hand)
    expect(page.locator("h1")).to_have_text("Passed. Well done!")
    open_next(hand)
    hand.press(page.locator("button[form=finish]"))
    page.goto("/my/record/")
    expect(page.locator("main")).to_contain_text("Counter service")


def test_lesson_scenario_and_quiz_by_keyboard_alone(open_page):
    hand = Keyboard(open_page())
    learn_and_earn(hand)
    assert hand.stops > 50


def test_learner_public_and_manager_steps_without_javascript(open_page):
    learner = open_page(java_script_enabled=False)
    learn_and_earn(Pointer(learner))
    press(learner.get_by_role("link", name="Certificate Counter service"))
    public = learner.get_by_role("link", name="Public check").get_attribute("href") or ""
    guest = open_page(java_script_enabled=False)
    guest.goto(public)
    expect(guest.locator("main")).to_contain_text("Valid today")
    fetch_mails()
    manager = open_page(java_script_enabled=False)
    sign_in(Pointer(manager), MANAGER)
    manager.goto("/branch/")
    own = manager.locator("main a").filter(has_text="0412")
    if own.count():
        press(own)
    late = manager.locator("section[aria-labelledby=overdue]")
    press(late.get_by_role("button", name="Remind Sabine Lorenz"))
    expect(manager.locator("main")).to_contain_text("A reminder goes out now to 1 person.")
    told = fetch_mails()
    assert [mail["To"] for mail in told] == ["sabine.lorenz@harbourfinch.example"]
    assert Mail.objects.filter(state="sent").exists()
