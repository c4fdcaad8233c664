"""Write certifications, their versions and who needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from certification.catalogue.models import (
    AudienceRule,
    Certification,
    CertificationVersion,
    Requirement,
)
from certification.policy.rules.errors import PolicyError
from certification.policy.rules.policy import parse_policy
from lms import api as lms_api
from lms.api import Branch, JobRole, Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class RequirementDraft:
    """One requirement of a version that is about to be published."""

    kind: str
    target: UUID
    label: str
    lowest_material_number: int = 1
    path: str = Requirement.Path.BOTH
    group: str = ""
    group_needs: int = 1


def publish_version(
    *,
    certification: Certification,
    policy: Mapping[str, Any],
    requirements: Sequence[RequirementDraft],
    effective_on: date,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> CertificationVersion:
    """Write the next version of a certification. Cycles that are open stay under theirs.

    Raises: InvalidInputError naming the policy's field, or ``requirements`` when there are none.
    """
    try:
        parse_policy(policy)
    except PolicyError as error:
        raise lms_api.InvalidInputError(str(error), code="policy", field=error.field) from error
    if not requirements:
        raise lms_api.InvalidInputError(
            _("Say what must be done: a version needs a requirement."),
            code="requirements",
            field="requirements",
        )
    with transaction.atomic():
        Certification.objects.select_for_update().get(pk=certification.pk)
        number = certification.versions.count() + 1
        version = CertificationVersion.objects.create(
            certification=certification,
            number=number,
            effective_on=effective_on,
            policy=dict(policy),
            recorded_at=now,
            recorded_by_id=actor.pk if actor is not None else None,
        )
        Requirement.objects.bulk_create(
            [
                Requirement(version=version, position=position, **vars(draft))
                for position, draft in enumerate(requirements)
            ]
        )
    return version


def add_audience_rule(
    *,
    certification: Certification,
    reason: str,
    from_on: date,
    region: Region | None = None,
    branch: Branch | None = None,
    job_roles: Iterable[JobRole] = (),
    tenure_days: int = 0,
    optional: bool = False,
    now: datetime,
) -> AudienceRule:
    """Ask a certification of everybody in a place and with a job role, from a day on.

    ``advance`` gives the assignments; a caller who needs them at once calls
    ``apply_audience_rules`` for the people it is about.
    """
    with transaction.atomic():
        rule = AudienceRule.objects.create(
            certification=certification,
            reason=reason,
            from_on=from_on,
            region=region,
            branch=branch,
            tenure_days=tenure_days,
            optional=optional,
            recorded_at=now,
        )
        rule.job_roles.set(job_roles)
    return rule
