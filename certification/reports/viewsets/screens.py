"""The matrix and what opens from it: regions, branches, the people of a branch, one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from certification.reports.forms import MatrixForm, PeopleForm
from certification.reports.permissions import sees_reports
from certification.reports.reads import (
    Place,
    read_branch_people,
    read_matrix,
    stream_matrix_rows,
    stream_people_rows,
)
from certification.reports.reads.words import legend_words
from certification.reports.viewsets.exports import answer_csv, matrix_lines, people_lines
from certification.templatetags.standardbearer_certification import keep_columns
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

TITLE = gettext_lazy("Who is certified")


def signed_in(request: HttpRequest) -> AbstractBaseUser:
    """Return who is signed in; the admin lets nobody else come this far."""
    return cast("AbstractBaseUser", request.user)


class ReportMixin(WagtailAdminTemplateMixin):
    """Screens for whoever sees people's records; everybody else is refused as anywhere here."""

    header_icon = "success"
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who sees nobody's records; what is out of scope is not found."""
        if not sees_reports(request.user):
            raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return,misc]
        except lms_api.NotFoundError as error:
            raise Http404(error.message) from error

    @property
    def today(self) -> Any:
        """The day in UTC: it only decides which certifications and branches are in use."""
        return timezone.now().date()

    def crumbs(self, *items: tuple[str, str]) -> list[dict[str, Any]]:
        """Return the way from the admin's home over the matrix."""
        way = (
            [("", str(TITLE))] if not items else [(reverse("sb_matrix:index"), str(TITLE)), *items]
        )
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in way)]

    def trail_crumbs(self, trail: tuple[Place, ...]) -> list[tuple[str, str]]:
        """Return regions as the way to a place."""
        index = reverse("sb_matrix:index")
        return [(f"{index}?region={place.uuid}", place.name) for place in trail]


class MatrixBase(ReportMixin):
    """What the screen and its export have in common: filters and region of the address."""

    @cached_property
    def form(self) -> MatrixForm:
        """The filters, checked."""
        return MatrixForm(self.request.GET)

    @cached_property
    def region(self) -> UUID | None:
        """The region of the address; nonsense is as unknown as any other region."""
        text = self.request.GET.get("region")
        if not text:
            return None
        try:
            return UUID(text)
        except ValueError:
            raise Http404 from None


class MatrixView(MatrixBase, TemplateView):
    """Regions or branches by certifications."""

    template_name = "standardbearer/certification/admin/matrix.html"
    page_title = TITLE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the matrix."""
        self.matrix = read_matrix(
            user=self.request.user,
            filters=self.form.filters(self.region),
            today=self.today,
            page=self.form.page_number,
        )
        return super().get_context_data(**kwargs) | {
            "matrix": self.matrix,
            "above": [place for place in self.matrix.trail if place != self.matrix.place],
            "form": self.form,
            "region": self.region or "",
            "keep": keep_columns(self.form.columns, level=self.form.value("level") or ""),
            "keep_columns": keep_columns(self.form.columns),
            "legend": legend_words(self.matrix.thresholds),
            "pages": page_links(self.request, self.matrix.page, self.matrix.rows_in_all),
            "is_narrowed": bool(self.form.columns or self.form.value("level")),
        }

    def get_page_subtitle(self) -> str:
        """Return the region's name."""
        return self.matrix.place.name if self.matrix.place else ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return all regions, then the way down."""
        place = self.matrix.place
        if place is None:
            return self.crumbs()
        above = tuple(found for found in self.matrix.trail if found != place)
        return self.crumbs(*self.trail_crumbs(above), ("", place.name))

    def get_header_buttons(self) -> list[Any]:
        """Return the export of exactly this."""
        return [export_button(self.request, reverse("sb_matrix:export"))]


class MatrixExportView(MatrixBase, View):
    """The matrix as CSV: all rows that fit, in the order shown."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream the rows."""
        matrix, rows = stream_matrix_rows(
            user=request.user, filters=self.form.filters(self.region), today=self.today
        )
        return answer_csv(matrix_lines(matrix, rows), name="certified")


class BranchView(ReportMixin, TemplateView):
    """The people of a branch by certifications."""

    template_name = "standardbearer/certification/admin/branch.html"

    @cached_property
    def form(self) -> PeopleForm:
        """The filters, checked."""
        return PeopleForm(self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the people."""
        self.people = read_branch_people(
            user=self.request.user,
            branch=self.kwargs["uuid"],
            filters=self.form.filters(),
            today=self.today,
            page=self.form.page_number,
        )
        return super().get_context_data(**kwargs) | {
            "people": self.people,
            "form": self.form,
            "pages": page_links(self.request, self.people.page, self.people.rows_in_all),
            "is_narrowed": bool(self.form.columns or self.form.value("badge")),
        }

    def get_page_title(self) -> str:
        """Return the branch's code and name."""
        return self.people.place.label

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way down to the branch."""
        return self.crumbs(*self.trail_crumbs(self.people.trail), ("", self.people.place.label))

    def get_header_buttons(self) -> list[Any]:
        """Return the export of exactly this."""
        url = reverse("sb_matrix:branch_export", args=[self.kwargs["uuid"]])
        people = f"{reverse('sb_people:index')}?{urlencode({'branch': self.people.place.code})}"
        return [
            HeaderButton(_("Act on these people"), url=people, icon_name="group"),
            export_button(self.request, url),
        ]


class BranchExportView(ReportMixin, View):
    """The people of a branch as CSV: all that fit, in the order shown."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream the rows."""
        people, rows = stream_people_rows(
            user=request.user,
            branch=self.kwargs["uuid"],
            filters=PeopleForm(request.GET).filters(),
            today=self.today,
        )
        return answer_csv(people_lines(people, rows), name=f"certified-{people.place.code}")


def export_button(request: HttpRequest, url: str) -> HeaderButton:
    """Return the button that exports what the address shows."""
    query = request.GET.copy()
    query.pop("page", None)
    return HeaderButton(
        _("Export CSV"),
        url=f"{url}?{query.urlencode()}" if query else url,
        icon_name="download",
    )


def page_links(request: HttpRequest, page: int, rows: int, size: int = 50) -> dict[str, Any]:
    """Return addresses of the page before and after, empty where there is none."""
    last = max(1, -(-rows // size))

    def link(number: int) -> str:
        if not 1 <= number <= last:
            return ""
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {"number": page, "last": last, "previous": link(page - 1), "next": link(page + 1)}


class ReportsMenuItem(MenuItem):
    """Shown to whoever sees people's records."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the reader sees anybody's records."""
        return sees_reports(request.user)
