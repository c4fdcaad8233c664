"""Quizzes with open answers, handed in."""

from lms.api import grant_role
from quizzes.attempts.actions import save_response, submit_attempt
from quizzes.attempts.models import OpenAnswer
from quizzes.marking.actions import mark_answer
from tests.lms.factories import UserFactory, make_person
from tests.quizzes.factories import NOW, answer, make_questions, make_quiz, single, start

RUBRIC = [
    {
        "text": "Greets by name",
        "levels": [
            {"text": "no", "points": 0},
            {"text": "half", "points": 1},
            {"text": "yes", "points": 2},
        ],
    },
    {
        "text": "Offers a way out",
        "levels": [
            {"text": "no", "points": 0},
            {"text": "vague", "points": "1/2"},
            {"text": "clear", "points": 1},
        ],
    },
]


def open_question(code: str, standard: str = "PHONE-01", **extra) -> dict:
    """Return a question that a person marks."""
    return {
        "code": code,
        "type": "open",
        "prompt": f"<p>What do you say in {code}?</p>",
        "rubric": RUBRIC,
        "standards": {standard: 1},
        "difficulty": 2,
        "tags": [],
        "max_mark": 2,
    } | extra


def make_open_quiz(code: str = "OPEN", opens: int = 1, rubric=RUBRIC, **settings):
    """Return a live quiz of two single-choice questions and some open ones, in this order."""
    codes = [f"{code}-{n}" for n in range(1, opens + 1)]
    make_questions([single(f"{code}-A"), single(f"{code}-B")], bank="OPEN")
    make_questions([open_question(name, rubric=rubric) for name in codes], bank="OPEN")
    slots = [{"question": name} for name in (f"{code}-A", f"{code}-B", *codes)]
    return make_quiz(code, slots=slots, time_limit_minutes=None, cool_down_minutes=0, **settings)


def hand_in(
    person, quiz, right: int = 2, words: str = "Good morning, Ms Vale.", now=NOW, **options
):
    """Return an attempt that is handed in, with the open answers written."""
    attempt = start(person, quiz, now, **options)
    for item in attempt.items.select_related("question_version"):
        if item.question_version.body["type"] == "open":
            save_response(
                attempt=attempt, item_number=item.number, raw=words, actor=person.user, now=now
            )
        else:
            answer(attempt, item.number, "b" if item.number <= right else "a", now)
    return submit_attempt(attempt=attempt, actor=person.user, now=now)


def make_marker(role: str = "hr", **fields):
    """Return a login that marks; without a place for the whole company."""
    user = UserFactory(**fields)
    grant_role(user=user, role=role, actor=None, now=NOW)
    return user


def mark(answer_or_attempt, marker, levels=(2, 2), comment="", version=None, now=NOW):
    """Give a mark to an answer, or to the first one of an attempt that waits."""
    row = answer_or_attempt
    if not isinstance(row, OpenAnswer):
        row = OpenAnswer.objects.waiting().filter(attempt=row).exclude(turn="held").first()
    row = OpenAnswer.objects.get(pk=row.pk)
    return mark_answer(
        answer=row,
        levels=list(levels),
        comment=comment,
        seen_version=row.version if version is None else version,
        actor=marker,
        now=now,
    )


def make_learner(**fields):
    """Return somebody with a login."""
    return make_person(**fields)
