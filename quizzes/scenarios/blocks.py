"""Blocks of a role-play's draft: steps with their choices, endings, and marks of standards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.admin.telepath.widgets import SelectAdapter
from wagtail.blocks.struct_block import BlockGroup
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from lms.api import Standard
from quizzes.questions.rules import read_fraction

VERDICTS = [
    ("follows", _("follows the standard")),
    ("partly", _("follows it in part")),
    ("violates", _("violates it")),
    ("neutral", _("neutral")),
]
OUTCOMES = [
    ("success", _("success: the customer is well served")),
    ("partial", _("partial: it just about held")),
    ("failure", _("failure: the customer is lost")),
]
NOT_CHOSEN = ("", _("– not chosen yet –"))


class OpenSelect(forms.Select):
    """A list to pick from that keeps a value it does not know, so that a draft loses nothing."""


class TargetSelect(OpenSelect):
    """Lists the steps and endings of the form as it is now, saved or not, by their titles.

    The browser fills it from the blocks on the page; what is sent is the id of a block, which
    every block has from the moment it is added.
    """

    def __init__(self, attrs: dict[str, Any] | None = None, *, steps_only: bool = False) -> None:
        attrs = {"data-sb-target": "steps" if steps_only else "all", **(attrs or {})}
        super().__init__(attrs, choices=[NOT_CHOSEN])


class StandardSelect(OpenSelect):
    """Lists the live standards by code and title. One query each time a form is built."""

    def optgroups(self, name: str, value: list[Any], attrs: Any = None) -> Any:
        """Read the standards just before they are shown."""
        live = Standard.objects.filter(live=True).order_by("code").values_list("code", "title")
        self.choices = [NOT_CHOSEN, *((code, f"{code} {title}") for code, title in live)]
        return super().optgroups(name, value, attrs)


class OpenSelectAdapter(SelectAdapter):
    """Gives the browser the widget that keeps unknown values and fills targets."""

    js_constructor = "standardbearer.quizzes.OpenSelect"

    @cached_property
    def media(self) -> forms.Media:
        """The widget's own script, after Wagtail's."""
        script = "standardbearer/quizzes/scenario-targets.js"
        media: forms.Media = super().media + forms.Media(js=[script])
        return media


register(OpenSelectAdapter(), OpenSelect)


class PickBlock(blocks.FieldBlock):
    """A value picked from a list. What is not in the list is judged by the checks, not here."""

    def __init__(
        self, widget: forms.Select | None = None, *, required: bool = False, **kwargs: Any
    ) -> None:
        self.field = forms.CharField(
            required=required,
            validators=[MaxLengthValidator(200)],
            help_text=kwargs.get("help_text", ""),
            widget=widget or OpenSelect(choices=[NOT_CHOSEN]),
        )
        super().__init__(**kwargs)

    def get_searchable_content(self, value: Any) -> list[str]:
        """Return nothing: no answer is searched for."""
        return []

    class Meta:
        icon = "list-ul"
        default = ""


class TargetBlock(PickBlock):
    """The step or ending that a choice leads to."""

    def __init__(self, *, steps_only: bool = False, **kwargs: Any) -> None:
        super().__init__(TargetSelect(steps_only=steps_only), **kwargs)


class StandardBlock(PickBlock):
    """A standard, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(StandardSelect(), **kwargs)


class OutcomeBlock(PickBlock):
    """How an ending went."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(OpenSelect(choices=[NOT_CHOSEN, *OUTCOMES]), **kwargs)


class VerdictBlock(PickBlock):
    """What a choice does to the standard."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(OpenSelect(choices=[NOT_CHOSEN, *VERDICTS]), **kwargs)


def check_number(text: str) -> None:
    """Refuse what is no number. Raises: ValidationError."""
    if read_fraction(text.replace(",", ".").replace("\N{MINUS SIGN}", "-")) is None:
        raise ValidationError(_("This is not a number. Write for example 2, -1, 0.5 or 1/3."))


