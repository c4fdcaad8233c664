"""The facts behind an answer as plain values: only what had been recorded by the moment asked."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from certification.awards.models import Award
from certification.awards.reads import Case, load_cases
from certification.catalogue.models import CertificationVersion
from certification.reports.reads.as_of.question import AnswerRow, Question
from lms.api import Employee, Posting


def write_json(value: object) -> bytes:
    """Return the one way these values are written, so that digests can be compared."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=as_text)
    return f"{text}\n".encode()


def as_text(value: object) -> str:
    """Return days and instants as ISO text, anything else as it prints."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def describe_question(question: Question) -> dict[str, Any]:
    """Return what was asked."""
    return {
        "certifications": [row.code for row in question.certifications],
        "on": question.on,
        "known_at": question.known_at,
        "branch": question.branch.code if question.branch else None,
        "region": question.region.name if question.region else None,
    }


def describe_row(row: AnswerRow) -> dict[str, Any]:
    """Return one line of the answer."""
    return {
        "employee_number": row.employee_number,
        "name": row.name,
        "branch_code": row.branch_code,
        "certification": row.certification.code,
        "standing": row.standing,
        "required": row.required,
        "counted": row.is_counted,
        "compliant": row.is_compliant,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "last_valid_day": row.last_day,
        "award": row.award_uuid,
        "reasons": list(row.reasons),
    }


def collect_people(question: Question, rows: Iterable[AnswerRow]) -> list[dict[str, Any]]:
    """Return the facts of everybody in the answer. Some fourteen queries, whatever their number."""
    numbers = sorted({row.employee_number for row in rows})
    people = list(
        Employee.objects.filter(employee_number__in=numbers)
        .select_related("home_branch")
        .order_by("employee_number")
    )
    ids = [certification.pk for certification in question.certifications]
    codes = {row.pk: row.code for row in question.certifications}
    cases: dict[int, list[Case]] = defaultdict(list)
    for case in load_cases(people, ids).values():
        cases[case.employee.pk].append(case)
    postings = collect_postings(question, [person.pk for person in people])
    return [
        {
            "employee_number": person.employee_number,
            "name": person.full_name,
            "postings": postings[person.pk],
            "absences": known_leave(cases[person.pk], question),
            "certifications": {
                codes[case.certification_id]: describe_case(case, question)
                for case in cases[person.pk]
            },
        }
        for person in people
    ]


def collect_postings(question: Question, ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return where people worked, with the ends as they were learned. Two queries."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Posting.objects.filter(employee__in=ids, recorded_at__lte=question.known_at)
    rows = rows.select_related("branch", "job_role").prefetch_related("ends")
    for row in rows.order_by("from_on", "pk"):
        found[row.employee_id].append(
            {
                "branch_code": row.branch.code,
                "job_role_code": row.job_role.code,
                "kind": row.kind,
                "from_on": row.from_on,
                "recorded_at": row.recorded_at,
                "ends": known(row.ends.all(), question, "until_on", "reason"),
            }
        )
    return found


def known(rows: Iterable[Any], question: Question, *fields: str) -> list[dict[str, Any]]:
    """Return the rows recorded by the moment asked about, with these fields."""
    return [
        {name: getattr(row, name) for name in (*fields, "recorded_at")}
        for row in rows
        if row.recorded_at <= question.known_at
    ]


def known_leave(cases: Collection[Case], question: Question) -> list[dict[str, Any]]:
    """Return when somebody was away. Why stays with HR: it decides nothing here."""
    rows = next((case.absences for case in cases), [])
    return [
        {
            "from_on": row.from_on,
            "until_on": row.until_on,
            "recorded_at": row.recorded_at,
            "ends": known(row.ends.all(), question, "on"),
        }
        for row in rows
        if row.recorded_at <= question.known_at
    ]


def describe_case(case: Case, question: Question) -> dict[str, Any]:
    """Return what is recorded about one person and certification."""
    return {
        "assignments": [
            describe_assignment(row, question)
            for row in case.assignments
            if row.recorded_at <= question.known_at
        ],
        "exemptions": [
            {
                "uuid": row.uuid,
                "from_on": row.from_on,
                "until_on": row.until_on,
                "reason": row.reason,
                "recorded_at": row.recorded_at,
                "ends": known(row.ends.all(), question, "on", "reason"),
            }
            for row in case.exemptions
            if row.recorded_at <= question.known_at
        ],
        "cycles": known(
            case.cycles, question, "uuid", "seq", "kind", "opens_on", "due_on", "closes_on"
        ),
        "awards": [
            describe_award(row, case, question)
            for row in case.awards
            if row.recorded_at <= question.known_at
        ],
    }


def describe_assignment(row: Any, question: Question) -> dict[str, Any]:
    """Return why it was asked of somebody, and when that ended."""
    end = getattr(row, "end", None)
    return {
        "uuid": row.uuid,
        "source": row.source,
        "optional": row.optional,
        "from_on": row.from_on,
        "due_on": row.due_on,
        "reason": row.reason,
        "recorded_at": row.recorded_at,
        "ends": known([end] if end is not None else [], question, "on", "reason"),
    }


def describe_award(row: Award, case: Case, question: Question) -> dict[str, Any]:
    """Return an award as it was made out, its trace, and what happened to it by then."""
    events = case.award_events.get(row.pk, ())
    return {
        "uuid": row.uuid,
        "version_id": row.version_id,
        "basis": row.basis,
        "awarded_at": row.awarded_at,
        "zone": row.zone,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "anchor_on": row.anchor_on,
        "anchor_active": row.anchor_active,
        "intervals": row.intervals,
        "trace": row.trace,
        "frozen": row.frozen,
        "evidence_note": row.evidence_note,
        "recorded_at": row.recorded_at,
        "events": known(events, question, "uuid", "kind", "effective_on", "until_on", "reason"),
    }


def collect_rules(question: Question) -> list[dict[str, Any]]:
    """Return the versions of the certifications with what each asks for. Two queries."""
    versions = (
        CertificationVersion.objects.filter(
            certification__in=question.certifications, recorded_at__lte=question.known_at
        )
        .select_related("certification")
        .prefetch_related("requirements")
        .order_by("certification__code", "number")
    )
    return [describe_version(row) for row in versions]


def describe_version(row: CertificationVersion) -> dict[str, Any]:
    """Return a version; its digest is that of the rest of it, written the same way."""
    found: dict[str, Any] = {
        "id": row.pk,
        "uuid": row.uuid,
        "certification": row.certification.code,
        "title": row.certification.title,
        "number": row.number,
        "effective_on": row.effective_on,
        "recorded_at": row.recorded_at,
        "policy": row.policy,
        "requirements": [
            {
                "uuid": need.uuid,
                "kind": need.kind,
                "target": need.target,
                "lowest_material_number": need.lowest_material_number,
                "label": need.label,
                "path": need.path,
                "group": need.group,
                "group_needs": need.group_needs,
            }
            for need in row.requirements.all()
        ],
    }
    return found | {"sha256": hashlib.sha256(write_json(found)).hexdigest()}
