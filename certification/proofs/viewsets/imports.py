"""Past awards from a file: look first what would happen, then bring it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from certification.awards.actions import import_awards
from certification.awards.rules import AWARD_COLUMNS, AWARD_NEEDS
from certification.proofs.actions.uploads import (
    MAX_BYTES,
    discard_upload,
    keep_upload,
    read_upload,
)
from certification.proofs.forms import AwardFileForm
from certification.reports.viewsets.exports import answer_csv
from certification.reports.viewsets.screens import signed_in
from lms import api as lms_api
from lms import files

TITLE = gettext_lazy("Award import")
SESSION_KEY = "sb_award_import"
SHOWN = 100


def may_import(request: HttpRequest) -> bool:
    """Return whether the reader may bring past awards in."""
    return lms_api.may(request.user, "import", "award")


class ImportMixin(WagtailAdminTemplateMixin):
    """Screens for whoever may import awards; everybody else is refused."""

    header_icon = "upload"
    page_title = TITLE
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who may not."""
        if not may_import(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return,misc]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [*self.breadcrumbs_items, {"url": "", "label": str(TITLE)}]

    def run(self, content: bytes, *, dry_run: bool) -> files.ImportResult:
        """Run the import as the reader."""
        return import_awards(
            content=content,
            file_name=self.request.session.get(SESSION_KEY, {}).get("name", ""),
            actor=signed_in(self.request),
            now=timezone.now(),
            dry_run=dry_run,
        )

    def read_kept(self) -> bytes:
        """Return the file of the dry run. Raises: NotFoundError when there is none."""
        return read_upload(self.request.session.get(SESSION_KEY, {}).get("token", ""))


class UploadView(ImportMixin, FormView):  # type: ignore[type-arg]
    """The file, and after it what would happen."""

    template_name = "standardbearer/certification/admin/import_awards.html"
    form_class = AwardFileForm

    def form_valid(self, form: AwardFileForm) -> HttpResponse:
        """Try the file, keep it, and show what would happen; nothing is written."""
        sent = form.cleaned_data["file"]
        content = sent.read(MAX_BYTES + 1)
        try:
            token = keep_upload(content=content, now=timezone.now())
            result = self.run(content, dry_run=True)
        except lms_api.InvalidInputError as error:
            form.take_error(error)
            return self.form_invalid(form)
        self.request.session[SESSION_KEY] = {"token": token, "name": str(sent.name)[-200:]}
        context = self.get_context_data(form=form) | describe(result)
        return self.render_to_response(context | {"file_name": sent.name})

    def form_invalid(self, form: AwardFileForm) -> HttpResponse:
        """Say what is wrong with the file."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the columns that a file has."""
        columns = [(name, name in AWARD_NEEDS) for name in AWARD_COLUMNS]
        return super().get_context_data(**kwargs) | {"columns": columns}


def describe(result: files.ImportResult) -> dict[str, Any]:
    """Return the result of a dry run in words."""
    counts = result.counts
    certified, lapsing = (len(result.changes.get(kind, ())) for kind in ("certified", "lapsing"))
    return {
        "result": result,
        "errors": result.row_errors[:SHOWN],
        "more_errors": max(0, len(result.row_errors) - SHOWN),
        "tiles": [
            (counts["created"], _("go in")),
            (counts["unchanged"], _("are in already")),
            (counts["rejected"], _("cannot go in")),
        ],
        "effects": [
            ngettext(
                "%(number)d certification becomes valid today.",
                "%(number)d certifications become valid today.",
                certified,
            )
            % {"number": certified},
            ngettext(
                "%(number)d of them runs out within 30 days.",
                "%(number)d of them run out within 30 days.",
                lapsing,
            )
            % {"number": lapsing},
        ],
    }


class CommitView(ImportMixin, View):
    """Bring the file of the dry run in."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Import what was tried, and say how it went."""
        try:
            content = self.read_kept()
        except lms_api.NotFoundError as error:
            messages.warning(request, error.message)
            return redirect("sb_award_imports:index")
        result = self.run(content, dry_run=False)
        discard_upload(token=request.session.pop(SESSION_KEY)["token"])
        created = result.counts["created"]
        if created:
            words = ngettext(
                "%(number)d award was brought in.", "%(number)d awards were brought in.", created
            )
            messages.success(request, words % {"number": created})
        else:
            messages.info(request, _("Everything in this file was in already."))
        return redirect("sb_award_imports:index")


class RejectedView(ImportMixin, View):
    """The rows that cannot go in, as a file to mend."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream the rows with their reasons."""
        try:
            result = self.run(self.read_kept(), dry_run=True)
        except lms_api.NotFoundError as error:
            messages.warning(request, error.message)
            return redirect("sb_award_imports:index")
        heading: list[object] = ["row", "column", "value", "reason", "code"]
        rows: list[list[object]] = [
            [error.row, error.column, error.value, error.reason, error.code]
            for error in result.row_errors
        ]
        return answer_csv([heading, *rows], name="rejected-awards")


class ImportMenuItem(MenuItem):  # type: ignore[misc]
    """Shown to whoever may import awards."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the reader may."""
        return may_import(request)


class AwardImportViewSet(ViewSet):  # type: ignore[misc]
    """Bring past awards in."""

    name = "sb_award_imports"
    url_prefix = "award-imports"
    icon = "upload"
    menu_label = TITLE
    menu_name = "award-imports"
    menu_order = 130
    menu_hook = "register_certification_menu_item"
    menu_item_class = ImportMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses."""
        return [
            path("", UploadView.as_view(), name="index"),
            path("commit/", CommitView.as_view(), name="commit"),
            path("rejected/", RejectedView.as_view(), name="rejected"),
        ]
