"""Blocks of a lesson. None of them can hold a key: quizzes and scenarios are only pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.content.rules import (
    Cards,
    LinkKind,
    PolicyCard,
    StandardCard,
    WorkCard,
    parse_uuid,
)

RICH_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]
_PREVIEW = "standardbearer/courses/blocks/preview.html"
_SAMPLE_UUID = UUID(int=0)


class TextBlock(blocks.RichTextBlock):
    """Teaching text: paragraphs, lists, links, and headings of the lesson's parts."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", ["h2", "h3", *RICH_FEATURES])
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Paragraphs, lists and links. Keep it to what fits one screen.")
        template = "standardbearer/courses/blocks/text.html"
        preview_template = _PREVIEW
        preview_value = (
            "<p>A ringing phone is a person at a closed door."
            " <b>Whoever is nearest picks up.</b></p>"
        )


class FigureBlock(blocks.StructBlock):
    """A picture with its description for people who cannot see it."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    def get_preview_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Show a drawn sample: the library of a new site has no picture yet."""
        return {**super().get_preview_context(value, parent_context), "sample": True}

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("One picture with a description for people who cannot see it.")
        template = "standardbearer/courses/blocks/image.html"
        preview_template = _PREVIEW
        preview_value = {"image": None, "caption": _("Three rings are about twelve seconds.")}


class DoDontBlock(blocks.StructBlock):
    """What to say beside what not to say."""

    do = blocks.ListBlock(blocks.CharBlock(max_length=300), label=_("Say"))
    dont = blocks.ListBlock(blocks.CharBlock(max_length=300), label=_("Don't say"))

    class Meta:
        icon = "check"
        label = _("Do and don't")
        description = _("Wording that helps, beside wording that does not.")
        template = "standardbearer/courses/blocks/do_dont.html"
        preview_template = _PREVIEW
        preview_value = {"do": [_("“May I put you on hold?”")], "dont": [_("“Hold on.”")]}


