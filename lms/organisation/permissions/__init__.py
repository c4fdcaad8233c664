"""What a login may do and with whom; the same answers for Wagtail's admin."""

from lms.organisation.permissions.scopes import (
    NOWHERE,
    UserScope,
    is_visible,
    may,
    may_give,
    people_for,
    reach_for,
    require,
    scope_of,
)

__all__ = [
    "NOWHERE",
    "UserScope",
    "is_visible",
    "may",
    "may_give",
    "people_for",
    "reach_for",
    "require",
    "scope_of",
]
