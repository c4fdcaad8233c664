"""A role-play in Chromium: played badly on a phone, looked at, practised, and played well."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from quizzes.api import Play, import_scenario
from tests.browser.chromium import DESK, PHONE, check_axe
from tests.browser.hands import TELL_FOCUS, Keyboard, Pointer
from tests.browser.steps import Check, look_away, sign_in
from tests.quizzes.scenarios.factories import make_document, make_graph, option

LEARNER = "HF00600"
PICK, AGAIN, YES = "I pick up at once.", "Pardon?", "Of course, Mrs Keller."
PROMISE, NUMBER = "By two, I promise.", "Here is his private number."
SMALLEST = 44
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def address(demo_site) -> str:
    """The briefing of a role-play with a loop and a choice that must never happen."""
    graph = make_graph()
    graph["pass"]["standards"] = {"PHONE-01": 80}
    loop = option("again", "node-id-canary-2", {"GREET-01": 0}, AGAIN, verdict="partly", meter=-5)
    graph["nodes"]["node-id-canary-2"]["choices"].append(loop)
    document = make_document(graph=graph, code="talk", title="A caller in a hurry")
    scenario = import_scenario(document=document, actor=None, now=timezone.now())
    return f"/scenarios/{scenario.uuid}/"


def say(hand: Keyboard | Pointer, words: str, check: Check = look_away) -> None:
    """Choose what to say, and see that it is heard."""
    page = hand.page
    button = page.locator("button.opt").filter(has_text=words)
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= SMALLEST
    if isinstance(hand, Keyboard):
        page.keyboard.press(button.locator("kbd").inner_text())
        assert page.evaluate(TELL_FOCUS) == ""
        expect(button).to_be_focused()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    else:
        hand.press(button)
    # What comes next has the focus, so that it is read out; what was said stands in the log.
    expect(page.locator("#now")).to_be_focused()
    talk = page.get_by_role("log", name="Conversation")
    expect(talk).to_have_attribute("aria-live", "polite")
    expect(talk.locator(".you").last).to_contain_text(words)
    assert not page.evaluate(WIDER_THAN_THE_SCREEN)
    check(page)


def begin(hand: Keyboard | Pointer, address: str, check: Check = look_away) -> None:
    """Read the briefing and start."""
    page = hand.page
    page.goto(address)
    expect(page.locator("main")).to_contain_text("You are alone at the till.")
    check(page)
    hand.press(page.locator("button[form=start]"))
    check(page)


def look_back(hand: Keyboard | Pointer, heading: str, check: Check = look_away) -> None:
    """Go from the ending to the debrief."""
    page = hand.page
    hand.press(page.get_by_role("link", name="See how you did"))
    expect(page.locator("h1")).to_have_text(heading)
    assert not page.evaluate(WIDER_THAN_THE_SCREEN)
    check(page)


def read_debrief(page: Page) -> None:
    """Find everything that somebody who failed needs to know."""
    main = page.locator("main")
    expect(main).to_contain_text("One thing you said must never happen.")
    expect(main).to_contain_text("You reached 75 %, at least 80 % are needed.")
    expect(main.locator('a[href*="answering-the-phone"]')).to_be_visible()
    expect(main).to_contain_text("You had been at this step before")
    best = page.locator("#step-4 .ok")
    expect(best).to_contain_text(PROMISE)
    # A standard is one press away from where it was missed, in the version of that day.
    page.locator("#step-1 a[href='#standard-PHONE-01']").click()
    standard = page.locator("#standard-PHONE-01")
    expect(standard).to_be_in_viewport()
    expect(standard).to_contain_text("What the standard said when you played (version 1)")
    expect(page.get_by_role("img", name="The customer’s mood went from 50 to")).to_be_visible()


def test_a_bad_play_a_look_back_practice_and_a_pass_on_two_devices(open_page, address):
    phone = Pointer(open_page(viewport=PHONE, reduced_motion="reduce"))
    sign_in(phone, LEARNER)
    begin(phone, address, check_axe)
    say(phone, PICK, check_axe)
    say(phone, AGAIN)
    assert phone.page.evaluate("document.getAnimations().length") == 0
    # The train goes into a tunnel; at the desk the conversation is where it was.
    desk = Pointer(open_page(viewport=DESK))
    sign_in(desk, LEARNER)
    desk.page.goto(address)
    desk.press(desk.page.get_by_role("link", name="Go on"))
    expect(desk.page.get_by_role("log").locator(".you")).to_have_count(2)
    say(desk, YES)
    # The phone still shows the step before: its answer changes nothing, and it catches up.
    say_again = phone.page.locator("button.opt").filter(has_text=AGAIN)
    phone.press(say_again)
    expect(phone.page.locator("#now")).to_contain_text("When will it be ready?")
    say(phone, NUMBER, check_axe)
    look_back(phone, "Not passed yet", check_axe)
    read_debrief(phone.page)
    phone.press(phone.page.get_by_role("button", name="Practise from here").nth(3))
    expect(phone.page.locator("main")).to_contain_text("practice, does not count")
    say(phone, PROMISE)
    look_back(phone, "Passed. Well done!")
    expect(phone.page.locator("main")).to_contain_text("Given at the start")
    phone.press(phone.page.get_by_role("link", name="Back to the role-play"))
    assert Play.objects.filter(scenario__code="talk", passed=True, purpose="scored").count() == 0
    phone.press(phone.page.locator("button[form=start]"))
    for words in (PICK, YES, PROMISE):
        say(phone, words)
    # Back is no way round: the page shows where the play is, and nothing can be unsaid.
    phone.page.go_back()
    expect(phone.page.locator("#end")).to_have_text("ending-canary well done")
    look_back(phone, "Passed. Well done!", check_axe)
    rows = Play.objects.filter(scenario__code="talk").order_by("number")
    assert [(play.purpose, play.passed) for play in rows] == [
        ("scored", False),
        ("practice", True),
        ("scored", True),
    ]


def test_a_role_play_with_the_keyboard_and_its_number_keys(open_page, address):
    hand = Keyboard(open_page())
    sign_in(hand, LEARNER)
    begin(hand, address)
    for words in (PICK, AGAIN, YES, PROMISE):
        say(hand, words)
    look_back(hand, "Passed. Well done!")
    hand.toggle(hand.page.get_by_text("The same as a table"))
    expect(hand.page.locator("main table")).to_be_visible()
    hand.press(hand.page.get_by_role("button", name="Practise from here").nth(2))
    expect(hand.page.locator("#now")).to_be_focused()


def test_a_role_play_without_javascript(open_page, address):
    hand = Pointer(open_page(java_script_enabled=False))
    page = hand.page
    sign_in(hand, LEARNER)
    page.goto(address)
    hand.press(page.locator("button[form=start]"))
    for words in (PICK, YES, NUMBER):
        hand.press(page.locator("button.opt").filter(has_text=words))
        expect(page.get_by_role("log").locator(".you").last).to_contain_text(words)
    hand.press(page.get_by_role("link", name="See how you did"))
    expect(page.locator("h1")).to_have_text("Not passed yet")
    hand.press(page.get_by_role("button", name="Practise from here").last)
    hand.press(page.locator("button.opt").filter(has_text=PROMISE))
    hand.press(page.get_by_role("link", name="See how you did"))
    expect(page.locator("main")).to_contain_text("practice, does not count")
