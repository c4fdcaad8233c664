"""What the page "My training" shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from certification.awards.models import Award, Cycle, CycleDelta, CycleEvidence, Delta
from certification.awards.reads import path_of_cycle, to_need
from certification.awards.rules import select_needs
from certification.catalogue.models import Certification
from certification.certificates.reads import check_award
from certification.certificates.rules import CheckedState
from certification.standing.models import Standing
from certification.training.rules import Path, Step, choose_next, order_paths
from courses import api as courses_api
from lms import api as lms_api
from lms.api import Employee, find_employee, registry
from quizzes import api as quizzes_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest

NavItem = registry.NavItem


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now; ``url`` resumes where the person stopped, empty: not open now.

    ``minutes`` is the author's guess or None. ``opens_at`` says that it is still closed,
    ``is_spent`` that no try is left, ``is_being_marked`` that a person still marks the last one,
    ``is_not_open_yet`` that ``opens_at`` is the first opening.
    """

    path: Path
    kind: str
    title: str
    url: str
    minutes: int | None
    opens_at: datetime | None = None
    is_spent: bool = False
    is_being_marked: bool = False
    is_not_open_yet: bool = False


@dataclass(frozen=True)
class CertificationCard:
    """One certification as the person's page shows it."""

    code: str
    title: str
    badge: str
    valid_until: date | None
    due_on: date | None
    window_opens_on: date | None
    required: str
    task: str
    path: Path | None


@dataclass(frozen=True)
class Overview:
    """Everything the page shows."""

    next_step: NextStep | None
    cards: tuple[CertificationCard, ...]
    recent: tuple[CycleEvidence, ...]


def read_overview(*, employee: Employee, now: datetime) -> Overview:
    """Return what is next, every certification, and what was done lately.

    At most nine queries, whatever the number of certifications, steps and lessons.
    """
    today = lms_api.local_day(now, lms_api.zone_of(employee))
    cycles = list(read_open_cycles(employee))
    standings = list(
        Standing.objects.filter(employee=employee)
        .exclude(badge="not_required")
        .select_related("certification")
    )
    due = {row.certification_id: row.due_on for row in standings}
    paths = {
        cycle.certification_id: build_path(cycle, due.get(cycle.certification_id), today)
        for cycle in cycles
    }
    chosen = choose_next(list(paths.values()))
    return Overview(
        next_step=read_next_step(employee, *chosen, now=now) if chosen else None,
        cards=order_cards(standings, paths),
        recent=list_recent(cycles),
    )


def read_open_cycles(employee: Employee) -> QuerySet[Cycle]:
    """Return somebody's open cycles with all that they ask for and what is met. Five queries."""
    evidence = CycleEvidence.objects.select_related("requirement", "delta_need")
    changes = CycleDelta.objects.select_related("delta__standard_version__standard")
    return (
        Cycle.objects.filter(employee=employee, state=Cycle.State.OPEN)
        .select_related("version", "certification")
        .prefetch_related(
            "version__requirements",
            Prefetch("evidence", queryset=evidence),
            Prefetch(
                "changes",
                queryset=changes.defer("delta__standard_version__body").prefetch_related(
                    "delta__needs"
                ),
            ),
        )
    )


def build_path(cycle: Cycle, due_on: date | None, today: date) -> Path:
    """Return the steps of an open cycle with what is met: what changed comes first."""
    done = {row.requirement_id: row.done_at for row in cycle.evidence.all() if row.requirement_id}
    requirements = list(cycle.version.requirements.all())
    wanted = {
        need.id
        for need in select_needs(
            [to_need(row) for row in requirements], path_of_cycle(cycle, today)
        )
    }
    return Path(
        certification_id=cycle.certification_id,
        title=cycle.certification.title,
        due_on=due_on,
        steps=(
            *list_change_steps(cycle),
            *(
                Step(
                    kind=row.kind,
                    target=row.target,
                    label=row.label,
                    done_at=done.get(row.pk),
                    group=row.group,
                    group_needs=row.group_needs,
                )
                for row in requirements
                if row.pk in wanted
            ),
        ),
        changes=tuple(word_change(row.delta) for row in cycle.changes.all()),
    )


def list_change_steps(cycle: Cycle) -> list[Step]:
    """Return what the changes that joined a cycle ask for, each thing once.

    Of several changes of one standard the newest counts: what is done since answers all of them.
    """
    done = {row.delta_need_id: row.done_at for row in cycle.evidence.all() if row.delta_need_id}
    steps: dict[tuple[str, UUID], Step] = {}
    for link in cycle.changes.all():
        for need in link.delta.needs.all():
            step = Step(need.kind, need.target, need.label, done.get(need.pk))
            steps[need.kind, need.target] = step
    return list(steps.values())


def word_change(delta: Delta) -> str:
    """Return what changed, in one line that names the standard."""
    standard = delta.standard_version.standard
    return f"{standard.code}: {delta.change_note or standard.title}"


def read_changes(employee: Employee, certification: Certification) -> list[str]:
    """Return what somebody still has to catch up on, in words. One query."""
    links = CycleDelta.objects.filter(
        cycle__employee=employee, cycle__certification=certification, cycle__state="open"
    )
    rows = links.select_related("delta__standard_version__standard").order_by("recorded_at", "pk")
    return [word_change(row.delta) for row in rows]


@dataclass(frozen=True)
class OpenChange:
    """A change of a standard that somebody has to catch up on, and by which day."""

    code: str
    title: str
    words: str
    due_on: date | None


