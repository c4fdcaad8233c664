"""Blocks of a question's draft: what is right in it, and the standards it asks about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup
from wagtail.snippets.blocks import SnippetChooserBlock

STAR_HELP = _(
    "As people may type it; capitals and extra spaces do not matter. A star stands for anything "
    "or nothing: “thank*” takes “thanks” and “thank you”. For a real star type \\*."
)


def make_share_block(help_text: Any) -> blocks.CharBlock:
    """Return the field for a part of the mark, for the few cases where a tick will not do."""
    return blocks.CharBlock(
        label=_("Share of the mark"), required=False, max_length=20, help_text=help_text
    )


def make_right_block(help_text: Any, *, default: bool = False) -> blocks.BooleanBlock:
    """Return the tick that says an answer is right."""
    return blocks.BooleanBlock(
        label=_("Right"), required=False, default=default, help_text=help_text
    )


def make_feedback_block(help_text: Any) -> blocks.CharBlock:
    """Return the field for what is said to whoever answered this."""
    return blocks.CharBlock(
        label=_("What is said about it"), required=False, max_length=600, help_text=help_text
    )


class OptionBlock(blocks.StructBlock):
    """One thing to choose, with what it earns and what is said about it afterwards."""

    text = blocks.CharBlock(label=_("Text"), max_length=400)
    right = make_right_block(_("Tick what belongs to the full answer."))
    feedback = make_feedback_block(
        _("Shown to who chose it, when feedback may be seen. Say why, not only “wrong”.")
    )
    share = make_share_block(
        _("For example 1/3, 50 % or -25 %. Left empty, right options share evenly.")
    )
    pinned = blocks.BooleanBlock(
        label=_("Keep in this place"),
        required=False,
        help_text=_("For options such as “none of these”: they are not shuffled."),
    )

    class Meta:
        icon = "list-ul"
        label = _("Option")
        label_format = "{text}"
        description = _("One answer to choose from.")
        preview_value = {"text": _("Call a colleague and open a second till"), "right": True}
        form_layout = BlockGroup(["text", "right", "feedback"], settings=["share", "pinned"])


class OptionStreamBlock(blocks.StreamBlock):
    """The options of a question, in the order of the editor; learners see them shuffled."""

    option = OptionBlock()


class TextAnswerBlock(blocks.StructBlock):
    """One wording that is accepted, or that gets an answer of its own."""

    pattern = blocks.CharBlock(label=_("Answer"), max_length=200, help_text=STAR_HELP)
    right = make_right_block(
        _("Take the tick away to say something about a usual mistake."), default=True
    )
    feedback = make_feedback_block(_("Shown to who typed this, when feedback may be seen."))
    share = make_share_block(_("Only for half right answers, for example 50 %."))

    class Meta:
        icon = "edit"
        label = _("Answer")
        label_format = "{pattern}"
        description = _("A wording people may type. The first one that fits counts.")
        preview_value = {"pattern": "thank*", "right": True}
        form_layout = BlockGroup(["pattern", "right", "feedback"], settings=["share"])


class TextAnswerStreamBlock(blocks.StreamBlock):
    """The wordings a short text is compared with, in turn."""

    answer = TextAnswerBlock()


class NumberBlock(blocks.StructBlock):
    """One number that is accepted, with how far an answer may lie from it."""

    value = blocks.CharBlock(label=_("Number"), max_length=40, help_text=_("For example 4 or 2,5."))
    tolerance = blocks.CharBlock(
        label=_("May differ by"),
        required=False,
        max_length=40,
        help_text=_("A number such as 0.1, or a percentage such as 10 %. Empty: exactly this."),
    )
    right = make_right_block(
        _("Take the tick away to say something about a usual mistake."), default=True
    )
    feedback = make_feedback_block(_("Shown to who answered this, when feedback may be seen."))
    share = make_share_block(_("Only for half right answers, for example 50 %."))

    class Meta:
        icon = "decimal"
        label = _("A number")
        label_format = "{value}"
        description = _("One number, exactly or nearly.")
        preview_value = {"value": "4", "tolerance": "0.1", "right": True}
        form_layout = BlockGroup(["value", "tolerance", "right", "feedback"], settings=["share"])


class RangeBlock(blocks.StructBlock):
    """All numbers between two, or from one on."""

    min = blocks.CharBlock(
        label=_("From"), required=False, max_length=40, help_text=_("Empty: no lower end.")
    )
    max = blocks.CharBlock(
        label=_("To"), required=False, max_length=40, help_text=_("Empty: no upper end.")
    )
    min_open = blocks.BooleanBlock(label=_("“From” itself does not count"), required=False)
    max_open = blocks.BooleanBlock(label=_("“To” itself does not count"), required=False)
    right = make_right_block(
        _("Take the tick away to say something about a usual mistake."), default=True
    )
    feedback = make_feedback_block(_("Shown to who answered this, when feedback may be seen."))
    share = make_share_block(_("Only for half right answers, for example 50 %."))

    class Meta:
        icon = "sliders"
        label = _("From – to")
        label_format = "{min} – {max}"
        description = _("All numbers between two, or above or below one.")
        preview_value = {"min": "5", "max": "7", "right": True}
        form_layout = BlockGroup(
            ["min", "max", "right", "feedback"], settings=["min_open", "max_open", "share"]
        )


class NumberStreamBlock(blocks.StreamBlock):
    """The numbers and ranges an answer is compared with, in turn."""

    number = NumberBlock()
    range = RangeBlock()


class PairBlock(blocks.StructBlock):
    """Two things that belong together."""

    left = blocks.CharBlock(
        label=_("Stands there"), max_length=400, help_text=_("People see these one below another.")
    )
    right = blocks.CharBlock(
        label=_("Belongs to it"),
        max_length=400,
        help_text=_("People choose among these. Two pairs with the same words share one choice."),
    )

    class Meta:
        icon = "link"
        label = _("Pair")
        label_format = "{left} – {right}"
        description = _("Two things that belong together.")
        preview_value = {
            "left": _("A call comes in"),
            "right": _("Pick up before the fourth ring"),
        }


class ExtraChoiceBlock(blocks.StructBlock):
    """A choice that belongs nowhere."""

    text = blocks.CharBlock(
        label=_("Choice"), max_length=400, help_text=_("Looks likely, but belongs to nothing.")
    )

    class Meta:
        icon = "cross"
        label = _("Extra choice")
        label_format = "{text}"
        description = _("A choice that belongs to nothing, so that the last pair is no gift.")
        preview_value = {"text": _("Send the customer to the website")}


class PairStreamBlock(blocks.StreamBlock):
    """The pairs of a question, and what else may be chosen."""

    pair = PairBlock()
    extra = ExtraChoiceBlock()


class ItemBlock(blocks.StructBlock):
    """One step of an order."""

    text = blocks.CharBlock(label=_("Step"), max_length=400)

    class Meta:
        icon = "order"
        label = _("Step")
        label_format = "{text}"
        description = _("One thing to put in its place.")
        preview_value = {"text": _("Listen without interrupting")}


class ItemStreamBlock(blocks.StreamBlock):
    """The steps in their right order; learners see them shuffled."""

    item = ItemBlock()


class GapBlock(blocks.StructBlock):
    """What every gap has: its name in the text, and its weight."""

    name = blocks.RegexBlock(
        regex=r"^[^\s\[\]{}]{1,20}$",
        label=_("Name"),
        help_text=_("A number or word without spaces. With 1, write [[1]] into the text."),
        error_messages={"invalid": _("Use a number or a word without spaces or brackets.")},
    )
    weight = blocks.DecimalBlock(
        label=_("Weight"),
        default=1,
        min_value=Decimal("0.001"),
        max_digits=6,
        decimal_places=3,
        help_text=_("1 is usual. 2 counts twice as much as the other gaps."),
    )


class ChoiceGapBlock(GapBlock):
    """A gap filled from a list."""

    options = blocks.ListBlock(OptionBlock(), label=_("Options"))

    class Meta:
        icon = "list-ul"
        label = _("Gap: choose from a list")
        label_format = "[[{name}]]"
        description = _("People choose a word from a list.")
        preview_value = {"name": "1", "weight": 1}
        form_layout = BlockGroup(["name", "options"], settings=["weight"])


class TextGapBlock(GapBlock):
    """A gap to type a word into."""

    answers = blocks.ListBlock(TextAnswerBlock(), label=_("Answers"))
    case_sensitive = blocks.BooleanBlock(label=_("Capitals matter"), required=False)

    class Meta:
        icon = "edit"
        label = _("Gap: type a word")
        label_format = "[[{name}]]"
        description = _("People type a word or two.")
        preview_value = {"name": "1", "weight": 1}
        form_layout = BlockGroup(["name", "answers"], settings=["case_sensitive", "weight"])


class NumberGapBlock(GapBlock):
    """A gap to type a number into."""

    answers = NumberStreamBlock(label=_("Answers"))

    class Meta:
        icon = "decimal"
        label = _("Gap: type a number")
        label_format = "[[{name}]]"
        description = _("People type a number.")
        preview_value = {"name": "1", "weight": 1}
        form_layout = BlockGroup(["name", "answers"], settings=["weight"])


class GapStreamBlock(blocks.StreamBlock):
    """The gaps of a text; each is placed there by its name."""

    single = ChoiceGapBlock()
    short_text = TextGapBlock()
    numeric = NumberGapBlock()


class LevelBlock(blocks.StructBlock):
    """How well one criterion may be met, and the points for it."""

    text = blocks.CharBlock(label=_("What the answer shows"), max_length=300)
    points = blocks.DecimalBlock(
        label=_("Points"), default=0, min_value=0, max_digits=6, decimal_places=2
    )

    class Meta:
        icon = "list-ol"
        label = _("Level")
        label_format = "{points}: {text}"
        description = _("One level of a criterion.")
        preview_value = {"text": _("Names the reason and says sorry"), "points": 2}


class CriterionBlock(blocks.StructBlock):
    """One thing a marker looks for."""

    text = blocks.CharBlock(label=_("What is looked for"), max_length=300)
    levels = blocks.ListBlock(LevelBlock(), label=_("Levels"))

    class Meta:
        icon = "tasks"
        label = _("Criterion")
        label_format = "{text}"
        description = _("One thing the marker looks for, with its levels and points.")
        preview_value = {"text": _("Apology")}


class RubricStreamBlock(blocks.StreamBlock):
    """The criteria by which a person marks an open answer."""

    criterion = CriterionBlock()


class StandardWeightBlock(blocks.StructBlock):
    """A standard that the question checks, and how much it counts there."""

    standard = SnippetChooserBlock("sb_lms.Standard", label=_("Standard"))
    weight = blocks.DecimalBlock(
        label=_("Weight"),
        default=1,
        min_value=0,
        max_digits=6,
        decimal_places=3,
        help_text=_("1 is usual. 2 counts twice as much in the result of this standard."),
    )

    class Meta:
        icon = "check"
        label = _("Standard")
        description = _("A standard this question checks.")


class StandardWeightStreamBlock(blocks.StreamBlock):
    """The standards a question checks."""

    standard = StandardWeightBlock()
