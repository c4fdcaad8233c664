"""Marks that people gave, derived again from the levels they chose, and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from django.db.models import Q

from quizzes.attempts.models import ItemGrade, OpenAnswer
from quizzes.attempts.reads import WrongResult
from quizzes.marking.models import Mark
from quizzes.marking.reads.pages import read_scales
from quizzes.marking.rules import ALWAYS, NEVER, Scale, disagree, is_complete, score, settle

CHUNK = 200
Role = Mark.Role


def find_wrong_marks() -> Iterator[WrongResult]:
    """Yield what the levels chosen in rubrics do not give, oldest answer first.

    Each mark's share is the sum of its levels; the answer's grade is what its markers settle on,
    and each correction gives one more. Whether a second mark was needed is checked where the quiz
    asks for one always; where it asks if the answer decides, one mark is taken as enough. Three
    queries for two hundred answers, one for grades that name a person where no answer waits for
    one, and three for each answer that looks wrong at first.
    """
    stray = ItemGrade.objects.filter(grader__isnull=False, item__open_answer__isnull=True)
    for grade in stray.select_related("item__attempt"):
        yield WrongResult(_place(grade), "mark", grade.mark, "none by a person")
    last = 0
    rows = OpenAnswer.objects.order_by("pk").select_related(
        "attempt__quiz_version", "item__question_version"
    )
    while answers := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = answers[-1].pk
        for answer, found in _check_all(answers):
            # A mark saved between two of the queries looks like tampering: look once more.
            again = _check_all(rows.filter(pk=answer.pk)) if found else ()
            for _answer, wrong in again:
                yield from wrong


def _check_all(
    rows: Iterable[OpenAnswer],
) -> Iterator[tuple[OpenAnswer, list[WrongResult]]]:
    """Yield each answer with what is wrong about it. Two queries, and that of the rows."""
    answers = list(rows)
    marks: dict[int, list[Mark]] = {}
    for mark in Mark.objects.filter(answer__in=answers).order_by("pk"):
        marks.setdefault(mark.answer_id, []).append(mark)
    given = ItemGrade.objects.filter(
        Q(grader__isnull=False), item__in=[answer.item_id for answer in answers]
    )
    grades: dict[int, list[ItemGrade]] = {}
    for grade in given.order_by("pk"):
        grades.setdefault(grade.item_id, []).append(grade)
    for answer in answers:
        own = _check(answer, marks.get(answer.pk, []), grades.get(answer.item_id, []))
        yield answer, list(own)


def _place(row: ItemGrade | OpenAnswer) -> str:
    attempt = row.attempt if isinstance(row, OpenAnswer) else row.item.attempt
    return f"attempt {attempt.uuid}, question {row.item.number}"


def _check(
    answer: OpenAnswer, marks: Sequence[Mark], grades: Sequence[ItemGrade]
) -> Iterator[WrongResult]:
    where, scales = _place(answer), read_scales(answer.item.question_version.body)
    for mark in marks:
        if not is_complete(scales, mark.levels):
            yield WrongResult(where, f"levels, {mark.role}", str(mark.levels), "one per criterion")
            return
        share = _write(score(scales, mark.levels))
        if mark.share != share:
            yield WrongResult(where, f"share, {mark.role}", mark.share, share)
    counted = [mark for mark in marks if mark.role != Role.CORRECTION]
    yield from _check_turn(where, answer, scales, counted)
    if answer.turn != OpenAnswer.Turn.DONE or not counted:
        expected = []
    else:
        corrections = [mark for mark in marks if mark.role == Role.CORRECTION]
        expected = [settle(scales, [mark.levels for mark in counted])]
        expected += [score(scales, mark.levels) for mark in corrections]
    shown, derived = [row.fraction for row in grades], [_write(share) for share in expected]
    if shown != derived:
        yield WrongResult(where, "marks by people", ", ".join(shown), ", ".join(derived))


def _check_turn(
    where: str, answer: OpenAnswer, scales: Sequence[Scale], counted: Sequence[Mark]
) -> Iterator[WrongResult]:
    """Find an answer that was closed with too few marks, or with two markers who do not agree."""
    roles = [mark.role for mark in counted]
    if roles != [Role.FIRST, Role.SECOND, Role.THIRD][: len(roles)]:
        yield WrongResult(where, "markers", ", ".join(roles), "first, second, third")
        return
    if answer.turn != OpenAnswer.Turn.DONE:
        return
    if not counted:
        yield WrongResult(where, "turn", answer.turn, OpenAnswer.Turn.FIRST.value)
    elif len(counted) == 1 and _asks_for_two(answer):
        yield WrongResult(where, "turn", answer.turn, OpenAnswer.Turn.SECOND.value)
    elif len(counted) == 2 and disagree(scales, counted[0].levels, counted[1].levels):
        yield WrongResult(where, "turn", answer.turn, OpenAnswer.Turn.THIRD.value)


def _asks_for_two(answer: OpenAnswer) -> bool:
    """Return whether a second mark is always needed, by the version that was taken."""
    mode: str = answer.attempt.quiz_version.body.get("second_marking", NEVER)
    return mode == ALWAYS


def _write(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
