"""Regions or branches by certifications, from the tallies: cost grows with branches in view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, NullIf

from certification.catalogue.models import Certification
from certification.reports.reads.places import (
    Forest,
    Place,
    RegionNode,
    read_forest,
)
from certification.reports.rules import (
    COUNT_FIELDS,
    Counts,
    Level,
    Thresholds,
    add_up,
    order_key,
    read_thresholds,
)
from certification.standing.models import BranchTally
from lms.api import Branch

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

PAGE_SIZE = 50
BY_NAME = "name"
BY_ALL = "all"
SUMS = {f"sum_{name}": Sum(name) for name in COUNT_FIELDS}


@dataclass(frozen=True)
class MatrixFilters:
    """What the address asks for. ``sort`` is "name", "all" or a certification's code.

    ``level`` ("ok", "warn", "bad") keeps the rows with a cell of it among the columns shown.
    ``flat`` lists branches where regions would be shown.
    """

    region: UUID | None = None
    certifications: tuple[str, ...] = ()
    level: str = ""
    sort: str = BY_NAME
    descending: bool = False
    flat: bool = False


@dataclass(frozen=True)
class MatrixRow:
    """One region or branch: a cell per certification, and all of them together."""

    place: Place
    cells: tuple[Counts, ...]

    @property
    def overall(self) -> Counts:
        """All certifications together."""
        return add_up(self.cells)


@dataclass(frozen=True)
class Matrix:
    """A page of the matrix. ``totals`` are over all rows that fit, not over the page alone.

    ``has_regions`` says that there is a choice between regions and branches.
    """

    place: Place | None
    trail: tuple[Place, ...]
    certifications: tuple[Certification, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[Counts, ...]
    thresholds: Thresholds
    shows_regions: bool
    has_regions: bool
    rows_in_all: int
    page: int = 1

    @property
    def overall(self) -> Counts:
        """Everything together."""
        return add_up(self.totals)


def current_thresholds() -> Thresholds:
    """Return the site's thresholds, read at each call so that a changed setting counts."""
    options: Mapping[str, Any] = getattr(settings, "STANDARDBEARER", {})
    return read_thresholds(options.get("THRESHOLDS"))


def read_matrix(*, user: User, filters: MatrixFilters, today: date, page: int = 1) -> Matrix:
    """Return a page of what ``user`` may see. At most eight queries, whatever there is.

    Raises:
        NotFoundError: the region is unknown or out of scope.

    """
    return Sheet(user, filters, today).read_page(page)


def stream_matrix_rows(
    *, user: User, filters: MatrixFilters, today: date
) -> tuple[Matrix, Iterator[MatrixRow]]:
    """Return the first page and all rows, page by page: two queries for each further page."""
    sheet = Sheet(user, filters, today)
    first = sheet.read_page(1)
    return first, sheet.follow(first)


