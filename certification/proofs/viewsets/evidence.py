"""Proofs that wait for HR: look at the file, accept it with its days, or refuse it and say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn

from certification.awards.models import EvidenceReview, EvidenceSubmission
from certification.proofs.actions.evidence import accept_evidence, refuse_evidence
from certification.proofs.forms import AwardDaysForm, ErrorsOfActions, ReasonForm
from certification.proofs.reads.evidence import (
    count_twins,
    describe_target,
    state_of,
    suggest_dates,
)
from certification.proofs.rules import find_kind
from certification.proofs.viewsets.queues import DecideView, QueueFilterSet, QueueViewSet
from certification.reports.reads.words import last_day
from certification.reports.viewsets.lists import DayColumn

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

ACCEPT, REFUSE = "accept", "refuse"
STATE_WORDS = {
    "waiting": gettext_lazy("waits for a decision"),
    "accepted": gettext_lazy("accepted"),
    "refused": gettext_lazy("refused"),
    "withdrawn": gettext_lazy("taken back"),
}


class ProofView(DecideView):
    """One proof with its file and the two decisions."""

    template_name = "standardbearer/certification/admin/proof.html"
    header_icon = "doc-full"
    related = (
        "employee__home_branch__region",
        "employee__home_job_role",
        "certification",
        "review__award",
        "review__reviewed_by",
        "submitted_by",
    )
    done_words = {
        ACCEPT: gettext_lazy("Accepted. The person is told."),
        REFUSE: gettext_lazy("Refused. The person is told why."),
    }

    def get_page_title(self) -> str:
        """Return what was handed in."""
        return str(self.object.title)

    def make_forms(self, data: Any = None) -> dict[str, ErrorsOfActions]:
        """Return both forms, with the dates that an award of that day would have."""
        decision = data.get("decision") if data is not None else None
        forms: dict[str, ErrorsOfActions] = {
            REFUSE: ReasonForm(data if decision == REFUSE else None),
            ACCEPT: ErrorsOfActions(data if decision == ACCEPT else None),
        }
        if self.object.target is None:
            start, until = suggest_dates(self.object)
            forms[ACCEPT] = AwardDaysForm(
                data if decision == ACCEPT else None,
                initial={"valid_from": start, "last_day": last_day(until) if until else None},
            )
        return forms

    def act(self, decision: str, form: Any, actor: AbstractBaseUser) -> None:
        """Accept or refuse."""
        common: dict[str, Any] = {"submission": self.object, "actor": actor, "now": timezone.now()}
        if decision == REFUSE:
            refuse_evidence(reason=form.cleaned_data["reason"], **common)
        elif self.object.target is None:
            accept_evidence(
                valid_from=form.cleaned_data["valid_from"], valid_until=form.valid_until, **common
            )
        else:
            accept_evidence(**common)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the proof in words."""
        proof = self.object
        state = state_of(proof)
        return super().get_context_data(**kwargs) | {
            "proof": proof,
            "state": state,
            "state_words": STATE_WORDS[state],
            "target": describe_target(proof),
            "is_picture": bool(proof.file) and find_kind(proof.file.name or "").is_picture,
            "file_url": reverse("sb_certification:proof_file", args=[proof.uuid]),
            "person_url": reverse("sb_matrix:person", args=[proof.employee.uuid]),
            "twins": count_twins(proof, self.request.user),
            "handed_in_by_reader": proof.submitted_by_id == self.request.user.pk,
        }


class ProofFilterSet(QueueFilterSet):
    """Narrow proofs by state, certification and day."""

    decision = "review"
    kinds = EvidenceReview.Kind

    class Meta:
        model = EvidenceSubmission
        fields = ["state", "certification"]


def describe_person(row: EvidenceSubmission) -> str:
    """Return the person with the branch."""
    branch = row.employee.home_branch
    return f"{row.employee.full_name} · {branch.code}" if branch else row.employee.full_name


class ProofViewSet(QueueViewSet):
    """Proofs that people handed in."""

    model = EvidenceSubmission
    name = "sb_proofs"
    url_prefix = "proofs"
    icon = "doc-full"
    menu_label = gettext_lazy("Proofs")
    menu_name = "proofs"
    menu_order = 50
    ordering = ["submitted_at", "pk"]
    search_fields = [
        "title",
        "employee__family_name",
        "employee__given_name",
        "employee__employee_number",
    ]
    filterset_class = ProofFilterSet
    inspect_view_class = ProofView
    decide_template = ProofView.template_name
    related = ("employee__home_branch", "certification", "review")
    list_display = [
        TitleColumn(
            "title",
            label=gettext_lazy("Proof"),
            accessor="title",
            get_url=lambda row: reverse("sb_proofs:inspect", args=[row.pk]),
        ),
        Column("employee", label=gettext_lazy("Employee"), accessor=describe_person),
        Column("certification", label=gettext_lazy("Certification"), accessor="certification"),
        DayColumn("done_on", label=gettext_lazy("Finished on"), sort_key="done_on"),
        DayColumn("submitted_at", label=gettext_lazy("Handed in"), sort_key="submitted_at"),
        Column(
            "state", label=gettext_lazy("State"), accessor=lambda row: STATE_WORDS[state_of(row)]
        ),
    ]

    def keep_waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the proofs without a decision."""
        return rows.filter(review__isnull=True)
