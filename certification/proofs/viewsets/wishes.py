"""Wishes that wait for HR; managers decide on the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn

from certification.awards.models import AssignmentRequest, RequestDecision
from certification.proofs.actions.wishes import approve_wish, refuse_wish
from certification.proofs.forms import ErrorsOfActions, ReasonForm
from certification.proofs.reads.wishes import state_of_wish
from certification.proofs.viewsets.evidence import describe_person
from certification.proofs.viewsets.queues import DecideView, QueueFilterSet, QueueViewSet
from certification.reports.viewsets.lists import DayColumn

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

APPROVE, REFUSE = "approve", "refuse"
STATE_WORDS = {
    "waiting": gettext_lazy("waits for a decision"),
    "approved": gettext_lazy("approved"),
    "refused": gettext_lazy("refused"),
    "withdrawn": gettext_lazy("taken back"),
}


class WishView(DecideView):
    """One wish and the two decisions."""

    template_name = "standardbearer/certification/admin/wish.html"
    header_icon = "pick"
    related = ("employee__home_branch__region", "certification", "decision__decided_by")
    done_words = {
        APPROVE: gettext_lazy("Approved. The person is told."),
        REFUSE: gettext_lazy("Refused. The person is told why."),
    }

    def make_forms(self, data: Any = None) -> dict[str, ErrorsOfActions]:
        """Return both forms."""
        decision = data.get("decision") if data is not None else None
        return {
            APPROVE: ErrorsOfActions(data if decision == APPROVE else None),
            REFUSE: ReasonForm(data if decision == REFUSE else None),
        }

    def act(self, decision: str, form: Any, actor: AbstractBaseUser) -> None:
        """Approve or refuse."""
        common: dict[str, Any] = {"wish": self.object, "actor": actor, "now": timezone.now()}
        if decision == REFUSE:
            refuse_wish(reason=form.cleaned_data["reason"], **common)
        else:
            approve_wish(**common)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the wish in words."""
        state = state_of_wish(self.object)
        return super().get_context_data(**kwargs) | {
            "wish": self.object,
            "state": state,
            "state_words": STATE_WORDS[state],
            "person_url": reverse("sb_matrix:person", args=[self.object.employee.uuid]),
        }


class WishFilterSet(QueueFilterSet):
    """Narrow wishes by state and certification."""

    decision = "decision"
    kinds = RequestDecision.Kind

    class Meta:
        model = AssignmentRequest
        fields = ["state", "certification"]


class WishViewSet(QueueViewSet):
    """What people asked for."""

    model = AssignmentRequest
    name = "sb_wishes"
    url_prefix = "wishes"
    icon = "pick"
    menu_label = gettext_lazy("Wishes")
    menu_name = "wishes"
    menu_order = 60
    ordering = ["requested_at", "pk"]
    search_fields = [
        "employee__family_name",
        "employee__given_name",
        "employee__employee_number",
    ]
    filterset_class = WishFilterSet
    inspect_view_class = WishView
    decide_template = WishView.template_name
    related = ("employee__home_branch", "certification", "decision")
    list_display = [
        TitleColumn(
            "employee",
            label=gettext_lazy("Employee"),
            accessor=describe_person,
            get_url=lambda row: reverse("sb_wishes:inspect", args=[row.pk]),
        ),
        Column("certification", label=gettext_lazy("Certification"), accessor="certification"),
        DayColumn("requested_at", label=gettext_lazy("Asked for"), sort_key="requested_at"),
        Column(
            "state",
            label=gettext_lazy("State"),
            accessor=lambda row: STATE_WORDS[state_of_wish(row)],
        ),
    ]

    def keep_waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the wishes without a decision."""
        return rows.filter(decision__isnull=True)
