"""Questions and quizzes for tests, made through the product's own importers."""

from datetime import UTC, datetime

from lms.api import Standard
from lms.models import StandardCategory
from quizzes.attempts.actions import import_quiz, save_response, start_attempt, submit_attempt
from quizzes.attempts.models import AttemptItem
from quizzes.questions.actions import import_questions

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_standard(code: str, **fields) -> Standard:
    """Return a live standard."""
    category, _ = StandardCategory.objects.get_or_create(
        slug="communication", defaults={"name": "Communication"}
    )
    fields = {"title": f"Title of {code}", "statement": "<p>Do it.</p>"} | fields
    standard, _ = Standard.objects.get_or_create(
        code=code, defaults=fields | {"category": category}
    )
    return standard


def single(code: str, standard: str = "PHONE-01", **extra) -> dict:
    """Return a single-choice question whose right option is ``b``."""
    return {
        "code": code,
        "type": "single",
        "prompt": f"<p>What about {code}?</p>",
        "options": [
            {"id": "a", "text": f"{code} first", "fraction": "0", "feedback": f"{code} a-said"},
            {"id": "b", "text": f"{code} second", "fraction": "1", "feedback": f"{code} b-said"},
            {"id": "c", "text": f"{code} third", "fraction": "0", "feedback": f"{code} c-said"},
        ],
        "standards": {standard: 1},
        "feedback": {"general": f"{code} general-said", "right": "Yes.", "wrong": "No."},
        "difficulty": 2,
        "tags": ["phone"],
    } | extra


def multiple(code: str, standard: str = "PHONE-01", **extra) -> dict:
    """Return a multiple-choice question whose right options are ``a`` and ``b``."""
    row = single(code, standard)
    fractions = {"a": "1/2", "b": "1/2", "c": "-1/2"}
    options = [option | {"fraction": fractions[option["id"]]} for option in row["options"]]
    return row | {"type": "multiple", "scoring": "fractions", "options": options} | extra


def true_false(code: str, standard: str = "PHONE-01", **extra) -> dict:
    """Return a statement that is false."""
    row = single(code, standard)
    del row["options"]
    return row | {"type": "true_false", "answer": False} | extra


def make_questions(rows: list[dict], bank: str = "BANK"):
    """Return the questions, live in a bank; their standards are made when missing."""
    for code in {code for row in rows for code in row["standards"]}:
        make_standard(code)
    return import_questions(bank_code=bank, questions=rows, actor=None, now=NOW)


def make_quiz(code: str = "QUIZ", **settings):
    """Return a live quiz; by default four questions drawn from BANK, 75 % to pass."""
    document = {
        "code": code,
        "title": "Counter check",
        "intro": "Four questions.",
        "pass_percent": 75,
        "standard_marks": {},
        "attempts_allowed": 3,
        "cool_down_minutes": 30,
        "time_limit_minutes": 20,
        "slots": [{"draw": {"bank": "BANK", "count": 4}}],
    } | settings
    for name in document["standard_marks"]:
        make_standard(name)
    return import_quiz(quiz=document, actor=None, now=NOW)


def make_small_quiz(count: int = 12, **settings):
    """Return a live quiz that draws four of ``count`` single-choice questions."""
    make_questions([single(f"Q{n:02d}") for n in range(count)])
    return make_quiz(**settings)


def start(employee, quiz, now=NOW, **options):
    """Return the attempt of a person who starts."""
    return start_attempt(employee=employee, quiz=quiz, actor=employee.user, now=now, **options)


def token_of(item: AttemptItem, part: str) -> str:
    """Return the token under which a part was sent to this person."""
    return {name: token for token, name in item.options}[part]


def answer(attempt, number: int, part: str | list[str], now=NOW, sequence=None):
    """Save an answer given by option ids."""
    item = attempt.items.get(number=number)
    raw = [token_of(item, p) for p in part] if isinstance(part, list) else token_of(item, part)
    return save_response(
        attempt=attempt,
        item_number=number,
        raw=raw,
        sequence=sequence,
        actor=attempt.employee.user,
        now=now,
    )


def take(employee, quiz, right: int, now=NOW, **options):
    """Return a finished attempt at single-choice questions with the first ``right`` ones right."""
    attempt = start(employee, quiz, now, **options)
    for item in attempt.items.all():
        answer(attempt, item.number, "b" if item.number <= right else "a", now)
    return submit_attempt(attempt=attempt, actor=employee.user, now=now)
