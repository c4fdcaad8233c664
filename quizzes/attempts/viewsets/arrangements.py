"""Exceptions and extra time in Wagtail's admin: made and ended, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import CreateView, DeleteView, IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from lms.api import guard_formula, may
from quizzes.attempts.actions import end_arrangement
from quizzes.attempts.forms import AccommodationForm, OverrideForm
from quizzes.attempts.models import Accommodation, QuizOverride
from quizzes.attempts.permissions import accommodations_for, overrides_for


class ArrangementPolicy(ModelPermissionPolicy):
    """The policy table decides. Deleting means ending; nobody changes."""

    resource = ""
    verbs: Mapping[str, str] = {"view": "read", "add": "create", "delete": "change"}

    def user_has_permission(self, user: AbstractBaseUser, action: str) -> bool:
        """Allow what the user may do somewhere; which rows is up to the queries."""
        verb = self.verbs.get(action)
        return verb is not None and may(user, verb, self.resource)

    def user_has_any_permission(self, user: AbstractBaseUser, actions: Any) -> bool:
        """Allow a screen that needs at least one of the actions."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(
        self, user: AbstractBaseUser, action: str, instance: Any
    ) -> bool:
        """Allow it for rows within reach; what has ended is not ended again."""
        if not self.user_has_permission(user, action):
            return False
        if action == "delete" and instance.ended_at is not None:
            return False
        return bool(find_rows(user, self.model).filter(pk=instance.pk).exists())


class OverridePolicy(ArrangementPolicy):
    """Who sees and makes exceptions."""

    resource = "quiz_override"


class AccommodationPolicy(ArrangementPolicy):
    """Who sees and grants extra time: HR alone."""

    resource = "accommodation"
    # The person reads the own extra time on the page of a quiz, not in the admin.
    verbs = {"view": "create", "add": "create", "delete": "change"}


def find_rows(user: Any, model: type[Any]) -> QuerySet[Any]:
    """Return the arrangements that a user may look at; the action asks who may end one."""
    if model is Accommodation:
        return accommodations_for(user, "create").select_related("employee", "made_by")
    rows = overrides_for(user)
    return rows.select_related("employee", "branch", "quiz", "made_by")


class ArrangementIndexView(IndexView):
    """What holds and what has ended, within the user's reach; exported cells are no formulas."""

    custom_value_preprocess = {
        **IndexView.custom_value_preprocess,
        str: {"csv": guard_formula, "xlsx": guard_formula},
    }

    def get_base_queryset(self) -> QuerySet[Any]:
        """Narrow the rows before search, filters, counts and export."""
        return find_rows(self.request.user, self.model)


class ArrangementCreateView(CreateView):
    """Makes one; there is nothing to edit afterwards."""

    def get_success_buttons(self) -> list[Any]:
        """Offer no editing."""
        return []


class UnloggedCreateView(ArrangementCreateView):
    """Makes one without a line in Wagtail's log, which more people read than HR."""

    def save_instance(self) -> Any:
        """Save; the row itself keeps who made it and when."""
        return self.form.save()


class ArrangementInspectView(InspectView):
    """One arrangement, if it is in reach."""

    def get_object(self, queryset: QuerySet[Any] | None = None) -> Any:
        """Return it within the person's reach; Wagtail's own way asks nobody."""
        return get_object_or_404(find_rows(self.request.user, self.model), pk=self.pk)


class EndView(DeleteView):
    """Ends an arrangement: the row stays as history."""

    page_title = _("End")
    success_message = _("%(object)s was ended.")

    def get_object(self, queryset: QuerySet[Any] | None = None) -> Any:
        """Return it within the person's reach."""
        rows = find_rows(self.request.user, self.model).filter(ended_at__isnull=True)
        return get_object_or_404(rows, pk=unquote(str(self.kwargs["pk"])))

    @property
    def confirmation_message(self) -> str:
        """Say what happens."""
        return str(_("It no longer holds for new tries. A try under way keeps it."))

    def delete_action(self) -> None:
        """End it."""
        end_arrangement(arrangement=self.object, actor=self.request.user, now=timezone.now())


class ArrangementViewSet(ModelViewSet):
    """Lists, a form to make one, a page to look, a button to end."""

    index_view_class = ArrangementIndexView
    add_view_class = ArrangementCreateView
    inspect_view_class = ArrangementInspectView
    delete_view_class = EndView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    search_backend_name = None
    list_per_page = 50
    form_fields = ["reason"]

    def register_permissions(self) -> None:
        """Grants decide, so groups get nothing to tick."""


class OverrideViewSet(ArrangementViewSet):
    """More tries or time at one quiz for a person or a branch."""

    model = QuizOverride
    name = "sb_exceptions"
    icon = "key"
    menu_label = _("Exceptions")
    menu_name = "quiz-exceptions"
    list_display = [
        "quiz",
        Column("target", label=_("For"), accessor=lambda row: row.employee or row.branch),
        "extra_tries",
        "time_limit_minutes",
        "reason",
        DateColumn("made_at", label=_("Made")),
        DateColumn("ended_at", label=_("Ended")),
    ]
    list_filter = ["quiz"]
    search_fields = ["employee__employee_number", "employee__family_name", "branch__code"]
    inspect_view_fields = [
        "quiz",
        "employee",
        "branch",
        "extra_tries",
        "no_cool_down",
        "time_limit_minutes",
        "closes_at",
        "reason",
        "made_by",
        "made_at",
        "ended_by",
        "ended_at",
    ]

    def get_form_class(self, for_update: bool = False) -> type[Any]:  # noqa: FBT001, FBT002
        """Return the form that makes one."""
        return OverrideForm


class AccommodationViewSet(ArrangementViewSet):
    """Extra time, seen by HR alone."""

    model = Accommodation
    add_view_class = UnloggedCreateView
    name = "sb_extra_time"
    icon = "time"
    menu_label = _("Extra time")
    menu_name = "extra-time"
    list_display = [
        "employee",
        "factor",
        "until_on",
        "reason",
        DateColumn("made_at", label=_("Made")),
        DateColumn("ended_at", label=_("Ended")),
    ]
    search_fields = ["employee__employee_number", "employee__family_name"]
    inspect_view_fields = [
        "employee",
        "factor",
        "until_on",
        "reason",
        "made_by",
        "made_at",
        "ended_by",
        "ended_at",
    ]

    def get_form_class(self, for_update: bool = False) -> type[Any]:  # noqa: FBT001, FBT002
        """Return the form that grants it."""
        return AccommodationForm
