"""What a notice about coverage says, and whether it is still true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.coverage.models import BranchCoverage
from lms.api import Notice, registry

LOW = "coverage_low"
DROPS = "coverage_drops"

Key = tuple[str, str]
"""The uuids of a branch and a certification."""


class CoverageNotices:
    """Answers for notices whose subject begins with ``coverage:``."""

    def check(self, notices: Sequence[Notice], now: datetime) -> dict[int, registry.NoticeVerdict]:
        """Return a verdict per notice id, from the forecasts as they are now. One query."""
        del now  # the sweep brought the forecasts to now before the sender ran
        rows = load_forecasts(notices)
        return {notice.pk: judge(notice, rows.get(read_key(notice))) for notice in notices}

    def write(self, notices: Sequence[Notice]) -> dict[int, registry.NoticeText]:
        """Return the text per notice id, in the active language. One query."""
        rows = load_forecasts(notices)
        found = {notice.pk: rows.get(read_key(notice)) for notice in notices}
        return {
            notice.pk: word_notice(notice, row)
            for notice in notices
            if (row := found[notice.pk]) is not None
        }


def read_key(notice: Notice) -> Key:
    """Return what a notice is about."""
    _name, branch, certification = notice.subject.split(":")
    return branch, certification


def load_forecasts(notices: Sequence[Notice]) -> dict[Key, BranchCoverage]:
    """Return the forecasts that notices are about. One query."""
    keys = [read_key(notice) for notice in notices]
    rows = BranchCoverage.objects.filter(
        branch__uuid__in={key[0] for key in keys}, certification__uuid__in={key[1] for key in keys}
    ).select_related("branch", "certification")
    return {(str(row.branch.uuid), str(row.certification.uuid)): row for row in rows}


def judge(notice: Notice, row: BranchCoverage | None) -> registry.NoticeVerdict:
    """Return whether a notice still says the truth, and if not, why."""
    if row is None:
        return registry.NoticeVerdict(still_true=False, reason="rule_ended")
    low = row.now < row.at_least
    if notice.kind == LOW:
        return registry.NoticeVerdict(still_true=low, reason="" if low else "enough_again")
    if row.below_on == notice.target_on and not low:
        return registry.NoticeVerdict(still_true=True)
    return registry.NoticeVerdict(
        still_true=False, reason="date_moved" if row.below_on else "enough_again"
    )


def word_notice(notice: Notice, row: BranchCoverage) -> registry.NoticeText:
    """Return what a notice says, in the active language."""
    words = {
        "branch": row.branch.name,
        "code": row.branch.code,
        "title": row.certification.title,
        "now": row.now,
        "least": row.at_least,
        "day": date_format(notice.target_on, "DATE_FORMAT"),
        "eve": date_format(notice.target_on - timedelta(days=1), "DATE_FORMAT"),
    }
    asked = ngettext(
        "Your branch needs %(least)d certified person.",
        "Your branch needs %(least)d certified people.",
        row.at_least,
    )
    if notice.kind == LOW:
        title = _("%(code)s has too few people certified: %(title)s")
        body = asked + " " + _("Today it has %(now)d. Look who can finish soon.")
    else:
        title = _("%(code)s will have too few people certified: %(title)s")
        body = asked + " " + _("It has enough until %(eve)s. From %(day)s it has too few.")
    return registry.NoticeText(
        title=title % words,
        body=body % words,
        action_label=_("See who lapses when"),
        action_path=reverse("sb_certification:branch") + f"?branch={row.branch.uuid}",
        why=_("You get this mail because you look after %(branch)s.") % words,
    )
