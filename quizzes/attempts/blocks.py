"""Blocks of a quiz's draft: its questions, and the marks its standards need."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class DrawBlock(blocks.StructBlock):
    """Some questions of a bank, drawn anew for each attempt."""

    count = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=200, default=2)
    bank = SnippetChooserBlock("sb_quizzes.QuestionBank", label=_("Out of the bank"))
    standard = SnippetChooserBlock(
        "sb_lms.Standard", label=_("Only about this standard"), required=False
    )
    tag = blocks.CharBlock(label=_("Only with this tag"), required=False, max_length=60)
    difficulty = blocks.ChoiceBlock(
        label=_("Only this difficulty"),
        required=False,
        choices=[("1", _("easy")), ("2", _("medium")), ("3", _("hard"))],
    )
    least_exposed = blocks.BooleanBlock(
        label=_("Prefer those drawn least often"),
        required=False,
        help_text=_("Spreads a large bank evenly over people."),
    )

    class Meta:
        icon = "rotate"
        label = _("Draw questions")
        label_format = "{count} × {bank}"
        description = _("Different questions for every attempt.")
        preview_value = {"count": 2}


class SlotStreamBlock(blocks.StreamBlock):
    """The places of a quiz, in order."""

    draw = DrawBlock()
    question = SnippetChooserBlock(
        "sb_quizzes.Question",
        icon="help",
        label=_("One certain question"),
        description=_("The same question in every attempt."),
    )


class StandardMarkBlock(blocks.StructBlock):
    """The mark a standard needs by itself, however good the rest is."""

    standard = SnippetChooserBlock("sb_lms.Standard", label=_("Standard"))
    percent = blocks.IntegerBlock(label=_("Percent needed"), min_value=0, max_value=100)

    class Meta:
        icon = "check"
        label = _("Mark of a standard")
        description = _("Below it the quiz is failed, whatever the total.")


class StandardMarkStreamBlock(blocks.StreamBlock):
    """The standards that have a mark of their own."""

    mark = StandardMarkBlock()
