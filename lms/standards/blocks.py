"""Blocks of a standard's draft: measures, escalation levels, wording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from lms.standards.rules import (
    CHANNELS,
    CLOCKS,
    COMPARISONS,
    MEASURE_TYPES,
    find_measure_problems,
    measure_notes,
    measure_sentence,
)

_PREVIEW = "standardbearer/lms/standards/blocks/preview.html"


def translate_choices(words: Sequence[tuple[str, str]]) -> list[tuple[str, Any]]:
    """Return choices whose English labels are translated when they are shown."""
    return [(code, _(label)) for code, label in words]


class MeasureBlock(blocks.StructBlock):
    """The number a standard must reach, in parts that print as a sentence."""

    type = blocks.ChoiceBlock(
        choices=translate_choices(MEASURE_TYPES), default="duration", label=_("Kind of measure")
    )
    subject = blocks.CharBlock(
        label=_("What is measured"),
        required=False,
        max_length=120,
        help_text=_("In a few words, for example: phone answered, problems solved."),
    )
    comparison = blocks.ChoiceBlock(
        choices=translate_choices(COMPARISONS), default="at_most", label=_("Comparison")
    )
    target = blocks.DecimalBlock(
        label=_("Target"),
        required=False,
        help_text=_("The number to reach. Leave empty for “every time”."),
    )
    unit = blocks.CharBlock(
        label=_("Unit"),
        required=False,
        max_length=40,
        help_text=_("In the plural: rings, minutes, hours, days, customers, euros."),
    )
    clock = blocks.ChoiceBlock(
        choices=translate_choices(CLOCKS),
        label=_("The clock runs"),
        required=False,
        help_text=_("For times only."),
    )
    minimum = blocks.DecimalBlock(
        label=_("Just acceptable"), required=False, help_text=_("Easier than the target.")
    )
    stretch = blocks.DecimalBlock(
        label=_("Even better"), required=False, help_text=_("Harder than the target.")
    )
    channel = blocks.ChoiceBlock(
        choices=translate_choices(CHANNELS), label=_("Channel"), required=False
    )
    trigger = blocks.CharBlock(
        label=_("When this happens"),
        required=False,
        max_length=200,
        help_text=_("For “when … then …” rules, for example: more than 3 customers wait."),
    )
    action = blocks.CharBlock(
        label=_("then do this"),
        required=False,
        max_length=200,
        help_text=_("For example: open another till."),
    )

    class Meta:
        icon = "check"
        label = _("Measure")
        label_format = "{subject} {trigger}"
        description = _("A number to reach, or what to do when something happens.")
        template = "standardbearer/lms/standards/blocks/measure.html"
        preview_template = _PREVIEW
        preview_value = {
            "type": "count",
            "subject": _("phone answered"),
            "comparison": "at_most",
            "target": 3,
            "stretch": 2,
            "unit": "rings",
            "channel": "phone",
        }

    def clean(self, value: Any) -> Any:
        """Refuse a measure that makes no sense; drafts may hold one that is half written."""
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        problems = find_measure_problems(cleaned)
        if problems:
            raise blocks.StructBlockValidationError(
                block_errors={
                    problem.part: ValidationError(gettext(problem.message)) for problem in problems
                }
            )
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add the sentence and its notes to the preview."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["sentence"] = measure_sentence(value, gettext)
        context["notes"] = measure_notes(value, gettext)
        return context


class EscalationBlock(blocks.StructBlock):
    """One level of a complaint's way up: who takes it, and within what time."""

    level = blocks.CharBlock(label=_("Level"), max_length=80)
    who = blocks.CharBlock(label=_("Who takes it"), max_length=200)
    within = blocks.CharBlock(label=_("Within"), max_length=80)

    class Meta:
        icon = "arrow-up"
        label = _("Level")
        label_format = "{level}: {who}"
        description = _("One level of the way up. The last level is outside of the company.")
        template = "standardbearer/lms/standards/blocks/escalation.html"
        preview_template = _PREVIEW
        preview_value = {
            "level": "2",
            "who": _("Branch manager"),
            "within": _("1 working day"),
        }


class MeasureStreamBlock(blocks.StreamBlock):
    """The measures of a standard."""

    measure = MeasureBlock()


class EscalationStreamBlock(blocks.StreamBlock):
    """The levels of a complaint, lowest first; the last is outside of the company."""

    level = EscalationBlock()


class LinesBlock(blocks.StreamBlock):
    """Short lines of text, one a row: steps, wording, eligibility rules."""

    line = blocks.CharBlock(
        max_length=400,
        label=_("Line"),
        icon="minus",
        description=_("One short line: one step, one sentence, one rule."),
        template="standardbearer/lms/standards/blocks/line.html",
        preview_template=_PREVIEW,
        preview_value=_("Pick up by the third ring."),
    )
