"""A small company for reports: places, people, certifications, through the real actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from certification.awards.actions import PastAward, assign_certification, record_past_awards
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.catalogue.models import Certification
from quizzes.api import Quiz
from tests.lms.factories import EmployeeFactory

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
BEFORE = NOW - timedelta(days=60)
POLICY = {"active": "P1Y", "method": "anniversary", "window": "P30D", "due": "P14D"}


def make_live_quiz(code) -> Quiz:
    """Return a quiz that counts as published; nobody can take it, since it has no questions."""
    return Quiz.objects.create(code=code, title=f"Quiz {code}")


def make_certification(code="phone", title="Phone", **policy) -> Certification:
    """Return a certification whose first version asks for a quiz that nobody has passed."""
    certification = Certification.objects.create(code=code, title=title, reminder_days=[30, 7, 1])
    publish_version(
        certification=certification,
        policy=POLICY | policy,
        requirements=[RequirementDraft("quiz", make_live_quiz(code).uuid, f"Quiz {title}")],
        effective_on=date(2024, 1, 1),
        actor=None,
        now=BEFORE,
    )
    return certification


def make_people(branch, role, number, **fields):
    """Return people at home in a branch."""
    return [
        EmployeeFactory(home_branch=branch, home_job_role=role, **fields) for _n in range(number)
    ]


def assign(
    people, certification, *, from_on=TODAY - timedelta(days=40), due_on=None, now=NOW, **more
):
    """Ask a certification of people; without a due day the policy's 14 days have passed."""
    for person in people:
        assign_certification(
            employee=person,
            certification=certification,
            from_on=from_on,
            due_on=due_on,
            reason="Everybody at the counter",
            actor=None,
            now=now,
            **more,
        )


def certify(people, certification, *, from_on=date(2025, 6, 1), until_on=date(2026, 6, 1)):
    """Record past awards of people."""
    return record_past_awards(
        rows=[
            PastAward(person.pk, certification.pk, from_on, from_on, until_on, "paper file")
            for person in people
        ],
        actor=None,
        now=NOW,
    )
