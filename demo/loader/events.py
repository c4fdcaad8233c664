"""One thing that happened to one person, recorded through the product's own actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from certification.awards.actions import (
    assign_certification,
    confirm_proposal,
    correct_award,
    end_assignment,
    end_exemption,
    exempt_employee,
    extend_award,
    propose_award,
    refuse_proposal,
    reinstate_award,
    revoke_award,
    suspend_award,
    void_award,
)
from certification.awards.models import (
    Assignment,
    AssignmentRequest,
    Award,
    AwardProposal,
    EvidenceSubmission,
    Exemption,
)
from certification.catalogue.models import Certification
from certification.proofs.actions.evidence import (
    Proof,
    accept_evidence,
    hand_in_evidence,
    refuse_evidence,
)
from certification.proofs.actions.sign_offs import sign_off_practice
from certification.proofs.actions.wishes import (
    approve_wish,
    ask_for_certification,
    refuse_wish,
    withdraw_wish,
)
from certification.proofs.reads.cycles import find_own_needs
from certification.proofs.reads.evidence import list_choices
from demo.loader.changes import CHANGES
from demo.loader.files import FOLDER, Calendar
from demo.loader.people import HR, find_certification, find_login, find_person
from lms import api as lms_api
from lms.api import Absence, Employee

AWARD_VERBS = {
    "revoked": revoke_award,
    "suspended": suspend_award,
    "reinstated": reinstate_award,
}


@dataclass(frozen=True)
class Happening:
    """An event of the file with its people found and its dates moved."""

    row: dict[str, Any]
    calendar: Calendar
    at: datetime

    @cached_property
    def employee(self) -> Employee:
        """Whom it happened to."""
        return find_person(self.row["employee_number"])

    @cached_property
    def certification(self) -> Certification:
        """Which certification it is about."""
        return find_certification(self.row["certification_code"])

    @cached_property
    def actor(self) -> Any:
        """Who recorded it: HR, unless the file names somebody else."""
        return find_login(self.row.get("by", HR))

    def day(self, name: str) -> date:
        """Return a day of the event, moved."""
        return self.calendar.day(self.row[name])

    def day_or_none(self, name: str) -> date | None:
        """Return a day of the event, moved, or None where it names none."""
        return self.day(name) if self.row.get(name) else None

    @property
    def who(self) -> dict[str, Any]:
        """Whose and which certification, for actions that take both."""
        return {"employee": self.employee, "certification": self.certification}

    @property
    def stamp(self) -> dict[str, Any]:
        """Who and when, for every action."""
        return {"actor": self.actor, "now": self.at}

    @property
    def latest_award(self) -> Award:
        """The award that it happened to."""
        return Award.objects.filter(**self.who).latest("awarded_at", "pk")


def record_event(row: dict[str, Any], calendar: Calendar, at: datetime) -> None:
    """Record one event of ``events.json``."""
    if row["kind"] in CHANGES:
        CHANGES[row["kind"]](row, calendar, at)
    else:
        EVENTS[row["kind"]](Happening(row, calendar, at))


def take_leave(event: Happening) -> None:
    """Record leave, also such that begins later."""
    lms_api.record_absence(
        employee=event.employee,
        kind=event.row["absence"],
        from_on=event.day("from_on"),
        until_on=event.day("until_on"),
        today=event.at.date(),
        **event.stamp,
    )


def come_back_early(event: Happening) -> None:
    """End the latest leave before its planned end."""
    lms_api.end_absence(
        absence=Absence.objects.filter(employee=event.employee).latest("from_on"),
        on=event.day("on"),
        reason=event.row["reason"],
        today=event.at.date(),
        **event.stamp,
    )


def exempt(event: Happening) -> None:
    """Ask a certification not for some time."""
    exempt_employee(
        from_on=event.day("from_on"),
        until_on=event.day("until_on"),
        reason=event.row["reason"],
        **event.who,
        **event.stamp,
    )


def ask_again(event: Happening) -> None:
    """End an exemption before its planned end."""
    end_exemption(
        exemption=Exemption.objects.filter(**event.who).latest("from_on"),
        on=event.day("on"),
        reason=event.row["reason"],
        **event.stamp,
    )


def assign(event: Happening) -> None:
    """Ask a certification of somebody by hand."""
    assign_certification(
        from_on=event.day("from_on"),
        due_on=event.day_or_none("due_on"),
        optional=event.row.get("optional", False),
        reason=event.row["reason"],
        **event.who,
        **event.stamp,
    )


def stop_asking(event: Happening) -> None:
    """End what was assigned by hand."""
    rows = Assignment.objects.filter(**event.who, source=Assignment.Source.PERSON)
    end_assignment(
        assignment=rows.latest("from_on"),
        on=event.day("on"),
        reason=event.row["reason"],
        **event.stamp,
    )


def change_award(event: Happening) -> None:
    """Revoke, suspend or reinstate the latest award."""
    AWARD_VERBS[event.row["kind"]](
        award=event.latest_award,
        effective_on=event.day("effective_on"),
        reason=event.row["reason"],
        **event.stamp,
    )


def extend(event: Happening) -> None:
    """Let the latest award hold longer."""
    extend_award(
        award=event.latest_award,
        effective_on=event.day("effective_on"),
        until_on=event.day("until_on"),
        reason=event.row["reason"],
        **event.stamp,
    )


def void(event: Happening) -> None:
    """Say that the latest award never was."""
    void_award(award=event.latest_award, reason=event.row["reason"], **event.stamp)


def correct(event: Happening) -> None:
    """Replace the latest award by one with the right days."""
    correct_award(
        award=event.latest_award,
        valid_from=event.day("valid_from"),
        valid_until=event.day_or_none("valid_until"),
        reason=event.row["reason"],
        **event.stamp,
    )


def propose(event: Happening) -> None:
    """Propose an award by hand."""
    propose_award(
        basis=event.row["basis"],
        valid_from=event.day("valid_from"),
        valid_until=event.day_or_none("valid_until"),
        reason=event.row["reason"],
        **event.who,
        **event.stamp,
    )


def decide_proposal(event: Happening) -> None:
    """Confirm or refuse what somebody else proposed."""
    decide = {"confirmed": confirm_proposal, "proposal_refused": refuse_proposal}
    decide[event.row["kind"]](
        proposal=AwardProposal.objects.get(**event.who, decision__isnull=True),
        reason=event.row.get("reason", ""),
        **event.stamp,
    )


def wish(event: Happening) -> None:
    """Ask for a certification of the catalogue."""
    ask_for_certification(
        reason=event.row.get("reason", ""),
        actor=event.employee.user,
        now=event.at,
        **event.who,
    )


def decide_wish(event: Happening) -> None:
    """Approve or refuse a wish, or take one's own back."""
    found = AssignmentRequest.objects.get(**event.who, decision__isnull=True)
    if event.row["kind"] == "wish_refused":
        refuse_wish(wish=found, reason=event.row["reason"], **event.stamp)
    elif event.row["kind"] == "wish_approved":
        approve_wish(wish=found, **event.stamp)
    else:
        withdraw_wish(wish=found, actor=event.employee.user, now=event.at)


