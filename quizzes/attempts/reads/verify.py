"""Marks and results derived again from the frozen answers, and compared with what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from quizzes.attempts.models import Attempt, AttemptItem, AttemptResult, ItemGrade
from quizzes.attempts.reads.answers import read_last_responses
from quizzes.attempts.reads.chances import is_flawed, is_passed
from quizzes.attempts.rules import ItemMark, Outcome, Verdict, read_terms
from quizzes.attempts.rules.versions import RULE_SETS
from quizzes.questions.models import QuestionVersion
from quizzes.questions.rules import Question, parse_question
from quizzes.questions.rules.grades import grade_of

CHUNK = 200


@dataclass(frozen=True, slots=True)
class WrongResult:
    """One stored value that its own rules do not give; ``where`` names the row."""

    where: str
    field: str
    stored: str
    derived: str


class Questions:
    """The questions of versions, each read once."""

    def __init__(self) -> None:
        self._known: dict[int, Question] = {}

    def load(self, items: Iterable[AttemptItem]) -> None:
        """Read those that are new. One query, or none."""
        new = {item.question_version_id for item in items} - self._known.keys()
        rows = QuestionVersion.objects.filter(pk__in=new).values_list("pk", "body") if new else ()
        self._known |= {pk: parse_question(body) for pk, body in rows}

    def of(self, item: AttemptItem) -> Question:
        """Return the question of an item that was loaded."""
        return self._known[item.question_version_id]


def find_wrong_results() -> Iterator[WrongResult]:
    """Yield what differs, oldest attempt first.

    Seven queries for two hundred attempts, eight where earlier tries weigh in, and as many for each
    attempt that looks wrong at first. Each question is read once, however many were asked it. Each
    mark is derived by the rules it names. Of a mark that a person gave, the share is taken as it is
    (``marking`` checks it) and what follows from it is derived. Where the first or the average try
    counts, whether the quiz is passed is checked for being possible only: see ``settle``.
    """
    finished = Attempt.objects.exclude(state=Attempt.State.OPEN).order_by("pk")
    last, questions = 0, Questions()
    while ids := list(finished.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        last = ids[-1]
        for attempt_id, found in _check_attempts(ids, questions):
            # A mark saved between two of the queries looks like tampering: look once more.
            for _attempt_id, wrong in _check_attempts([attempt_id], questions) if found else ():
                yield from wrong


def _check_attempts(
    ids: Sequence[int], questions: Questions
) -> Iterator[tuple[int, list[WrongResult]]]:
    """Yield the id of each attempt, in order, with what is wrong about it."""
    attempts = Attempt.objects.filter(pk__in=ids).select_related("quiz_version").order_by("pk")
    items = list(AttemptItem.objects.filter(attempt__in=ids).order_by("number"))
    questions.load(items)
    by_attempt: dict[int, list[AttemptItem]] = {}
    for item in items:
        by_attempt.setdefault(item.attempt_id, []).append(item)
    grades: dict[int, list[ItemGrade]] = {}
    for row in ItemGrade.objects.filter(item__attempt__in=ids).order_by("pk"):
        grades.setdefault(row.item_id, []).append(row)
    responses = read_last_responses(items)
    results: dict[int, list[AttemptResult]] = {}
    for result in AttemptResult.objects.filter(attempt__in=ids).order_by("number"):
        results.setdefault(result.attempt_id, []).append(result)
    earlier = read_earlier(attempts)
    for attempt in attempts:
        wrong: list[WrongResult] = []
        own = by_attempt.get(attempt.pk, [])
        for item in own:
            given = grades.get(item.pk, ())
            wrong += _check_item(attempt, item, questions.of(item), given, responses)
        asked = [(item, questions.of(item)) for item in own]
        for result in results.get(attempt.pk, ()):
            before = earlier.get(attempt.pk, ())
            wrong += _check_result(attempt, result, asked, grades, before)
        yield attempt.pk, wrong


def _check_item(
    attempt: Attempt,
    item: AttemptItem,
    question: Question,
    grades: Sequence[ItemGrade],
    responses: dict[int, object],
) -> Iterator[WrongResult]:
    where = f"attempt {attempt.uuid}, question {item.number}"
    if not grades:
        yield WrongResult(where, "mark", "none", "one")
    for stored in grades:
        rules = RULE_SETS.get(stored.rules_version)
        if rules is None:
            yield WrongResult(where, "rules", str(stored.rules_version), "unknown")
            continue
        if stored.grader_id is None:
            found = rules.grade(question, responses.get(item.pk))
        else:
            found = grade_of(Fraction(stored.fraction))
        mark = found.fraction * question.max_mark
        pairs = {
            "state": (stored.state, found.state),
            "fraction": (stored.fraction, _write(found.fraction)),
            "mark": (stored.mark, _write(mark)),
            "mark_float": (str(stored.mark_float), str(float(mark))),
        }
        yield from _compare(where, pairs)


def _check_result(
    attempt: Attempt,
    result: AttemptResult,
    asked: Sequence[tuple[AttemptItem, Question]],
    grades: dict[int, list[ItemGrade]],
    earlier: Sequence[AttemptResult],
) -> Iterator[WrongResult]:
    where = f"attempt {attempt.uuid}, result {result.number}"
    rules = RULE_SETS.get(result.rules_version)
    if rules is None:
        yield WrongResult(where, "rules", str(result.rules_version), "unknown")
        return
    marks = []
    for item, question in asked:
        known = [g for g in grades.get(item.pk, ()) if g.graded_at <= result.decided_at]
        if not known:
            return
        if known[-1].state == "needs_marking":
            # Only in practice is a result decided without: nobody marks there.
            continue
        marks.append(_read_mark(question, known[-1]))
    body = attempt.quiz_version.body
    verdict = rules.judge(marks, body["pass_percent"], body["standard_marks"])
    yield from _compare(where, _pair_result(result, verdict))
    if str(result.quiz_passed) not in (could := sorted(settle(attempt, result, verdict, earlier))):
        yield WrongResult(where, "quiz_passed", str(result.quiz_passed), " or ".join(could))


def read_earlier(attempts: Iterable[Attempt]) -> dict[int, list[AttemptResult]]:
    """Return the results of earlier scored tries per attempt, where they weigh in; in their order.

    No query where each try decides by itself, as it mostly does; else one.
    """
    weighing = [attempt for attempt in attempts if not decides_alone(attempt)]
    if not weighing:
        return {}
    rows = AttemptResult.objects.filter(
        attempt__employee__in={attempt.employee_id for attempt in weighing},
        attempt__quiz__in={attempt.quiz_id for attempt in weighing},
        attempt__purpose=Attempt.Purpose.SCORED,
    )
    known = list(rows.select_related("attempt").order_by("attempt__number", "number"))
    return {
        attempt.pk: [
            row
            for row in known
            if row.attempt.employee_id == attempt.employee_id
            and row.attempt.quiz_id == attempt.quiz_id
            and row.attempt.number < attempt.number
        ]
        for attempt in weighing
    }


def decides_alone(attempt: Attempt) -> bool:
    """Return whether earlier tries do not matter to what this one comes to."""
    counting = read_terms(attempt.quiz_version.body).counting
    return attempt.purpose != Attempt.Purpose.SCORED or counting in {"highest", "last"}


def settle(
    attempt: Attempt, result: AttemptResult, verdict: Verdict, earlier: Sequence[AttemptResult]
) -> set[str]:
    """Return what ``quiz_passed`` may say: one answer, where each try decides by itself.

    Elsewhere tries count from some moment on, which the certification moves with every cycle and
    no result keeps. So it is checked only that some such moment gives what is stored: a wrong pass
    that another moment would have given is not found.
    """
    if attempt.purpose != Attempt.Purpose.SCORED:
        return {"False"}
    if decides_alone(attempt):
        return {str(verdict.passed)}
    known: dict[int, AttemptResult] = {}
    for row in earlier:
        if row.decided_at <= result.decided_at:
            known[row.attempt_id] = row
    body = attempt.quiz_version.body
    outcomes = [
        Outcome(Fraction(row.percent), row.passed, is_flawed(row.reasons)) for row in known.values()
    ]
    flawed = any(reason.code != "below_pass_mark" for reason in verdict.reasons)
    outcomes.append(Outcome(verdict.percent, verdict.passed, flawed))
    terms = read_terms(body)
    return {str(is_passed(body, terms, outcomes[place:])) for place in range(len(outcomes))}


def _read_mark(question: Question, grade: ItemGrade) -> ItemMark:
    return ItemMark(
        standards=question.standards,
        mark=Fraction(grade.mark),
        max_mark=question.max_mark,
        critical=question.critical,
        fraction=Fraction(grade.fraction),
    )


def _pair_result(result: AttemptResult, verdict: Verdict) -> dict[str, tuple[str, str]]:
    standards = {
        code: None if share is None else _write(share) for code, share in verdict.standards.items()
    }
    reasons = [(r.code, r.standard, _write(r.got), _write(r.needed)) for r in verdict.reasons]
    stored = [(r["code"], r["standard"], r["got"], r["needed"]) for r in result.reasons]
    return {
        "percent": (result.percent, _write(verdict.percent)),
        "percent_float": (str(result.percent_float), str(float(verdict.percent))),
        "passed": (str(result.passed), str(verdict.passed)),
        "standards": (str(sorted(result.standards.items())), str(sorted(standards.items()))),
        "reasons": (str(stored), str(reasons)),
    }


def _compare(where: str, pairs: dict[str, tuple[str, str]]) -> Iterator[WrongResult]:
    for field, (stored, derived) in pairs.items():
        if stored != derived:
            yield WrongResult(where, field, stored, derived)


def _write(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
