"""A learner's way through a quiz. Every page works without JavaScript; GET never creates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from lms.api import InvalidInputError, LmsError, NotFoundError, RuleError, require_employee, zone_of
from quizzes.attempts.actions import (
    close_if_overdue,
    save_response,
    start_attempt,
    submit_attempt,
)
from quizzes.attempts.models import Attempt, Quiz
from quizzes.attempts.reads import (
    read_next_number,
    read_question_page,
    read_quiz_page,
    read_result_page,
    read_review_page,
)
from quizzes.questions.reads import find_taker

# Where an answer waits that came in after the session had ended.
WAITING_ANSWER = "sb_quizzes_waiting_answer"
# No honest form sends more ticks than this.
MOST_CHOICES = 100


class SeeOther(HttpResponseRedirect):
    """The answer to every POST: look there (303)."""

    status_code = 303


def find_quiz(uuid: UUID) -> Quiz:
    """Return a live quiz. Raises: NotFoundError."""
    quiz = Quiz.objects.filter(uuid=uuid, live=True).first()
    if quiz is None:
        raise NotFoundError(_("There is no such quiz."))
    return quiz


def find_own_attempt(request: HttpRequest, uuid: UUID) -> Attempt:
    """Return the person's own attempt, closed if its time is over. Raises: NotFoundError."""
    attempt = (
        Attempt.objects.own(request.user)
        .select_related("employee__home_branch", "quiz_version", "quiz")
        .filter(uuid=uuid)
        .first()
    )
    if attempt is None:
        raise NotFoundError(_("There is no such attempt."))
    return close_if_overdue(attempt=attempt, now=timezone.now())


def link(name: str, attempt: Attempt, number: int | None = None) -> str:
    """Return the address of a page of an attempt."""
    parts: dict[str, Any] = {"uuid": attempt.uuid}
    if number is not None:
        parts["number"] = number
    return reverse(f"sb_quizzes:{name}", kwargs=parts)


class QuizView(LoginRequiredMixin, View):
    """What a quiz is, and its start."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Show the quiz to the person who may take it, or to an author as a guest."""
        return self.show(request, find_quiz(uuid))

    def show(self, request: HttpRequest, quiz: Quiz, error: LmsError | None = None) -> HttpResponse:
        """Return the page, with the words of what stood against a start."""
        employee = find_taker(request.user)
        now = timezone.now()
        if employee is not None:
            for attempt in Attempt.objects.overdue(now).filter(employee=employee, quiz=quiz):
                close_if_overdue(attempt=attempt, now=now)
        page = read_quiz_page(employee=employee, quiz=quiz, now=now)
        zone = zone_of(employee) if employee else "UTC"
        context = {"page": page, "zone": zone, "error": error}
        status = error.status if error else 200
        return render(request, "standardbearer/quizzes/attempts/quiz.html", context, status=status)

    def post(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Start an attempt, or go on with the one under way."""
        quiz = find_quiz(uuid)
        practice = request.POST.get("purpose") == Attempt.Purpose.PRACTICE
        try:
            attempt = start_attempt(
                employee=require_employee(request.user),
                quiz=quiz,
                purpose=Attempt.Purpose.PRACTICE if practice else Attempt.Purpose.SCORED,
                actor=request.user,
                now=timezone.now(),
            )
        except RuleError as error:
            return self.show(request, quiz, error)
        return SeeOther(link("attempt", attempt))


class AttemptView(LoginRequiredMixin, View):
    """The way into an attempt: where the person left it, or its result."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Send to the first question without an answer, to the review, or to the result."""
        attempt = find_own_attempt(request, uuid)
        if not attempt.is_open:
            return HttpResponseRedirect(link("result", attempt))
        number = read_next_number(attempt)
        if number is None:
            return HttpResponseRedirect(link("review", attempt))
        return HttpResponseRedirect(link("question", attempt, number))


class QuestionView(LoginRequiredMixin, View):
    """One question of an attempt under way."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep the answer of somebody whose session ended, until they are signed in again."""
        if not request.user.is_authenticated and request.method == "POST":
            choices = request.POST.getlist("choice")[:MOST_CHOICES]
            request.session[WAITING_ANSWER] = [request.path, [c[:40] for c in choices]]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
        """Show the question, with what was answered so far."""
        attempt = find_own_attempt(request, uuid)
        if not attempt.is_open:
            return HttpResponseRedirect(link("result", attempt))
        path, choices = request.session.pop(WAITING_ANSWER, ("", []))
        waiting = choices if path == request.path else []
        return self.show(request, attempt, number, chosen=waiting, waiting=bool(waiting))

    def show(
        self,
        request: HttpRequest,
        attempt: Attempt,
        number: int,
        *,
        chosen: list[str] | None = None,
        waiting: bool = False,
        error: str = "",
    ) -> HttpResponse:
        """Return the page of a question; ``chosen`` goes before what was saved."""
        page = read_question_page(attempt=attempt, number=number, now=timezone.now())
        context = {
            "page": page,
            "attempt": attempt,
            "title": attempt.quiz_version.body["title"],
            "chosen": chosen or page.chosen,
            "waiting": waiting,
            "error": error,
        }
        return render(
            request,
            "standardbearer/quizzes/attempts/question.html",
            context,
            status=422 if error else 200,
        )

    def post(self, request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
        """Save the answer and go on to the next question."""
        attempt = find_own_attempt(request, uuid)
        choices = request.POST.getlist("choice")
        if not choices and "saved" not in request.POST:
            words = _("Choose an answer, or skip the question for now.")
            return self.show(request, attempt, number, error=words)
        try:
            save_response(
                attempt=attempt,
                item_number=number,
                raw=read_choices(choices, single="multiple" not in request.POST),
                actor=request.user,
                now=timezone.now(),
            )
        except RuleError as error:
            messages.warning(request, error.message)
            return SeeOther(link("attempt", attempt))
        except InvalidInputError as error:
            return self.show(request, attempt, number, error=error.message)
        # Whether it was the last one is known to the page that was sent: no query for it.
        if "last" in request.POST:
            return SeeOther(link("review", attempt))
        return SeeOther(link("question", attempt, number + 1))


def read_choices(choices: list[str], *, single: bool) -> object:
    """Return a form's choices as the rules read them; two for a single choice stay two."""
    if not choices:
        return None
    return choices[0] if single and len(choices) == 1 else choices


class ReviewView(LoginRequiredMixin, View):
    """All questions at a glance, before handing in."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Show what is answered and what is not."""
        attempt = find_own_attempt(request, uuid)
        if not attempt.is_open:
            return HttpResponseRedirect(link("result", attempt))
        context = {
            "page": read_review_page(attempt=attempt, now=timezone.now()),
            "attempt": attempt,
            "title": attempt.quiz_version.body["title"],
        }
        return render(request, "standardbearer/quizzes/attempts/review.html", context)

    def post(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Hand the attempt in; again gives the same result."""
        attempt = find_own_attempt(request, uuid)
        submit_attempt(attempt=attempt, actor=request.user, now=timezone.now())
        return SeeOther(link("result", attempt))


class ResultView(LoginRequiredMixin, View):
    """What came of an attempt, and what to do next."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Show the result; an attempt under way has none yet."""
        attempt = find_own_attempt(request, uuid)
        if attempt.is_open:
            return HttpResponseRedirect(link("attempt", attempt))
        context = {
            "page": read_result_page(attempt=attempt, now=timezone.now()),
            "attempt": attempt,
            "zone": zone_of(attempt.employee),
        }
        return render(request, "standardbearer/quizzes/attempts/result.html", context)
