"""Take a question out of every draw, for good: what was asked stays on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.api import NotAllowedError
from quizzes.questions.models import Question
from quizzes.questions.permissions import AuthorPolicy

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

RETIRED: Final = "sb_quizzes.retire"


@transaction.atomic
def retire_question(*, question: Question, actor: AbstractBaseUser) -> Question:
    """Retire a question at once, live row and draft; again changes nothing.

    A draft that waits for approval stays one: nothing else of it goes live.

    Raises: NotAllowedError for whoever may not put questions live.
    """
    fresh = Question.objects.select_for_update().get(pk=question.pk)
    if not AuthorPolicy(Question).user_has_permission_for_instance(actor, "publish", fresh):
        raise NotAllowedError(_("Only HR takes a question out of live quizzes."))
    if fresh.retired:
        return fresh
    fresh.retired = True
    fresh.save(update_fields=["retired"])
    if fresh.latest_revision_id is not None:
        draft = fresh.get_latest_revision_as_object()
        draft.retired = True
        draft.save_revision(user=actor, changed=False, log_action=False, clean=False)
    log(instance=fresh, action=RETIRED, user=actor)
    return fresh
