"""Attempts in Wagtail's admin: read, never written.

No clock times: beside the limit they would tell who has extra time, which only HR and the person
may know. Days are enough here.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

from lms.api import guard_formula, may, people_for
from quizzes.attempts.actions import close_overdue_attempts
from quizzes.attempts.models import Attempt, AttemptExtension, AttemptResult
from quizzes.attempts.permissions import attempts_for
from quizzes.attempts.reads.pages import floor_percent

CLOSED_AT_A_LOOK = 200
"""How many attempts one look at the list closes at most; the sweep closes the rest."""


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
        .defer("due_at", "grace_until")
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
        if not attempt.is_open:
            return _("waiting for marking")
        return attempt.get_state_display()
    return _("passed") if attempt.result_passed else _("not passed")


def describe_start(attempt: Attempt) -> str:
    """Return the day an attempt was started."""
    return date_format(attempt.started_on)


def describe_end(attempt: Attempt) -> str:
    """Return the day an attempt was handed in."""
    return date_format(attempt.submitted_on) if attempt.submitted_on else "–"


def describe_extension(given: AttemptExtension, attempt: Attempt) -> str:
    """Return minutes that were given back, as a sentence."""
    return _("%(minutes)d on %(day)s by %(name)s: %(reason)s") % {
        "minutes": given.minutes,
        "day": date_format(attempt.day_of(given.made_at)),
        "name": given.made_by.get_full_name() if given.made_by else "–",
        "reason": given.reason,
    }


class AttemptIndexView(IndexView):
    """The attempts of the people whose scores one may see; exported cells are no formulas."""

    custom_value_preprocess = {
        **IndexView.custom_value_preprocess,
        str: {"csv": guard_formula, "xlsx": guard_formula},
    }

    def get_base_queryset(self) -> QuerySet[Attempt]:
        """Narrow the rows to the person's scope, before search, filters, counts and export.

        What the clock ended is closed first: the list tells how attempts truly stand.
        """
        close_overdue_attempts(now=timezone.now(), limit=CLOSED_AT_A_LOOK)
        return find_visible(self.request.user).order_by("-started_at", "-pk")


class AttemptInspectView(InspectView):
    """One attempt, if it is in scope; else it is as if it did not exist."""

    def get_object(self, queryset: QuerySet[Attempt] | None = None) -> Attempt:
        """Return the attempt within the person's scope; Wagtail's own way asks nobody."""
        return get_object_or_404(find_visible(self.request.user), pk=self.pk)

    def get_started_on_display_value(self) -> str:
        """Return the day of the start."""
        return describe_start(self.object)

    def get_submitted_on_display_value(self) -> str:
        """Return the day it was handed in."""
        return describe_end(self.object)

    def get_minutes_given_display_value(self) -> str:
        """Return who gave how many minutes back, on which day and why; never a clock time."""
        rows = self.object.extensions.select_related("made_by")
        return "; ".join(describe_extension(row, self.object) for row in rows) or "–"

    def get_header_buttons(self) -> list[Any]:
        """Lead whoever may read the answers to their page; the own ones are on the own pages."""
        readable = attempts_for(self.request.user, "attempt_answers").filter(pk=self.object.pk)
        if self.object.is_open or not readable.exists():
            return []
        address = reverse("sb_quizzes:staff_attempt", args=[self.object.uuid])
        return [HeaderButton(_("See what was answered"), url=address, icon_name="view")]

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
        Column("started_on", label=_("Started"), accessor=describe_start),
        Column("submitted_on", label=_("Handed in"), accessor=describe_end),
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
        "started_on",
        "submitted_on",
    ]
    inspect_view_fields = [
        "employee",
        "quiz",
        "quiz_version",
        "purpose",
        "number",
        "state",
        "started_on",
        "submitted_on",
        "minutes_given",
        "branch",
    ]
