"""Blocks of a question's draft: its options, and the standards it asks about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock


class OptionBlock(blocks.StructBlock):
    """One thing to choose, with what it earns and what is said about it afterwards."""

    text = blocks.CharBlock(label=_("Text"), max_length=400)
    right = blocks.BooleanBlock(
        label=_("Right"), required=False, help_text=_("Tick what belongs to the full answer.")
    )
    feedback = blocks.CharBlock(
        label=_("What is said about this option"),
        required=False,
        max_length=600,
        help_text=_("Shown to who chose it, when feedback may be seen. Say why, not only “wrong”."),
    )
    share = blocks.CharBlock(
        label=_("Share of the mark"),
        required=False,
        max_length=20,
        help_text=_("For example 1/3, 50 % or -25 %. Left empty, right options share evenly."),
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


class OptionStreamBlock(blocks.StreamBlock):
    """The options of a question, in the order of the editor; learners see them shuffled."""

    option = OptionBlock()


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
