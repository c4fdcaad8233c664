"""Pages of API lists: by cursor, so that inserts neither repeat nor skip a row."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qs

from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DataError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

CURSOR_PARTS: Final = frozenset({"o", "r", "p"})
"""Offset, direction and position, as REST framework writes them."""


class StableCursorPagination(CursorPagination):
    """Fifty rows a page, in order of the primary key; at most 200 on request.

    A cursor or page size that makes no sense is refused, never a wrong page or a crash.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering: Any = "pk"
    invalid_cursor_message = "Invalid cursor"
    # Where more rows than the usual cutoff tie, a clamped offset would give one page for ever.
    offset_cutoff: Any = None

    def paginate_queryset(
        self,
        queryset: QuerySet[Any] | Sequence[Any],
        request: Request,
        view: APIView | None = None,
    ) -> list[Any] | None:
        """Return the rows of the page that the cursor asks for."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except NotFound as error:
            raise self.refuse_cursor() from error
        except (ValueError, TypeError, OverflowError, DataError, ModelValidationError) as error:
            # A forged position of another type reaches the database as a comparison.
            if request.query_params.get(self.cursor_query_param):
                raise self.refuse_cursor() from error
            raise

    def decode_cursor(self, request: Request) -> Any:
        """Return where the page starts; None without a cursor.

        Raises:
            ValidationError: text that is no base64, or holds something else than a cursor.

        """
        encoded = request.query_params.get(self.cursor_query_param)
        if not encoded:
            return None
        try:
            decoded = b64decode(encoded.encode("ascii"), validate=True).decode("ascii")
        except ValueError as error:
            raise self.refuse_cursor() from error
        names = set(parse_qs(decoded, keep_blank_values=True))
        if not names or not names <= CURSOR_PARTS:
            raise self.refuse_cursor()
        return super().decode_cursor(request)

    def get_page_size(self, request: Request) -> int | None:
        """Return the page size asked for."""
        wanted = request.query_params.get(self.page_size_query_param)
        if wanted is None:
            return self.page_size
        if not (wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:6]) <= 200):
            words = _("Choose a number from 1 to %(most)s.") % {"most": self.max_page_size}
            raise ValidationError({self.page_size_query_param: words}, code="invalid_page_size")
        return int(wanted)

    def refuse_cursor(self) -> ValidationError:
        """Return the error for a cursor that this API did not make."""
        words = _("This cursor is not valid. Start again without one.")
        return ValidationError({self.cursor_query_param: words}, code="invalid_cursor")

    def get_schema_operation_parameters(self, view: APIView) -> list[Any]:
        """Describe cursor and page size, with the limits that are enforced."""
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] = {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": self.max_page_size,
                    "default": self.page_size,
                }
        return parameters
