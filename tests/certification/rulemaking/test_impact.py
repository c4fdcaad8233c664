"""A preview says whom a change of rules reaches, and then exactly that happens."""

from datetime import date, timedelta

import pytest

from certification.awards.actions import advance
from certification.catalogue.actions import RequirementDraft, add_audience_rule
from certification.rulemaking.reads.impact import (
    preview_audience_rule,
    preview_rule_end,
    preview_version,
)
from tests.certification.factories import NOW, YEARLY, assign, make_simple_certification
from tests.certification.people import make_award
from tests.lms.factories import BranchFactory, JobRoleFactory, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = NOW.date()


def drafts_of(certification):
    rows = certification.versions.order_by("-number").first().requirements.all()
    return [
        RequirementDraft(row.kind, row.target, row.label, path=row.path, group=row.group)
        for row in rows
    ]


def preview(certification, *, effective_on=TODAY, now=NOW, **policy):
    return preview_version(
        certification=certification,
        policy=YEARLY | policy,
        requirements=drafts_of(certification),
        effective_on=effective_on,
        now=now,
    )


def test_two_years_instead_of_one_move_the_next_award_and_not_the_present_one():
    certification, _ = make_simple_certification()
    person = make_person()
    make_award(person, certification, start=date(2026, 1, 10), until=date(2027, 1, 10))
    assign(person, certification)
    impact = preview(certification, active="P2Y")
    row = impact.rows[0]
    assert row.branch_id == person.home_branch_id
    assert (row.numbers.reached, row.numbers.gains, row.numbers.loses) == (1, 0, 0)
    assert (row.numbers.moves, row.numbers.later, row.numbers.earlier) == (1, 1, 0)
    assert row.numbers.widest_days == 366
    example = row.examples[0]
    assert (example.name, example.kind, example.what) == (person.full_name, "moves", "expiry")
    assert (example.before, example.after) == (date(2028, 1, 9), date(2029, 1, 9))


def ask(certification, **fields):
    values = {
        "region": None, "branch": None, "job_roles": (), "tenure_days": 0, "optional": False,
        "from_on": TODAY, "until_on": None,
    } | fields  # fmt: skip
    return preview_audience_rule(certification=certification, now=NOW, **values)


def test_a_rule_gains_those_who_are_not_asked_yet():
    certification, _ = make_simple_certification()
    branch, cashier = BranchFactory(), JobRoleFactory()
    asked = make_person(branch, cashier)
    make_person(branch, cashier)
    make_person(branch)
    assign(asked, certification)
    impact = ask(certification, branch=branch, job_roles=[cashier])
    assert (impact.totals.numbers.reached, impact.totals.numbers.gains) == (2, 1)


def test_a_rule_that_ends_loses_those_whom_nothing_else_asks():
    certification, _ = make_simple_certification()
    kept, lost = make_person(), make_person()
    rule = add_audience_rule(certification=certification, reason="Counter", from_on=TODAY, now=NOW)
    advance(now=NOW)
    assign(kept, certification)
    impact = preview_rule_end(rule=rule, on=TODAY + 5 * DAY, now=NOW)
    assert (impact.totals.numbers.reached, impact.totals.numbers.loses) == (2, 1)
    assert [row.branch_id for row in impact.rows if row.numbers.loses] == [lost.home_branch_id]
    again = ask(certification, replaces=rule)
    assert again.totals.numbers.loses == again.totals.numbers.gains == 0
