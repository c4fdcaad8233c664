"""The catalogue, and wishes for what stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.awards.models import AssignmentRequest, RequestDecision
from certification.catalogue.models import Certification, CertificationVersion, Requirement
from certification.proofs.permissions import wishes_for
from certification.proofs.reads.evidence import name_login
from certification.standing.models import CoverageSpan, Standing
from courses import api as courses_api
from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

SHOWN = 200


@dataclass(frozen=True)
class CatalogueEntry:
    """One certification of the catalogue as a person sees it.

    ``state`` is offered, waiting, asked or held; ``minutes`` those of its courses, None if
    nobody said; ``until`` is the first day on which it is no longer held.
    """

    certification: Certification
    state: str
    minutes: int | None
    steps: tuple[str, ...]
    until: date | None
    wish: AssignmentRequest | None


def read_catalogue(employee: Employee, now: datetime) -> list[CatalogueEntry]:
    """Return everything on offer for a person, by name. At most eight queries."""
    today = lms_api.local_day(now, lms_api.zone_of(employee))
    rows = list(
        Certification.objects.active_on(today)
        .filter(in_catalogue=True, versions__effective_on__lte=today)
        .distinct()
        .order_by("title")
    )
    needs = read_needs(rows, today)
    minutes = read_minutes(employee, needs, now)
    held = {span.certification_id: span for span in read_spans(employee, today)}
    asked = set(
        Standing.objects.filter(employee=employee)
        .exclude(required="not_required")
        .values_list("certification_id", flat=True)
    )
    waiting = {wish.certification_id: wish for wish in list_waiting(employee)}
    return [
        CatalogueEntry(
            certification=row,
            state=choose_state(row.pk, held, waiting, asked),
            minutes=minutes.get(row.pk),
            steps=tuple(need.label for need in needs.get(row.pk, ())),
            until=held[row.pk].until_on if row.pk in held else None,
            wish=waiting.get(row.pk),
        )
        for row in rows
    ]


def choose_state(
    pk: int,
    held: Mapping[int, CoverageSpan],
    waiting: Mapping[int, AssignmentRequest],
    asked: set[int],
) -> str:
    """Return how a certification of the catalogue stands for a person."""
    if pk in held:
        return "held"
    if pk in asked:
        return "asked"
    return "waiting" if pk in waiting else "offered"


def read_needs(rows: Sequence[Certification], today: date) -> dict[int, list[Requirement]]:
    """Return what the version in force of each asks for the first time. Two queries."""
    versions = (
        CertificationVersion.objects.in_force_on(today)
        .filter(certification__in=rows)
        .prefetch_related("requirements")
    )
    found: dict[int, list[Requirement]] = {}
    for version in versions:
        found.setdefault(
            version.certification_id,
            [row for row in version.requirements.all() if row.path in ("both", "first")],
        )
    return found


def read_minutes(
    employee: Employee, needs: Mapping[int, Sequence[Requirement]], now: datetime
) -> dict[int, int]:
    """Return the minutes of the courses of each certification, as their authors guess."""
    courses = {
        row.target for rows in needs.values() for row in rows if row.kind == Requirement.Kind.COURSE
    }
    if not courses:
        return {}
    cards = courses_api.read_course_cards(employee=employee, uuids=list(courses), now=now)
    totals = {
        pk: sum(cards[row.target].minutes or 0 for row in rows if row.target in cards)
        for pk, rows in needs.items()
    }
    return {pk: total for pk, total in totals.items() if total}


def read_spans(employee: Employee, today: date) -> list[CoverageSpan]:
    """Return the spans of days that cover today. One query."""
    spans = CoverageSpan.objects.filter(employee=employee, from_on__lte=today)
    return list(spans.filter(Q(until_on__isnull=True) | Q(until_on__gt=today)))


def list_waiting(employee: Employee) -> list[AssignmentRequest]:
    """Return a person's wishes without a decision. One query."""
    rows = AssignmentRequest.objects.filter(employee=employee, decision__isnull=True)
    return list(rows.select_related("certification"))


def find_entry(employee: Employee, code: str, now: datetime) -> CatalogueEntry:
    """Return one certification of the catalogue.

    Raises:
        NotFoundError: unknown, retired, or not offered.

    """
    for entry in read_catalogue(employee, now):
        if entry.certification.code == code:
            return entry
    raise lms_api.NotFoundError(_("The catalogue does not offer this."))


def list_own_wishes(employee: Employee) -> list[AssignmentRequest]:
    """Return what a person wished for, the latest first. One query."""
    rows = AssignmentRequest.objects.filter(employee=employee)
    rows = rows.select_related("certification", "decision__decided_by")
    return list(rows.order_by("-requested_at", "-pk"))


def list_wishes_to_decide(user: User) -> list[AssignmentRequest]:
    """Return the wishes that wait for a login's decision, the oldest first. Two queries."""
    rows = wishes_for(user, "decide").filter(decision__isnull=True)
    rows = rows.select_related("employee__home_branch", "employee__home_job_role", "certification")
    return list(rows.order_by("requested_at", "pk")[:SHOWN])


def count_wishes_to_decide(user: User) -> int:
    """Return how many wishes wait for a login's decision. Two queries."""
    return wishes_for(user, "decide").filter(decision__isnull=True).count()


def find_wish(user: User, uuid: UUID, verb: str = "read") -> AssignmentRequest:
    """Return a wish that a login may read or decide.

    Raises:
        NotFoundError: unknown, or of somebody out of the login's reach.

    """
    rows = wishes_for(user, verb).select_related("employee__home_branch", "certification")
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise lms_api.NotFoundError(_("There is no such wish."))
    return found


def state_of_wish(wish: AssignmentRequest) -> str:
    """Return waiting, approved, refused or withdrawn; the decision is loaded with the row."""
    decision: RequestDecision | None = getattr(wish, "decision", None)
    return decision.kind if decision is not None else "waiting"


def describe_wish_decision(decision: RequestDecision) -> str:
    """Return by whom and when a wish was decided, in words."""
    words = {"kind": decision.get_kind_display(), "day": date_format(decision.decided_at)}
    if decision.decided_by is None:
        return _("It was already decided on %(day)s: %(kind)s.") % words
    return _("It was already decided by %(name)s on %(day)s: %(kind)s.") % (
        words | {"name": name_login(decision.decided_by)}
    )
