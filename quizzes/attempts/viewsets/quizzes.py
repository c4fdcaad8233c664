"""Quizzes in Wagtail's admin."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn

from quizzes.attempts.forms import QuizForm
from quizzes.attempts.models import CHANGE_QUIZ_PREFIX, Quiz, QuizVersion
from quizzes.attempts.viewsets.slots import SlotPanel
from quizzes.questions.viewsets import AuthorViewSet

QUIZ_PANELS = [
    FieldRowPanel(
        [
            FieldPanel("code", help_text=_("Short and lasting, for example COUNTER-CHECK.")),
            FieldPanel("title", help_text=_("As people see it.")),
        ]
    ),
    FieldPanel("intro", help_text=_("What it is about, in two or three friendly sentences.")),
    FieldPanel(
        "slots",
        help_text=_(
            "Draw questions per standard: then a second try gets others on the same matter."
        ),
    ),
    SlotPanel(heading=_("What this draws from")),
]
PASS_PANELS = [
    FieldPanel("pass_percent", help_text=_("Of all marks together.")),
    FieldPanel("standard_marks", help_text=_("What nobody may miss, however good the rest is.")),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("attempts_allowed"), FieldPanel("counting")]),
            FieldRowPanel([FieldPanel("cool_down_minutes"), FieldPanel("later_cool_down_minutes")]),
        ],
        heading=_("Tries"),
    ),
    FieldPanel(
        "second_marking",
        help_text=_(
            "Only for questions that people mark. The second person does not see the first mark; "
            "if they are far apart, a third one decides."
        ),
    ),
]
START_PANELS = [
    MultiFieldPanel(
        [
            FieldPanel("time_limit_minutes"),
            FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
        ],
        heading=_("Time"),
    ),
    FieldPanel("navigation"),
    MultiFieldPanel(
        [
            FieldPanel("admission"),
            FieldPanel("new_password"),
        ],
        heading=_("Who lets people in"),
    ),
]
FEEDBACK_PANELS = [
    HelpPanel(
        content=_(
            "<p>People learn most from feedback right after. Right answers are best kept until "
            "no further try is possible: else the next try checks memory.</p>"
        )
    ),
    FieldPanel("feedback"),
    FieldPanel("reveal_early"),
    FieldPanel("ask_certainty"),
]
CHANGE_PANELS = [
    HelpPanel(
        content=_(
            "<p>After a <b>material</b> change, certifications can ask for the new matter. "
            "Attempts under way always finish as they were begun.</p>"
        )
    ),
    FieldPanel("change"),
]


class QuizViewSet(AuthorViewSet):
    """Quizzes: drafted, approved, published. Those the system makes are nobody's to write."""

    model = Quiz
    icon = "clipboard-list"
    menu_label = _("Quizzes")
    menu_name = "quizzes"
    index_results_template_name = "standardbearer/lms/admin/own_drafts.html"
    ordering = ["code"]
    search_fields = ["code", "title"]
    list_filter = ["live"]
    list_display = [
        "code",
        "title",
        Column("pass_percent", label=_("Pass mark, %"), accessor="pass_percent"),
        Column("live_version", label=_("Version"), accessor="live_version"),
        LiveStatusTagColumn(),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(QUIZ_PANELS, heading=_("Quiz")),
            ObjectList(PASS_PANELS, heading=_("Passing")),
            ObjectList(START_PANELS, heading=_("Starting")),
            ObjectList(FEEDBACK_PANELS, heading=_("Feedback")),
            ObjectList(CHANGE_PANELS, heading=_("This change")),
        ],
        base_form_class=QuizForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quiz]:
        """Return the quizzes the user may change, with the number of their newest version."""
        newest = QuizVersion.objects.filter(quiz_id=OuterRef("pk")).order_by("-number")
        rows: QuerySet[Quiz] = super().get_queryset(request)
        return rows.exclude(code__startswith=CHANGE_QUIZ_PREFIX).annotate(
            live_version=Subquery(newest.values("number")[:1]), is_held=Exists(newest)
        )
