"""Open answers in Wagtail's admin: what waits, and the page on which one is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet

from lms.api import InvalidInputError, NotAllowedError, NotFoundError, RuleError, may
from quizzes.attempts.models import OpenAnswer
from quizzes.marking.forms import MarkForm
from quizzes.marking.permissions import RESOURCE, answers_for, answers_to_mark
from quizzes.marking.reads import (
    MarkingPage,
    describe_day,
    find_answer,
    find_next,
    read_marking_page,
    shorten_prompt,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

MINE = "mine"


class ToMarkMenuItem(MenuItem):
    """An entry that says how many answers wait for the reader."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the reader looks at marks at all."""
        return may(request.user, "read", RESOURCE)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Return the entry with its count. One query besides the grants."""
        waiting = answers_to_mark(request.user).count()
        label = str(self.label)
        if waiting:
            label = _("%(label)s (%(number)d)") % {"label": label, "number": waiting}
        return LinkMenuItem(
            self.name,
            label,
            self.url,
            icon_name=self.icon_name,
            classname=self.classname,
            attrs=self.attrs,
        )


class AnswerFilterSet(WagtailFilterSet):
    """Narrow the answers to what waits for the reader, waits for anybody, or is marked."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        method="filter_state",
        choices=[
            (MINE, gettext_lazy("Waits for you")),
            ("waiting", gettext_lazy("Waits for anybody")),
            (OpenAnswer.Turn.DONE, gettext_lazy("Marked")),
        ],
    )

    class Meta:
        model = OpenAnswer
        fields = ["state"]

    def filter_state(
        self, rows: QuerySet[OpenAnswer], _name: str, value: str
    ) -> QuerySet[OpenAnswer]:
        """Return the answers in one state."""
        if value == MINE:
            return rows.filter(pk__in=answers_to_mark(self.request.user).values("pk"))
        if value == OpenAnswer.Turn.DONE:
            return rows.filter(turn=value)
        return rows.exclude(turn=OpenAnswer.Turn.DONE)


class AnswerIndexView(IndexView):
    """The answers in reach, the longest waiting first, without names."""

    def get_base_queryset(self) -> QuerySet[OpenAnswer]:
        """Narrow the rows to the reader's reach, before filters and counts."""
        rows = answers_for(self.request.user, "read")
        rows = rows.exclude(attempt__employee__user_id=self.request.user.pk)
        rows = rows.select_related("attempt__quiz", "attempt__branch", "item__question_version")
        return rows.order_by("handed_in_at", "pk")


class MarkView(InspectView):
    """One answer with the form that marks it; on to the next one after saving."""

    object: OpenAnswer
    template_name = "standardbearer/quizzes/marking/answer.html"
    header_icon = "edit"

    def get_object(self, queryset: QuerySet[OpenAnswer] | None = None) -> OpenAnswer:
        """Return the answer; what is out of reach is not found."""
        try:
            return find_answer(user=self.request.user, pk=int(self.pk))
        except (NotFoundError, ValueError) as error:
            raise Http404 from error

    def get_page_title(self) -> str:
        """Return its number: markers see no names."""
        return str(self.object)

    def get_page_subtitle(self) -> str:
        """Return nothing."""
        return ""

    @cached_property
    def page(self) -> MarkingPage:
        """The answer as the reader may see it now."""
        return read_marking_page(answer=self.object, user=self.request.user)

    def make_form(self, data: Any = None) -> MarkForm:
        """Return the form with the rubric."""
        return MarkForm(
            data,
            scales=self.page.scales,
            version=self.object.version,
            correcting=self.page.may == "correct" if data is None else "reason" in data,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save the mark; a refusal shows the page again with everything that was typed."""
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show_again(form, 422)
        try:
            actor = cast("AbstractBaseUser", self.request.user)
            form.give(answer=self.object, actor=actor, now=timezone.now())
        except NotAllowedError as error:
            raise PermissionDenied(error.message) from error
        except InvalidInputError as error:
            form.take_error(error)
            return self.show_again(form, 422)
        except RuleError as error:
            self.object = self.get_object()
            del self.page
            correcting = self.page.may == "correct"
            again = self.make_form(form.keep_for(self.object.version, correcting=correcting))
            return self.show_again(again, 409, error.message)
        return self.go_on()

    def go_on(self) -> HttpResponseBase:
        """Lead to the next answer that waits, or back to the list."""
        left = answers_to_mark(self.request.user).count()
        if not left:
            messages.success(self.request, _("Saved. Nothing else waits for you."))
            return redirect(reverse(self.index_url_name))
        words = ngettext(
            "Saved. %(number)d more waits for you.", "Saved. %(number)d more wait for you.", left
        )
        messages.success(self.request, words % {"number": left})
        following = find_next(user=self.request.user)
        return redirect(
            reverse(f"{OpenAnswerViewSet.name}:inspect", args=[following.pk if following else 0])
        )

    def show_again(self, form: MarkForm, status: int, refusal: str = "") -> HttpResponse:
        """Return the page with what was typed."""
        context = self.get_context_data(form=form, refusal=refusal)
        response: HttpResponse = self.render_to_response(context)
        response.status_code = status
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the answer and the form."""
        form = kwargs.pop("form", None) or self.make_form()
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"page": self.page, "form": form, "refusal": kwargs.get("refusal", "")}


class OpenAnswerViewSet(ModelViewSet):
    """What people wrote and people mark."""

    model = OpenAnswer
    name = "sb_marking"
    url_prefix = "marking"
    icon = "edit"
    menu_label = gettext_lazy("To mark")
    menu_name = "to-mark"
    menu_item_class = ToMarkMenuItem
    index_view_class = AnswerIndexView
    inspect_view_class = MarkView
    inspect_view_enabled = True
    inspect_template_name = MarkView.template_name
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    search_backend_name = None
    filterset_class = AnswerFilterSet
    form_fields = ["turn"]
    list_display = [
        TitleColumn(
            "answer",
            label=gettext_lazy("Answer"),
            accessor=str,
            get_url=lambda row: reverse("sb_marking:inspect", args=[row.pk]),
        ),
        Column("question", label=gettext_lazy("Question"), accessor=shorten_prompt),
        Column("quiz", label=gettext_lazy("Quiz"), accessor="attempt.quiz"),
        Column("turn", label=gettext_lazy("State"), accessor="get_turn_display"),
        Column("handed_in_on", label=gettext_lazy("Handed in"), accessor=describe_day),
    ]

    @property
    def menu_url(self) -> str:
        """The menu leads to what waits for the reader."""
        return f"{super().menu_url}?state={MINE}"

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return what all views need; the addresses of editing do not exist."""
        found: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        for name in ("add", "edit", "delete", "history", "usage"):
            found.pop(f"{name}_url_name", None)
        return found

    def get_urlpatterns(self) -> list[Any]:
        """Return only the addresses that read and mark."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
        ]

    def register_admin_url_finder(self) -> None:
        """An answer has no page to edit it."""

    def register_permissions(self) -> None:
        """Grants decide, so groups get nothing to tick."""
