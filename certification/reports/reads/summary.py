"""Three numbers for the start page: compliant, running out soon, overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, Sum

from certification.catalogue.models import Certification
from certification.reports.reads.team import LAPSES_WITHIN_DAYS
from certification.reports.rules import COUNT_FIELDS, Counts, counts_of
from certification.standing.models import BranchTally, Standing
from lms.api import Branch

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Summary:
    """All certifications in use within a reader's reach; ``lapsing`` counts certifications held."""

    counts: Counts
    lapsing: int


def read_summary(*, user: User, now: datetime) -> Summary:
    """Return the numbers of what a user sees. Three queries.

    The share comes from the tallies; only what runs out within the days is counted in standings.
    """
    branches = Branch.objects.visible_to(user).values("pk")
    used = Certification.objects.active_on(now.date()).values("pk")
    sums = BranchTally.objects.filter(branch__in=branches, certification__in=used).aggregate(
        **{name: Sum(name) for name in COUNT_FIELDS}
    )
    soon = now.date() + timedelta(days=LAPSES_WITHIN_DAYS)
    lapsing = Standing.objects.expiring_by(soon).filter(
        required="required", branch__in=branches, certification__in=used
    )
    return Summary(counts_of(sums), lapsing.count())


@dataclass(frozen=True)
class BranchInNeed:
    """A branch with the people of all its certifications together."""

    uuid: UUID
    name: str
    counts: Counts


def read_branches_in_need(*, user: User, now: datetime, limit: int = 5) -> list[BranchInNeed]:
    """Return the branches that a user sees with the lowest share, and overdue people.

    Two queries over the tallies: their cost grows with branches, never with people.
    """
    used = Certification.objects.active_on(now.date()).values("pk")
    # The sums get their names at run time, so that the type checker cannot know them.
    tallies: Any = BranchTally.objects.filter(
        branch__in=Branch.objects.visible_to(user).values("pk"), certification__in=used
    )
    rows = (
        tallies.values("branch__uuid", "branch__code", "branch__name")
        .annotate(**{f"all_{name}": Sum(name) for name in COUNT_FIELDS})
        .filter(all_counted__gt=F("all_compliant"))
        .annotate(share=F("all_compliant") * 1.0 / F("all_counted"))
        .order_by("share", "branch__code")[:limit]
    )
    return [
        BranchInNeed(
            uuid=row["branch__uuid"],
            name=f"{row['branch__code']} {row['branch__name']}",
            counts=Counts(*(row[f"all_{name}"] for name in COUNT_FIELDS)),
        )
        for row in rows
    ]
