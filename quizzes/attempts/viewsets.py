"""Quizzes and attempts in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column, DateColumn, LiveStatusTagColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from lms.api import guard_formula, may, people_for
from quizzes.attempts.forms import QuizForm
from quizzes.attempts.models import CHANGE_QUIZ_PREFIX, Attempt, AttemptResult, Quiz, QuizVersion
from quizzes.attempts.reads.pages import floor_percent
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


class AttemptPolicy(ModelPermissionPolicy):
    """Nobody adds, changes or deletes; whoever may see somebody's scores may look."""

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        """Allow looking to roles that see scores; which rows is up to the queries."""
        return action == "view" and may(user, "read", "attempt_score")

    def user_has_any_permission(self, user: AbstractBaseUser, actions: Any) -> bool:
        """Allow a screen that needs at least one of the actions when looking is one of them."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(
        self, user: AbstractBaseUser, action: str, instance: Attempt
    ) -> bool:
        """Allow looking at the attempts of people whose scores the user may see."""
        return action == "view" and find_visible(user).filter(pk=instance.pk).exists()


def find_visible(user: Any) -> QuerySet[Attempt]:
    """Return the attempts whose state and score a user may see, with the score."""
    last = AttemptResult.objects.filter(attempt_id=OuterRef("pk")).order_by("-number")
    return (
        Attempt.objects.filter(employee__in=people_for(user, "read", "attempt_score"))
        .select_related("employee", "quiz", "branch", "quiz_version")
        .annotate(
            result_share=Subquery(last.values("percent")[:1]),
            result_passed=Subquery(last.values("passed")[:1]),
        )
    )


def describe_score(attempt: Any) -> str:
    """Return the score of an attempt in whole per cent; nothing while it is under way."""
    return f"{floor_percent(attempt.result_share)} %" if attempt.result_share else "–"


def describe_outcome(attempt: Any) -> Any:
    """Return whether an attempt passed, in words."""
    if attempt.result_passed is None:
        return attempt.get_state_display()
    return _("passed") if attempt.result_passed else _("not passed")


class AttemptIndexView(IndexView):
    """The attempts of the people whose scores one may see; exported cells are no formulas."""

    custom_value_preprocess = {
        **IndexView.custom_value_preprocess,
        str: {"csv": guard_formula, "xlsx": guard_formula},
    }

    def get_base_queryset(self) -> QuerySet[Attempt]:
        """Narrow the rows to the person's scope, before search, filters, counts and export."""
        return find_visible(self.request.user).order_by("-started_at", "-pk")


class AttemptInspectView(InspectView):
    """One attempt, if it is in scope; else it is as if it did not exist."""

    def get_object(self, queryset: QuerySet[Attempt] | None = None) -> Attempt:
        """Return the attempt within the person's scope; Wagtail's own way asks nobody."""
        return get_object_or_404(find_visible(self.request.user), pk=self.pk)

    def get_fields(self) -> list[str]:
        """Return what is shown: state and score, never the questions or the seed of the draw."""
        return list(AttemptViewSet.inspect_view_fields)


class AttemptViewSet(ModelViewSet):
    """Who took which quiz, and how it went."""

    model = Attempt
    name = "attempts"
    icon = "tick-inverse"
    menu_label = _("Attempts")
    menu_name = "attempts"
    inspect_view_enabled = True
    copy_view_enabled = False
    index_view_class = AttemptIndexView
    inspect_view_class = AttemptInspectView
    form_fields = ["employee"]
    list_per_page = 50
    list_display = [
        "employee",
        "quiz",
        Column("number", label=_("Try"), accessor="number"),
        Column("purpose", label=_("Purpose"), accessor="get_purpose_display"),
        Column("outcome", label=_("Outcome"), accessor=describe_outcome),
        Column("score", label=_("Score"), accessor=describe_score),
        Column("branch", label=_("Branch"), accessor="branch"),
        DateColumn("started_at", label=_("Started")),
        DateColumn("submitted_at", label=_("Handed in")),
    ]
    list_filter = ["quiz", "purpose", "state"]
    list_export = [
        "employee.employee_number",
        "employee.full_name",
        "quiz.code",
        "number",
        "purpose",
        "state",
        "result_passed",
        "result_share",
        "started_at",
        "submitted_at",
    ]
    inspect_view_fields = [
        "employee",
        "quiz",
        "quiz_version",
        "purpose",
        "number",
        "state",
        "started_at",
        "submitted_at",
        "branch",
    ]
