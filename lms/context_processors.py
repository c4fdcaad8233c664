"""What every page of the plugin needs: the company's name and the top bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from lms import registry
from lms.organisation.reads import find_employee
from lms.templatetags.standardbearer_lms import first_url

if TYPE_CHECKING:
    from django.http import HttpRequest


def standardbearer(request: HttpRequest) -> dict[str, object]:
    """Return ``sb_company``, ``sb_nav`` and ``sb_menu``; what is not shown is not worked out."""
    options = getattr(settings, "STANDARDBEARER", {})
    return {
        "sb_company": options.get("COMPANY_NAME") or getattr(settings, "WAGTAIL_SITE_NAME", ""),
        "sb_nav": SimpleLazyObject(lambda: build_navigation(request)),
        "sb_menu": SimpleLazyObject(lambda: build_menu(request)),
    }


def build_navigation(request: HttpRequest) -> list[dict[str, object]]:
    """Return the entries of the top bar as label, url and whether it is the current page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    items = sorted(
        (item for provide in registry.navigation for item in provide(user, request)),
        key=lambda item: item.order,
    )
    open_now = max(
        (item.url for item in items if is_within(request.path, item.url)), key=len, default=""
    )
    return [
        {
            "label": item.label,
            "url": item.url,
            "icon": item.icon,
            "current": item.url == open_now,
        }
        for item in items
    ]


def build_menu(request: HttpRequest) -> list[dict[str, str]]:
    """Return what the personal menu offers besides the top bar, as label and url."""
    user = getattr(request, "user", None)
    address = first_url("sb_lms:messages")
    if user is None or not address or find_employee(user) is None:
        return []
    return [{"label": _("Messages"), "url": address}]


def is_within(path: str, url: str) -> bool:
    """Return whether a page lies at or below an entry; nothing lies below the start page."""
    return path == url or (url.count("/") > 1 and path.startswith(url))
