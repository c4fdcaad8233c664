"""What happens to an award after it was made: facts that are added to it."""

from __future__ import annotations

from datetime import date, datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.awards.actions.assign import require_in_use
from certification.awards.actions.derive import refresh_people
from certification.awards.models import Award, AwardEvent, AwardName
from certification.awards.permissions import require_fact, require_reason
from certification.awards.rules import state_of_award
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

NEVER_WAS = (AwardEvent.Kind.VOIDED, AwardEvent.Kind.CORRECTED)


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

    Raises: as ``add_award_event``; InvalidInputError when the new expiry is not later than the
    present one.
    """
    return add_award_event(
        award=award,
        kind=AwardEvent.Kind.EXTENDED,
        effective_on=effective_on,
        until_on=until_on,
        reason=reason,
        actor=actor,
        now=now,
    )


def void_award(
    *, award: Award, reason: str, actor: AbstractBaseUser | None, now: datetime
) -> AwardEvent:
    """Say that an award never was, from its first day on. What it counted is not counted again."""
    return add_award_event(
        award=award,
        kind=AwardEvent.Kind.VOIDED,
        effective_on=award.valid_from,
        reason=reason,
        actor=actor,
        now=now,
    )


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
    InvalidInputError without a reason or for an impossible day; RuleError when the award is not in
    a state that allows it.
    """
    require_fact(actor, "revoke", "award", award.employee)
    with transaction.atomic():
        event = write_award_event(
            award=award,
            kind=kind,
            effective_on=effective_on,
            until_on=until_on,
            reason=reason,
            actor=actor,
            now=now,
        )
        refresh_people(employee_ids=[award.employee_id], now=now)
    return event


