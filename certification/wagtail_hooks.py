"""What Wagtail's admin is told of certification: registrations, no logic."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from certification.awards.models import Assignment, AssignmentRequest, Award, EvidenceSubmission
from certification.casework.viewsets import PeopleViewSet, ProposalViewSet
from certification.catalogue.models import AudienceRule, Certification
from certification.proofs.permissions import QueuePolicy
from certification.proofs.viewsets.evidence import ProofViewSet
from certification.proofs.viewsets.imports import AwardImportViewSet
from certification.proofs.viewsets.wishes import WishViewSet
from certification.reports.permissions import ReadOnlyPolicy
from certification.reports.viewsets import (
    BranchesInNeed,
    CertificationViewSetGroup,
    StateOfCertification,
)
from certification.rulemaking.viewsets import AudienceEditorViewSet, MoveViewSet, RuleViewSet

# Policies first: Wagtail keeps a fallback of its own for a model it was asked about too early.
for model in (Certification, Award, AudienceRule, Assignment):
    register_permission_policy(model, ReadOnlyPolicy(model))

register_permission_policy(
    EvidenceSubmission, QueuePolicy(EvidenceSubmission, "evidence", "review")
)
register_permission_policy(
    AssignmentRequest, QueuePolicy(AssignmentRequest, "assignment_request", "decide")
)
hooks.register("register_admin_viewset", ProofViewSet)
hooks.register("register_admin_viewset", WishViewSet)
hooks.register("register_admin_viewset", AwardImportViewSet)
hooks.register("register_admin_viewset", PeopleViewSet)
hooks.register("register_admin_viewset", ProposalViewSet)

hooks.register("register_admin_viewset", RuleViewSet)
hooks.register("register_admin_viewset", AudienceEditorViewSet)
hooks.register("register_admin_viewset", MoveViewSet)


@hooks.register("register_admin_viewset")
def register_certification_viewsets() -> CertificationViewSetGroup:
    """Add the menu "Certification"."""
    return CertificationViewSetGroup()


@hooks.register("construct_homepage_summary_items")
def add_state_of_certification(request: HttpRequest, items: list[Any]) -> None:
    """Say on the admin's home how it stands."""
    items.append(StateOfCertification(request))


@hooks.register("construct_homepage_panels")
def add_branches_in_need(request: HttpRequest, panels: list[Any]) -> None:
    """Show on the admin's home where to begin."""
    panels.append(BranchesInNeed(request))
