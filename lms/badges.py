"""The words, icon and tone of every badge a person sees, in one table.

Which badge fits is decided in certification; this says only how it reads and looks, for pages,
mails, exports and the API alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Badge:
    """How one badge is shown. ``tone`` is ``ok``, ``warn``, ``bad`` or empty for neutral."""

    key: str
    words: str | _StrPromise
    icon: str
    tone: str


_TABLE = (
    Badge("exempt", _("Exempt"), "minus", ""),
    Badge("on_leave", _("On leave"), "pause", ""),
    Badge("revoked", _("Revoked"), "ban", "bad"),
    Badge("suspended", _("Suspended"), "pause", "bad"),
    Badge("in_grace", _("In grace period"), "clock", "warn"),
    Badge("expiring", _("Renew soon"), "clock", "warn"),
    Badge("certified", _("Certified"), "check", "ok"),
    Badge("not_required", _("Not required"), "minus", ""),
    Badge("expired", _("Expired"), "alert", "bad"),
    Badge("overdue", _("Overdue"), "alert", "bad"),
    Badge("in_progress", _("In progress"), "half", "info"),
    Badge("not_started", _("Not started"), "circle", ""),
)

BADGES = {badge.key: badge for badge in _TABLE}
