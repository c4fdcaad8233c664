"""Proposals of awards by hand: what waits for a second person, and what was decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from certification.awards.actions import confirm_proposal, refuse_proposal, withdraw_proposal
from certification.awards.models import AwardProposal
from certification.casework.actions import try_out
from certification.casework.forms import DecisionForm
from certification.casework.permissions import may_propose, see_proposals
from certification.casework.rules import Effect
from certification.casework.viewsets.acting import CaseMixin
from certification.reports.viewsets.screens import page_links
from lms import api as lms_api

TITLE = gettext_lazy("Proposals")
PAGE = 50
DECIDE: Mapping[str, Callable[..., Any]] = {
    "confirm": confirm_proposal,
    "refuse": refuse_proposal,
    "withdraw": withdraw_proposal,
}


class ProposalMixin(CaseMixin):
    """Only for whoever proposes or confirms awards."""

    header_icon = "comment-add"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody else."""
        if not may_propose(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def crumbs(self, *items: tuple[str, str]) -> list[dict[str, Any]]:
        """Return the way from the admin's home over the list."""
        way = [(reverse("sb_proposals:index"), str(TITLE)), *items] if items else [("", str(TITLE))]
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in way)]


class ProposalsView(ProposalMixin, TemplateView):
    """What waits, the oldest first; or what was decided, the newest first."""

    template_name = "standardbearer/certification/admin/casework/proposals.html"
    page_title = TITLE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of them. Six queries."""
        decided = self.request.GET.get("show") == "decided"
        rows = see_proposals(self.user).filter(decision__isnull=not decided)
        rows = rows.select_related(
            "employee__home_branch", "certification", "proposed_by", "decision__decided_by"
        ).order_by("-decision__decided_at" if decided else "proposed_at", "pk")
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "rows": page.object_list,
            "decided": decided,
            "pages": page_links(self.request, page.number, page.paginator.count, PAGE),
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return self.crumbs()


class ProposalView(ProposalMixin, TemplateView):
    """One proposal: who, what, why, what it would change, and the decision."""

    template_name = "standardbearer/certification/admin/casework/proposal.html"

    @cached_property
    def proposal(self) -> AwardProposal:
        """The proposal; those out of reach are not found."""
        rows = see_proposals(self.user).select_related(
            "employee__home_branch__region", "certification", "proposed_by", "decision__decided_by"
        )
        found = rows.filter(uuid=self.kwargs["uuid"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def form(self) -> DecisionForm:
        """The reason of the decision."""
        return DecisionForm(self.request.POST or None)

    @property
    def verbs(self) -> list[str]:
        """What the reader may decide: nobody his own proposal, nobody about himself."""
        proposal, user = self.proposal, self.user
        if hasattr(proposal, "decision") or proposal.employee.user_id == user.pk:
            return []
        if proposal.proposed_by_id == user.pk:
            return ["withdraw"]
        may = lms_api.may(user, "confirm", "award", proposal.employee)
        return ["confirm", "refuse"] if may else []

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Decide."""
        verb = request.POST.get("decide", "")
        if verb not in DECIDE:
            raise Http404
        form = self.form
        if form.is_valid():
            try:
                DECIDE[verb](
                    proposal=self.proposal,
                    reason=form.cleaned_data["reason"],
                    actor=self.user,
                    now=timezone.now(),
                )
            except (lms_api.NotFoundError, lms_api.NotAllowedError):
                raise
            except lms_api.LmsError as error:
                form.add_error("reason" if error.field == "reason" else None, error.message)
            else:
                messages.success(request, _("It is decided."))
                return redirect("sb_proposals:index")
        return self.render_to_response(self.get_context_data(**kwargs))

    def look_ahead(self) -> list[Effect] | None:
        """Return what confirming would change, for whoever may; None where it cannot be.

        Tried with a copy: the decision that is rolled back would stick to the row that is shown.
        """
        if "confirm" not in self.verbs:
            return None
        now, tried = timezone.now(), copy(self.proposal)
        try:
            return try_out(
                employee=self.proposal.employee,
                act=lambda: confirm_proposal(proposal=tried, actor=self.user, now=now),
                now=now,
            )
        except lms_api.LmsError as error:
            self.refusal = error.message
            return None

    refusal = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the proposal and its decision."""
        effects = self.look_ahead()
        return super().get_context_data(**kwargs) | {
            "proposal": self.proposal,
            "decision": getattr(self.proposal, "decision", None),
            "form": self.form,
            "verbs": self.verbs,
            "effects": effects,
            "refusal": self.refusal,
            "is_own": self.proposal.proposed_by_id == self.user.pk,
        }

    def get_page_title(self) -> str:
        """Return whom it is about."""
        return f"{self.proposal.employee.full_name}: {self.proposal.certification}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the list."""
        return self.crumbs(("", self.get_page_title()))


class ProposalMenuItem(MenuItem):
    """Shown to whoever proposes or confirms awards, with how many wait."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the reader may propose awards for anybody. One query."""
        return may_propose(request.user)

    def render_component(self, request: HttpRequest) -> Any:
        """Return the entry with the number of those that wait."""
        component = super().render_component(request)
        waiting = see_proposals(request.user).filter(decision__isnull=True).count()
        if waiting:
            component.label = f"{self.label} ({waiting})"
        return component


class ProposalViewSet(ViewSet):
    """The queue of proposals."""

    name = "sb_proposals"
    url_prefix = "certification/proposals"
    icon = "comment-add"
    menu_label = TITLE
    menu_name = "certification-proposals"
    menu_order = 70
    menu_hook = "register_certification_menu_item"
    add_to_admin_menu = True
    menu_item_class = ProposalMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses."""
        return [
            path("", ProposalsView.as_view(), name="index"),
            path("<uuid:uuid>/", ProposalView.as_view(), name="proposal"),
        ]
