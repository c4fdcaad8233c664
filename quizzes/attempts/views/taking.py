"""A learner's way through a quiz. Every page works without JavaScript; GET never creates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from lms.api import (
    InvalidInputError,
    LmsError,
    NotFoundError,
    RuleError,
    find_employee,
    require_employee,
    zone_of,
)
from quizzes.attempts.actions import (
    close_if_overdue,
    leave_question,
    save_response,
    start_attempt,
    submit_attempt,
)
from quizzes.attempts.models import Attempt, Quiz, ResponseEvent
from quizzes.attempts.reads import (
    read_next_number,
    read_question_page,
    read_quiz_page,
    read_result_page,
    read_review_page,
    read_waiting_page,
)
from quizzes.attempts.rules import Terms, read_terms
from quizzes.questions.forms import MOST_PARTS, read_answer, trim_answer
from quizzes.questions.reads import find_taker
from quizzes.questions.rules import fill_view, is_blank
from quizzes.questions.rules.numbers import read_number

# Where an answer waits that came in after the session had ended.
WAITING_ANSWER = "sb_quizzes_waiting_answer"
LONGEST_PASSWORD = 200
LONGEST_NUMBER = 16


class SeeOther(HttpResponseRedirect):
    """The answer to every POST: look there (303)."""

    status_code = 303


def find_quiz(uuid: UUID) -> Quiz:
    """Return a live quiz. Raises: NotFoundError."""
    quiz = Quiz.objects.filter(uuid=uuid, live=True).first()
    if quiz is None:
        raise NotFoundError(_("There is no such quiz."))
    return quiz


def find_own_attempt(request: HttpRequest, uuid: UUID, *more: str) -> Attempt:
    """Return the person's own attempt with its version, closed if its time is over. One query.

    Who that is, the session knows already. Raises: NotFoundError.
    """
    own = Attempt.objects.own(request.user).select_related("quiz_version", *more)
    attempt, employee = own.filter(uuid=uuid).first(), find_employee(request.user)
    if attempt is None:
        raise NotFoundError(_("There is no such attempt."))
    if employee is not None and employee.pk == attempt.employee_id:
        attempt.employee = employee
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
                password=request.POST.get("password", "")[:LONGEST_PASSWORD],
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
    """One question of an attempt under way. The page's script saves here too, and asks for JSON."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep the answer of somebody whose session ended, until they are signed in again.

        A script is told instead: it keeps the answer in the browser.
        """
        if not request.user.is_authenticated and request.method == "POST":
            if wants_json(request):
                return JsonResponse({"code": "signed_out"}, status=401)
            answer = trim_answer(read_answer(request.POST))
            request.session[WAITING_ANSWER] = [request.path, answer]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
        """Show the question, with what was answered so far."""
        attempt = find_own_attempt(request, uuid)
        if not attempt.is_open:
            return HttpResponseRedirect(link("result", attempt))
        if is_elsewhere(attempt, number):
            return HttpResponseRedirect(link("attempt", attempt))
        path, answer = request.session.pop(WAITING_ANSWER, ("", None))
        waiting = answer if path == request.path else None
        return self.show(request, attempt, number, given=waiting, waiting=bool(waiting))

    def show(
        self,
        request: HttpRequest,
        attempt: Attempt,
        number: int,
        *,
        given: object = None,
        waiting: bool = False,
        error: str = "",
        parts: tuple[int, ...] = (),
    ) -> HttpResponse:
        """Return the page of a question; what is ``given`` goes before what was saved.

        ``parts`` are the places, from 1, where a number is missing.
        """
        page = read_question_page(attempt=attempt, number=number, now=timezone.now())
        context = {
            "page": page,
            "attempt": attempt,
            "title": attempt.quiz_version.body["title"],
            "view": fill_view(page.view, given) if given else page.view,
            "moved": request.POST.get("move", ""),
            "waiting": waiting,
            "error": error,
            "unread": parts,
        }
        return render(
            request,
            "standardbearer/quizzes/attempts/question.html",
            context,
            status=422 if error else 200,
        )

    def post(self, request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
        """Save the answer and go on to the next question.

        A question where the attempt does not stand is never shown: its answer is taken only when
        it repeats the last one. What is no number is kept, and told before one goes on.
        """
        attempt = find_own_attempt(request, uuid)
        terms = read_terms(attempt.quiz_version.body)
        shows = attempt.is_open and not is_elsewhere(attempt, number)
        if "leave" in request.POST:
            leave_question(attempt=attempt, item_number=number, actor=request.user)
            return SeeOther(link("attempt", attempt))
        raw = read_answer(request.POST)
        unread = find_unread(request) if shows else ()
        refusal = find_refusal(request, terms, raw, unread) if shows else None
        if refusal is not None:
            return self.refuse(request, attempt, number, refusal, parts=unread)
        if shows and "move" in request.POST and terms.tells_during:
            # What is saved stays there: an order is only sent once it is done.
            return self.show(request, attempt, number, given=raw)
        stays = bool({"autosave", "move"} & set(request.POST)) or terms.tells_during or unread
        try:
            event = save_response(
                attempt=attempt,
                item_number=number,
                raw=raw,
                sequence=read_whole(request.POST.get("sequence")),
                moves_on=not stays,
                certainty=request.POST.get("certainty", ""),
                actor=request.user,
                now=timezone.now(),
            )
            require_numbers(unread)
        except (RuleError, InvalidInputError) as error:
            return self.refuse(request, attempt, number, error, shows=shows, parts=unread)
        if shows and "move" in request.POST:
            return self.show(request, attempt, number, given=raw)
        return answer_saved(request, event, find_next(request, attempt, number, terms))

    def refuse(
        self,
        request: HttpRequest,
        attempt: Attempt,
        number: int,
        error: LmsError,
        *,
        shows: bool = True,
        parts: tuple[int, ...] = (),
    ) -> HttpResponse:
        """Say what stands against an answer, on the page or to its script."""
        if wants_json(request):
            told = {"code": error.code, "message": error.message, "next": link("attempt", attempt)}
            return JsonResponse(told, status=error.status)
        if isinstance(error, RuleError) or not shows:
            messages.warning(request, error.message)
            return SeeOther(link("attempt", attempt))
        given = read_answer(request.POST)
        return self.show(request, attempt, number, given=given, error=error.message, parts=parts)


def find_refusal(
    request: HttpRequest, terms: Terms, raw: object, unread: tuple[int, ...]
) -> InvalidInputError | None:
    """Return why an answer must not be saved: nothing was said, or it would count as it is."""
    asked = {"saved", "blank", "autosave"} & set(request.POST)
    if is_blank(raw) and not asked:
        return write_blank_error(terms)
    return write_number_error(unread) if unread and terms.tells_during else None


def require_numbers(unread: tuple[int, ...]) -> None:
    """Refuse to go on past a gap that asks for a number. Raises: InvalidInputError."""
    if unread:
        raise write_number_error(unread)


def find_unread(request: HttpRequest) -> tuple[int, ...]:
    """Return the gaps, from 1, where the page asked for a number and something else is written.

    The page names the fields, so that no query is needed: it is a courtesy, marking is not here.
    None on the way, and none where it was told before.
    """
    if {"autosave", "move", "as_is"} & set(request.POST):
        return ()
    found = []
    for entry in request.POST.getlist("number")[:MOST_PARTS]:
        place, _space, name = entry.partition(" ")
        text = request.POST.get(name, "").strip()
        if text and read_whole(place) and read_number(text) is None:
            found.append(int(place))
    return tuple(found)


def write_number_error(parts: tuple[int, ...]) -> InvalidInputError:
    """Return the words for somebody who wrote more than a number, or none."""
    words = _("Write only the number, without words or a unit: 4 instead of “4 kg”.")
    return InvalidInputError(words, code="not_a_number", field=f"choice-{parts[0]}")


def write_blank_error(terms: Terms) -> InvalidInputError:
    """Return the words for somebody who goes on without an answer."""
    words = _("Choose an answer, or skip the question for now.")
    if terms.sequential:
        words = _("Choose an answer. Or press “Next” again to leave it unanswered for good.")
    return InvalidInputError(words, code="blank")


def answer_saved(request: HttpRequest, event: ResponseEvent, going: str) -> HttpResponse:
    """Lead on; tell the page's script where to, and whether another device came between."""
    if not wants_json(request):
        return SeeOther(going)
    before, known = event.highest_before or 0, read_whole(request.POST.get("known")) or 0
    elsewhere = before > known and before != event.sequence
    return JsonResponse({"sequence": event.sequence, "elsewhere": elsewhere, "next": going})


