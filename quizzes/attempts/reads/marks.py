"""The marks of an attempt's questions as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from quizzes.attempts.models import AttemptItem, ItemGrade
from quizzes.attempts.rules import ItemMark
from quizzes.questions.rules import Question, parse_question


def build_mark(question: Question, share: Fraction) -> ItemMark:
    """Return the mark of a question of which a share was earned."""
    return ItemMark(
        standards=question.standards,
        mark=share * question.max_mark,
        max_mark=question.max_mark,
        critical=question.critical,
        fraction=share,
    )


def read_item_marks(
    *, attempt_id: int, shares: Mapping[int, str] | None = None
) -> list[tuple[int, ItemMark]]:
    """Return item id and mark of each question, by its last grade, in order. Two queries.

    ``shares`` (``n/d`` by item id) stand in for grades that are not given yet.
    """
    items = AttemptItem.objects.filter(attempt_id=attempt_id).select_related("question_version")
    grades = ItemGrade.objects.filter(item__attempt_id=attempt_id).order_by("pk")
    last = dict(grades.values_list("item_id", "fraction")) | dict(shares or {})
    return [
        (item.pk, build_mark(parse_question(item.question_version.body), Fraction(last[item.pk])))
        for item in items
    ]
