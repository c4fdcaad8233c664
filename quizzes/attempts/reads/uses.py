"""Which quizzes use a question, and which would be short without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse

from quizzes.attempts.models import CHANGE_QUIZ_PREFIX, QuizVersion
from quizzes.attempts.reads.draws import read_pool, read_slots
from quizzes.attempts.rules import DrawError, PoolQuestion, Slot, draw, may_ask
from quizzes.questions.models import Question
from quizzes.questions.reads import QuestionUse


def find_quiz_uses(
    questions: Sequence[Question],
    counts_missing: bool = False,  # noqa: FBT001, FBT002  # as find_uses calls it
) -> Mapping[int, Sequence[QuestionUse]]:
    """Return the live quizzes that ask each question, by its id. Two queries.

    What each would lack is counted only when asked for: it takes a draw over the whole bank.
    A draw finds only what is live and not retired; a fixed place names a question for ever.
    """
    if not questions:
        return {}
    versions = QuizVersion.objects.latest().filter(quiz__live=True)
    versions = versions.exclude(quiz__code__startswith=CHANGE_QUIZ_PREFIX).order_by("quiz__title")
    quizzes = [
        (body["title"], reverse("wagtailsnippets_sb_quizzes_quiz:edit", args=[pk]), slots)
        for pk, body in versions.values_list("quiz_id", "body")
        if (slots := read_slots(body))
    ]
    pool = read_pool([slot for _title, _url, slots in quizzes for slot in slots])
    uses: dict[int, list[QuestionUse]] = {}
    for question in questions:
        name = str(question.uuid)
        own = [row for row in pool if row.code == name]
        for title, url, slots in quizzes:
            fixed = any(slot.code == name for slot in slots)
            if fixed or (own and may_ask(slots, own)):
                rest = [row for row in pool if row.code != name] if counts_missing else []
                short_by = count_missing(slots, rest) if counts_missing else 0
                use = QuestionUse(title=title, url=url, fixed=fixed, short_by=short_by)
                uses.setdefault(question.pk, []).append(use)
    return uses


def count_missing(slots: Sequence[Slot], pool: Sequence[PoolQuestion]) -> int:
    """Return how many questions the first draw that cannot be filled would lack; 0 for none."""
    try:
        draw(slots, pool, "check")
    except DrawError as error:
        return error.missing
    return 0
