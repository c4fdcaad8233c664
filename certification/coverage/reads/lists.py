"""Lists of branches by how safe they are, and of the rules that say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.translation import gettext as _

from certification.catalogue.models import CoverageRule
from certification.coverage.models import BranchCoverage
from certification.coverage.reads.forecasts import BranchForecast, forecast_branches
from lms import api as lms_api
from lms.api import Branch

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

BELOW = Q(now__lt=F("at_least"))
DROPS = ~BELOW & Q(below_on__isnull=False)
TIGHT = ~BELOW & Q(below_on__isnull=True, now=F("at_least"))
LEVELS = {"below": BELOW, "drops": DROPS, "tight": TIGHT, "enough": ~BELOW & ~DROPS & ~TIGHT}


@dataclass(frozen=True)
class LevelCounts:
    """How many branch-and-certification pairs stand how."""

    below: int
    drops: int
    tight: int
    enough: int


def list_coverage(user: User) -> QuerySet[BranchCoverage]:
    """Return the forecasts a reader sees, the most urgent first."""
    urgency = Case(
        When(BELOW, then=Value(0)),
        When(DROPS, then=Value(1)),
        When(TIGHT, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return (
        BranchCoverage.objects.visible_to(user)
        .select_related("branch__region", "certification", "rule")
        .annotate(urgency=urgency)
        .order_by("urgency", "below_on", "branch__code", "certification__title")
    )


def count_levels(rows: QuerySet[BranchCoverage]) -> LevelCounts:
    """Return how many of some forecasts stand how. One query."""
    counts = rows.order_by().aggregate(
        **{level: Count("pk", filter=condition) for level, condition in LEVELS.items()}
    )
    return LevelCounts(**counts)


def read_branch_coverage(
    *, user: User, branch: UUID, now: datetime
) -> tuple[Branch, list[BranchForecast]]:
    """Return a branch and what it has against its rules, computed now. Seven queries at most.

    Raises: NotFoundError when the branch is unknown or out of scope.
    """
    place = Branch.objects.visible_to(user).select_related("region").filter(uuid=branch).first()
    if place is None:
        raise lms_api.NotFoundError(_("There is nothing here, or it is not yours to see."))
    return place, forecast_branches([place], now=now)


def list_rules(user: User, now: datetime) -> QuerySet[CoverageRule]:
    """Return the rules in force that concern a branch the reader sees, in order of title."""
    mine = Branch.objects.visible_to(user)
    inside = mine.filter(region__path__startswith=OuterRef("region__path"))
    return (
        CoverageRule.objects.filter(Q(end__isnull=True) | Q(end__on__gt=now - timedelta(days=1)))
        .filter(Q(region__isnull=True, branch__isnull=True) | Exists(inside) | Q(branch__in=mine))
        .select_related("certification", "region", "branch", "end")
        .order_by("certification__title", "pk")
    )
