"""One person: what stands, why, what can be done about it, and everything that happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from certification.catalogue.models import Certification
from certification.policy.rules.history import Validity
from certification.reports.permissions import find_verbs
from certification.reports.reads import read_person
from certification.reports.reads.chronicle import KINDS, read_months
from certification.reports.reads.person import read_what_if
from certification.reports.viewsets.screens import ReportMixin
from lms import api as lms_api


class PersonView(ReportMixin, TemplateView):
    """One person's record, with the reason for every date."""

    template_name = "standardbearer/certification/admin/person.html"
    header_icon = "user"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the record."""
        user = self.request.user
        self.person = read_person(user=user, uuid=self.kwargs["uuid"], now=timezone.now())
        employee = self.person.employee
        kind = self.request.GET.get("kind", "")
        return super().get_context_data(**kwargs) | {
            "person": self.person,
            "employee": employee,
            "months": read_months(
                self.person,
                kind,
                shows_scores=lms_api.may(user, "read", "attempt_score", employee),
            ),
            "kind": kind if kind in KINDS else "",
            "kinds": [(key, words) for key, (words, _kinds) in KINDS.items()],
            "may": find_verbs(user, employee),
            "asked": self.request.GET.get("finished", ""),
            "asked_on": self.request.GET.get("on", ""),
            "answer": self.answer_what_if(),
        }

    def answer_what_if(self) -> Validity | str | None:
        """Return what finishing on the day of the address would earn, or what is wrong with it."""
        code = self.request.GET.get("finished")
        certification = Certification.objects.filter(code=code).first() if code else None
        if certification is None:
            return None
        try:
            on = date.fromisoformat(self.request.GET.get("on", ""))
            return read_what_if(employee=self.person.employee, certification=certification, on=on)
        except (ValueError, OverflowError):
            return _("Choose a day that can be.")

    def get_page_title(self) -> str:
        """Return the person's name."""
        return self.person.employee.full_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the person's branch."""
        branch = self.person.employee.home_branch
        way = [("", self.person.employee.full_name)]
        if branch is not None and lms_api.Branch.objects.visible_to(self.request.user).filter(
            pk=branch.pk
        ):
            way.insert(0, (reverse("sb_matrix:branch", args=[branch.uuid]), str(branch)))
        return self.crumbs(*way)