def write_award_event(
    *,
    award: Award,
    kind: str,
    effective_on: date,
    until_on: date | None = None,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> AwardEvent:
    """Write the fact alone. The caller asks the policy first and refreshes the person after.

    Raises: InvalidInputError and RuleError as ``add_award_event``.
    """
    require_reason(reason)
    check_event(award, kind, effective_on, now)
    if kind == AwardEvent.Kind.EXTENDED:
        check_extension(award, effective_on, until_on)
    return AwardEvent.objects.create(
        award=award,
        kind=kind,
        effective_on=effective_on,
        until_on=until_on,
        reason=reason,
        actor_id=actor.pk if actor is not None else None,
        recorded_at=now,
    )


def check_event(award: Award, kind: str, on: date, now: datetime) -> None:
    """Refuse what cannot happen to an award as it stands on that day.

    One query, none where its events were read along.
    """
    events = list_events(award)
    if any(event.kind in NEVER_WAS for event in events):
        raise lms_api.RuleError(_("This award was voided: it never was."), code="award_void")
    if on < min(award.valid_from, lms_api.local_day(award.awarded_at, award.zone)):
        raise lms_api.InvalidInputError(
            _("The award did not exist yet on that day."),
            code="impossible_date",
            field="effective_on",
        )
    state = state_of_award(((event.kind, event.effective_on) for event in events), on)
    if kind == AwardEvent.Kind.REINSTATED and not state:
        raise lms_api.RuleError(
            _("On that day the award is neither suspended nor revoked."),
            code="nothing_to_reinstate",
        )
    if kind == AwardEvent.Kind.REVOKED and state == "revoked":
        raise lms_api.RuleError(_("The award is already revoked."), code="already_revoked")
    if kind == AwardEvent.Kind.SUSPENDED and state:
        raise lms_api.RuleError(_("The award does not count on that day."), code="not_counting")
    if kind == AwardEvent.Kind.EXTENDED:
        require_in_use(award.certification, lms_api.local_day(now, award.zone))


def check_extension(award: Award, effective_on: date, until_on: date | None) -> None:
    """Refuse an extension that ends no later than the award does. Raises: InvalidInputError."""
    present_end = find_present_end(award)
    if present_end is None or until_on is None or until_on <= max(present_end, effective_on):
        raise lms_api.InvalidInputError(
            _("An extension must end after the award does."),
            code="impossible_date",
            field="until_on",
        )


def find_present_end(award: Award) -> date | None:
    """Return the first day an award no longer holds, extensions included; None: never lapses."""
    extended = [event for event in list_events(award) if event.kind == AwardEvent.Kind.EXTENDED]
    return (extended[-1].until_on if extended else None) or award.valid_until


def list_events(award: Award) -> list[AwardEvent]:
    """Return what happened to an award in the order it was recorded. One query, or prefetched."""
    return sorted(award.events.all(), key=attrgetter("recorded_at", "pk"))


def take_extension_back(
    *, extension: AwardEvent, reason: str, actor: AbstractBaseUser | None, now: datetime
) -> AwardEvent:
    """Move the expiry back to where it was before an extension, from the extension's own day on.

    The caller asks the policy first and refreshes the person after.

    Raises: RuleError when the award was extended again since, or when it had run out before: then
    there is no earlier end to go back to.
    """
    award = extension.award
    if find_present_end(award) != extension.until_on:
        raise lms_api.RuleError(_("The award was extended again since."), code="extended_again")
    earlier = award.events.filter(kind=AwardEvent.Kind.EXTENDED, pk__lt=extension.pk)
    last = earlier.order_by("-recorded_at", "-pk").values_list("until_on", flat=True).first()
    until_on = last or award.valid_until
    if until_on is None or until_on <= extension.effective_on:
        raise lms_api.RuleError(_("The award had run out before."), code="had_run_out")
    return AwardEvent.objects.create(
        award=award,
        kind=AwardEvent.Kind.EXTENDED,
        effective_on=extension.effective_on,
        until_on=until_on,
        reason=reason,
        actor_id=actor.pk if actor is not None else None,
        recorded_at=now,
    )


def correct_award(
    *,
    award: Award,
    valid_from: date,
    valid_until: date | None,
    reason: str,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Award:
    """Replace an award by one with other dates; the old one then never was.

    The new award stands where the old one stood, says that it is a correction, and has a public
    code of its own; the check of the old code says that it was replaced. Returns the new award.

    Raises: as ``add_award_event``; InvalidInputError when it ends before it starts; RuleError
    while the award is revoked or suspended, or when nothing would change.
    """
    require_fact(actor, "revoke", "award", award.employee)
    require_reason(reason)
    check_correction(award, valid_from, valid_until, now)
    with transaction.atomic():
        replacement = make_replacement(award, valid_from, valid_until, actor, now)
        replacement.save()
        AwardName.objects.create(award=replacement, full_name=award.name.full_name)
        AwardEvent.objects.create(
            award=award,
            kind=AwardEvent.Kind.CORRECTED,
            effective_on=award.valid_from,
            replacement=replacement,
            reason=reason,
            actor_id=actor.pk if actor is not None else None,
            recorded_at=now,
        )
        refresh_people(employee_ids=[award.employee_id], now=now)
    return replacement


def check_correction(
    award: Award, valid_from: date, valid_until: date | None, now: datetime
) -> None:
    """Refuse a correction that cannot be true or changes nothing."""
    if valid_until is not None and valid_until <= valid_from:
        raise lms_api.InvalidInputError(
            _("An award must end after it starts."), code="impossible_date", field="valid_until"
        )
    today = lms_api.local_day(now, award.zone)
    check_event(award, AwardEvent.Kind.CORRECTED, max(today, award.valid_from), now)
    if (valid_from, valid_until) == (award.valid_from, award.valid_until):
        raise lms_api.InvalidInputError(
            _("These are the dates it already has."), code="nothing_changes", field="valid_until"
        )
    events = [(row.kind, row.effective_on) for row in award.events.all()]
    if state_of_award(events, date.max):
        raise lms_api.RuleError(
            _("The award is suspended or revoked. Reinstate it first."), code="not_counting"
        )


def make_replacement(
    award: Award,
    valid_from: date,
    valid_until: date | None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Award:
    """Return the award, not yet stored, that stands in place of another one."""
    return Award(
        employee=award.employee,
        certification=award.certification,
        version=award.version,
        basis=Award.Basis.CORRECTED,
        awarded_at=award.awarded_at,
        zone=award.zone,
        valid_from=valid_from,
        valid_until=valid_until,
        anchor_on=valid_until,
        branch_id=award.branch_id,
        frozen=award.frozen,
        evaluator_id=actor.pk if actor is not None else None,
        evidence_note=award.evidence_note,
        trace=[
            _("corrected: dates as given; it replaces the award from %(day)s")
            % {"day": date_format(award.valid_from)}
        ],
        idempotency_key=f"correction:{award.uuid}",
        recorded_at=now,
    )