class NumberBlock(blocks.FieldBlock):
    """An exact number as it is typed: ``2``, ``-1``, ``0.5`` or ``1/3``."""

    def __init__(self, *, required: bool = False, **kwargs: Any) -> None:
        self.field = forms.CharField(
            required=required,
            max_length=40,
            help_text=kwargs.get("help_text", ""),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "sb-number"}),
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Refuse what is no number, unless it is only kept as a draft."""
        cleaned = super().clean(value)
        if cleaned and not self.is_deferred_validation:
            check_number(cleaned)
        return cleaned

    def get_searchable_content(self, value: Any) -> list[str]:
        """Return nothing: no answer is searched for."""
        return []

    class Meta:
        icon = "decimal"
        default = ""


class PointsBlock(blocks.StructBlock):
    """What a choice earns for one standard."""

    standard = StandardBlock(label=_("Standard"))
    points = NumberBlock(label=_("Points"), default="1", help_text=_("For example 2, 1, 0 or -1."))

    class Meta:
        icon = "check"
        label = _("Points for a standard")
        label_format = "{standard}: {points}"
        form_classname = "struct-block sb-pair"


class MoodConditionBlock(blocks.StructBlock):
    """The customer's mood lies within bounds."""

    least = NumberBlock(label=_("Mood at least"), help_text=_("0 to 100. Empty: no lower end."))
    most = NumberBlock(label=_("Mood at most"), help_text=_("0 to 100. Empty: no upper end."))

    class Meta:
        icon = "sliders"
        label = _("The mood")
        label_format = "{least} – {most}"
        description = _("Offered only while the customer’s mood is within bounds.")
        preview_value = {"least": "60"}
        form_classname = "struct-block sb-pair"


class VisitedConditionBlock(blocks.StructBlock):
    """The player came by a step."""

    step = TargetBlock(label=_("Step already visited"), steps_only=True)

    class Meta:
        icon = "view"
        label = _("A step visited")
        description = _("Offered only to who came by a certain step.")
        preview_value = {"step": ""}


class ConditionStreamBlock(blocks.StreamBlock):
    """What must all hold for a choice to be offered."""

    mood = MoodConditionBlock()
    visited = VisitedConditionBlock()


class ChoiceBlock(blocks.StructBlock):
    """One thing to say or do, what it is worth, and where it leads."""

    text = blocks.TextBlock(
        label=_("What one can say or do"), max_length=600, rows=1, help_text=_("Word for word.")
    )
    to = TargetBlock(
        label=_("Leads to"), help_text=_("Any step or ending of this page, saved or not.")
    )
    verdict = VerdictBlock(label=_("Verdict"), help_text=_("What it does to the standard."))
    points = blocks.ListBlock(PointsBlock(), label=_("Points"), default=[])
    meter = NumberBlock(
        label=_("Mood changes by"),
        default="0",
        help_text=_("For example 10 or -15. The mood stays between 0 and 100."),
    )
    feedback = blocks.TextBlock(
        label=_("What is said about it afterwards"),
        required=False,
        max_length=1_000,
        rows=1,
        help_text=_("Say what the customer noticed and why, not only “wrong”."),
    )
    critical = blocks.BooleanBlock(
        label=_("Critical"),
        required=False,
        help_text=_("Who chooses it fails the role-play, whatever the points."),
    )
    conditions = ConditionStreamBlock(
        label=_("Offered only when"),
        required=False,
        help_text=_("All must hold. Each step keeps one choice without conditions."),
    )

    class Meta:
        icon = "chevron-right"
        label = _("Choice")
        label_format = "{text}"
        description = _("One thing to say or do.")
        preview_value = {"text": _("“I am sorry you had to wait. I will see to it myself.”")}
        form_layout = BlockGroup(
            ["text", "to", "verdict", "points", "meter", "feedback"],
            settings=["critical", "conditions"],
        )