class Sheet:
    """One reading of the matrix: what is in view for a user and the filters."""

    def __init__(self, user: User, filters: MatrixFilters, today: date) -> None:
        self.filters = filters
        self.forest: Forest = read_forest(user)
        self.thresholds = current_thresholds()
        self.node = self.forest.find(filters.region) if filters.region else None
        self.certifications = list_certifications(filters.certifications, today)
        self.ids = [row.pk for row in self.certifications]
        self.branches = self.narrow(Branch.objects.visible_to(user), today)
        self.children = self.forest.below(self.node)
        if self.node is None and len(self.children) == 1 and not filters.flat:
            # Who sees one region only starts inside of it.
            self.children = self.forest.below(self.children[0])
        self.by_region = bool(self.children) and not filters.flat

    def narrow(self, branches: QuerySet[Branch], today: date) -> QuerySet[Branch]:
        """Keep the branches of the region that are open or still count somebody."""
        if self.node is not None:
            branches = branches.filter(region__path__startswith=self.node.path)
        busy = BranchTally.objects.filter(branch=OuterRef("pk")).filter(
            Q(counted__gt=0) | Q(newcomers__gt=0) | Q(optional__gt=0)
        )
        return branches.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today) | Q(Exists(busy)))

    def read_page(self, page: int) -> Matrix:
        """Return one page of rows with the totals of all that fit."""
        if self.by_region:
            rows = self.region_rows()
            totals = tuple(add_up(column) for column in zip(*(r.cells for r in rows), strict=True))
            return self.build(rows, totals or self.empty_cells(), len(rows), 1)
        branches = self.ordered_branches()
        count = branches.count()
        page = max(1, min(page, -(-count // PAGE_SIZE) or 1))
        rows = self.branch_rows(branches[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
        return self.build(rows, self.branch_totals(branches), count, page)

    def follow(self, first: Matrix) -> Iterator[MatrixRow]:
        """Return the rows of a first page and then the others."""
        yield from first.rows
        for start in range(PAGE_SIZE, 0 if self.by_region else first.rows_in_all, PAGE_SIZE):
            yield from self.branch_rows(self.ordered_branches()[start : start + PAGE_SIZE])

    def build(
        self, rows: Iterable[MatrixRow], totals: tuple[Counts, ...], rows_in_all: int, page: int
    ) -> Matrix:
        """Return the matrix around its rows."""
        return Matrix(
            place=self.node.place if self.node else None,
            trail=self.forest.trail(self.node.path) if self.node else (),
            certifications=tuple(self.certifications),
            rows=tuple(rows),
            totals=totals,
            thresholds=self.thresholds,
            shows_regions=self.by_region,
            has_regions=bool(self.children),
            rows_in_all=rows_in_all,
            page=page,
        )

    def empty_cells(self) -> tuple[Counts, ...]:
        """Return a row of nobody."""
        return tuple(Counts() for _certification in self.certifications)

    # Regions: one grouped query, added up along the tree.

    def region_rows(self) -> list[MatrixRow]:
        """Return the child regions, and the branches that lie in none of them. Two queries."""
        sums = (
            BranchTally.objects.filter(branch__in=self.branches, certification__in=self.ids)
            .values("branch__region__path", "certification_id")
            .annotate(**SUMS)
            .values_list("branch__region__path", "certification_id", *SUMS)
        )
        cells: dict[tuple[str, int], Counts] = defaultdict(Counts)
        for path, certification_id, *counts in sums:
            node = self.child_of(path)
            if node is not None:
                cells[node.path, certification_id] += Counts(*counts)
        rows = [
            MatrixRow(node.place, tuple(cells[node.path, pk] for pk in self.ids))
            for node in self.children
        ]
        rows += self.branch_rows(self.lone_branches())
        return self.sort_rows([row for row in rows if self.fits(row)])

    def child_of(self, path: str) -> RegionNode | None:
        """Return the shown region that a path lies in."""
        return next((node for node in self.children if path.startswith(node.path)), None)

    def lone_branches(self) -> QuerySet[Branch]:
        """Return the branches in view that lie in no region shown."""
        inside = Q(pk__in=[])
        for node in self.children:
            inside |= Q(region__path__startswith=node.path)
        return self.branches.exclude(inside).order_by("code")

    def fits(self, row: MatrixRow) -> bool:
        """Return whether a row has a cell of the level asked for."""
        wanted = self.filters.level
        return not wanted or any(cell.level(self.thresholds) == wanted for cell in row.cells)

    def sort_rows(self, rows: list[MatrixRow]) -> list[MatrixRow]:
        """Return rows in the order asked for; those without a share come last either way."""
        sort, down = self.filters.sort, self.filters.descending
        rows.sort(key=lambda row: row.place.label, reverse=down and sort == BY_NAME)
        codes = [row.code for row in self.certifications]
        if sort != BY_ALL and sort not in codes:
            return rows

        def key(row: MatrixRow) -> tuple[bool, float]:
            cell = row.overall if sort == BY_ALL else row.cells[codes.index(sort)]
            nobody, share = order_key(cell)
            return nobody, -share if down else share

        return sorted(rows, key=key)

    # Branches: narrowed, sorted and cut in the database.

    def ordered_branches(self) -> QuerySet[Branch]:
        """Return the branches that fit, in the order asked for."""
        rows, down = self.branches, self.filters.descending
        if self.filters.level:
            rows = rows.filter(Exists(self.tallies_at_level()))
        shared = self.shares()
        if shared is None:
            return rows.order_by("-code" if down else "code")
        share = F("share").desc(nulls_last=True) if down else F("share").asc(nulls_last=True)
        return rows.annotate(share=Subquery(shared)).order_by(share, "code")

    def tallies_at_level(self) -> QuerySet[BranchTally]:
        """Return the tallies of a branch whose share has the level asked for."""
        rows = BranchTally.objects.filter(branch=OuterRef("pk"), certification__in=self.ids)
        rows = rows.filter(counted__gt=0).annotate(
            above_good=F("compliant") * 100 - F("counted") * self.thresholds.good,
            above_fair=F("compliant") * 100 - F("counted") * self.thresholds.fair,
        )
        if self.filters.level == Level.OK:
            return rows.filter(above_good__gte=0)
        if self.filters.level == Level.WARN:
            return rows.filter(above_good__lt=0, above_fair__gte=0)
        return rows.filter(above_fair__lt=0)

    def shares(self) -> QuerySet[BranchTally, Any] | None:
        """Return the share to sort a branch by, or None for its code."""
        sort = self.filters.sort
        ids = [row.pk for row in self.certifications if sort in (BY_ALL, row.code)]
        if sort == BY_NAME or not ids:
            return None
        rows = BranchTally.objects.filter(branch=OuterRef("pk"), certification__in=ids)
        return (
            rows.order_by()
            .values("branch")
            .annotate(share=Cast(Sum("compliant"), FloatField()) / NullIf(Sum("counted"), 0))
            .values("share")
        )

    def branch_rows(self, branches: QuerySet[Branch]) -> list[MatrixRow]:
        """Return the rows of some branches. Two queries, one where there are none."""
        # Plain rows, as a page has a thousand cells: no object of Django for any of them.
        shown = list(branches.values_list("pk", "uuid", "name", "code"))
        tallies = BranchTally.objects.filter(
            branch__in=[row[0] for row in shown], certification__in=self.ids
        )
        values = tallies.values_list("branch_id", "certification_id", *COUNT_FIELDS)
        cells = {
            (branch_id, certification_id): Counts(*counts)
            for branch_id, certification_id, *counts in (values if shown else ())
        }
        nobody = Counts()
        return [
            MatrixRow(
                Place("branch", uuid, name, code),
                tuple(cells.get((branch_id, pk), nobody) for pk in self.ids),
            )
            for branch_id, uuid, name, code in shown
        ]

    def branch_totals(self, branches: QuerySet[Branch]) -> tuple[Counts, ...]:
        """Return the sums over all branches that fit. One query."""
        rows = (
            BranchTally.objects.filter(
                branch__in=branches.order_by().values("pk"), certification__in=self.ids
            )
            .values("certification_id")
            .annotate(**SUMS)
            .values_list("certification_id", *SUMS)
        )
        found = {certification_id: Counts(*counts) for certification_id, *counts in rows}
        return tuple(found.get(pk, Counts()) for pk in self.ids)


def list_certifications(codes: Sequence[str], today: date) -> list[Certification]:
    """Return the certifications of the columns: those named, else all in use. One query."""
    rows = Certification.objects.active_on(today)
    if codes:
        rows = Certification.objects.filter(code__in=codes)
    return list(rows.order_by("title", "code"))
