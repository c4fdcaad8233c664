"""A manager's people today: who may work, who lapses soon, who is overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from certification.catalogue.models import Certification
from certification.coverage.reads import BranchForecast, forecast_branches
from certification.reports.permissions import may_remind
from certification.reports.reads.places import find_branch
from certification.standing.models import Standing
from lms import api as lms_api
from lms.api import Absence, Branch, Employee, Notice, Posting

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

LAPSES_WITHIN_DAYS = 30
OVERDUE = Q(required="required", task__in=["overdue", "closed"])
REMINDED = "reminded"


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works here. ``is_own``: at home here, so that the record may be opened."""

    pk: int
    uuid: UUID
    name: str
    job_role: str
    is_own: bool
    is_absent: bool
    has_email: bool


@dataclass(frozen=True)
class Roster:
    """Who may work with one certification today and who may not; the absent are in neither."""

    certification: Certification
    may: tuple[Worker, ...]
    may_not: tuple[tuple[Worker, str], ...]
    """With the badge that says why."""

    @property
    def all(self) -> int:
        """Of how many present people it is asked, or who hold it."""
        return len(self.may) + len(self.may_not)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something of one person that runs out or is overdue. ``on`` is the last good day."""

    worker: Worker
    certification: str
    badge: str
    on: date | None


@dataclass(frozen=True)
class Reminder:
    """People with something of one kind; the button is there if ``may_remind``."""

    worker: Worker
    duties: tuple[Duty, ...]
    may_remind: bool
    reminded: bool


@dataclass(frozen=True)
class Team:
    """The page of a branch or, without one, of the people who report to the reader."""

    branch: Branch | None
    on: date
    rosters: tuple[Roster, ...]
    lapsing: tuple[Reminder, ...]
    overdue: tuple[Reminder, ...]
    people: int
    coverage: tuple[BranchForecast, ...] = ()

    @property
    def may_remind_all(self) -> bool:
        """Whether there is anybody overdue left to remind today."""
        rows = (row for row in self.overdue if row.worker.has_email)
        return any(row.may_remind and not row.reminded for row in rows)


@dataclass(frozen=True)
class Choices:
    """The branches of which the reader may open the page, and whether people report to him."""

    branches: tuple[Branch, ...]
    has_reports: bool


def find_choices(user: User) -> Choices:
    """Return what a reader may choose from, closed branches left out. Three queries."""
    branches = Branch.objects.visible_to(user).filter(closed_on__isnull=True)
    return Choices(
        tuple(branches.select_related("region").order_by("code")),
        list_reports(user).exists(),
    )


def list_reports(user: User) -> QuerySet[Employee]:
    """Return who is employed and reports to a login."""
    people = Employee.objects.filter(left_on__isnull=True)
    return people.filter(manager__user=user.pk) if user.pk else people.none()


def read_team(*, user: User, branch: UUID | None, now: datetime) -> Team:
    """Return the page of a branch, or of the people who report to ``user``.

    Eight queries, and one to five about coverage. "Today" is the day at the branch, for reports
    the day in UTC.

    Raises:
        NotFoundError: the branch is unknown or out of scope.

    """
    place = find_branch(user, branch) if branch else None
    today = lms_api.local_day(now, place.time_zone if place else "UTC")
    postings = list_postings(user, place, today)
    absent = read_absent([row.employee_id for row in postings], today)
    workers = {
        row.employee_id: to_worker(row, place, row.employee_id in absent) for row in postings
    }
    standings = list(
        Standing.objects.filter(employee__in=list(workers))
        .select_related("certification")
        .order_by("certification__title", "employee__family_name", "employee__given_name", "pk")
    )
    able = set(may_remind(user).filter(pk__in=list(workers)).values_list("pk", flat=True))
    reminded = read_reminded(list(workers), today)
    own = [row for row in standings if workers[row.employee_id].is_own]
    soon = today + timedelta(days=LAPSES_WITHIN_DAYS)
    return Team(
        branch=place,
        on=today,
        rosters=tuple(group_rosters(standings, workers)),
        lapsing=group_duties((row for row in own if lapses(row, soon)), workers, able, reminded),
        overdue=group_duties((row for row in own if is_overdue(row)), workers, able, reminded),
        people=len(workers),
        coverage=tuple(forecast_branches([place], now=now)) if place else (),
    )


def list_postings(user: User, branch: Branch | None, today: date) -> list[Posting]:
    """Return who works at a branch on a day, main posting or helping out, by name. One query.

    Without a branch, the people who report to the user at their main postings.
    """
    rows = Posting.objects.on(today).select_related("employee", "job_role")
    if branch is None:
        rows = rows.primary().filter(employee__in=list_reports(user))
    else:
        rows = rows.filter(branch=branch)
    still_here = Q(employee__left_on__isnull=True) | Q(employee__left_on__gt=today)
    # The main posting last, so that it wins where somebody has both.
    return list(
        rows.filter(still_here).order_by(
            "employee__family_name", "employee__given_name", "employee_id", "-kind"
        )
    )


def to_worker(posting: Posting, branch: Branch | None, is_absent: bool) -> Worker:  # noqa: FBT001
    """Return a posting as somebody who works here."""
    person = posting.employee
    return Worker(
        pk=person.pk,
        uuid=person.uuid,
        name=person.full_name,
        job_role=posting.job_role.name,
        is_own=branch is None or person.home_branch_id == branch.pk,
        is_absent=is_absent,
        has_email=bool(person.email),
    )


def read_absent(employee_ids: Collection[int], today: date) -> set[int]:
    """Return who of some people is on leave on a day. One query."""
    rows = Absence.objects.on(today).filter(employee__in=employee_ids)
    return set(rows.values_list("employee_id", flat=True))


def read_reminded(employee_ids: Collection[int], today: date) -> set[tuple[int, str]]:
    """Return who was reminded on a day, with the uuid of the certification. One query.

    A reminder that was taken back before it left reminded nobody.
    """
    rows = Notice.objects.filter(kind=REMINDED, target_on=today, recipient__in=employee_ids)
    rows = rows.exclude(reason="taken_back")
    return {
        (recipient, subject.split(":")[2])
        for recipient, subject in rows.values_list("recipient_id", "subject")
    }


def lapses(row: Standing, soon: date) -> bool:
    """Return whether something asked of a person runs out by a day."""
    return (
        row.required == "required"
        and row.standing == "valid"
        and row.valid_until is not None
        and row.valid_until <= soon
    )


def is_overdue(row: Standing) -> bool:
    """Return whether something asked of a person is past its due day."""
    return row.required == "required" and row.task in ("overdue", "closed")


def group_rosters(standings: Iterable[Standing], workers: Mapping[int, Worker]) -> Iterable[Roster]:
    """Return who may work per certification; who neither needs nor holds it is left out."""
    may: dict[Certification, list[Worker]] = defaultdict(list)
    may_not: dict[Certification, list[tuple[Worker, str]]] = defaultdict(list)
    for row in standings:
        worker = workers[row.employee_id]
        if worker.is_absent:
            continue
        if row.compliant:
            may[row.certification].append(worker)
        elif row.required in ("required", "optional"):
            may_not[row.certification].append((worker, row.badge))
    for certification in sorted({*may, *may_not}, key=lambda row: row.title):
        yield Roster(certification, tuple(may[certification]), tuple(may_not[certification]))


def group_duties(
    standings: Iterable[Standing],
    workers: Mapping[int, Worker],
    able: Collection[int],
    reminded: Collection[tuple[int, str]],
) -> tuple[Reminder, ...]:
    """Return standings by person, the most urgent person first."""
    duties: dict[int, list[Duty]] = defaultdict(list)
    told: dict[int, list[bool]] = defaultdict(list)
    for row in standings:
        worker = workers[row.employee_id]
        last = row.valid_until - timedelta(days=1) if row.valid_until else row.due_on
        duties[worker.pk].append(Duty(worker, row.certification.title, row.badge, last))
        told[worker.pk].append((worker.pk, str(row.certification.uuid)) in reminded)
    found = [
        Reminder(workers[pk], tuple(rows), pk in able, reminded=all(told[pk]))
        for pk, rows in duties.items()
    ]
    far = date.max
    return tuple(sorted(found, key=lambda row: min(duty.on or far for duty in row.duties)))


def find_duties(people: QuerySet[Employee], now: datetime) -> QuerySet[Standing]:
    """Return what people can be reminded of: overdue, or running out within the 30 days."""
    soon = now.date() + timedelta(days=LAPSES_WITHIN_DAYS)
    lapsing = Q(required="required", standing="valid", valid_until__lte=soon)
    return Standing.objects.filter(OVERDUE | lapsing, employee__in=people).select_related(
        "certification", "employee__home_branch"
    )