class PictureBlock(blocks.StructBlock):
    """A picture of the situation, with its description."""

    image = ImageChooserBlock(label=_("Picture"), required=False)
    src = blocks.CharBlock(
        label=_("Or its address"),
        required=False,
        max_length=400,
        help_text=_("For a picture that is kept elsewhere on this site."),
    )
    alt = blocks.CharBlock(
        label=_("Description"),
        required=False,
        max_length=300,
        help_text=_("What it shows, for whoever cannot see it."),
    )
    decorative = blocks.BooleanBlock(
        label=_("Only decoration"), required=False, help_text=_("It needs no description then.")
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        collapsed = True


class RecordingBlock(blocks.StructBlock):
    """What the customer says, to listen to, with every word of it to read."""

    document = DocumentChooserBlock(label=_("Recording"), required=False)
    src = blocks.CharBlock(
        label=_("Or its address"),
        required=False,
        max_length=400,
        help_text=_("For a recording that is kept elsewhere on this site."),
    )
    transcript = blocks.TextBlock(
        label=_("Every word of it"),
        required=False,
        max_length=4_000,
        rows=2,
        help_text=_("For whoever cannot hear it."),
    )

    class Meta:
        icon = "media"
        label = _("Recording")
        collapsed = True


class StepBlock(blocks.StructBlock):
    """A moment of the conversation: what the customer says, and what one can answer."""

    title = blocks.CharBlock(
        label=_("Title"), max_length=200, help_text=_("By this name choices lead here.")
    )
    line = blocks.TextBlock(
        label=_("What the customer says or does"), required=False, max_length=2_000, rows=2
    )
    choices = blocks.ListBlock(ChoiceBlock(), label=_("Choices"), default=[], collapsed=True)
    mood = blocks.CharBlock(
        label=_("How the customer sounds"),
        required=False,
        max_length=60,
        help_text=_("For example: in a hurry."),
    )
    picture = PictureBlock(label=_("Picture"), required=False)
    recording = RecordingBlock(label=_("Recording"), required=False)
    stub = blocks.BooleanBlock(
        label=_("Not written yet"),
        required=False,
        help_text=_("Keeps the place. It has to be written before the role-play is published."),
    )

    class Meta:
        icon = "comment"
        label = _("Step")
        label_format = "{title}"
        description = _("What the customer says, and what one can answer.")
        preview_value = {
            "title": _("The phone rings"),
            "line": _("“Good morning. You promised to ring me on Thursday!”"),
        }
        form_layout = BlockGroup(
            ["title", "line", "choices"], settings=["mood", "picture", "recording", "stub"]
        )


class EndingBlock(blocks.StructBlock):
    """Where the conversation ends, and how it went."""

    title = blocks.CharBlock(
        label=_("Title"), max_length=200, help_text=_("By this name choices lead here.")
    )
    text = blocks.TextBlock(label=_("What happens"), required=False, max_length=2_000, rows=2)
    outcome = OutcomeBlock(label=_("How it went"))
    points = NumberBlock(
        label=_("Extra points"), default="0", help_text=_("They belong to no standard.")
    )

    class Meta:
        icon = "success"
        label = _("Ending")
        label_format = "{title}"
        description = _("Where the conversation ends.")
        preview_value = {"title": _("A happy customer"), "text": _("She thanks you.")}


class ScenarioStreamBlock(blocks.StreamBlock):
    """The steps and endings of a role-play. It begins with the first step."""

    step = StepBlock()
    ending = EndingBlock()

    class Meta:
        collapsed = True


class StandardMarkBlock(blocks.StructBlock):
    """A standard that the role-play practises, and the mark it needs by itself."""

    standard = StandardBlock(label=_("Standard"))
    percent = NumberBlock(
        label=_("Percent needed"),
        default="50",
        help_text=_("0 to 100. Empty: it is practised, but needs no mark of its own."),
    )

    class Meta:
        icon = "check"
        label = _("Standard")
        label_format = "{standard}: {percent}"
        description = _("A standard that the role-play practises.")
        form_classname = "struct-block sb-pair"


class StandardMarkStreamBlock(blocks.StreamBlock):
    """The standards that a role-play practises."""

    mark = StandardMarkBlock()
