"""Giving minutes back to people whose attempt lost some: one list, one form each."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from lms.api import LmsError, NotFoundError, may
from quizzes.attempts.actions import extend_attempt
from quizzes.attempts.models import Attempt
from quizzes.attempts.permissions import people_to_extend
from quizzes.attempts.reads.arrangements import MOST_CANDIDATES, list_under_way
from quizzes.attempts.views.releases import LONGEST_SEARCH, read_uuid
from quizzes.attempts.views.taking import SeeOther, read_whole

TEMPLATE = "standardbearer/quizzes/attempts/extensions.html"


class ExtensionsView(LoginRequiredMixin, View):
    """Who has an attempt with a clock under way."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the attempts of people within reach."""
        return self.show(request)

    def show(
        self, request: HttpRequest, refused: str = "", error: LmsError | None = None
    ) -> HttpResponse:
        """Return the page; after a refusal with what was typed, and the words beside it."""
        if not may(request.user, "extend", "attempt_under_way"):
            raise NotFoundError(_("There is nothing here, or it is not yours to see."))
        words = request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]
        rows = list_under_way(people=people_to_extend(request.user), words=words)
        context = {
            "q": words,
            "rows": rows,
            "more": len(rows) == MOST_CANDIDATES,
            "refused": refused,
            "error": error,
            "typed": request.POST,
        }
        return render(request, TEMPLATE, context, status=error.status if error else 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Give one attempt more minutes."""
        people = people_to_extend(request.user)
        name = request.POST.get("attempt", "")
        attempt = (
            Attempt.objects.filter(uuid=read_uuid(name), employee__in=people)
            .select_related("employee__home_branch__region")
            .first()
        )
        if attempt is None:
            raise NotFoundError(_("There is nothing here, or it is not yours to see."))
        try:
            given = extend_attempt(
                attempt=attempt,
                minutes=read_whole(request.POST.get("minutes", "").strip()) or 0,
                reason=request.POST.get("reason", ""),
                seen_times=_read_seen(request),
                actor=request.user,
                now=timezone.now(),
            )
        except LmsError as error:
            return self.show(request, name, error)
        words = ngettext(
            "%(name)s has %(minutes)d minute more.",
            "%(name)s has %(minutes)d minutes more.",
            given.minutes,
        )
        told = words % {"name": attempt.employee.full_name, "minutes": given.minutes}
        messages.success(request, told)
        return SeeOther(reverse("sb_quizzes:extensions"))


def _read_seen(request: HttpRequest) -> int:
    """Return how often minutes had been given when the page was shown; -1 for what is no number."""
    seen = read_whole(request.POST.get("seen", ""))
    return -1 if seen is None else seen
