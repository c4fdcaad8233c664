"""The page that asks before a question is retired: which quizzes ask it, which would run short."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from lms.api import NotAllowedError
from quizzes.questions.actions.retiring import retire_question
from quizzes.questions.models import Question
from quizzes.questions.reads import find_uses

NAMES = "wagtailsnippets_sb_quizzes_question"


def may_retire(user: Any, question: Question) -> bool:
    """Return whether a login may retire this question now."""
    policy = policy_registry.get_by_type(Question)
    allowed: bool = policy.user_has_permission_for_instance(user, "publish", question)
    return allowed and question.live and not question.retired


class RetireView(WagtailAdminTemplateMixin, TemplateView):
    """Asks, then retires. A question that is a draft or retired already leads to its editor."""

    template_name = "standardbearer/quizzes/questions/admin/retire.html"
    header_icon = "help"
    page_title = gettext_lazy("Retire this question")

    @cached_property
    def question(self) -> Question:
        """The question. Raises: Http404."""
        return get_object_or_404(Question, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        """Return its code."""
        return self.question.code

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse(f"{NAMES}:list"), "label": _("Questions")},
            {"url": self.edit_url, "label": self.question.code},
            {"url": "", "label": self.get_page_title()},
        ]

    @property
    def edit_url(self) -> str:
        """Where the question is edited."""
        return reverse(f"{NAMES}:edit", args=[self.question.pk])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        if self.question.retired or not self.question.live:
            return HttpResponseRedirect(self.edit_url)
        if not may_retire(request.user, self.question):
            raise PermissionDenied
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Retire it."""
        try:
            retire_question(question=self.question, actor=cast("AbstractBaseUser", request.user))
        except NotAllowedError as error:
            raise PermissionDenied(error.message) from error
        words = _("“%(code)s” is retired: no draw finds it from now on.")
        messages.success(request, words % {"code": self.question.code})
        return HttpResponseRedirect(reverse(f"{NAMES}:list"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where it is asked."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        uses = find_uses([self.question], counts_missing=True)[self.question.pk]
        return context | {
            "question": self.question,
            "uses": uses,
            "short": [use for use in uses if use.short_by],
            "edit_url": self.edit_url,
        }
