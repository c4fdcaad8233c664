"""Who was certified on a day, as it was known at a moment; and the evidence as one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton

from certification.reports.forms import AsOfForm
from certification.reports.reads.as_of import (
    PEOPLE_IN_A_FILE,
    Answer,
    AnswerRow,
    Question,
    TooManyPeopleError,
    answer_question,
    narrow_rows,
    pack_evidence,
)
from certification.reports.viewsets.screens import ReportMixin, ReportsMenuItem
from lms import api as lms_api
from lms.api import Employee

TITLE = gettext_lazy("Who was certified")
PAGE_SIZE = 50


class AsOfBase(ReportMixin):
    """What the screen and its file have in common: the question in the address."""

    header_icon = "history"

    @cached_property
    def form(self) -> AsOfForm:
        """The question, checked; not asked yet without a day."""
        asked = self.request.GET if "on" in self.request.GET else None
        return AsOfForm(asked, user=self.request.user, now=timezone.now())

    @cached_property
    def question(self) -> Question | None:
        """The question, or None where it is not asked yet or makes no sense."""
        return self.form.question() if self.form.is_bound and self.form.is_valid() else None

    def find_people(self, resource: str) -> QuerySet[Employee]:
        """Return the people whose answers the reader may see."""
        return lms_api.people_for(self.request.user, "read", resource)


class AsOfView(AsOfBase, TemplateView):
    """The question, and its answer: who held it, of whom it was asked, what is known since."""

    template_name = "standardbearer/certification/admin/as_of.html"
    page_title = TITLE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form, with the answer once there is a question."""
        context: dict[str, Any] = {"form": self.form, "limit": PEOPLE_IN_A_FILE}
        if self.question is not None:
            answer = answer_question(
                question=self.question,
                people=self.find_people("report"),
                after=self.form.after,
            )
            context |= self.describe(answer)
        return super().get_context_data(**kwargs) | context

    def describe(self, answer: Answer) -> dict[str, Any]:
        """Return the answer's parts as the page shows them."""
        question, show = answer.question, self.form.value("show")
        return {
            "answer": answer,
            "question": question,
            "place": question.branch or question.region,
            "several": len(question.certifications) > 1,
            "held": self.cut(answer.held, "page") if show in ("", "held") else None,
            "missing": self.cut(answer.missing, "missing") if show in ("", "missing") else None,
            "next_url": self.link_behind(answer),
            "is_narrowed": bool(self.form.value("text")),
        }

    def cut(self, rows: Sequence[AnswerRow], parameter: str) -> dict[str, Any]:
        """Return one page of the rows that fit, and the way to the others."""
        form = self.form
        fitting = narrow_rows(rows, text=form.value("text"), sort=form.value("sort"))
        last = max(1, -(-len(fitting) // PAGE_SIZE))
        number = min(form.page_of(parameter), last)
        return {
            "rows": fitting[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
            "count": len(fitting),
            "pages": {
                "number": number,
                "last": last,
                "previous": self.link(parameter, number - 1) if number > 1 else "",
                "next": self.link(parameter, number + 1) if number < last else "",
            },
        }

    def link(self, parameter: str, number: int) -> str:
        """Return the address of another page of one list."""
        query = self.request.GET.copy()
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    def link_behind(self, answer: Answer) -> str:
        """Return the address of the holders behind these, where there are too many to add up."""
        if answer.following is None:
            return ""
        query = self.request.GET.copy()
        query["after_branch"], query["after_number"] = answer.following
        return f"?{query.urlencode()}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way from the admin's home."""
        return [*self.breadcrumbs_items, {"url": "", "label": str(TITLE)}]

    def get_header_buttons(self) -> list[Any]:
        """Return the evidence of exactly this, for who may read it."""
        question = self.question
        if question is None or not lms_api.may(self.request.user, "read", "evidence_pack"):
            return []
        query = self.request.GET.copy()
        for name in ("page", "missing", "show", "text", "sort", "after_branch", "after_number"):
            query.pop(name, None)
        # The file holds what was known at this very moment, however late it is fetched.
        query["known"] = question.known_at.isoformat()
        url = f"{reverse('sb_as_of:evidence')}?{query.urlencode()}"
        return [HeaderButton(_("Download evidence"), url=url, icon_name="download")]


class EvidenceView(AsOfBase, View):
    """The evidence of an answer as one zip."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return the file; send who asks nonsense or too much back to the screen with the reason.

        Raises: PermissionDenied for who may not read evidence.
        """
        if not lms_api.may(request.user, "read", "evidence_pack"):
            raise PermissionDenied
        back = f"{reverse('sb_as_of:index')}?{request.GET.urlencode()}"
        if self.question is None:
            return HttpResponseRedirect(back)
        try:
            content = pack_evidence(
                question=self.question, people=self.find_people("evidence_pack")
            )
        except TooManyPeopleError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(back)
        response = HttpResponse(content, content_type="application/zip")
        name = name_file(self.question)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response


def name_file(question: Question) -> str:
    """Return the name of the file: what, where and which day."""
    place = question.branch.code if question.branch else ""
    place = question.region.name if question.region else place
    codes = "-".join(row.code for row in question.certifications[:3])
    return f"{slugify(f'certified {codes} {place}')}-{question.on.isoformat()}.zip"


class AsOfViewSet(ViewSet):
    """The question and its evidence."""

    name = "sb_as_of"
    url_prefix = "certified-on"
    icon = "history"
    menu_label = gettext_lazy("As of a day")
    menu_name = "certification-as-of"
    menu_order = 40
    menu_item_class = ReportsMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses, the menu's first."""
        return [
            path("", AsOfView.as_view(), name="index"),
            path("evidence/", EvidenceView.as_view(), name="evidence"),
        ]