class StepsBlock(blocks.StructBlock):
    """A procedure in the order in which it is done."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    items = blocks.ListBlock(blocks.CharBlock(max_length=400), label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("A procedure, one short step after the other.")
        template = "standardbearer/courses/blocks/steps.html"
        preview_template = _PREVIEW
        preview_value = {
            "title": _("Taking a complaint"),
            "items": [_("Listen to the end."), _("Say what you understood.")],
        }


class CalloutBlock(blocks.StructBlock):
    """Something that stands out: a tip, a warning, an example."""

    tone = blocks.ChoiceBlock(
        choices=[("tip", _("tip")), ("warning", _("warning")), ("example", _("example"))],
        default="tip",
        label=_("Kind"),
    )
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=RICH_FEATURES)

    class Meta:
        icon = "help"
        label = _("Callout")
        description = _("A tip, a warning or an example, set apart from the text.")
        template = "standardbearer/courses/blocks/callout.html"
        preview_template = _PREVIEW
        preview_value = {
            "tone": "tip",
            "title": _("On your first day"),
            "text": "<p>Write the first sentence on a card and put it beside the phone.</p>",
        }


class ReferenceBlock(SnippetChooserBlock):
    """Points at a snippet by its ``uuid``; its value is that uuid, so that pages cost no query.

    What is shown comes from ``cards`` in the page's context, read for all blocks at once. The
    stored text stays true when content moves to another site, where primary keys differ.
    """

    kind: LinkKind

    def to_python(self, value: object) -> UUID | None:
        """Return the stored uuid; no query."""
        return parse_uuid(value) if value else None

    def bulk_to_python(self, values: Iterable[object]) -> list[UUID | None]:
        """Return the stored uuids in order; no query."""
        return [self.to_python(value) for value in values]

    def normalize(self, value: object) -> UUID | None:
        """Take an object of the target model as well as its uuid."""
        if isinstance(value, models.Model):
            return parse_uuid(getattr(value, "uuid", None))
        return self.to_python(value)

    def get_prep_value(self, value: object) -> str | None:
        """Store the uuid as text."""
        uuid = self.normalize(value)
        return str(uuid) if uuid else None

    def find_target(self, value: object) -> models.Model | None:
        """Return the object that a uuid, a primary key from the form, or itself stands for."""
        if value is None or isinstance(value, models.Model):
            return value
        if isinstance(value, UUID):
            found: models.Model | None = self.model_class.objects.filter(uuid=value).first()
            return found
        # ModelChoiceField hands over the primary key that the chooser's hidden input holds.
        chosen: models.Model | None = super().value_from_form(value)
        return chosen

    def value_from_form(self, value: object) -> UUID | None:
        """Return the uuid of what was chosen."""
        return self.normalize(self.find_target(value))

    def value_for_form(self, value: object) -> object:
        """Return the primary key, which is what the form field validates."""
        target = self.find_target(value)
        return target.pk if target else None

    def get_form_state(self, value: object) -> Any:
        """Return what the chooser shows in the editor: title and edit link."""
        return self.widget.get_value_data(self.find_target(value))

    def clean(self, value: object) -> UUID | None:
        """Refuse, at publication, something that learners could not open."""
        cleaned: UUID | None = super().clean(value)
        target = self.find_target(cleaned)
        if target is not None and not self.is_deferred_validation:
            self.check_target(target)
        return cleaned

    def check_target(self, target: models.Model) -> None:
        """Raise ``ValidationError`` when the target is not live."""
        if not getattr(target, "live", True):
            raise ValidationError(
                _now("“%(title)s” is not published yet. Publish it first."),
                params={"title": str(target)},
            )

    def extract_references(self, value: object) -> Iterable[tuple[Any, str, str, str]]:
        """Tell Wagtail's reference index what is used where."""
        target = self.find_target(self.normalize(value))
        if target is not None:
            yield self.model_class, str(target.pk), "", ""

    def get_api_representation(self, value: object, context: object = None) -> str | None:
        """Return the uuid: never what is behind it."""
        return self.get_prep_value(value)

    def get_context(
        self, value: Any, parent_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Add the ``card`` to show; a sample of it in the block picker."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        cards = context.get("cards")
        context["card"] = self.pick_card(cards, value) if cards else None
        if value == _SAMPLE_UUID:
            context["card"] = self.make_sample()
        return context

    def pick_card(self, cards: Cards, uuid: UUID | None) -> object:
        """Return this block's card among those of the page."""
        return cards.works.get(uuid) if uuid else None

    def make_sample(self) -> object:
        """Return a card for the preview in the block picker."""
        raise NotImplementedError

    class Meta:
        preview_value = _SAMPLE_UUID
        preview_template = _PREVIEW


def make_sample_standard() -> StandardCard:
    """Return the standard that previews show."""
    return StandardCard(
        uuid=_SAMPLE_UUID,
        code="PHONE-01",
        title=_now("Answer the phone within three rings"),
        force=_now("mandatory"),
        number=3,
        measures=(_now("Phone answered within 3 rings"),),
        promise=_now("Someone picks up at once, and is glad I called."),
    )


class StandardBlock(ReferenceBlock):
    """The standard as it holds today: a change reaches every lesson at once."""

    kind = LinkKind.STANDARD

    def pick_card(self, cards: Cards, uuid: UUID | None) -> object:
        """Return the standard's card."""
        return cards.standards.get(uuid) if uuid else None

    def make_sample(self) -> object:
        """Return a sample standard."""
        return make_sample_standard()

    class Meta:
        icon = "list-ul"
        label = _("Standard")
        description = _("A service standard with its measures, always in the version in force.")
        template = "standardbearer/courses/blocks/standard.html"


class QuizBlock(ReferenceBlock):
    """A quiz that has to be passed before the lesson is done."""

    kind = LinkKind.QUIZ

    def make_sample(self) -> object:
        """Return a sample quiz, not begun."""
        return WorkCard(LinkKind.QUIZ, _SAMPLE_UUID, _now("Counter service"), "#", "open", 10, 8, 3)

    class Meta:
        icon = "circle-check"
        label = _("Quiz")
        description = _("A quiz. The lesson is done when it has been passed.")
        template = "standardbearer/courses/blocks/work.html"


class ScenarioBlock(ReferenceBlock):
    """A role-play that has to be passed before the lesson is done."""

    kind = LinkKind.SCENARIO

    def make_sample(self) -> object:
        """Return a sample role-play, not begun."""
        title = _now("A full queue and an upset caller")
        return WorkCard(LinkKind.SCENARIO, _SAMPLE_UUID, title, "#", "open", 6)

    class Meta:
        icon = "comment"
        label = _("Role-play")
        description = _("A branching role-play. The lesson is done when it has been passed.")
        template = "standardbearer/courses/blocks/work.html"


class AcknowledgementBlock(ReferenceBlock):
    """A policy that everybody confirms, by name, having read."""

    kind = LinkKind.ACKNOWLEDGEMENT

    def pick_card(self, cards: Cards, uuid: UUID | None) -> object:
        """Return the policy's card."""
        return cards.policies.get(uuid) if uuid else None

    def make_sample(self) -> object:
        """Return a sample policy, not confirmed."""
        return PolicyCard(make_sample_standard(), post_url="#", name=_now("Your name"))

    class Meta:
        icon = "clipboard-list"
        label = _("Confirmation")
        description = _("Staff confirm by name that they have read a policy.")
        template = "standardbearer/courses/blocks/acknowledgement.html"


class LessonStreamBlock(blocks.StreamBlock):
    """Everything a lesson can be made of."""

    text = TextBlock(group=_("Teaching"))
    image = FigureBlock(group=_("Teaching"))
    standard = StandardBlock("sb_lms.Standard", group=_("Teaching"))
    do_dont = DoDontBlock(group=_("Teaching"))
    steps = StepsBlock(group=_("Teaching"))
    callout = CalloutBlock(group=_("Teaching"))
    quiz = QuizBlock("sb_quizzes.Quiz", group=_("Checking"))
    scenario = ScenarioBlock("sb_quizzes.Scenario", group=_("Checking"))
    acknowledgement = AcknowledgementBlock("sb_lms.Standard", group=_("Checking"))
