"""The short quiz after a material change of a standard: made by the system, drawn from banks."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.api import Standard
from quizzes.attempts.actions.imports import import_quiz
from quizzes.attempts.models import CHANGE_QUIZ_PREFIX, Quiz
from quizzes.attempts.reads import share_among_banks
from quizzes.questions.models import QuestionBank


@transaction.atomic
def make_change_quiz(*, standard: Standard, questions: int, now: datetime) -> Quiz | None:
    """Return the live quiz of so many questions that name a standard, made if there is none.

    It belongs to nobody and is not among the authors' quizzes. With fewer questions it asks all
    of them; with none there is no quiz. It is passed by the usual rule and can be tried at once
    again, as often as need be.
    """
    shares = share_among_banks(standard, questions)
    if not shares:
        return None
    banks = QuestionBank.objects.in_bulk(list(shares), field_name="uuid")
    with override(settings.LANGUAGE_CODE):
        title = _("What changed: %(title)s") % {"title": standard.title}
        intro = _("A few questions on %(code)s, which has changed.") % {"code": standard.code}
    return import_quiz(
        quiz={
            "code": f"{CHANGE_QUIZ_PREFIX}{standard.uuid.hex[:24]}:{questions}",
            "title": Truncator(title).chars(160),
            "intro": intro,
            "slots": [
                {"draw": {"bank": banks[uuid].code, "standard": standard.code, "count": count}}
                for uuid, count in shares.items()
            ],
        },
        actor=None,
        now=now,
    )
