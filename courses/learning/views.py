"""Doors of learning: who may open a page, and the buttons on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views import View

from courses.content.models import (
    Course,
    CourseIndexPage,
    CoursePage,
    Lesson,
    LessonLink,
    LessonPage,
)
from courses.content.reads import find_course_page, find_lesson_page
from courses.content.rules import LinkKind
from courses.learning.actions import enrol, finish_lesson, start_again
from courses.learning.permissions import may_open
from courses.learning.reads import read_outline
from courses.learning.rules import FinishOutcome, Outline
from lms.api import (
    Employee,
    InvalidInputError,
    NotFoundError,
    RuleError,
    Standard,
    acknowledge_standard,
    require_employee,
)

if TYPE_CHECKING:
    from wagtail.models import Page

Serve = Callable[["Page", HttpRequest, Any, Any], HttpResponse]


class SeeOther(HttpResponseRedirect):
    """303: go on with GET, also after a POST."""

    status_code = 303


def guard_pages(serve_next: Serve) -> Serve:
    """Wrap Wagtail's serving of pages: ours need a login, and a course that is open to one.

    Runs after Wagtail's own privacy check. What it read is left on the request for the page.
    """

    def serve(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
        if not isinstance(page, CourseIndexPage | CoursePage | LessonPage):
            return serve_next(page, request, args, kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if isinstance(page, CoursePage | LessonPage):
            request.standardbearer_outline = open_outline(page, request)  # type: ignore[attr-defined]
        response = serve_next(page, request, args, kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return serve


def open_outline(page: CoursePage | LessonPage, request: HttpRequest) -> Outline:
    """Return the course as the person stands in it.

    Raises:
        Http404: the course is not live, or not open to them; the two look exactly alike.

    """
    outline = read_outline(page=page, user_id=request.user.pk, request=request)
    if outline is None or not may_open(
        user=request.user,
        course_uuid=outline.uuid,
        open_catalogue=outline.open_catalogue,
        today=timezone.localdate(),
    ):
        raise Http404
    return outline


class LearnerView(LoginRequiredMixin, View):
    """Base of the buttons: POST only, own records only, Wagtail's privacy respected."""

    http_method_names = ["post"]

    def open_lesson(self, uuid: UUID) -> tuple[LessonPage, Outline, Employee]:
        """Return a lesson that the person may open, its course, and the person."""
        return self._open(find_lesson_page(uuid))

    def open_course(self, uuid: UUID) -> tuple[CoursePage, Outline, Employee]:
        """Return a course that the person may open, how they stand in it, and the person."""
        return self._open(find_course_page(uuid))

    def _open(self, page: Any) -> tuple[Any, Outline, Employee]:
        if page is None:
            raise NotFoundError(_("This page is not there (any more)."))
        for restriction in page.get_view_restrictions():
            if not restriction.accept_request(self.request):
                raise Http404
        return page, open_outline(page, self.request), require_employee(self.request.user)


class FinishLessonView(LearnerView):
    """*Next*: note it, and go on to the next lesson."""

    def post(self, request: HttpRequest, lesson: UUID) -> HttpResponse:
        """Finish the lesson; stay with words when something in it is missing."""
        page, outline, employee = self.open_lesson(lesson)
        row = Lesson.objects.filter(uuid=lesson).select_related("course").first()
        if row is None:
            raise NotFoundError(_("This lesson is not there (any more)."))
        try:
            outcome = finish_lesson(
                employee=employee, lesson=row, actor=employee.user, now=timezone.now()
            )
        except RuleError as error:
            messages.warning(request, error.message)
            return SeeOther(page.get_url(request))
        return self._go_on(request, page, outline, outcome)

    def _go_on(
        self, request: HttpRequest, page: LessonPage, outline: Outline, outcome: FinishOutcome
    ) -> HttpResponse:
        if not outcome.done:
            missing = ", ".join(outcome.missing)
            text = _("One thing is left in this lesson: %(missing)s. Then it is done.")
            messages.warning(request, text % {"missing": missing})
            return SeeOther(f"{page.get_url(request)}#left-to-do")
        if outcome.again:
            text = _("Done: you are up to date with “%(title)s”.")
            messages.success(request, text % {"title": page.title})
            return SeeOther(outline.url)
        if outcome.course_completed:
            text = _("Well done. You have finished “%(title)s”.") % {"title": outline.title}
            messages.success(request, text)
            return SeeOther(outline.url)
        place = outline.position(page.translation_key)
        following = outline.lessons[place + 1 :] if place is not None else ()
        return SeeOther(following[0].url if following else outline.url)


class StartCourseView(LearnerView):
    """*Start* and *Start again*."""

    def post(self, request: HttpRequest, course: UUID) -> HttpResponse:
        """Enrol, or begin a new round of a finished course, and open the first lesson."""
        _page, outline, employee = self.open_course(course)
        row = Course.objects.filter(uuid=course).first()
        if row is None:
            raise NotFoundError(_("This course is not there (any more)."))
        start = start_again if outline.state == "done" else enrol
        start(employee=employee, course=row, actor=employee.user, now=timezone.now())
        return SeeOther(outline.lessons[0].url if outline.lessons else outline.url)


class ConfirmPolicyView(LearnerView):
    """*I have read this*: confirm a policy by name, inside a lesson that shows it."""

    def post(self, request: HttpRequest, lesson: UUID, standard: UUID) -> HttpResponse:
        """Confirm it and return to the lesson."""
        page, _outline, employee = self.open_lesson(lesson)
        shown = LessonLink.objects.filter(
            lesson__uuid=lesson, kind=LinkKind.ACKNOWLEDGEMENT, target=standard
        )
        policy = Standard.objects.filter(uuid=standard, live=True).first()
        if policy is None or not shown.exists():
            raise NotFoundError(_("This policy is not there (any more)."))
        number = request.POST.get("number", "")
        try:
            acknowledge_standard(
                employee=employee,
                standard=policy,
                name_as_written=request.POST.get("name", ""),
                actor=employee.user,
                now=timezone.now(),
                number=int(number) if number.isdecimal() else None,
            )
        except (InvalidInputError, RuleError) as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Thank you. Your confirmation is on record."))
        return SeeOther(f"{page.get_url(request)}#policy-{standard}")
