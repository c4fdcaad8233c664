"""A learner's way through a role-play. Every page works without JavaScript; GET never creates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from lms.api import InvalidInputError, LmsError, NotFoundError, RuleError, require_employee, zone_of
from quizzes.questions.reads import find_taker
from quizzes.scenarios.actions import choose, restart_play, start_play, start_practice
from quizzes.scenarios.models import Play, Scenario
from quizzes.scenarios.reads import (
    find_scenario,
    read_briefing_page,
    read_debrief_page,
    read_play_page,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_TEMPLATES = "standardbearer/quizzes/scenarios"
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


class SeeOther(HttpResponseRedirect):
    """The answer to every POST: look there (303)."""

    status_code = 303


def find_own_play(request: HttpRequest, uuid: UUID) -> Play:
    """Return the person's own play. Raises: NotFoundError."""
    play = (
        Play.objects.own(request.user)
        .select_related("employee__home_branch", "scenario_version", "scenario")
        .filter(uuid=uuid)
        .first()
    )
    if play is None:
        raise NotFoundError(_("There is no such play."))
    return play


def link(name: str, thing: Play | Scenario, fragment: str = "") -> str:
    """Return the address of a page of a play or scenario."""
    return reverse(f"sb_quizzes:{name}", kwargs={"uuid": thing.uuid}) + fragment


def signed_in(request: HttpRequest) -> AbstractBaseUser:
    """Return who is signed in; every view here has asked for that."""
    return cast("AbstractBaseUser", request.user)


def read_number(text: str) -> int:
    """Return a whole number from a form. Raises: InvalidInputError."""
    if not _WHOLE_NUMBER.fullmatch(text):
        raise InvalidInputError(_("The number of the decision is missing."), field="sequence")
    return int(text)


class ScenarioView(LoginRequiredMixin, View):
    """The briefing, and the start."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Show the briefing to the person who may play, or to an author as a guest."""
        return self.show(request, find_scenario(uuid))

    def show(
        self, request: HttpRequest, scenario: Scenario, error: LmsError | None = None
    ) -> HttpResponse:
        """Return the page, with the words of what stood against a start."""
        employee = find_taker(request.user)
        context = {
            "page": read_briefing_page(employee=employee, scenario=scenario),
            "zone": zone_of(employee) if employee else "UTC",
            "error": error,
        }
        status = error.status if error else 200
        return render(request, f"{_TEMPLATES}/briefing.html", context, status=status)

    def post(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Start a play, go on with the one under way, or (``again``) begin it anew."""
        scenario = find_scenario(uuid)
        employee = require_employee(request.user)
        practice = request.POST.get("purpose") == Play.Purpose.PRACTICE
        now = timezone.now()
        try:
            play = start_play(
                employee=employee,
                scenario=scenario,
                purpose=Play.Purpose.PRACTICE if practice else Play.Purpose.SCORED,
                actor=signed_in(request),
                now=now,
            )
            # Only a play with something in it: the second tap finds the new one untouched.
            if "again" in request.POST and (play.opening or play.steps.exists()):
                play = restart_play(play=play, actor=signed_in(request), now=now)
        except RuleError as error:
            return self.show(request, scenario, error)
        return SeeOther(link("play", play))


class PlayView(LoginRequiredMixin, View):
    """The conversation: what was said so far, and what to say now."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Show where the person is; a play that was begun again leads to the briefing."""
        play = find_own_play(request, uuid)
        if play.state == Play.State.ABANDONED:
            return HttpResponseRedirect(link("scenario", play.scenario))
        return self.show(request, play)

    def show(self, request: HttpRequest, play: Play, error: str = "") -> HttpResponse:
        """Return the page of a play, with the words of what was wrong with a choice."""
        context = {"page": read_play_page(play=play), "play": play, "error": error}
        status = 422 if error else 200
        return render(request, f"{_TEMPLATES}/play.html", context, status=status)

    def post(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Say something. An old page or a double tap leads to where the person is."""
        play = find_own_play(request, uuid)
        try:
            choose(
                play=play,
                choice_token=request.POST.get("choice", ""),
                sequence=read_number(request.POST.get("sequence", "")),
                actor=signed_in(request),
                now=timezone.now(),
            )
        except RuleError as error:
            messages.warning(request, error.message)
            return SeeOther(link("scenario", play.scenario))
        except InvalidInputError as error:
            return self.show(request, play, error.message)
        return SeeOther(link("play", play, "#now"))


class DebriefView(LoginRequiredMixin, View):
    """How it went, and practice from any decision."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Show the debrief; a play under way has none yet."""
        play = find_own_play(request, uuid)
        if not play.is_finished:
            return HttpResponseRedirect(link("play", play))
        context = {
            "page": read_debrief_page(play=play),
            "play": play,
            "zone": zone_of(play.employee),
        }
        return render(request, f"{_TEMPLATES}/debrief.html", context)

    def post(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Practise from a decision of this play."""
        play = find_own_play(request, uuid)
        try:
            practice = start_practice(
                play=play,
                at_sequence=read_number(request.POST.get("from", "")),
                actor=signed_in(request),
                now=timezone.now(),
            )
        except (RuleError, InvalidInputError) as error:
            messages.warning(request, error.message)
            return SeeOther(link("debrief", play))
        return SeeOther(link("play", practice, "#now"))