def list_open_changes(employee: Employee) -> list[OpenChange]:
    """Return the changes that somebody has to catch up on, oldest first. At most two queries."""
    links = (
        CycleDelta.objects.filter(cycle__employee=employee, cycle__state=Cycle.State.OPEN)
        .select_related("cycle__certification", "delta__standard_version__standard")
        .defer("delta__standard_version__body")
    )
    rows = list(links.order_by("recorded_at", "pk"))
    if not rows:
        return []
    standings = Standing.objects.filter(employee=employee)
    due = dict(standings.values_list("certification_id", "due_on"))
    return [
        OpenChange(
            code=row.cycle.certification.code,
            title=row.cycle.certification.title,
            words=word_change(row.delta),
            due_on=due.get(row.cycle.certification_id),
        )
        for row in rows
    ]


def order_cards(
    standings: Sequence[Standing], paths: dict[int, Path]
) -> tuple[CertificationCard, ...]:
    """Return the cards: what has open steps first, by urgency, then the rest by name."""
    rank = {path.certification_id: n for n, path in enumerate(order_paths(paths.values()))}
    rows = sorted(
        standings,
        key=lambda row: (rank.get(row.certification_id, len(rank)), row.certification.title),
    )
    return tuple(
        CertificationCard(
            code=row.certification.code,
            title=row.certification.title,
            badge=row.badge,
            valid_until=row.valid_until,
            due_on=row.due_on,
            window_opens_on=row.window_opens_on,
            required=row.required,
            task=row.task,
            path=paths.get(row.certification_id),
        )
        for row in rows
    )


def list_recent(cycles: Sequence[Cycle]) -> tuple[CycleEvidence, ...]:
    """Return the five steps met last in the open cycles."""
    rows = [
        row
        for cycle in cycles
        for row in cycle.evidence.all()
        # What met the version a cycle was moved from is there a second time.
        if row.requirement is None or row.requirement.version_id == cycle.version_id
    ]
    return tuple(sorted(rows, key=lambda row: row.done_at, reverse=True)[:5])


def read_next_step(employee: Employee, path: Path, step: Step, *, now: datetime) -> NextStep:
    """Return a step with its title, address and state. At most five queries."""
    card = find_card(employee, step.kind, step.target, now=now)
    common: dict[str, Any] = {"path": path, "kind": step.kind}
    if card is None:
        return NextStep(
            title=step.label,
            url=find_plain_address(step.kind, step.target) or "",
            minutes=None,
            **common,
        )
    if step.kind == "course":
        return NextStep(
            title=card.next_title or card.title,
            url=card.next_url or card.url,
            minutes=card.next_minutes or card.minutes,
            **common,
        )
    return NextStep(
        title=card.title,
        url=card.url,
        minutes=card.minutes,
        opens_at=getattr(card, "opens_at", None),
        is_spent=getattr(card, "state", "") == "spent",
        is_being_marked=getattr(card, "state", "") == "marking",
        is_not_open_yet=getattr(card, "why", "") == "not_open_yet",
        **common,
    )


def find_card(employee: Employee, kind: str, target: UUID, *, now: datetime) -> Any:
    """Return the lower app's card of a piece of work, or None when it has none."""
    readers: dict[str, Any] = {
        "course": courses_api.read_course_cards,
        "quiz": quizzes_api.show_quiz_cards,
        "scenario": quizzes_api.read_scenario_cards,
        "lesson": courses_api.read_lesson_cards,
    }
    if kind not in readers:
        return None
    return readers[kind](employee=employee, uuids=[target], now=now).get(target)


def find_plain_address(kind: str, target: UUID) -> str | None:
    """Return where a policy is confirmed, a proof handed in, practice explained."""
    if kind == "evidence":
        return f"{reverse('sb_certification:hand_in')}?for={target}"
    if kind == "sign_off":
        return reverse("sb_certification:practice", args=[target])
    if kind != "acknowledgement":
        return None
    standard = lms_api.Standard.objects.filter(uuid=target, live=True)
    code = standard.values_list("code", flat=True).first()
    return reverse("sb_lms:standard", args=[code]) if code is not None else None


def find_step_address(*, employee: Employee, kind: str, target: UUID, now: datetime) -> str | None:
    """Return where a step is done, resumed where the person stopped; None: not open to anybody."""
    card = find_card(employee, kind, target, now=now)
    if card is None:
        return find_plain_address(kind, target)
    address: str = getattr(card, "next_url", "") or card.url
    return address


@dataclass(frozen=True)
class RecordEntry:
    """One award as the record shows it; the title is the one it was made out for.

    ``checked`` says how it stands today, extensions included.
    """

    award: Award
    title: str
    awarded_on: date
    checked: CheckedState


def read_record(*, employee: Employee, now: datetime) -> list[RecordEntry]:
    """Return a person's awards, the latest first. Two queries."""
    awards = (
        Award.objects.filter(employee=employee)
        .select_related("certification", "version")
        .prefetch_related("events")
        .order_by("-awarded_at", "-pk")
    )
    return [
        RecordEntry(
            award=award,
            title=award.frozen.get("certification") or award.certification.title,
            awarded_on=lms_api.local_day(award.awarded_at, award.zone),
            checked=check_award(award, now=now),
        )
        for award in awards
    ]


def list_entries(user: AbstractBaseUser, request: HttpRequest) -> list[NavItem]:
    """Return the entries of the top bar that everybody on a roster has. One query a request."""
    del request
    if find_employee(user) is None:
        return []
    return [
        NavItem(_("My training"), reverse("sb_certification:home"), order=10, icon="home"),
        NavItem(_("My record"), reverse("sb_certification:record"), order=30, icon="award"),
    ]
