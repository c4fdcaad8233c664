"""Every type of question answered in Chromium: by keyboard on a phone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from lms.api import Standard
from quizzes.api import Attempt, import_questions, import_quiz
from quizzes.attempts.models import ItemGrade
from tests.browser.chromium import check_axe
from tests.browser.hands import Keyboard, Pointer, press
from tests.browser.steps import sign_in
from tests.quizzes.questions.examples import EXAMPLES

MANAGER = "HF00064"
STEPS = [item["text"] for item in EXAMPLES["ordering"]["items"]]
PAIRS = {
    stem["text"]: choice["text"]
    for stem in EXAMPLES["matching"]["stems"]
    for choice in EXAMPLES["matching"]["choices"]
    if choice["id"] == stem["match"]
}
LETTER = "Dear customer, we are sorry that you waited three weeks."


def make_quiz_of_all_types() -> str:
    """Return the address of a live quiz that asks the nine documented questions."""
    code = Standard.objects.order_by("code").values_list("code", flat=True)[0]
    rows = [row | {"standards": {code: "1"}} for row in EXAMPLES.values()]
    options = {"actor": None, "now": timezone.now()}
    import_questions(bank_code="DOC", questions=rows, **options)
    slots = [{"question": row["code"]} for row in rows]
    document = {"code": "DOC", "title": "All types", "attempts_allowed": 1, "slots": slots}
    quiz = import_quiz(quiz=document, **options)
    return f"/quizzes/{quiz.uuid}/"


def choose_options(hand: Keyboard | Pointer, *labels: str) -> None:
    """Tick what belongs to the answer."""
    for label in labels:
        hand.choose(hand.page.locator(".opt").filter(has_text=label).locator("input"))


def pick_pairs(hand: Keyboard | Pointer) -> None:
    """Choose from the list beside each stem."""
    for stem, choice in PAIRS.items():
        pick(hand, hand.page.get_by_label(stem, exact=True), choice)


def pick(hand: Keyboard | Pointer, target, label: str) -> None:
    """Choose from a list, by the arrow keys where there is no pointer."""
    if isinstance(hand, Keyboard):
        hand.pick(target, label)
    else:
        target.select_option(label=label)


def bring_into_order(hand: Keyboard | Pointer, *, scripted: bool) -> None:
    """Move each step up until it is in its place; the pressed button keeps the focus."""
    page = hand.page
    for place, text in enumerate(STEPS):
        while read_order(page).index(text) > place:
            button = page.get_by_role("button", name=f"Move up: {text}")
            before = read_order(page)
            if isinstance(hand, Keyboard):
                hand.go_to(button)
                page.keyboard.press("Enter")
            elif scripted:
                button.click()
            else:
                press(button)
            assert read_order(page).index(text) == before.index(text) - 1
            expect(page.get_by_role("button", name=f"Move up: {text}")).to_be_focused()


def read_order(page: Page) -> list[str]:
    """Return the steps as they stand now."""
    return [text.strip() for text in page.locator("[data-order] .grow:not(.row)").all_inner_texts()]


def fill_gaps(hand: Keyboard | Pointer) -> None:
    """Fill every gap, by its label."""
    hand.write(hand.page.get_by_label("Gap 1"), "3")
    hand.write(hand.page.get_by_label("Gap 2"), "our name")
    pick(hand, hand.page.get_by_label("Gap 3"), "within the hour")


def write_text(hand: Keyboard | Pointer, text: str) -> None:
    """Type an answer."""
    hand.write(hand.page.locator("#choice-1"), text)


def answer_all(
    hand: Keyboard | Pointer, check: Callable[[Page], None], *, scripted: bool = True
) -> None:
    """Answer the nine questions in turn, hand in, and read the review."""
    page = hand.page
    answers: dict[str, Callable[[], None]] = {
        "single": lambda: choose_options(hand, "I will find out"),
        "multiple": lambda: choose_options(hand, "name and number", "When it", "would like"),
        "true_false": lambda: choose_options(hand, "False"),
        "short_text": lambda: write_text(hand, "Thank you"),
        "numeric": lambda: write_text(hand, "4,0"),
        "matching": lambda: pick_pairs(hand),
        "ordering": lambda: bring_into_order(hand, scripted=scripted),
        "gaps": lambda: fill_gaps(hand),
        "open": lambda: write_text(hand, LETTER),
    }
    for kind, give in answers.items():
        expect(page.locator("h1")).to_be_visible()
        check(page)
        give()
        if kind == "open" and scripted:
            expect(page.locator("#words")).to_have_text(str(len(LETTER.split())))
        hand.press(
            page.get_by_role("button", name="Answer").or_(page.locator("[form=answer]")).first
        )
    expect(page.locator("main")).to_contain_text("All questions are answered")
    hand.press(page.get_by_role("button", name="Hand in"))
    check(page)
    expect(page.locator("h1")).to_contain_text("Now a person marks it")
    expect(page.locator("main")).to_contain_text(LETTER)
    grades = ItemGrade.objects.filter(item__attempt=Attempt.objects.latest("pk"))
    states = grades.order_by("item__number").values_list("state", flat=True)
    assert list(states) == ["right"] * 8 + ["needs_marking"]


def test_each_type_is_answered_by_keyboard_on_a_phone(open_page):
    address = make_quiz_of_all_types()
    hand = Keyboard(open_page())
    sign_in(hand, MANAGER)
    hand.page.goto(address)
    hand.press(hand.page.get_by_role("button", name="Start"))
    answer_all(hand, check_axe)


def test_each_type_is_answered_without_javascript(open_page):
    address = make_quiz_of_all_types()
    hand = Pointer(open_page(java_script_enabled=False))
    sign_in(hand, MANAGER)
    hand.page.goto(address)
    hand.press(hand.page.get_by_role("button", name="Start"))
    answer_all(hand, lambda _page: None, scripted=False)
