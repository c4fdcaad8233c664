"""Errors on pages: the domain's own words, and a plain answer while a service is down."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from lms.errors import LmsError
from lms.rest.errors import MEDIA_TYPE, describe_problem

RETRY_SECONDS = 5
DOWN: tuple[type[Exception], ...] = (OperationalError, InterfaceError)
try:
    from redis import exceptions as redis_errors
except ImportError:  # a site without Redis has no such outage
    pass
else:
    DOWN += (redis_errors.ConnectionError, redis_errors.TimeoutError)


class UnavailableMiddleware:
    """Answer 503 with ``Retry-After`` while the database or the cache does not answer.

    Stands before the session: what that raises is caught too. The page needs no query. Nothing
    is remembered: the first request after the outage is served as ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; put our answer in place of a 500 that an outage caused."""
        response = self.get_response(request)
        if not request.META.get("sb.outage"):
            return response
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            words = _("The service is not available just now. Try again in a moment.")
            body = describe_problem(503, "unavailable", words)
            response = JsonResponse(body, status=503, content_type=MEDIA_TYPE)
        else:
            page = render_to_string("standardbearer/lms/unavailable.html")
            response = HttpResponse(page, status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        response["Cache-Control"] = "no-store"
        return response


def note_outage(*, request: HttpRequest | None = None, **_kwargs: object) -> None:
    """Remember with the request that it failed because a service is down.

    Django turns what a middleware raises into a response before an outer one could catch it; the
    signal is the one place that sees the error of every layer.
    """
    if request is not None and isinstance(sys.exc_info()[1], DOWN):
        request.META["sb.outage"] = True


got_request_exception.connect(note_outage, dispatch_uid="standardbearer_note_outage")


class ErrorPageMiddleware:
    """Turn an ``LmsError`` that a view let through into its status and a plain page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the error page, or None for errors that are not ours to explain."""
        if not isinstance(exception, LmsError):
            return None
        return render(
            request,
            "standardbearer/lms/error.html",
            {"error": exception},
            status=exception.status,
        )
