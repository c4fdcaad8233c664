"""Three numbers for the start page: compliant, running out soon, overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Sum

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
