"""How the API reads bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST: Final = 32
"""How many containers of a body may stand in one another; no endpoint needs half as many."""


class ShallowJSONParser(JSONParser):
    """Reads JSON; refuses what is nested so deep that nothing behind it could handle it."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value of a body.

        Raises:
            ParseError: no JSON, or more than ``DEEPEST`` containers in one another.

        """
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise refuse_depth() from error
        if is_deep(found):
            raise refuse_depth()
        return found


def is_deep(value: Any) -> bool:
    """Return whether more than ``DEEPEST`` containers stand in one another; without recursion."""
    level = [value]
    for _depth in range(DEEPEST + 1):
        level = [part for parent in level for part in list_parts(parent)]
        level = [part for part in level if isinstance(part, dict | list)]
        if not level:
            return False
    return True


def list_parts(value: Any) -> Iterable[Any]:
    """Return what stands directly in a container."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def refuse_depth() -> ParseError:
    """Return the error for a body that is nested too deep."""
    return ParseError(_("This body is nested too deep."))
