"""What every endpoint of the plugin keeps to, whatever a site sets for its own API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer

from lms.rest.errors import answer_problem
from lms.rest.pagination import StableCursorPagination
from lms.rest.parsers import ShallowJSONParser


class HouseRules:
    """JSON in and out, signed in, pages by cursor, errors as problem+json.

    Goes first among the bases of a view. How callers prove who they are stays the site's choice
    (``DEFAULT_AUTHENTICATION_CLASSES``).
    """

    permission_classes: Any = (IsAuthenticated,)
    renderer_classes: Any = (JSONRenderer,)
    parser_classes: Any = (ShallowJSONParser,)
    pagination_class: Any = StableCursorPagination
    schema: Any = AutoSchema()

    def get_exception_handler(self) -> Callable[..., Any]:
        """Return what turns an error into a problem."""
        return answer_problem
