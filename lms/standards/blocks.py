"""Blocks of a standard's draft: measures, escalation levels, wording."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from lms.standards.rules import CLOCKS, COMPARISONS, MEASURE_TYPES


class MeasureBlock(blocks.StructBlock):
    """The number a standard must reach, in parts that print as a sentence."""

    type = blocks.ChoiceBlock(choices=MEASURE_TYPES, label=_("Type"))
    subject = blocks.CharBlock(label=_("What is measured"), max_length=120)
    comparison = blocks.ChoiceBlock(choices=COMPARISONS, label=_("Comparison"))
    target = blocks.DecimalBlock(label=_("Target"), required=False)
    minimum = blocks.DecimalBlock(label=_("Lowest acceptable"), required=False)
    stretch = blocks.DecimalBlock(label=_("Stretch"), required=False)
    unit = blocks.CharBlock(label=_("Unit"), required=False, max_length=40)
    clock = blocks.ChoiceBlock(choices=CLOCKS, label=_("Clock"), required=False)
    channel = blocks.CharBlock(label=_("Channel"), required=False, max_length=40)
    trigger = blocks.CharBlock(label=_("When"), required=False, max_length=200)
    action = blocks.CharBlock(label=_("Then"), required=False, max_length=200)

    class Meta:
        icon = "check"
        label = _("Measure")


class EscalationBlock(blocks.StructBlock):
    """One level of a complaint's way up: who takes it, and within what time."""

    level = blocks.CharBlock(label=_("Level"), max_length=80)
    who = blocks.CharBlock(label=_("Who"), max_length=120)
    within = blocks.CharBlock(label=_("Within"), max_length=80)

    class Meta:
        icon = "arrow-up"
        label = _("Escalation level")


class MeasureStreamBlock(blocks.StreamBlock):
    """The measures of a standard."""

    measure = MeasureBlock()


class EscalationStreamBlock(blocks.StreamBlock):
    """The levels of a complaint, lowest first; the last is outside of the company."""

    level = EscalationBlock()


class LinesBlock(blocks.StreamBlock):
    """Short lines of text, one a row: steps, wording, eligibility rules."""

    line = blocks.CharBlock(max_length=400, label=_("Line"))
