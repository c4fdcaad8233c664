"""Awards that do not come from work done here, and what happens to awards later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from certification.awards.actions.derive import lock_people, refresh_people, zone_of
from certification.awards.models import Award, AwardEvent, AwardName
from certification.awards.permissions import require_fact, require_reason
from certification.awards.reads import frozen_wording, load_rulebook
from certification.awards.rules import start_of_day
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from certification.catalogue.models import CertificationVersion


@dataclass(frozen=True)
class PastAward:
    """An award from elsewhere: whose, in what, and the days ``[valid_from, valid_until)``."""

    employee_id: int
    certification_id: int
    awarded_on: date
    valid_from: date
    valid_until: date | None
    evidence: str


def record_past_awards(
    *, rows: Sequence[PastAward], actor: AbstractBaseUser | None, now: datetime
) -> list[Award]:
    """Write imported awards of many people at once; a row that is already there is left alone.

    Raises: InvalidInputError naming ``valid_until`` when a row ends before it starts.
    """
    for row in rows:
        if row.valid_until is not None and row.valid_until <= row.valid_from:
            raise lms_api.InvalidInputError(
                _("An award must end after it starts."), code="impossible_date", field="valid_until"
            )
    with transaction.atomic():
        employees = {person.pk: person for person in lock_people([r.employee_id for r in rows])}
        if actor is not None:
            for person in employees.values():
                require_fact(actor, "import", "award", person)
        rulebook = load_rulebook()
        keys = {key_of(row): row for row in rows}
        known = set(
            Award.objects.filter(idempotency_key__in=list(keys)).values_list(
                "idempotency_key", flat=True
            )
        )
        made = []
        for key, row in keys.items():
            version = rulebook.version_on(row.certification_id, row.awarded_on)
            if key in known or version is None:
                continue
            person = employees[row.employee_id]
            made.append(make_past_award(row, person=person, version=version, actor=actor, now=now))
        Award.objects.bulk_create(made, batch_size=500)
        AwardName.objects.bulk_create(
            [
                AwardName(award=award, full_name=employees[award.employee_id].full_name)
                for award in made
            ],
            batch_size=500,
        )
        refresh_people(employee_ids=list(employees), now=now)
    return made


def make_past_award(
    row: PastAward,
    *,
    person: lms_api.Employee,
    version: CertificationVersion,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Award:
    """Return the award, not yet stored, that an imported row stands for; its dates as given."""
    zone = zone_of(person)
    return Award(
        employee=person,
        certification_id=row.certification_id,
        version=version,
        basis=Award.Basis.IMPORTED,
        awarded_at=start_of_day(row.awarded_on, zone),
        zone=zone,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        anchor_on=row.valid_until,
        branch_id=person.home_branch_id,
        frozen=frozen_wording(person)
        | {
            "certification": version.certification.title,
            "summary": version.certification.summary,
            "version": version.number,
            "evidence": [],
        },
        evidence_note=row.evidence,
        trace=[_("imported: dates as given")],
        idempotency_key=key_of(row),
        evaluator_id=actor.pk if actor is not None else None,
        recorded_at=now,
    )


def key_of(row: PastAward) -> str:
    """Return the key by which the same imported row is recognised."""
    return (
        f"import:{row.employee_id}:{row.certification_id}:{row.awarded_on}"
        f":{row.valid_from}:{row.valid_until}"
    )


def revoke_award(
    *, award: Award, effective_on: date, reason: str, actor: AbstractBaseUser | None, now: datetime
) -> AwardEvent:
    """Take an award back from a day on; a future day does nothing yet."""
    return add_award_event(
        award=award,
        kind=AwardEvent.Kind.REVOKED,
        effective_on=effective_on,
        reason=reason,
        actor=actor,
        now=now,
    )


def suspend_award(
    *, award: Award, effective_on: date, reason: str, actor: AbstractBaseUser | None, now: datetime
) -> AwardEvent:
    """Stop an award from counting from a day on, until it is reinstated."""
    return add_award_event(
        award=award,
        kind=AwardEvent.Kind.SUSPENDED,
        effective_on=effective_on,
        reason=reason,
        actor=actor,
        now=now,
    )


def reinstate_award(
    *, award: Award, effective_on: date, reason: str, actor: AbstractBaseUser | None, now: datetime
) -> AwardEvent:
    """Let a suspended or revoked award count again from a day on."""
    return add_award_event(
        award=award,
        kind=AwardEvent.Kind.REINSTATED,
        effective_on=effective_on,
        reason=reason,
        actor=actor,
        now=now,
    )


def extend_award(
    *,
    award: Award,
    effective_on: date,
    until_on: date,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> AwardEvent:
    """Move the expiry from a day on, never the anniversary.

    Raises: InvalidInputError when the new expiry is not later than the present one.
    """
    present_end = find_present_end(award)
    if present_end is None or until_on <= max(present_end, effective_on):
        raise lms_api.InvalidInputError(
            _("An extension must end after the award does."),
            code="impossible_date",
            field="until_on",
        )
    return add_award_event(
        award=award,
        kind=AwardEvent.Kind.EXTENDED,
        effective_on=effective_on,
        until_on=until_on,
        reason=reason,
        actor=actor,
        now=now,
    )


def find_present_end(award: Award) -> date | None:
    """Return the first day an award no longer holds, extensions included; None: never lapses."""
    extended = award.events.filter(kind=AwardEvent.Kind.EXTENDED).order_by("-recorded_at", "-pk")
    last = extended.values_list("until_on", flat=True).first()
    return last or award.valid_until


def add_award_event(
    *,
    award: Award,
    kind: str,
    effective_on: date,
    until_on: date | None = None,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> AwardEvent:
    """Append an event and refresh its person.

    Raises: NotFoundError and NotAllowedError by the policy table and on one's own award;
    InvalidInputError without a reason.
    """
    require_fact(actor, "revoke", "award", award.employee)
    require_reason(reason)
    with transaction.atomic():
        event = AwardEvent.objects.create(
            award=award,
            kind=kind,
            effective_on=effective_on,
            until_on=until_on,
            reason=reason,
            actor_id=actor.pk if actor is not None else None,
            recorded_at=now,
        )
        refresh_people(employee_ids=[award.employee_id], now=now)
    return event
