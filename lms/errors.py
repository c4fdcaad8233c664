"""Errors of the domain. Raised means that nothing was written.

::

    LmsError                      400  lms_error
    ├── NotAllowedError           403  not_allowed      in scope, but not yours to do
    ├── NotFoundError             404  not_found        unknown, or outside of your scope
    ├── RuleError                 409  rule             the state of things forbids it
    └── InvalidInputError         422  invalid_input    what was sent makes no sense
"""

from __future__ import annotations

from typing import ClassVar


class LmsError(Exception):
    """Base of all errors that a person is told about in words.

    ``code`` is stable and part of the API; ``message`` is translated; ``field`` names what to mend.
    """

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "lms_error"

    def __init__(self, message: str, *, code: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.field = field


class NotAllowedError(LmsError):
    """The person may see this but may not do that with it."""

    status = 403
    default_code = "not_allowed"


class NotFoundError(LmsError):
    """Unknown, or outside of the person's scope: the two look exactly alike."""

    status = 404
    default_code = "not_found"


class RuleError(LmsError):
    """The rules or the present state forbid this now."""

    status = 409
    default_code = "rule"


class InvalidInputError(LmsError):
    """What was sent cannot be read as what was asked for."""

    status = 422
    default_code = "invalid_input"
