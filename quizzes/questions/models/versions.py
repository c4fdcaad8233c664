"""Versions of questions: what was asked and what was right, frozen."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from quizzes.questions.models.questions import Question


def digest_body(body: dict[str, Any]) -> str:
    """Return the SHA-256 of plain data, the same on every machine."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class QuestionVersionQuerySet(models.QuerySet["QuestionVersion"]):
    """Versions. Every method chains; none writes."""

    def latest(self) -> Self:  # type: ignore[override]
        """Return the newest version of each question."""
        newer = QuestionVersion.objects.filter(
            question_id=OuterRef("question_id"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))

    def askable(self) -> Self:
        """Return the versions that a new attempt may draw."""
        return self.latest().filter(question__live=True, question__retired=False)


class QuestionVersion(models.Model):
    """What a question asked and what was right, while it was live. Never changed.

    ``bank_code``, ``tags``, ``standard_codes`` and ``difficulty`` repeat parts of ``body``:
    drawing reads thousands of rows and must not load their texts.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    revision_id = models.BigIntegerField(_("revision"), null=True)
    body = models.JSONField(_("question and key"))
    digest = models.CharField(_("digest"), max_length=64)
    tags = models.JSONField(_("tags"), default=list)
    standard_codes = models.JSONField(_("standards"), default=list)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), default=2)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = QuestionVersionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        ordering = ["question_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"],
                name="sb_quizzes_questionversion_number_once",
                violation_error_message=_("This question already has a version of that number."),
            ),
            # Publishing fires twice for a scheduled revision: one version is made of it.
            models.UniqueConstraint(
                fields=["question", "revision_id"],
                condition=Q(revision_id__isnull=False),
                name="sb_quizzes_questionversion_revision_once",
                violation_error_message=_("This revision of the question is already a version."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question.code} v{self.number}"
