"""The evidence of an answer in one file: summary, lists, facts, and sums to check them by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certification.awards.reads import find_company
from certification.certificates.reads import read_static, refuse_to_fetch
from certification.reports.reads.as_of.answer import AT_ONCE, answer_question
from certification.reports.reads.as_of.facts import (
    collect_people,
    collect_rules,
    describe_question,
    describe_row,
    write_json,
)
from certification.reports.reads.as_of.packing import pack_files, write_csv
from certification.reports.reads.as_of.question import Answer, AnswerRow, Question
from lms import api as lms_api
from lms.api import Employee

PEOPLE_IN_A_FILE: Final = AT_ONCE
Line = list[object]


class TooManyPeopleError(lms_api.RuleError):
    """More people than fit into one file."""


def pack_evidence(*, question: Question, people: QuerySet[Employee]) -> bytes:
    """Return the zip. The same question at the same moment of knowledge gives the same bytes.

    It is written in the site's language and in UTC, whoever asks.

    Raises: TooManyPeopleError where the place holds more than a thousand people.
    """
    with translation.override(settings.LANGUAGE_CODE), timezone.override(UTC):
        return pack_files(collect_files(question, people))


def collect_files(question: Question, people: QuerySet[Employee]) -> dict[str, bytes]:
    """Return the files by name."""
    answer = answer_question(question=question, people=people)
    if not answer.is_whole:
        raise TooManyPeopleError(
            _("One file holds at most %(number)s people. Choose a branch or a smaller region.")
            % {"number": PEOPLE_IN_A_FILE},
            code="too_many_people",
        )
    files = {
        "facts.json": write_json(collect_facts(answer)),
        "holders.csv": write_csv(holder_lines(answer.held)),
        "required_not_certified.csv": write_csv(missing_lines(answer.missing)),
    }
    pdf = write_summary(answer, files["facts.json"])
    if pdf is not None:
        files["summary.pdf"] = pdf
    files["README.txt"] = write_readme(answer, has_summary=pdf is not None)
    return files


def collect_facts(answer: Answer) -> dict[str, Any]:
    """Return question, answer and the facts it follows from."""
    rows = [*answer.held, *answer.missing]
    return {
        "question": describe_question(answer.question),
        "totals": [
            {
                "certification": total.certification.code,
                "held": total.held,
                "required_and_due": total.counts.counted,
                "of_these_compliant": total.counts.compliant,
                "percent": total.counts.percent,
                "not_yet_due": total.counts.newcomers,
            }
            for total in answer.totals
        ],
        "answer": [describe_row(row) for row in rows],
        "people": collect_people(answer.question, rows),
        "rules": collect_rules(answer.question),
    }


def holder_lines(rows: Iterable[AnswerRow]) -> Iterator[Line]:
    """Return heading and holders. ``valid_until`` is the first day without it, as in the API."""
    yield [
        "certification_code",
        "employee_number",
        "name",
        "branch_code",
        "valid_from",
        "valid_until",
        "last_valid_day",
        "basis",
        "required",
        "award",
    ]
    for row in rows:
        yield [
            row.certification.code,
            row.employee_number,
            row.name,
            row.branch_code,
            iso(row.valid_from),
            iso(row.valid_until),
            iso(row.last_day),
            row.basis,
            row.required,
            str(row.award_uuid or ""),
        ]


def missing_lines(rows: Iterable[AnswerRow]) -> Iterator[Line]:
    """Return heading and who was asked and did not hold it, with the reason."""
    yield ["certification_code", "employee_number", "name", "branch_code", "standing", "reasons"]
    for row in rows:
        yield [
            row.certification.code,
            row.employee_number,
            row.name,
            row.branch_code,
            row.standing,
            "; ".join(row.reasons),
        ]


def iso(day: date | None) -> str:
    """Return a day as ISO text, or nothing."""
    return day.isoformat() if day else ""


def write_summary(answer: Answer, facts: bytes) -> bytes | None:
    """Return the summary as PDF, or None on a server that cannot make one."""
    digest = hashlib.sha256(facts)
    context = describe_answer(answer) | {
        "digest": digest.hexdigest(),
        "style": read_static("standardbearer/certification/evidence-print.css"),
    }
    html = render_to_string("standardbearer/certification/admin/evidence_pdf.html", context)
    return draw_summary(html, identifier=digest.digest()[:16])


def draw_summary(html: str, *, identifier: bytes) -> bytes | None:
    """Return a page as tagged PDF/UA-1, or None where WeasyPrint or pango is missing."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):
        return None
    pdf: bytes = HTML(string=html, url_fetcher=refuse_to_fetch).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=identifier, pdf_tags=True
    )
    return pdf


def write_readme(answer: Answer, *, has_summary: bool) -> bytes:
    """Return what the file holds, in plain words."""
    context = describe_answer(answer) | {"has_summary": has_summary}
    name = "standardbearer/certification/admin/evidence_readme.txt"
    return render_to_string(name, context).encode()


def describe_answer(answer: Answer) -> dict[str, Any]:
    """Return what summary and README say of an answer."""
    return {
        "answer": answer,
        "question": answer.question,
        "company": find_company(),
        "place": answer.question.branch or answer.question.region,
        "limit": PEOPLE_IN_A_FILE,
    }
