"""Marking on the site, for whoever has no admin: what waits, and one answer with its rubric."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import AbstractBaseUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from lms.api import InvalidInputError, NotFoundError, RuleError, may
from quizzes.attempts.models import OpenAnswer
from quizzes.marking.forms import MarkForm
from quizzes.marking.permissions import RESOURCE, answers_to_mark
from quizzes.marking.reads import (
    MarkingPage,
    describe_day,
    find_answer,
    find_next,
    list_queue,
    read_marking_page,
    shorten_prompt,
)

PER_PAGE = 20
_TEMPLATES = "standardbearer/quizzes/marking"


class QueueView(LoginRequiredMixin, View):
    """The answers that wait for the reader, the longest waiting first, without names."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show a page of the queue. Raises: NotFoundError for whoever looks at no marks."""
        if not may(request.user, "read", RESOURCE):
            raise NotFoundError(_("There is nothing here, or it is not yours to see."))
        page = Paginator(list_queue(user=request.user), PER_PAGE).get_page(request.GET.get("page"))
        rows = [(row, shorten_prompt(row), describe_day(row)) for row in page]
        return render(request, f"{_TEMPLATES}/queue.html", {"page_obj": page, "rows": rows})


class AnswerView(LoginRequiredMixin, View):
    """One answer with the form that marks it; on to the next one after saving."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show the answer. Raises: NotFoundError out of reach, and for the own one."""
        answer = find_answer(user=request.user, pk=number)
        page = read_marking_page(answer=answer, user=request.user)
        return show(request, page, make_form(page, correcting=page.may == "correct"))

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        """Save the mark; a refusal shows the page again with everything that was typed."""
        answer = find_answer(user=request.user, pk=number)
        page = read_marking_page(answer=answer, user=request.user)
        form = make_form(page, request.POST, correcting="reason" in request.POST)
        if not form.is_valid():
            return show(request, page, form, status=422)
        actor = cast("AbstractBaseUser", request.user)
        try:
            form.give(answer=answer, actor=actor, now=timezone.now())
        except InvalidInputError as error:
            form.take_error(error)
            return show(request, page, form, status=error.status)
        except RuleError as error:
            return show_late(request, number, form, error)
        return go_on(request)


def make_form(page: MarkingPage, data: Any = None, *, correcting: bool) -> MarkForm:
    """Return the form with the rubric."""
    version = page.answer.version
    return MarkForm(data, scales=page.scales, version=version, correcting=correcting)


def show_late(request: HttpRequest, number: int, form: MarkForm, error: RuleError) -> HttpResponse:
    """Return the answer as it is by now, with everything that was typed."""
    answer = find_answer(user=request.user, pk=number)
    page = read_marking_page(answer=answer, user=request.user)
    correcting = page.may == "correct"
    again = make_form(
        page, form.keep_for(answer.version, correcting=correcting), correcting=correcting
    )
    return show(request, page, again, refusal=error.message, status=error.status)


def show(
    request: HttpRequest,
    page: MarkingPage,
    form: MarkForm,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page of an answer; ``refusal`` says what came between."""
    context = {
        "page": page,
        "form": form,
        "refusal": refusal,
        "handed_in_on": describe_day(page.answer),
        "waits_for_third": page.answer.turn == OpenAnswer.Turn.THIRD,
    }
    return render(request, f"{_TEMPLATES}/mark.html", context, status=status)


def go_on(request: HttpRequest) -> HttpResponse:
    """Lead to the next answer that waits, or back to the list."""
    left = answers_to_mark(request.user).count()
    following = find_next(user=request.user) if left else None
    if following is None:
        messages.success(request, _("Saved. Nothing else waits for you."))
        return HttpResponseRedirect(reverse("sb_quizzes:marking"), status=303)
    words = ngettext(
        "Saved. %(number)d more waits for you.", "Saved. %(number)d more wait for you.", left
    )
    messages.success(request, words % {"number": left})
    return HttpResponseRedirect(reverse("sb_quizzes:mark", args=[following.pk]), status=303)
