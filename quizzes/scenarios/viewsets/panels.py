"""The editor of a role-play: its story, what it takes to pass, and what a publication changes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    ObjectList,
    TabbedInterface,
)

from quizzes.scenarios.forms import ScenarioForm

STORY_PANELS = [
    FieldRowPanel(
        [
            FieldPanel(
                "code",
                help_text=_("Short and lasting, for example UPSET-CALLER."),
                required_on_save=True,
            ),
            FieldPanel("title", help_text=_("As people see it."), required_on_save=True),
        ]
    ),
    FieldPanel("briefing", help_text=_("Where one is, who waits, and what one is to do.")),
    FieldPanel("customer", help_text=_("Name, age, mood: what one would know or notice.")),
    FieldPanel(
        "body",
        help_text=_(
            "It begins with the first step. Let every choice lead to a step or an ending; several "
            "may lead to the same one."
        ),
    ),
]
PASS_PANELS = [
    FieldPanel(
        "standard_marks",
        help_text=_("Choices give points for these. A mark is what nobody may miss."),
    ),
    FieldRowPanel(
        [
            FieldPanel(
                "pass_percent", help_text=_("Of what lies between the worst way and the best.")
            ),
            FieldPanel("meter_start", help_text=_("0 is furious, 100 is delighted.")),
            FieldPanel("minutes", help_text=_("Left empty: estimated from the number of steps.")),
        ]
    ),
]
CHANGE_PANELS = [
    HelpPanel(
        content=_(
            "<p>After a <b>material</b> change, certifications can ask people to play again. "
            "Whoever is under way finishes on the version they began.</p>"
        )
    ),
    FieldPanel("change", help_text=_("Asked when a new version is published.")),
]


def build_editor() -> TabbedInterface:
    """Return the tabs of the editor."""
    return TabbedInterface(
        [
            ObjectList(STORY_PANELS, heading=_("Story")),
            ObjectList(PASS_PANELS, heading=_("Passing")),
            ObjectList(CHANGE_PANELS, heading=_("This change")),
        ],
        base_form_class=ScenarioForm,
    )
