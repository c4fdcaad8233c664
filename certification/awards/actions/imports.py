"""Past awards from a file: the history that a company brings along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from certification.awards.actions.past import PastAward, key_of, record_past_awards
from certification.awards.models import Award
from certification.awards.reads import load_rulebook
from certification.awards.rules import (
    AWARD_COLUMNS,
    AWARD_NEEDS,
    AwardFault,
    AwardRow,
    read_award_row,
)
from certification.catalogue.models import Certification
from certification.standing.models import CoverageSpan
from lms import api as lms_api
from lms import files
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

BATCH: Final = 2_000
CERTIFIED: Final = "certified"
LAPSING: Final = "lapsing"
LAPSING_WITHIN: Final = timedelta(days=30)
LAYOUT: Final = files.Layout(lengths=AWARD_COLUMNS, required=AWARD_NEEDS)


def import_awards(
    *,
    content: bytes,
    file_name: str,
    actor: AbstractBaseUser | None,
    now: datetime,
    dry_run: bool = False,
) -> files.ImportResult:
    """Record the past awards of a CSV file; what is already there is left alone.

    Rows that cannot go in are returned with their reason, the others go in. An empty
    ``valid_until`` never lapses. ``changes`` names who becomes certified today by it, and whose
    certification then runs out within 30 days. One transaction; statements grow by 2,000 rows.

    Raises:
        InvalidInputError: the file as a whole cannot be read.
        NotAllowedError: the actor may not import awards at all.

    """
    lms_api.require(actor, "import", "award")
    table = files.parse_or_explain(read_award_table, content)
    found = [read_award_row(row.number, row.cells) for row in table.rows]
    faults = [to_rejection(row) for row in found if isinstance(row, AwardFault)]
    rows, unknown = find_awards([row for row in found if isinstance(row, AwardRow)], actor)
    errors = [*files.put_in_words([*table.rejections, *faults]), *unknown]
    created = 0
    effect: dict[str, list[str]] = {}
    with transaction.atomic():
        for batch in split(rows):
            new = find_new(batch)
            created += len({key_of(row) for row in new})
            add_effect(effect, new, lms_api.local_day(now, "UTC"))
            if new and not dry_run:
                record_past_awards(rows=new, actor=actor, now=now)
    names = ["created"] * created + ["unchanged"] * (len(rows) - created)
    return files.ImportResult(
        counts=files.count_all(("created", "unchanged"), names, rejected=len(errors)),
        row_errors=tuple(sorted(errors, key=lambda error: (error.row, error.column))),
        unknown_columns=table.unknown_columns,
        dry_run=dry_run,
        applied=not dry_run,
        changes={kind: tuple(numbers) for kind, numbers in effect.items()},
    )


def add_effect(effect: dict[str, list[str]], new: Sequence[PastAward], today: date) -> None:
    """Note who becomes certified by new awards, and whose then runs out within 30 days.

    Each person counts once for each certification. Two queries.
    """
    ends: dict[tuple[int, int], date] = {}
    for row in new:
        if row.valid_from <= today and (row.valid_until is None or row.valid_until > today):
            pair = (row.employee_id, row.certification_id)
            ends[pair] = max(ends.get(pair, today), row.valid_until or date.max)
    people = {employee_id for employee_id, _certification_id in ends}
    spans = CoverageSpan.objects.filter(employee__in=people, from_on__lte=today)
    held = set(
        spans.filter(Q(until_on__isnull=True) | Q(until_on__gt=today)).values_list(
            "employee_id", "certification_id"
        )
    )
    numbers = dict(Employee.objects.filter(pk__in=people).values_list("pk", "employee_number"))
    for pair, end in ends.items():
        if pair not in held:
            effect.setdefault(CERTIFIED, []).append(numbers[pair[0]])
            if end <= today + LAPSING_WITHIN:
                effect.setdefault(LAPSING, []).append(numbers[pair[0]])


def read_award_table(content: bytes) -> files.Table:
    """Return the rows of a file of past awards.

    Raises:
        FileProblem: it cannot be read, or does not say until when awards hold: without that
            column they would all hold for ever.

    """
    table = files.read_table(content, LAYOUT)
    if "valid_until" not in table.columns:
        raise files.FileProblem(files.FileReason.HEADER_MISSING, names=["valid_until"])
    return table


def to_rejection(fault: AwardFault) -> files.Rejection:
    """Return a fault as the reader of files would have said it."""
    return files.Rejection(fault.number, fault.column, fault.value, files.Reason(fault.reason))


def find_awards(
    rows: Sequence[AwardRow], actor: AbstractBaseUser | None
) -> tuple[list[PastAward], list[files.RowError]]:
    """Return the awards that rows stand for, by person, and the rows that name nobody or nothing.

    Whoever is out of the actor's scope is as unknown as anybody, and so is the actor himself: a
    dry run must not tell who works here. Six queries.
    """
    people = {
        files.fold(number): pk
        for number, pk in list_importable(actor).values_list("employee_number", "pk")
    }
    certifications = {
        files.fold(code): pk for code, pk in Certification.objects.values_list("code", "pk")
    }
    rulebook = load_rulebook()
    awards: list[PastAward] = []
    errors: list[files.RowError] = []
    for row in rows:
        person = people.get(files.fold(row.employee_number))
        certification = certifications.get(files.fold(row.certification_code))
        if person is None:
            errors.append(
                files.RowError(
                    row=row.number,
                    column="employee_number",
                    value=row.employee_number,
                    reason=_("Nobody on the roster has this number. Import the roster first."),
                    code="unknown_employee",
                )
            )
        elif certification is None or rulebook.version_on(certification, row.awarded_on) is None:
            errors.append(
                files.RowError(
                    row=row.number,
                    column="certification_code",
                    value=row.certification_code,
                    reason=_("No published certification has this code."),
                    code="unknown_certification",
                )
            )
        else:
            awards.append(to_past_award(row, person, certification))
    # People in one order, so that two imports at once wait for each other and do not lock.
    return sorted(awards, key=lambda award: award.employee_id), errors


def list_importable(actor: AbstractBaseUser | None) -> QuerySet[Employee]:
    """Return the people whose past awards an actor may bring in: never one's own."""
    if actor is None:
        return Employee.objects.all()
    people = lms_api.people_for(actor, "import", "award")
    return people.filter(Q(user__isnull=True) | ~Q(user_id=actor.pk))


def to_past_award(row: AwardRow, employee_id: int, certification_id: int) -> PastAward:
    """Return the award that a row stands for."""
    return PastAward(
        employee_id=employee_id,
        certification_id=certification_id,
        awarded_on=row.awarded_on,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        evidence=row.evidence,
    )


def split(rows: Sequence[PastAward]) -> Iterator[Sequence[PastAward]]:
    """Yield rows in parts that any database takes at once."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def find_new(rows: Sequence[PastAward]) -> list[PastAward]:
    """Return the awards that were not imported yet. One query."""
    keys = [key_of(row) for row in rows]
    awards = Award.objects.filter(idempotency_key__in=keys)
    known = set(awards.values_list("idempotency_key", flat=True))
    return [row for row in rows if key_of(row) not in known]
