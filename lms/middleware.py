"""Domain errors on pages: the same words as in the API, on a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lms.errors import LmsError


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
