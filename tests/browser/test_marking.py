"""An open answer in Chromium: handed in on a phone, marked by two people, settled by a third."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from lms.api import Employee, Standard, grant_role
from quizzes.api import AttemptResult, import_questions, import_quiz
from quizzes.marking.models import Mark
from tests.browser.chromium import DESK, check_axe
from tests.browser.hands import Keyboard, Pointer
from tests.browser.steps import Check, fetch_mails, link_in, look_away, mail_to, sign_in
from tests.quizzes.marking.factories import open_question

LEARNER, ASSESSOR, SECOND, HR = "HF00600", "HF00067", "HF00064", "hr@harbourfinch.example"
WORDS = "Good morning Ms Vale, I look it up and call you back before noon."
# The newest answers are on the last page, and the demo's own wait before them.
QUEUE = "/branch/marking/?page=999"
PRAISE = "The time you name calms her."


def make_quiz() -> str:
    """Return the address of a quiz with one open question that two people mark."""
    code = Standard.objects.order_by("code").values_list("code", flat=True)[0]
    options = {"actor": None, "now": timezone.now()}
    import_questions(bank_code="OPEN", questions=[open_question("OPEN-1", code)], **options)
    quiz = import_quiz(
        quiz={
            "code": "OPEN",
            "title": "In your own words",
            "second_marking": "always",
            "pass_percent": 50,
            "slots": [{"question": "OPEN-1"}],
        },
        **options,
    )
    colleague = Employee.objects.get(employee_number=SECOND)
    grant_role(user=colleague.user, role="assessor", branch=colleague.home_branch, **options)
    return f"/quizzes/{quiz.uuid}/"


def hand_in(hand: Keyboard | Pointer, address: str, check: Check) -> None:
    """Write the answer and hand it in."""
    page = hand.page
    sign_in(hand, LEARNER)
    page.goto(address)
    hand.press(page.locator("button[form=start]"))
    check(page)
    hand.write(page.locator("#choice-1"), WORDS)
    hand.press(page.locator("button[form=answer]"))
    hand.press(page.locator("button[form=submit]"))
    expect(page.locator("h1")).to_contain_text("Now a person marks it")


def find_answer(page: Page) -> Locator:
    """Return the link to the answer among all that wait."""
    return page.locator(".tasks a").filter(has_text="What do you say in OPEN-1?")


def choose_level(hand: Keyboard | Pointer, line: int, level: int) -> None:
    """Choose a level; by keyboard one tabs to the line and goes down it with the arrow key."""
    target = hand.page.locator(f"#id_level-{line}_{level}")
    if isinstance(hand, Pointer):
        hand.choose(target)
        return
    hand.go_to(hand.page.locator(f"#id_level-{line}_0"))
    hand.page.keyboard.press("Space")
    for _step in range(level):
        hand.page.keyboard.press("ArrowDown")
    hand.look_where_i_am(target)
    expect(target).to_be_checked()


def mark(
    hand: Keyboard | Pointer, levels: tuple[int, int], comment: str = "", check: Check = look_away
) -> None:
    """Mark the answer, from the list to the words that it is saved."""
    page = hand.page
    page.goto(QUEUE)
    check(page)
    hand.press(find_answer(page))
    expect(page.locator("main")).to_contain_text(WORDS)
    # Who wrote it is nobody's business here.
    name = Employee.objects.get(employee_number=LEARNER).full_name
    expect(page.locator("main")).not_to_contain_text(name)
    check(page)
    for line, level in enumerate(levels):
        choose_level(hand, line, level)
    if comment:
        hand.write(page.locator("#id_comment"), comment)
    hand.press(page.get_by_role("button", name="Save and go on"))
    expect(page.locator("main")).to_contain_text("Saved.")


def read_result(hand: Keyboard | Pointer, check: Check) -> None:
    """Find the result from the home page and read what was said."""
    page = hand.page
    page.goto("/")
    check(page)
    hand.press(page.get_by_role("link", name="See your result"))
    expect(page.locator("h1")).to_have_text("Passed. Well done!")
    expect(page.locator("main")).to_contain_text(PRAISE)
    check(page)


def test_an_answer_is_handed_in_marked_twice_by_keyboard_and_settled(open_page):
    address = make_quiz()
    learner = Pointer(open_page())
    hand_in(learner, address, check_axe)
    first = Keyboard(open_page(viewport=DESK))
    sign_in(first, ASSESSOR)
    first.press(first.page.get_by_role("link", name="To mark").first)
    mark(first, (2, 2), "Everything is there.", check_axe)
    second = Pointer(open_page())
    sign_in(second, SECOND)
    mark(second, (0, 0), "I miss her name.")
    assert not AttemptResult.objects.filter(attempt__quiz__code="OPEN").exists()
    third = Keyboard(open_page())
    sign_in(third, HR)
    third.page.goto(QUEUE)
    expect(third.page.locator("main")).to_contain_text("you decide")
    mark(third, (1, 2), PRAISE)
    given = Mark.objects.filter(answer__attempt__quiz__code="OPEN").order_by("pk")
    assert list(given.values_list("role", flat=True)) == ["first", "second", "third"]
    read_result(learner, check_axe)
    mails = [note for note in fetch_mails() if note["Subject"].startswith("Your result is in")]
    note = mail_to(mails, Employee.objects.get(employee_number=LEARNER).email)
    assert link_in(note) == learner.page.url


def test_an_answer_is_marked_without_javascript(open_page):
    address = make_quiz()
    learner = Pointer(open_page(java_script_enabled=False))
    hand_in(learner, address, look_away)
    for login, levels in ((ASSESSOR, (2, 2)), (SECOND, (2, 1))):
        marker = Pointer(open_page(java_script_enabled=False))
        sign_in(marker, login)
        marker.page.watch.expect("/branch/marking/")
        marker.page.goto(QUEUE)
        marker.press(find_answer(marker.page))
        marker.press(marker.page.get_by_role("button", name="Save and go on"))
        expect(marker.page.locator(".errors")).to_contain_text("Greets by name: Choose a level.")
        mark(marker, levels, PRAISE)
    read_result(learner, look_away)
