"""The editor of a question: for each type, only what that type needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)

from quizzes.questions.forms import QuestionForm
from quizzes.questions.models import Question
from quizzes.questions.reads import find_uses

if TYPE_CHECKING:
    from django.utils.functional import Promise

    Words = str | Promise

TYPE_TEMPLATE = "standardbearer/quizzes/questions/admin/type.html"


@dataclass(frozen=True, slots=True)
class TypeCard:
    """What an author is told of a type before choosing it."""

    kind: str
    icon: str
    name: Words
    when: Words
    example: Words


CARDS = (
    TypeCard(
        "single",
        "radio-full",
        _("One right answer"),
        _("One thing to do in a situation, among others that look likely."),
        _("A caller asks for a price you do not know. What do you say first?"),
    ),
    TypeCard(
        "multiple",
        "tick-inverse",
        _("Several right answers"),
        _("A list of which some belong and some do not."),
        _("Which of these do you write down during a complaint?"),
    ),
    TypeCard(
        "true_false",
        "circle-check",
        _("True or false"),
        _("One statement that people often get wrong."),
        _("“A colleague may read a customer’s address aloud at the counter.”"),
    ),
    TypeCard(
        "short_text",
        "edit",
        _("A word or short text"),
        _("A term or phrase that people must know by heart. You list what is accepted."),
        _("What is the word we never say when we transfer a call?"),
    ),
    TypeCard(
        "numeric",
        "decimal",
        _("A number"),
        _("A time, an amount or a limit. You say how far an answer may differ."),
        _("Within how many hours do we answer a complaint by mail?"),
    ),
    TypeCard(
        "matching",
        "link",
        _("Pairs to match"),
        _("Cases and what belongs to each of them."),
        _("Which standard belongs to which situation?"),
    ),
    TypeCard(
        "ordering",
        "order",
        _("Steps to put in order"),
        _("A procedure whose order matters."),
        _("Bring the five steps of a refund into order."),
    ),
    TypeCard(
        "gaps",
        "form",
        _("A text with gaps"),
        _("A rule or a script with a few words or numbers missing."),
        _("“We pick up within [[1]] rings and call back within [[2]].”"),
    ),
    TypeCard(
        "open",
        "openquote",
        _("Free text"),
        _("Own words that only a person can judge, by criteria that you write."),
        _("Write the reply to this angry mail."),
    ),
)


class UsePanel(Panel):
    """Tells where a question is used, and what retiring it would do."""

    class BoundPanel(Panel.BoundPanel):
        """The uses of one question."""

        template_name = "standardbearer/quizzes/questions/admin/uses.html"

        def is_shown(self) -> bool:
            """Return whether the question exists yet."""
            return bool(super().is_shown() and self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the quizzes that use the question."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            uses = find_uses([self.instance], counts_missing=True)[self.instance.pk]
            return context | {"uses": uses, "short": [use for use in uses if use.short_by]}


OPTION_HELP = _(
    "Tick what is right, and say about every option why. People see the options shuffled."
)
KEY_PANELS: dict[str, list[Any]] = {
    "single": [FieldPanel("options", help_text=OPTION_HELP)],
    "multiple": [
        FieldPanel("options", help_text=OPTION_HELP),
        FieldPanel("scoring", help_text=_("What a wrong tick or a missing one costs.")),
    ],
    "true_false": [FieldPanel("answer")],
    "short_text": [
        FieldPanel(
            "texts",
            help_text=_(
                "The first one that fits counts, from the top. Add usual mistakes without the "
                "tick, to say something about them."
            ),
        ),
        FieldPanel("case_sensitive", help_text=_("Only for codes and names. Else leave it off.")),
    ],
    "numeric": [
        FieldPanel(
            "numbers",
            help_text=_(
                "The first one that fits counts, from the top. People may type a decimal point or "
                "comma, but no unit: name the unit in the question."
            ),
        )
    ],
    "matching": [
        FieldPanel(
            "pairs",
            help_text=_("Each right pair earns the same. People see both sides shuffled."),
        )
    ],
    "ordering": [
        FieldPanel(
            "items", help_text=_("Write the steps in their right order. People see them shuffled.")
        ),
        FieldPanel("scoring", help_text=_("What earns a part of the mark.")),
    ],
    "gaps": [
        FieldPanel(
            "gap_text",
            help_text=_(
                "Write [[1]], [[2]] … where something is missing, each once, and describe those "
                "gaps below."
            ),
        ),
        FieldPanel("gaps", help_text=_("One for each place in the text, with the same name.")),
    ],
    "open": [
        FieldPanel(
            "rubric",
            help_text=_("Whoever marks chooses one level for each criterion; the points add up."),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("min_words"), FieldPanel("max_words")])],
            heading=_("Length"),
            help_text=_("Shown beside the count of words. A longer or shorter answer is kept."),
        ),
    ],
}
NAME_PANELS = [
    FieldRowPanel(
        [
            FieldPanel("code", help_text=_("Short and lasting, for example PHONE-Q01.")),
            FieldPanel("bank", help_text=_("The drawer that quizzes draw from.")),
        ]
    ),
    FieldPanel("prompt", help_text=_("Ask about one thing, in a situation people know.")),
]
USE_PANELS = [
    FieldPanel("standards", help_text=_("The result shows how each standard went.")),
    FieldRowPanel([FieldPanel("difficulty"), FieldPanel("max_mark"), FieldPanel("critical")]),
    FieldPanel("tags"),
    UsePanel(heading=_("Used in")),
    FieldPanel("retired"),
]
FEEDBACK_PANELS = [
    HelpPanel(
        content=_(
            "<p>People read this after handing in, as the quiz allows. "
            "Say what to do, in the words of the standard.</p>"
        )
    ),
    MultiFieldPanel(
        [
            FieldPanel("feedback_general"),
            FieldPanel("feedback_right"),
            FieldPanel("feedback_wrong"),
        ],
        heading=_("About the question as a whole"),
    ),
]


def find_card(kind: str) -> TypeCard | None:
    """Return what is told of a type; None for an unknown one."""
    return next((card for card in CARDS if card.kind == kind), None)


def build_editor(key_panels: list[Any], about: list[Any]) -> TabbedInterface:
    """Return the tabs of an editor with these panels for what is right."""
    return TabbedInterface(
        [
            ObjectList([*about, *NAME_PANELS, *key_panels], heading=_("Question")),
            ObjectList(USE_PANELS, heading=_("What it checks")),
            ObjectList(FEEDBACK_PANELS, heading=_("Feedback")),
        ],
        base_form_class=QuestionForm,
    )


def build_full_editor() -> TabbedInterface:
    """Return an editor that knows every field: what comparing two drafts goes by."""
    panels = {
        panel.field_name: panel
        for kind in KEY_PANELS
        if kind != "open"
        for panel in KEY_PANELS[kind]
    }
    limits = [FieldPanel("rubric"), FieldPanel("min_words"), FieldPanel("max_words")]
    return build_editor([FieldPanel("type"), *panels.values(), *limits], [])


@cache
def find_editor(kind: str) -> Any:
    """Return the editor of a type, bound to the model. Built once, when first asked for."""
    card = find_card(kind)
    about = HelpPanel(content=card.when if card else "", template=TYPE_TEMPLATE)
    return build_editor(KEY_PANELS[kind], [about]).bind_to_model(Question)
