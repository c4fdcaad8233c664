"""What drafts of questions, quizzes and role-plays share in Wagtail's admin: who sees them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

View = Callable[..., HttpResponseBase]


def guard_instances(view: View, model: type[Any]) -> View:
    """Open a screen about one draft only to who may change that very draft.

    Wagtail asks about the model; edit, history, compare, revert and usage would show an author
    the keys of others.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "pk" in kwargs:
            draft = model.objects.filter(pk=kwargs["pk"]).first()
            if draft is None:
                raise Http404
            policy = policy_registry.get_by_type(model)
            if not policy.user_has_permission_for_instance(request.user, "change", draft):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def guard_choosing(view: View, model: type[Any]) -> View:
    """Open a chooser only to who may write such drafts: it lists what is being prepared."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policy_registry.get_by_type(model).user_has_permission(request.user, "choose"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


class AuthorChooserViewSet(SnippetChooserViewSet):
    """A chooser that asks who is looking."""

    def construct_view(self, view_class: type[Any], **options: Any) -> View:
        """Return the view, guarded."""
        return guard_choosing(super().construct_view(view_class, **options), self.model)


class AuthorViewSet(SnippetViewSet):
    """Drafts that people see only when they may write them."""

    chooser_viewset_class = AuthorChooserViewSet
    copy_view_enabled = False
    list_per_page = 50
    search_backend_name = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the drafts the user may change."""
        policy = policy_registry.get_by_type(self.model)
        rows: QuerySet[Any] = policy.instances_user_has_permission_for(request.user, "change")
        return rows

    def construct_view(self, view_class: type[Any], **options: Any) -> View:
        """Return the view, guarded."""
        return guard_instances(super().construct_view(view_class, **options), self.model)
