"""What a login may do and with whom; the same answers for Wagtail's admin."""

from lms.organisation.permissions.scopes import (
    NOWHERE,
    UserScope,
    branches_for,
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
    "branches_for",
    "is_visible",
    "may",
    "may_give",
    "people_for",
    "reach_for",
    "require",
    "scope_of",
]
