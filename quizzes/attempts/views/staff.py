"""Somebody's attempt for staff. Opening the answers is a step of its own, and kept in the log."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views import View

from quizzes.attempts.actions.readings import note_reading
from quizzes.attempts.reads.staff import find_readable_attempt, read_staff_page


class StaffAttemptView(LoginRequiredMixin, View):
    """How an attempt went; what was answered once the reader asks for it."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Show the outcome."""
        return self.show(request, uuid, opened=False)

    def post(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Show the answers too, and note who read them."""
        return self.show(request, uuid, opened=True)

    def show(self, request: HttpRequest, uuid: UUID, *, opened: bool) -> HttpResponse:
        """Return the page. Raises: NotFoundError, NotAllowedError.

        Days without clock times: beside the limit they would tell who has extra time.
        """
        attempt = find_readable_attempt(user=request.user, uuid=uuid)
        page = read_staff_page(
            attempt=attempt, user=request.user, now=timezone.now(), opened=opened
        )
        if page.items:
            note_reading(attempt=attempt, actor=cast("AbstractBaseUser", request.user))
        context = {
            "page": page,
            "attempt": attempt,
            "handed_in_on": date_format(attempt.submitted_on) if attempt.submitted_on else "",
            "staff": True,
        }
        return render(request, "standardbearer/quizzes/attempts/staff.html", context)
