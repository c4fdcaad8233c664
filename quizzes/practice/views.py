"""A learner's refreshers: what is due, one question at a time, at once what was right."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from lms.api import InvalidInputError, NotFoundError, RuleError, require_employee, zone_of
from quizzes.attempts.reads import split_prompt
from quizzes.practice.actions import answer_refresher, start_round
from quizzes.practice.models import PracticeRound
from quizzes.practice.reads import find_item, link, read_practice_home, read_practice_page
from quizzes.questions.forms import read_answer
from quizzes.questions.rules import fill_view, is_blank

TEMPLATES = "standardbearer/quizzes/practice"


def see_other(address: str) -> HttpResponse:
    """Return the answer to a POST: look there (303)."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


class RefreshersView(LoginRequiredMixin, View):
    """What is due today, and the button that draws it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show how the day's refreshers stand."""
        return self.show(request)

    def show(self, request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
        """Return the page, with the words of what stood against a start."""
        employee = require_employee(request.user)
        home = read_practice_home(employee=employee, now=timezone.now())
        context = {"home": home, "zone": zone_of(employee), "error": error}
        return render(request, f"{TEMPLATES}/refreshers.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Draw the day's questions, or go on with them."""
        employee, now = require_employee(request.user), timezone.now()
        try:
            start_round(employee=employee, actor=request.user, now=now)
        except RuleError as error:
            return self.show(request, error.message, error.status)
        home = read_practice_home(employee=employee, now=now)
        return see_other(home.url or reverse("sb_quizzes:refreshers"))


class RefresherView(LoginRequiredMixin, View):
    """One question, or what was right once it is answered."""

    def get(self, request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
        """Show the question or its explanation."""
        return self.show(request, self.find(request, uuid), number)

    def find(self, request: HttpRequest, uuid: UUID) -> PracticeRound:
        """Return an own round. Raises: NotFoundError."""
        rounds = PracticeRound.objects.own(request.user).filter(uuid=uuid)
        found = rounds.select_related("employee__home_branch").first()
        if found is None:
            raise NotFoundError(_("There is no such round."))
        return found

    def show(
        self,
        request: HttpRequest,
        found: PracticeRound,
        number: int,
        error: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Return the page of a question."""
        item = find_item(found, number)
        if item is None:
            raise NotFoundError(_("This question is not part of the round."))
        page = read_practice_page(item=item, employee=found.employee, now=timezone.now())
        context = {
            "page": page,
            "error": error,
            "zone": zone_of(found.employee),
            "view": fill_view(page.view, read_answer(request.POST)) if page.view else None,
        }
        context["lead"], context["rest"] = split_prompt(page.view["prompt"] if page.view else "")
        return render(request, f"{TEMPLATES}/refresher.html", context, status=status)

    def post(self, request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
        """Take the answer and show at once what was right."""
        found = self.find(request, uuid)
        unknown = "unknown" in request.POST
        raw = None if unknown else read_answer(request.POST)
        if is_blank(raw) and not unknown:
            words = _("Give an answer, or say that you do not know.")
            return self.show(request, found, number, words, 422)
        try:
            answer_refresher(
                found=found,
                number=number,
                raw=raw,
                certainty="" if unknown else request.POST.get("certainty", ""),
                actor=request.user,
                now=timezone.now(),
            )
        except (InvalidInputError, RuleError) as error:
            return self.show(request, found, number, error.message, error.status)
        return see_other(link(found, number))
