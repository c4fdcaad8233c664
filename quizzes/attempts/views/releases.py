"""Letting people into a quiz that a supervisor opens: one list, one button each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from lms.api import LmsError, NotFoundError, may
from quizzes.attempts.actions import release_start
from quizzes.attempts.permissions import people_to_let_in
from quizzes.attempts.reads import list_candidates, list_guarded_quizzes
from quizzes.attempts.reads.arrangements import MOST_CANDIDATES
from quizzes.attempts.views.taking import SeeOther, find_quiz

LONGEST_SEARCH = 80


def require_supervisor(request: HttpRequest) -> None:
    """Refuse whoever lets nobody in, as if there were no such page. Raises: NotFoundError."""
    if not may(request.user, "create", "quiz_release"):
        raise NotFoundError(_("There is nothing here, or it is not yours to see."))


class ReleasesView(LoginRequiredMixin, View):
    """Who may be let in, quiz by quiz."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the quizzes that need it, and of the chosen one the people within reach."""
        require_supervisor(request)
        quizzes = list_guarded_quizzes()
        wanted = request.GET.get("quiz", "")
        chosen = next((quiz for quiz in quizzes if str(quiz.uuid) == wanted), None)
        if chosen is None and len(quizzes) == 1:
            chosen = quizzes[0]
        words = request.GET.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]
        people = people_to_let_in(request.user)
        now = timezone.now()
        rows = list_candidates(people=people, quiz=chosen, words=words, now=now) if chosen else []
        more = len(rows) == MOST_CANDIDATES
        context = {"quizzes": quizzes, "quiz": chosen, "q": words, "rows": rows, "more": more}
        return render(request, "standardbearer/quizzes/attempts/releases.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Let one person in."""
        require_supervisor(request)
        quiz = find_quiz(read_uuid(request.POST.get("quiz", "")))
        person = people_to_let_in(request.user).filter(
            uuid=read_uuid(request.POST.get("person", ""))
        )
        employee = person.select_related("home_branch__region").first()
        if employee is None:
            raise NotFoundError(_("There is nothing here, or it is not yours to see."))
        try:
            release_start(quiz=quiz, employee=employee, actor=request.user, now=timezone.now())
        except LmsError as error:
            messages.warning(request, error.message)
        else:
            words = _("%(name)s may start now, within half an hour.")
            messages.success(request, words % {"name": employee.full_name})
        return SeeOther(f"{reverse('sb_quizzes:releases')}?quiz={quiz.uuid}")


def read_uuid(text: str) -> UUID:
    """Return an id from a form. Raises: NotFoundError when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError(_("There is nothing here, or it is not yours to see.")) from None
