"""What a queue of HR has in common: its menu entry with a count, its list, its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.permissions import policy_registry

from certification.proofs.forms import ErrorsOfActions
from certification.reports.viewsets.lists import (
    ReadOnlyIndexView,
    ReadOnlyInspectView,
    ReadOnlyViewSet,
)
from certification.reports.viewsets.screens import signed_in
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

WAITING = "waiting"


class QueueMenuItem(MenuItem):  # type: ignore[misc]
    """An entry that says how many wait for a decision, for whoever decides."""

    viewset: QueueViewSet

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the reader may look at the queue."""
        policy = policy_registry.get_by_type(self.viewset.model)
        return bool(policy.user_has_permission(request.user, "view"))

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Return the entry with its count. One query."""
        waiting = self.viewset.count_waiting(request)
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


class QueueIndexView(ReadOnlyIndexView):
    """The list, with what its columns show."""

    related: tuple[str, ...] = ()

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return the rows within the reader's reach."""
        return super().get_base_queryset().select_related(*self.related)


class QueueFilterSet(WagtailFilterSet):  # type: ignore[misc]
    """Narrow a queue by what became of each; subclasses name the decision's field and kinds."""

    decision = ""
    kinds: type[models.TextChoices]
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), method="filter_state", choices=[]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["state"].extra["choices"] = [
            (WAITING, gettext_lazy("Waits for a decision")),
            *((value, capfirst(label)) for value, label in self.kinds.choices),
        ]

    def filter_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the rows in one state."""
        if value == WAITING:
            return rows.filter(**{f"{self.decision}__isnull": True})
        return rows.filter(**{f"{self.decision}__kind": value})


class DecideView(ReadOnlyInspectView):
    """One entry of a queue with the forms that decide it.

    ``decisions`` maps the value of the button that was pressed to the form and to what it does.
    """

    related: tuple[str, ...] = ()
    done_words: Mapping[str, Any] = {}

    def get_object(self, queryset: QuerySet[Any] | None = None) -> Any:
        """Return the entry; what is out of reach is not found."""
        policy = self.permission_policy
        rows = policy.instances_user_has_permission_for(self.request.user, "view")
        found = rows.select_related(*self.related).filter(pk=self.pk).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def may_decide(self) -> bool:
        """Whether the reader may decide this one: never the own."""
        return bool(
            self.object.employee.user_id != self.request.user.pk
            and self.permission_policy.user_has_permission_for_instance(
                self.request.user, "change", self.object
            )
        )

    def make_forms(self, data: Any = None) -> dict[str, ErrorsOfActions]:
        """Return the forms by the decision they make; only the one that was sent is bound."""
        raise NotImplementedError

    def act(self, decision: str, form: Any, actor: AbstractBaseUser) -> None:
        """Make a decision."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Decide, and go back to what still waits; refusals stand beside their field."""
        decision = request.POST.get("decision", "")
        forms = self.make_forms(request.POST)
        if decision not in forms:
            raise Http404
        form = forms[decision]
        if form.is_valid():
            try:
                self.act(decision, form, signed_in(request))
            except lms_api.NotAllowedError as error:
                raise PermissionDenied(error.message) from error
            except lms_api.RuleError as error:
                messages.warning(request, error.message)
                return redirect(request.path)
            except lms_api.InvalidInputError as error:
                form.take_error(error)
            else:
                messages.success(request, str(self.done_words[decision]))
                return redirect(f"{reverse(self.index_url_name)}?state={WAITING}")
        self.bound = (decision, form)
        response: HttpResponse = self.render_to_response(self.get_context_data(**kwargs))
        response.status_code = 422
        return response

    bound: tuple[str, ErrorsOfActions] | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the forms, if there is anything left to decide."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        forms = self.make_forms()
        if self.bound is not None:
            forms[self.bound[0]] = self.bound[1]
        return context | {"forms": forms, "may_decide": self.may_decide}


class QueueViewSet(ReadOnlyViewSet):
    """A list of what waits; each entry is decided on its own page."""

    ordering: list[str] = []
    menu_hook = "register_certification_menu_item"
    add_to_admin_menu = True
    menu_item_class = QueueMenuItem
    decide_template = ""
    index_view_class = QueueIndexView
    related: tuple[str, ...] = ()

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the list what its columns need."""
        return super().get_index_view_kwargs(**{"related": self.related, **kwargs})  # type: ignore[no-any-return]

    @property
    def menu_url(self) -> str:
        """The menu leads to what waits."""
        return f"{super().menu_url}?state={WAITING}"

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        """Return the entry of the menu, which counts by this viewset."""
        item = super().get_menu_item(order)
        item.viewset = self
        return item

    @cached_property
    def inspect_template_name(self) -> str:
        """Our own page."""
        return self.decide_template

    def count_waiting(self, request: HttpRequest) -> int:
        """Return how many wait for the reader. Two queries at most."""
        policy = policy_registry.get_by_type(self.model)
        rows = policy.instances_user_has_permission_for(request.user, "change")
        return int(self.keep_waiting(rows).exclude(employee__user=request.user.pk).count())

    def keep_waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows without a decision."""
        raise NotImplementedError
