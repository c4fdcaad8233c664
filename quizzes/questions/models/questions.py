"""Question banks, and questions as their authors draft them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import nh3
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PreviewableMixin
from wagtail.search import index

from quizzes.questions.blocks import (
    GapStreamBlock,
    ItemStreamBlock,
    NumberStreamBlock,
    OptionStreamBlock,
    PairStreamBlock,
    RubricStreamBlock,
    StandardWeightStreamBlock,
    TextAnswerStreamBlock,
)
from quizzes.questions.models.drafting import Drafted
from quizzes.questions.models.faults import find_body_fault
from quizzes.questions.models.keys import build_key, mark_gaps, write_number
from quizzes.questions.rules import (
    SHOWN,
    fill_view,
    grade,
    list_parts,
    public_view,
    review_view,
    shuffle_parts,
    solve,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

# What a prompt may hold. Rich text comes from staff and from files, and is shown to everybody.
PROMPT_TAGS = frozenset({"p", "b", "strong", "i", "em", "ul", "ol", "li", "br", "code"})
PROMPT_FEATURES = ["bold", "italic", "ol", "ul"]


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


class Question(PreviewableMixin, Drafted):
    """One question as its author drafts it. What is asked is its latest version.

    Options are kept with the ids of their blocks, so that a text may be mended without an
    answer already given losing its meaning.
    """

    class Type(models.TextChoices):
        SINGLE = "single", _("one right answer")
        MULTIPLE = "multiple", _("several right answers")
        TRUE_FALSE = "true_false", _("true or false")
        SHORT_TEXT = "short_text", _("a word or short text")
        NUMERIC = "numeric", _("a number")
        MATCHING = "matching", _("pairs to match")
        ORDERING = "ordering", _("steps to put in order")
        GAPS = "gaps", _("a text with gaps")
        OPEN = "open", _("free text, marked by a person")

    class Scoring(models.TextChoices):
        FRACTIONS = "fractions", _("each right option its share, wrong ones take away")
        EXACT = "exact", _("all or nothing")
        EVERY_DECISION = "every_decision", _("every option counts as one decision")
        HALVES = "halves", _("half the mark after one error, a quarter after two")
        ALL_RIGHT = "all_right_none_wrong", _("share of the right ones, nothing after a wrong one")
        RIGHT_MINUS_WRONG = "right_minus_wrong", _("right ones minus wrong ones")
        ALL_OR_NOTHING = "all_or_nothing", _("only the whole order")
        POSITION = "position", _("every step in its right place")
        NEIGHBOURS = "neighbours", _("every step right after the one before it")

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
    prompt = RichTextField(_("question"), features=PROMPT_FEATURES)
    options = StreamField(OptionStreamBlock(), blank=True, verbose_name=_("options"))
    texts = StreamField(TextAnswerStreamBlock(), blank=True, verbose_name=_("accepted answers"))
    case_sensitive = models.BooleanField(_("capitals matter"), default=False)
    numbers = StreamField(NumberStreamBlock(), blank=True, verbose_name=_("accepted numbers"))
    pairs = StreamField(PairStreamBlock(), blank=True, verbose_name=_("pairs"))
    items = StreamField(ItemStreamBlock(), blank=True, verbose_name=_("steps"))
    gap_text = RichTextField(_("text with gaps"), features=PROMPT_FEATURES, blank=True)
    gaps = StreamField(GapStreamBlock(), blank=True, verbose_name=_("gaps"))
    rubric = StreamField(RubricStreamBlock(), blank=True, verbose_name=_("criteria"))
    min_words = models.PositiveSmallIntegerField(_("fewest words"), null=True, blank=True)
    max_words = models.PositiveSmallIntegerField(_("most words"), null=True, blank=True)
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

    def find_fault(self) -> tuple[str, str] | None:
        """Return the field at fault and words about it, when the question cannot be marked.

        Drafts may be incomplete, so this is asked by the editor's form at publication and by
        imports, never by ``clean``: saving a draft would run it too.
        """
        return find_body_fault(self.to_body())

    def to_body(self) -> dict[str, Any]:
        """Return the JSON form of the question, key included; one query for the standards."""
        body: dict[str, Any] = {
            "code": self.code,
            "type": self.type,
            "prompt": clean_prompt(self.prompt),
            "max_mark": write_number(self.max_mark),
            "standards": {
                block.value["standard"].code: write_number(block.value["weight"])
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
        if self.type == self.Type.GAPS:
            body["prompt"] = mark_gaps(body["prompt"])
            if self.gap_text:
                body["text"] = mark_gaps(clean_prompt(self.gap_text))
        return body | build_key(self)

    def list_tags(self) -> list[str]:
        """Return the tags, each once, in the order they were typed."""
        return list(dict.fromkeys(tag.strip() for tag in self.tags.split(",") if tag.strip()))

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The question as it is asked, and the same with everything right filled in."""
        return [("", _("As learners see it")), ("key", _("With the key"))]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """Show the question as a learner meets it."""
        return "standardbearer/quizzes/questions/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return the learner's view of the draft, or the words about what it still lacks."""
        context: dict[str, Any] = {"request": request, "view": None, "fault": ""}
        body = self.to_body()
        if fault := find_body_fault(body):
            return context | {"fault": fault[1]}
        tokens = {part: part for part in list_parts(body)}
        view = public_view(body, tokens, shuffle_parts(body, "preview"))
        context["view"] = fill_view(view, None)
        return context | ({"key": describe_key(body)} if mode_name == "key" else {})


def clean_prompt(text: str) -> str:
    """Return rich text with nothing in it but what a prompt may hold."""
    return nh3.clean(text, tags=set(PROMPT_TAGS), attributes={})


def describe_key(body: dict[str, Any]) -> dict[str, Any]:
    """Return the review of a full answer, with everything released: for authors only."""
    answer = solve(body)
    return review_view(body, answer, grade(body, answer), "key", {"key": SHOWN}, list_parts(body))
