"""One thing done to many people: the form, the preview, how far it got, and taking it back."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from celery import current_app
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from kombu.exceptions import OperationalError

from certification.awards.models import BulkAction
from certification.casework.actions import (
    BulkPreview,
    Order,
    begin_bulk,
    continue_bulk,
    try_out_many,
    undo_bulk,
)
from certification.casework.forms.people import BULK_FORMS, BulkForm, PeopleFilterForm
from certification.casework.permissions import may_do_to_many, may_undo_bulk, see_bulks
from certification.casework.reads.people import find_certification, list_people
from certification.casework.viewsets.listing import PeopleMixin
from certification.reports.viewsets.screens import page_links
from lms import api as lms_api
from lms.api import Employee

logger = logging.getLogger(__name__)
AT_ONCE = 500
TRIED = 1_000
ROWS = 100


class BulkView(PeopleMixin, TemplateView):
    """The form of one action on many: look first, then do. The address says on whom."""

    template_name = "standardbearer/certification/admin/casework/bulk.html"
    preview: BulkPreview | None = None

    @cached_property
    def kind(self) -> str:
        """What is to be done."""
        kind = self.request.GET.get("kind", "")
        if kind not in BULK_FORMS:
            raise Http404
        if not may_do_to_many(self.user, kind):
            raise PermissionDenied
        return kind

    @cached_property
    def people(self) -> QuerySet[Employee]:
        """The people in reach whom the address names: those ticked, or all who fit."""
        filters = PeopleFilterForm(self.request.GET, user=self.user)
        found: QuerySet[Employee]
        if self.request.GET.get("all") and not filters.is_valid():
            # A filter that makes no sense must not widen to everybody.
            found = Employee.objects.none()
        elif self.request.GET.get("all"):
            found = list_people(self.user, filters.query(), self.today)
        else:
            uuids = [read for text in self.request.GET.getlist("person") if (read := as_uuid(text))]
            found = Employee.objects.visible_to(self.user).filter(uuid__in=uuids)
        return found.select_related("home_branch__region", "home_job_role").order_by(
            "family_name", "given_name", "pk"
        )

    @cached_property
    def form(self) -> BulkForm:
        """The form, filled in if it was sent; the filter's certification to begin with."""
        initial = {}
        code = self.request.GET.get("certification")
        if code:
            initial["certification"] = code
        return BULK_FORMS[self.kind](self.request.POST or None, today=self.today, initial=initial)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what it would do, or begin."""
        form, now = self.form, timezone.now()
        if form.is_valid():
            values = form.values()
            try:
                if "save" in request.POST and self.is_as_previewed():
                    return self.begin(values)
                self.preview = try_out_many(
                    people=list(self.people[:TRIED]),
                    order=Order(
                        kind=self.kind,
                        certification=find_certification(values.get("certification", "")),
                        values=values,
                        reason=form.cleaned_data["reason"],
                        actor=self.user,
                        now=now,
                    ),
                )
            except lms_api.LmsError as error:
                form.add_refusal(error)
        return self.render_to_response(self.get_context_data(**kwargs))

    def is_as_previewed(self) -> bool:
        """Return whether it is still the number of people that was shown."""
        return self.request.POST.get("number") == str(self.people.count())

    def begin(self, values: dict[str, Any]) -> HttpResponse:
        """Record it and do it: few people at once, many by a worker."""
        bulk = begin_bulk(
            kind=self.kind,
            employee_ids=self.people.values_list("pk", flat=True),
            values=values,
            reason=self.form.cleaned_data["reason"],
            actor=self.user,
            now=timezone.now(),
        )
        run_or_ring(bulk)
        return redirect("sb_people:bulk_done", uuid=bulk.uuid)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form and what it would do."""
        number = self.people.count()
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "number": number,
            "some": self.people[:10],
            "preview": self.preview,
            "tried": min(number, TRIED),
            "changed": self.preview is not None and "save" in self.request.POST,
        }

    def get_page_title(self) -> str:
        """Return what is to be done."""
        return str(BULK_FORMS[self.kind].title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the list."""
        return self.crumbs(("", self.get_page_title()))


def as_uuid(text: str) -> UUID | None:
    """Return a uuid, or None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def ring_bulk() -> None:
    """Wake a worker once what was recorded is committed; without a broker beat finds it."""

    def ring() -> None:
        try:
            current_app.send_task("certification.continue_bulk_actions")
        except OperationalError:
            logger.warning("No broker answers; the action waits for the next beat.")

    transaction.on_commit(ring)


def run_or_ring(bulk: BulkAction) -> None:
    """Do it now when it is about few people, else wake a worker."""
    if bulk.items.count() > AT_ONCE:
        ring_bulk()
        return
    while continue_bulk(bulk=bulk, now=timezone.now()):
        pass


class OneBulkMixin(PeopleMixin):
    """One action on many that the reader may look at; others are not found."""

    @cached_property
    def bulk(self) -> BulkAction:
        """The action."""
        return get_object_or_404(see_bulks(self.user), uuid=self.kwargs["uuid"])


class BulkDoneView(OneBulkMixin, TemplateView):
    """How far it got, who was left out and why, and the button that takes it back."""

    template_name = "standardbearer/certification/admin/casework/bulk_done.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the counts and the people. Six queries."""
        bulk = self.bulk
        counts = count_items(bulk)
        rows = bulk.items.select_related("employee__home_branch").order_by("-refusal", "pk")
        page = Paginator(rows, ROWS).get_page(self.request.GET.get("page"))
        undoing = bulk.undone_at is not None and not bulk.values.get("undone_all")
        self.is_busy = undoing or (bulk.undone_at is None and counts["waiting"] > 0)
        return super().get_context_data(**kwargs) | {
            "bulk": bulk,
            "counts": counts,
            "rows": page.object_list,
            "pages": page_links(self.request, page.number, page.paginator.count, ROWS),
            "is_busy": self.is_busy,
            "undoing": undoing,
            "may_undo": (
                bulk.undone_at is None
                and timezone.now() < bulk.undo_until
                and may_undo_bulk(self.user, bulk)
            ),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Look again by itself while work goes on, without JavaScript too."""
        response: HttpResponse = super().render_to_response(context, **kwargs)
        if self.is_busy:
            response["Refresh"] = "5"
        return response

    def get_page_title(self) -> str:
        """Return what was done."""
        return str(self.bulk.get_kind_display()).capitalize()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the list."""
        return self.crumbs((reverse("sb_people:bulks"), str(DONE)), ("", self.get_page_title()))


DONE = gettext_lazy("Done to many")


def count_items(bulk: BulkAction) -> dict[str, int]:
    """Return how many people are done, refused and waiting. One query."""
    counts = bulk.items.aggregate(
        all=Count("employee", distinct=True),
        done=Count("employee", filter=Q(fact_uuid__isnull=False), distinct=True),
        refused=Count("employee", filter=~Q(refusal=""), distinct=True),
        waiting=Count("employee", filter=Q(fact_uuid__isnull=True, refusal=""), distinct=True),
    )
    return counts | {"through": counts["all"] - counts["waiting"]}


class UndoBulkView(OneBulkMixin, View):
    """Take it back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Begin to take it back, and go on as far as a request may."""
        try:
            held = undo_bulk(bulk=self.bulk, actor=self.user, now=timezone.now())
        except lms_api.RuleError as error:
            messages.error(request, error.message)
        else:
            run_or_ring(held)
            messages.success(request, _("It is taken back. Its mails are not sent."))
        return redirect("sb_people:bulk_done", uuid=self.bulk.uuid)


class BulksView(PeopleMixin, TemplateView):
    """What was done to many people, the newest first."""

    template_name = "standardbearer/certification/admin/casework/bulks.html"
    page_title = DONE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of them. Three queries."""
        rows = (
            see_bulks(self.user)
            .annotate(
                done=Count(
                    "items__employee", filter=Q(items__fact_uuid__isnull=False), distinct=True
                ),
                number=Count("items__employee", distinct=True),
            )
            .order_by("-recorded_at", "-pk")
        )
        page = Paginator(rows, 50).get_page(self.request.GET.get("page"))
        return super().get_context_data(**kwargs) | {
            "rows": page.object_list,
            "now": timezone.now(),
            "pages": page_links(self.request, page.number, page.paginator.count, 50),
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return self.crumbs(("", str(DONE)))
