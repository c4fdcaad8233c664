"""From a material change of a standard to the short cycles of the people who hold on to it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import ngettext, override

from certification.awards.models import AwardEvent, Cycle, CycleDelta, Delta, DeltaNeed
from certification.awards.reads import (
    Case,
    ChangeBook,
    Covering,
    Rulebook,
    derive_timeline,
    find_concerned,
    find_covering,
    find_waiting_changes,
    is_suspended_by_change,
    local_today,
)
from certification.policy.rules.policy import parse_policy
from certification.rules import add
from lms.api import StandardVersion
from quizzes import api as quizzes_api

logger = logging.getLogger(__name__)

DEFAULT_DUE: Final = "P30D"
"""How long people have to catch up where the rule names no due day: a month, as for most."""
ASKED_FOR: Final = frozenset({"required", "optional", "absent"})


@transaction.atomic
def make_deltas(*, version: StandardVersion, now: datetime) -> list[Delta]:
    """Write what a material version asks of the holders of each certification that covers it.

    Those are the lessons of its courses that teach the standard, a short quiz on it, and the
    confirmation where the standard needs one. A first version and an editorial one ask nothing;
    the same version twice makes nothing new. The holders' cycles are opened by the sweep.
    """
    if version.number == 1 or version.change != "material":
        return []
    known = set(
        Delta.objects.filter(standard_version=version).values_list("certification", flat=True)
    )
    made = []
    for covering in find_covering(version.standard, on=version.effective_on):
        if covering.certification.pk in known:
            continue
        needs = list_needs(version, covering, now)
        if not needs:
            logger.warning("%s changed, and nothing teaches or asks it", version.standard.code)
            continue
        made.append(write_delta(version, covering, needs, now))
    if made:
        wake_holders(deltas=made, now=now)
    return made


def list_needs(version: StandardVersion, covering: Covering, now: datetime) -> list[DeltaNeed]:
    """Return what there is to do for a change, not yet stored: read, answer, confirm."""
    needs = [
        DeltaNeed(kind=DeltaNeed.Kind.LESSON, target=lesson.uuid, label=lesson.title[:160])
        for lesson in covering.lessons
    ]
    quiz = quizzes_api.make_change_quiz(
        standard=version.standard, questions=covering.version.delta_questions, now=now
    )
    if quiz is not None:
        there = quizzes_api.count_questions_naming(version.standard)
        label = label_quiz(quiz.title, min(there, covering.version.delta_questions))
        needs.append(DeltaNeed(kind=DeltaNeed.Kind.QUIZ, target=quiz.uuid, label=label))
    if version.body.get("needs_acknowledgement"):
        needs.append(
            DeltaNeed(
                kind=DeltaNeed.Kind.ACKNOWLEDGEMENT,
                target=version.standard.uuid,
                lowest_material_number=version.material_number,
                label=str(version.standard)[:160],
            )
        )
    return needs


def label_quiz(title: str, questions: int) -> str:
    """Return what people read of a short quiz: its title, and how many questions there are."""
    with override(settings.LANGUAGE_CODE):
        words = ngettext("%(count)d question", "%(count)d questions", questions)
    return f"{title[:130]} ({words % {'count': questions}})"


def write_delta(
    version: StandardVersion, covering: Covering, needs: Sequence[DeltaNeed], now: datetime
) -> Delta:
    """Store a change with its needs in their order."""
    delta = Delta.objects.create(
        certification=covering.certification,
        standard_version=version,
        effective_on=version.effective_on,
        lapses_at_once=covering.version.delta_lapses_at_once,
        change_note=version.change_note,
        recorded_at=now,
    )
    for position, need in enumerate(needs):
        need.delta, need.position = delta, position
    DeltaNeed.objects.bulk_create(needs)
    return delta


def wake_holders(*, deltas: Iterable[Delta], now: datetime) -> int:
    """Have the sweep look at everybody whom these changes may concern; return how many rows.

    One statement a change, however many people. The sweep opens the cycles batch by batch, and
    goes on where a killed one stopped.
    """
    woken = 0
    for delta in deltas:
        published_at = delta.standard_version.published_at
        rows = find_concerned(delta.certification_id, published_at).exclude(
            employee__cycles__changes__delta=delta
        )
        woken += rows.filter(next_change_at__gt=now).update(next_change_at=now)
        woken += rows.filter(next_change_at=None).update(next_change_at=now)
    return woken


def follow_changes(
    cases: Iterable[Case], rulebook: Rulebook, changes: ChangeBook, now: datetime
) -> list[Cycle]:
    """Let the changes in effect join the open cycles, and open cycles for holders without one.

    Returns the cycles opened. Two statements, however many people.
    """
    opened: list[Cycle] = []
    joining: list[tuple[Cycle, Delta]] = []
    for case in cases:
        waiting = find_changes_in_effect(case, rulebook, changes, now)
        if not waiting:
            continue
        cycle = case.open_cycle
        if cycle is None:
            cycle = make_delta_cycle(case, rulebook, waiting, now)
            if cycle is None:
                continue
            opened.append(cycle)
        joining += [(cycle, delta) for delta in waiting]
    Cycle.objects.bulk_create(opened)
    links = [CycleDelta(cycle=cycle, delta=delta, recorded_at=now) for cycle, delta in joining]
    CycleDelta.objects.bulk_create(links)
    for link in links:
        changes.joined.setdefault(link.cycle_id, []).append(link)
    changes.told += links
    return opened


def find_changes_in_effect(
    case: Case, rulebook: Rulebook, changes: ChangeBook, now: datetime
) -> list[Delta]:
    """Return the changes that a case must take up today. A retired certification takes none up."""
    if case.certification_id not in changes.deltas or is_retired(case, rulebook, now):
        return []
    today = local_today(case, now)
    is_holder = holds(case, rulebook, today)
    if derive_timeline(case, rulebook).at(today).required not in ASKED_FOR:
        return []
    waiting = find_waiting_changes(case, changes, is_holder=is_holder)
    return [delta for delta in waiting if delta.effective_on <= today]


def holds(case: Case, rulebook: Rulebook, today: date) -> bool:
    """Return whether a case is held, or would be if a change had been caught up on."""
    status = derive_timeline(case, rulebook).at(today)
    if status.standing in ("valid", "grace"):
        return True
    return status.standing == "suspended" and any(
        is_suspended_by_change(case, award) for award in case.awards
    )


def make_delta_cycle(
    case: Case, rulebook: Rulebook, waiting: Sequence[Delta], now: datetime
) -> Cycle | None:
    """Return a cycle for some changes, open from today, not yet stored.

    It is due as long after its opening as the rule in force says for new work, else after
    ``DEFAULT_DUE``. Work counts since the first of the changes was published.
    """
    today = local_today(case, now)
    version = rulebook.version_on(case.certification_id, today)
    if version is None:
        return None
    policy = parse_policy(version.policy)
    due_on = add(today, policy.due or DEFAULT_DUE)
    cycle = Cycle(
        employee=case.employee,
        certification_id=case.certification_id,
        version=version,
        seq=max((row.seq for row in case.cycles), default=0) + 1,
        kind=Cycle.Kind.DELTA,
        opens_on=today,
        due_on=due_on,
        closes_on=add(due_on, policy.closes) if policy.closes else None,
        counts_from=min(delta.standard_version.published_at for delta in waiting),
        recorded_at=now,
    )
    case.cycles.append(cycle)
    case.forget_timeline()
    return cycle


def settle_delta(case: Case, rulebook: Rulebook, now: datetime) -> None:
    """End the open cycle of a change when something greater takes its place.

    It is cancelled when the certification is no longer asked for, held, or there; and when the
    renewal opens: what the change asks for then joins the renewal, and is due with it.
    """
    cycle = case.open_cycle
    if cycle is None or cycle.kind != Cycle.Kind.DELTA:
        return
    today = local_today(case, now)
    required = derive_timeline(case, rulebook).at(today).required
    over = required not in ASKED_FOR or is_retired(case, rulebook, now)
    if over or not holds(case, rulebook, today) or is_overtaken(case, cycle, rulebook, today):
        cycle.state, cycle.finished_at = Cycle.State.CANCELLED, now
        cycle.save(update_fields=["state", "finished_at"])
        case.forget_timeline()


def is_overtaken(case: Case, cycle: Cycle, rulebook: Rulebook, today: date) -> bool:
    """Return whether another cycle would be open if that of the change were not."""
    cycle.state = Cycle.State.CANCELLED
    case.forget_timeline()
    wanted = derive_timeline(case, rulebook).open_cycle(today)
    cycle.state = Cycle.State.OPEN
    case.forget_timeline()
    return wanted is not None and wanted.opens_on <= today


def is_retired(case: Case, rulebook: Rulebook, now: datetime) -> bool:
    """Return whether the certification of a case is retired today."""
    retired_on = rulebook.certifications[case.certification_id].retired_on
    return retired_on is not None and retired_on <= local_today(case, now)


def write_award_events(changes: ChangeBook) -> None:
    """Store what happened to awards because of changes. One statement for all people."""
    AwardEvent.objects.bulk_create(changes.events)
    changes.events = []
