"""Quizzes: drafted as snippets, frozen as versions that attempts obey."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.search import index

from quizzes.attempts.blocks import SlotStreamBlock, StandardMarkStreamBlock
from quizzes.attempts.rules import FULL_FEEDBACK, PHASES
from quizzes.questions.models import Drafted

if TYPE_CHECKING:
    from typing import Self


CHANGE_QUIZ_PREFIX = "change:"
"""How the codes of quizzes begin that the system makes when a standard changes."""


def tick_all_after() -> dict[str, list[str]]:
    """Return what a new quiz shows: everything, once it is handed in."""
    return {phase: list(shown) for phase, shown in FULL_FEEDBACK.items()}


class Quiz(Drafted):
    """A check of what people know, as its author drafts it. What holds is its latest version."""

    class Counting(models.TextChoices):
        HIGHEST = "highest", _("the best try")
        LAST = "last", _("the last try")
        FIRST = "first", _("the first try")
        AVERAGE = "average", _("the average of all tries")

    class Navigation(models.TextChoices):
        FREE = "free", _("back and forth as people like")
        SEQUENTIAL = "sequential", _("one after the other, no way back")

    class Admission(models.TextChoices):
        OPEN = "open", _("whenever people like")
        PASSWORD = "password", _("with a password told on the spot")
        SUPERVISOR = "supervisor", _("when a manager or assessor lets them in")

    class SecondMarking(models.TextChoices):
        NEVER = "never", _("never")
        DECIDING = "deciding", _("when an answer decides the pass")
        ALWAYS = "always", _("always")

    class Change(models.TextChoices):
        EDITORIAL = "editorial", _("wording only")
        MATERIAL = "material", _("material: earlier passes are of the old matter")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=160)
    intro = models.TextField(_("introduction"), blank=True)
    pass_percent = models.PositiveSmallIntegerField(
        _("percent needed to pass"), default=80, validators=[MaxValueValidator(100)]
    )
    standard_marks = StreamField(
        StandardMarkStreamBlock(), blank=True, verbose_name=_("marks of single standards")
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("tries"), null=True, blank=True, help_text=_("Left empty: as many as people like.")
    )
    counting = models.CharField(
        _("what counts"),
        max_length=10,
        choices=Counting.choices,
        default=Counting.HIGHEST,
        help_text=_("When people try more than once."),
    )
    cool_down_minutes = models.PositiveIntegerField(
        _("minutes after the first try"),
        default=0,
        help_text=_("Time to read again what was missing."),
    )
    later_cool_down_minutes = models.PositiveIntegerField(
        _("minutes after later tries"),
        null=True,
        blank=True,
        help_text=_("Left empty: as after the first."),
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("minutes to answer"), null=True, blank=True, help_text=_("Left empty: no clock.")
    )
    opens_at = models.DateTimeField(
        _("opens"), null=True, blank=True, help_text=_("Left empty: as soon as it is published.")
    )
    closes_at = models.DateTimeField(
        _("closes"),
        null=True,
        blank=True,
        help_text=_("Tries under way end then too. Left empty: it stays open."),
    )
    navigation = models.CharField(
        _("questions come"), max_length=10, choices=Navigation.choices, default=Navigation.FREE
    )
    admission = models.CharField(
        _("people start"), max_length=10, choices=Admission.choices, default=Admission.OPEN
    )
    # Only its digest is kept, and not in the body: nobody who reads a version can try it out.
    password_hash = models.CharField(max_length=200, blank=True, editable=False)
    slots = StreamField(SlotStreamBlock(), blank=True, verbose_name=_("questions"))
    feedback = models.JSONField(_("what is shown when"), default=tick_all_after)
    reveal_early = models.BooleanField(
        _("Show right answers even while a further try is possible"), default=False
    )
    second_marking = models.CharField(
        _("a second person marks open answers"),
        max_length=8,
        choices=SecondMarking.choices,
        default=SecondMarking.NEVER,
    )
    ask_certainty = models.BooleanField(
        _("Ask how sure people are"),
        default=False,
        help_text=_("With each answer. It never changes a mark."),
    )
    # Filled in for each publication; the version keeps what it was.
    change = models.CharField(
        _("this change is"),
        max_length=10,
        choices=Change.choices,
        default=Change.EDITORIAL,
        help_text=_("The first publication is always material."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )

    search_fields = [
        index.SearchField("title"),
        index.SearchField("code"),
        index.AutocompleteField("title"),
        index.AutocompleteField("code"),
        index.FilterField("live"),
    ]

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    def to_body(self) -> dict[str, Any]:
        """Return the settings and slots as plain data; banks and questions by uuid and code."""
        return {
            "code": self.code,
            "title": self.title,
            "intro": self.intro,
            "pass_percent": self.pass_percent,
            "standard_marks": {
                block.value["standard"].code: block.value["percent"]
                for block in self.standard_marks
                if block.value["standard"]
            },
            "attempts_allowed": self.attempts_allowed,
            "cool_down_minutes": self.cool_down_minutes,
            "later_cool_down_minutes": self.later_cool_down_minutes,
            "time_limit_minutes": self.time_limit_minutes,
            "opens_at": self.opens_at.isoformat() if self.opens_at else None,
            "closes_at": self.closes_at.isoformat() if self.closes_at else None,
            "counting": self.counting,
            "navigation": self.navigation,
            "admission": self.admission,
            "feedback": {phase: sorted(self.feedback.get(phase, ())) for phase in PHASES},
            "reveal_early": self.reveal_early,
            "second_marking": self.second_marking,
            "ask_certainty": self.ask_certainty,
            "slots": [_slot_to_json(block) for block in self.slots],
        }


def _slot_to_json(block: Any) -> dict[str, Any]:
    value = block.value
    if block.block_type == "question":
        return {"question": value.code, "uuid": str(value.uuid)} if value else {"question": ""}
    bank, standard = value["bank"], value["standard"]
    # Named only where it is asked for: what was published before stays as it was.
    spread = {"least_exposed": True} if value.get("least_exposed") else {}
    return {
        "draw": {
            "bank": bank.code if bank else "",
            "bank_uuid": str(bank.uuid) if bank else "",
            "standard": standard.code if standard else None,
            "tag": value["tag"] or None,
            "difficulty": value["difficulty"] or None,
            "count": value["count"] or 1,
            **spread,
        }
    }


class QuizVersionQuerySet(models.QuerySet["QuizVersion"]):
    """Versions. Every method chains; none writes."""

    def latest(self) -> Self:  # type: ignore[override]
        """Return the newest version of each quiz."""
        newer = QuizVersion.objects.filter(
            quiz_id=OuterRef("quiz_id"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))


class QuizVersion(models.Model):
    """What a quiz demanded while it was live. Never changed; an attempt obeys its own version.

    ``material_number`` counts the versions that changed what people must know: requirements
    name the lowest one they accept.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    material_number = models.PositiveIntegerField(_("material number"))
    revision_id = models.BigIntegerField(_("revision"), null=True)
    body = models.JSONField(_("settings"))
    digest = models.CharField(_("digest"), max_length=64)
    password_hash = models.CharField(max_length=200, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = QuizVersionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("version of a quiz")
        verbose_name_plural = _("versions of quizzes")
        ordering = ["quiz_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "number"],
                name="sb_quizzes_quizversion_number_once",
                violation_error_message=_("This quiz already has a version of that number."),
            ),
            # Publishing fires twice for a scheduled revision: one version is made of it.
            models.UniqueConstraint(
                fields=["quiz", "revision_id"],
                condition=Q(revision_id__isnull=False),
                name="sb_quizzes_quizversion_revision_once",
                violation_error_message=_("This revision of the quiz is already a version."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz.code} v{self.number}"
