"""Certifications for tests, with real quizzes and standards below them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from certification.awards.actions import assign_certification
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.catalogue.models import Certification
from lms.api import acknowledge_standard
from tests.lms.standards.factories import publish_standard
from tests.quizzes.factories import make_small_quiz

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
YEARLY = {"method": "completion", "active": "P1Y", "window": "P1M", "due": "P30D"}


def make_policy_standard(code="PRIVACY-01"):
    """Return a live standard that is acknowledged."""
    return publish_standard(code, needs_acknowledgement=True)


def make_certification(code="CERT", *, policy=None, standards=(), quizzes=(), now=NOW):
    """Return a certification that asks for these acknowledgements and quizzes."""
    certification = Certification.objects.create(
        code=code, title=f"Title of {code}", reminder_days=[30, 7, 1]
    )
    drafts = [RequirementDraft("acknowledgement", s.uuid, f"Confirm {s.code}") for s in standards]
    drafts += [RequirementDraft("quiz", quiz.uuid, f"Pass {quiz.code}") for quiz in quizzes]
    publish_version(
        certification=certification,
        policy=policy or YEARLY,
        requirements=drafts,
        effective_on=date(2020, 1, 1),
        actor=None,
        now=now,
    )
    return certification


def make_simple_certification(code="CERT", **options):
    """Return a certification that asks for one acknowledgement, and that standard."""
    standard = make_policy_standard(f"STD-{code}")
    return make_certification(code, standards=[standard], **options), standard


def make_full_certification(code="CERT", **options):
    """Return a certification that asks for a policy and a quiz, the standard and the quiz."""
    standard = make_policy_standard(f"STD-{code}")
    quiz = make_small_quiz(cool_down_minutes=0)
    return make_certification(code, standards=[standard], quizzes=[quiz], **options), standard, quiz


def assign(employee, certification, now=NOW, **fields):
    """Ask a certification of somebody from today."""
    fields.setdefault("from_on", now.date())
    return assign_certification(
        employee=employee,
        certification=certification,
        reason="Serves customers",
        actor=None,
        now=now,
        **fields,
    )


def confirm(employee, standard, now=NOW):
    """Acknowledge a standard."""
    return acknowledge_standard(
        employee=employee,
        standard=standard,
        name_as_written=employee.full_name,
        actor=employee.user,
        now=now,
    )
