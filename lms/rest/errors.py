"""Errors of the API as problem+json (RFC 9457), in one place."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from lms.errors import InvalidInputError, LmsError, NotAllowedError, NotFoundError


def answer_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return status, stable code, field and words for an error; None lets it become a 500."""
    if isinstance(error, LmsError):
        return build_problem(error.status, error.code, error.message, error.field)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        return build_problem(404, NotFoundError.default_code, str(NotFoundError.default_code))
    if isinstance(error, PermissionDenied):
        return build_problem(403, NotAllowedError.default_code, str(error) or "Not allowed")
    problem = build_problem(response.status_code, read_code(error), read_detail(error))
    if isinstance(error, exceptions.ValidationError):
        problem.data["code"] = InvalidInputError.default_code
        problem.data["errors"] = error.get_full_details()
    for name, value in response.headers.items():
        if name.lower() != "content-type":
            problem[name] = value
    return problem


def build_problem(status: int, code: str, detail: str, field: str = "") -> Response:
    """Return a problem+json response."""
    data: dict[str, Any] = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    if field:
        data["field"] = field
    return Response(data, status=status, content_type="application/problem+json")


def read_code(error: Exception) -> str:
    """Return the stable code of a REST framework error."""
    return str(getattr(error, "default_code", "error"))


def read_detail(error: Exception) -> str:
    """Return the words of a REST framework error; field errors are listed beside them."""
    detail = getattr(error, "detail", "")
    return detail if isinstance(detail, str) else "Some values were refused."