def hand_in(event: Happening) -> None:
    """Hand in a proof, for what is asked or for the whole certification."""
    file = event.row.get("file", "attendance.png")
    target = None
    if not event.row.get("whole"):
        choices = list_choices(event.employee, event.at)
        target = next(
            choice.target
            for choice in choices
            if choice.target and choice.certification == event.certification
        )
    proof = Proof(
        certification=event.certification,
        target=target,
        title=event.row["title"],
        issuer=event.row["issuer"],
        done_on=event.day("done_on"),
        content=(FOLDER / "pictures" / file).read_bytes(),
        file_name=file,
        note=event.row.get("note", ""),
    )
    hand_in_evidence(employee=event.employee, proof=proof, actor=event.employee.user, now=event.at)


def decide_proof(event: Happening) -> None:
    """Accept or refuse a proof that waits."""
    found = EvidenceSubmission.objects.get(**event.who, review__isnull=True)
    if event.row["kind"] == "evidence_refused":
        refuse_evidence(submission=found, reason=event.row["reason"], **event.stamp)
        return
    accept_evidence(
        submission=found,
        valid_from=event.day_or_none("valid_from"),
        valid_until=event.day_or_none("valid_until"),
        **event.stamp,
    )


def sign_off(event: Happening) -> None:
    """Let an assessor sign off what the open cycle asks for."""
    needs = find_own_needs(event.employee, "sign_off", event.at)
    need = next(need for need in needs if need.cycle.certification == event.certification)
    sign_off_practice(
        employee=event.employee,
        target=need.requirement.target,
        remark=event.row["remark"],
        **event.stamp,
    )


def confirm_reading(event: Happening) -> None:
    """Confirm having read a standard."""
    lms_api.acknowledge_standard(
        employee=event.employee,
        standard=lms_api.Standard.objects.get(code=event.row["standard_code"]),
        name_as_written=event.employee.full_name,
        actor=None,
        now=event.at,
    )


EVENTS: dict[str, Callable[[Happening], None]] = {
    "absence": take_leave,
    "absence_ended": come_back_early,
    "exemption": exempt,
    "exemption_ended": ask_again,
    "assigned": assign,
    "assignment_ended": stop_asking,
    "revoked": change_award,
    "suspended": change_award,
    "reinstated": change_award,
    "extended": extend,
    "voided": void,
    "corrected": correct,
    "proposed": propose,
    "confirmed": decide_proposal,
    "proposal_refused": decide_proposal,
    "wish": wish,
    "wish_approved": decide_wish,
    "wish_refused": decide_wish,
    "wish_withdrawn": decide_wish,
    "evidence": hand_in,
    "evidence_accepted": decide_proof,
    "evidence_refused": decide_proof,
    "sign_off": sign_off,
    "acknowledged": confirm_reading,
}
