"""Questions: drafted as snippets, frozen as versions that attempts point at."""

from __future__ import annotations

import hashlib
import json
import uuid
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

import nh3
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField, StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.search import index

from quizzes.questions.blocks import OptionStreamBlock, StandardWeightStreamBlock
from quizzes.questions.rules import QuestionError, list_parts, parse_question, public_view

if TYPE_CHECKING:
    from django.http import HttpRequest

# What a prompt may hold. Rich text comes from staff and from files, and is shown to everybody.
PROMPT_TAGS = frozenset({"p", "b", "strong", "i", "em", "ul", "ol", "li", "br", "code"})
# Which field of the editor a fault of the rules belongs to; everything else is about the options.
ERROR_FIELDS = {
    "unknown_scoring": "scoring",
    "not_positive": "standards",
}


class QuestionBank(models.Model):
    """A drawer of questions that quizzes draw from."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=160)

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Question(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    models.Model,
):
    """One question as its author drafts it. What is asked is its latest version.

    Options are kept with the ids of their blocks, so that a text may be mended without an
    answer already given losing its meaning.
    """

    class Type(models.TextChoices):
        SINGLE = "single", _("one right answer")
        MULTIPLE = "multiple", _("several right answers")
        TRUE_FALSE = "true_false", _("true or false")

    class Scoring(models.TextChoices):
        FRACTIONS = "fractions", _("each right option its share, wrong ones take away")
        EXACT = "exact", _("all or nothing")
        EVERY_DECISION = "every_decision", _("every option counts as one decision")
        HALVES = "halves", _("half the mark after one error, a quarter after two")
        ALL_RIGHT = "all_right_none_wrong", _("share of the right ones, nothing after a wrong one")
        RIGHT_MINUS_WRONG = "right_minus_wrong", _("right ones minus wrong ones")

    class Answer(models.TextChoices):
        TRUE = "true", _("true")
        FALSE = "false", _("false")

    class Difficulty(models.IntegerChoices):
        EASY = 1, _("easy")
        MEDIUM = 2, _("medium")
        HARD = 3, _("hard")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    bank = models.ForeignKey(
        QuestionBank, on_delete=models.PROTECT, related_name="questions", verbose_name=_("bank")
    )
    type = models.CharField(_("type"), max_length=12, choices=Type.choices, default=Type.SINGLE)
    prompt = RichTextField(_("question"), features=["bold", "italic", "ol", "ul"])
    options = StreamField(OptionStreamBlock(), blank=True, verbose_name=_("options"))
    answer = models.CharField(
        _("the statement is"), max_length=5, choices=Answer.choices, blank=True
    )
    scoring = models.CharField(
        _("how errors count"), max_length=24, choices=Scoring.choices, blank=True
    )
    max_mark = models.DecimalField(
        _("highest mark"),
        max_digits=6,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0)],
    )
    standards = StreamField(
        StandardWeightStreamBlock(), blank=True, verbose_name=_("standards it checks")
    )
    critical = models.BooleanField(
        _("critical"),
        default=False,
        help_text=_("Who does not get it fully right fails the whole quiz."),
    )
    feedback_general = models.TextField(_("said to everybody"), blank=True)
    feedback_right = models.TextField(_("said when right"), blank=True)
    feedback_wrong = models.TextField(_("said when not right"), blank=True)
    tags = models.CharField(
        _("tags"), max_length=200, blank=True, help_text=_("Separated by commas.")
    )
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), choices=Difficulty.choices, default=Difficulty.MEDIUM
    )
    retired = models.BooleanField(
        _("retired"), default=False, help_text=_("Kept for the record, never drawn again.")
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

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="question")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="question",
        for_concrete_model=False,
    )

    # Options, answers and feedback stay out of the index: what is found there can be read there.
    search_fields = [
        index.SearchField("code"),
        index.SearchField("prompt"),
        index.AutocompleteField("code"),
        index.AutocompleteField("prompt"),
        index.FilterField("live"),
        index.FilterField("bank_id"),
        index.FilterField("type"),
        index.FilterField("difficulty"),
        index.FilterField("retired"),
    ]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {Truncator(strip_tags(self.prompt)).chars(70)}"

    @property
    def revisions(self) -> models.QuerySet:  # type: ignore[type-arg]
        """Wagtail's revisions of this draft."""
        found: models.QuerySet = self._revisions.all()  # type: ignore[type-arg]
        return found

    def find_fault(self) -> tuple[str, str] | None:
        """Return the field at fault and words about it, when the question cannot be marked.

        Drafts may be incomplete, so this is asked by the editor's form at publication and by
        imports, never by ``clean``: saving a draft would run it too.
        """
        try:
            parse_question(self.to_body())
        except QuestionError as error:
            about_key = "answer" if self.type == self.Type.TRUE_FALSE else "options"
            return ERROR_FIELDS.get(error.code, about_key), str(error)
        return None

    def to_body(self) -> dict[str, Any]:
        """Return the JSON form of the question, key included; one query for the standards."""
        body: dict[str, Any] = {
            "code": self.code,
            "type": self.type,
            "prompt": nh3.clean(self.prompt, tags=set(PROMPT_TAGS), attributes={}),
            "max_mark": str(Fraction(str(self.max_mark))),
            "standards": {
                block.value["standard"].code: str(Fraction(str(block.value["weight"] or 0)))
                for block in self.standards
                if block.value["standard"]
            },
            "critical": self.critical,
            "difficulty": self.difficulty,
            "feedback": {
                "general": self.feedback_general,
                "right": self.feedback_right,
                "wrong": self.feedback_wrong,
            },
            "tags": self.list_tags(),
        }
        return body | self._to_key()

    def list_tags(self) -> list[str]:
        """Return the tags, each once, in the order they were typed."""
        return list(dict.fromkeys(tag.strip() for tag in self.tags.split(",") if tag.strip()))

    def _to_key(self) -> dict[str, Any]:
        if self.type == self.Type.TRUE_FALSE:
            return {"answer": {"true": True, "false": False}.get(self.answer)}
        # A block that was never saved has no id yet; its place in the draft does until then.
        options = [
            _option_to_json(block.id or str(place), block.value, self.type)
            for place, block in enumerate(self.options, start=1)
        ]
        if self.type == self.Type.SINGLE:
            return {"options": options}
        return {"options": options, "scoring": self.scoring or self.Scoring.FRACTIONS.value}

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """Show the question as a learner meets it."""
        return "standardbearer/quizzes/questions/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return the learner's view of the draft, or the words about what it still lacks."""
        context: dict[str, Any] = {"request": request, "view": None, "fault": ""}
        body = self.to_body()
        try:
            parse_question(body)
        except QuestionError as error:
            return context | {"fault": str(error)}
        return context | {"view": public_view(body, {part: part for part in list_parts(body)})}


def digest_body(body: dict[str, Any]) -> str:
    """Return the SHA-256 of plain data, the same on every machine."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_share(text: str) -> str:
    """Return a share as typed (``1/3``, ``50 %``) in the form the rules read."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if not text.endswith("%"):
        return text
    try:
        return str(Fraction(text[:-1].strip().replace(",", ".")) / 100)
    except (ValueError, ZeroDivisionError):
        return text


def _option_to_json(name: str, value: Any, kind: str) -> dict[str, Any]:
    share = read_share(value.get("share") or "")
    right = bool(value.get("right"))
    option: dict[str, Any] = {
        "id": name,
        "text": value.get("text") or "",
        "feedback": value.get("feedback") or "",
        "pinned": bool(value.get("pinned")),
    }
    if kind == Question.Type.SINGLE:
        return option | {"fraction": share or ("1" if right else "0")}
    option["correct"] = right
    return option | {"fraction": share} if share else option


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
