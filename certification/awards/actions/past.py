"""Awards from elsewhere, with the dates they came with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from certification.awards.actions.derive import lock_people, refresh_people, zone_of
from certification.awards.models import Award, AwardName
from certification.awards.permissions import require_fact
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
        refresh_people(
            employee_ids=list(employees),
            now=now,
            certification_ids={row.certification_id for row in rows},
        )
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
        frozen=frozen_wording(person, version) | {"evidence": []},
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