def find_next(request: HttpRequest, attempt: Attempt, number: int, terms: Terms) -> str:
    """Return where to go after an answer; to what is said about it, where the quiz tells."""
    if terms.tells_during:
        return link("question", attempt, number)
    # Whether it was the last one is known to the page that was sent: no query for it.
    if "last" in request.POST:
        return link("review", attempt)
    return link("question", attempt, number + 1)


def wants_json(request: HttpRequest) -> bool:
    """Return whether it is the page's script that asks."""
    return request.headers.get("Accept") == "application/json"


def is_elsewhere(attempt: Attempt, number: int) -> bool:
    """Return whether a sequential attempt stands at another question."""
    return read_terms(attempt.quiz_version.body).sequential and attempt.position != number


def read_whole(text: str | None) -> int | None:
    """Return a number that a form's script wrote; None for anything else."""
    short = text is not None and text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if short and text else None


class ReviewView(LoginRequiredMixin, View):
    """All questions at a glance, before handing in."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Show what is answered and what is not."""
        attempt = find_own_attempt(request, uuid)
        if not attempt.is_open:
            return HttpResponseRedirect(link("result", attempt))
        if read_terms(attempt.quiz_version.body).sequential and read_next_number(attempt):
            return HttpResponseRedirect(link("attempt", attempt))
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
        attempt = find_own_attempt(request, uuid, "quiz")
        if attempt.is_open:
            return HttpResponseRedirect(link("attempt", attempt))
        waiting = read_waiting_page(attempt=attempt)
        if waiting is not None:
            context = {"page": waiting, "attempt": attempt, "zone": zone_of(attempt.employee)}
            return render(request, "standardbearer/quizzes/attempts/waiting.html", context)
        context = {
            "page": read_result_page(attempt=attempt, now=timezone.now()),
            "attempt": attempt,
            "zone": zone_of(attempt.employee),
        }
        return render(request, "standardbearer/quizzes/attempts/result.html", context)
