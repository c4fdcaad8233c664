"""Errors of the API as problem+json (RFC 9457), in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from lms.errors import InvalidInputError, LmsError, NotAllowedError, NotFoundError

MEDIA_TYPE = "application/problem+json"


def answer_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return status, stable code, field and words for an error; None lets it become a 500."""
    if isinstance(error, LmsError):
        # What REST framework does for its own errors: nothing of the request is kept.
        exception_handler(exceptions.APIException(), context)
        return build_problem(error.status, error.code, error.message, error.field)
    response = exception_handler(error, context)
    if response is None:
        return None
    problem = translate(error, response)
    for name, value in response.headers.items():
        if name.lower() != "content-type":
            problem[name] = value
    return problem


def translate(error: Exception, response: Response) -> Response:
    """Return a REST framework error as a problem."""
    if isinstance(error, Http404 | exceptions.NotFound):
        return build_problem(404, NotFoundError.default_code, say_not_found())
    if isinstance(error, PermissionDenied):
        return build_problem(403, NotAllowedError.default_code, _("This is not yours to do."))
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        problem = build_problem(401, "not_authenticated", _("Sign in first."))
        problem["WWW-Authenticate"] = "Session"
        return problem
    if isinstance(error, exceptions.ValidationError):
        return build_invalid(error)
    return build_problem(response.status_code, read_code(error), read_detail(error))


def build_problem(status: int, code: str, detail: str, field: str = "") -> Response:
    """Return a problem+json response."""
    data = describe_problem(status, code, detail)
    if field:
        data["field"] = field
    return Response(data, status=status, content_type=MEDIA_TYPE)


def describe_problem(status: int, code: str, detail: str) -> dict[str, Any]:
    """Return the body of a problem."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }


def build_invalid(error: exceptions.ValidationError) -> Response:
    """Return a problem that lists each refused field with its code and words."""
    errors = list(list_errors(error.get_full_details()))
    problem = build_problem(400, InvalidInputError.default_code, _("Some values were refused."))
    problem.data["errors"] = errors
    if len(errors) == 1:
        problem.data.update(detail=errors[0]["detail"], field=errors[0]["field"])
    return problem


def list_errors(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Yield field, code and words of nested error details; fields are paths such as ``rows.2``."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        yield {"field": path, "code": str(details["code"]), "detail": str(details["message"])}
    elif isinstance(details, Mapping):
        for name, found in details.items():
            # REST framework files what concerns no single field under this name.
            own = "" if name == "non_field_errors" else str(name)
            yield from list_errors(found, ".".join(filter(None, (path, own))))
    elif isinstance(details, list):
        for found in details:
            yield from list_errors(found, path)


def read_code(error: Exception) -> str:
    """Return the stable code of a REST framework error."""
    found = getattr(error, "get_codes", lambda: "")()
    return found if isinstance(found, str) and found else getattr(error, "default_code", "error")


def read_detail(error: Exception) -> str:
    """Return the words of a REST framework error."""
    return str(getattr(error, "detail", "") or _("The request was refused."))


def say_not_found() -> str:
    """Return what is said of the unknown and of what is out of scope alike."""
    return _("There is nothing here, or it is not yours to see.")


def answer_unknown_address(_request: HttpRequest, path: str = "") -> JsonResponse:
    """Answer an address that the API does not have, in the API's own form."""
    del path
    body = describe_problem(404, NotFoundError.default_code, say_not_found())
    return JsonResponse(body, status=404, content_type=MEDIA_TYPE)
