"""Where people worked on a day, as it was known at a moment."""

from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from lms.api import (
    InvalidInputError,
    NotAllowedError,
    Posting,
    RuleError,
    end_employment,
    import_roster,
    record_absence,
    rehire,
    transfer_employee,
)
from lms.organisation.actions import end_absence, hire
from lms.organisation.models import Absence, AbsenceEnd, PostingEnd
from tests.lms.factories import (
    HIRED_ON,
    NOW,
    TODAY,
    AbsenceFactory,
    BranchFactory,
    JobRoleFactory,
    PostingFactory,
    make_granted,
    make_person,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)
BEFORE = NOW + timedelta(days=1)
NEXT_WEEK = TODAY + timedelta(days=7)
WHEN = {"now": LATER, "today": LATER.date(), "actor": None}
HEADER = "employee_number,given_name,family_name,branch_code,job_role_code,hired_on,left_on"


def place(person, day, known_at=None):
    found = Posting.objects.primary().on(day, known_at).filter(employee=person)
    return [posting.branch.code for posting in found]


def bring_in(*rows, **options):
    content = "\n".join([HEADER, *rows]).encode()
    return import_roster(content=content, file_name="r.csv", **{**WHEN, **options})


def test_a_transfer_recorded_later_leaves_the_earlier_answer_as_it_was():
    ann, there = make_person(), BranchFactory(code="0102")
    here = ann.home_branch.code

    transfer_employee(employee=ann, branch=there, job_role=ann.home_job_role, from_on=TODAY, **WHEN)

    assert place(ann, TODAY, BEFORE) == [here]
    assert place(ann, TODAY, LATER) == place(ann, TODAY) == ["0102"]
    assert place(ann, TODAY, NOW - timedelta(days=1)) == []
    assert place(ann, HIRED_ON - timedelta(days=1), LATER) == []


def test_a_planned_transfer_that_was_taken_back_is_still_known_as_it_was_planned():
    ann, first, second = make_person(), BranchFactory(code="F"), BranchFactory(code="S")
    role = ann.home_job_role
    plan = {**WHEN, "now": NOW, "today": TODAY}
    transfer_employee(employee=ann, branch=first, job_role=role, from_on=NEXT_WEEK, **plan)

    transfer_employee(employee=ann, branch=second, job_role=role, from_on=NEXT_WEEK, **WHEN)

    assert place(ann, NEXT_WEEK, BEFORE) == ["F"]
    assert place(ann, NEXT_WEEK) == ["S"]
    assert ann.postings.count() == 3
    assert ann.postings.real().count() == 2


def test_leaving_and_coming_back_answer_from_postings():
    ann = make_person()
    here = ann.home_branch
    end_employment(employee=ann, left_on=NEXT_WEEK, **WHEN)
    ann.refresh_from_db()
    back = LATER + timedelta(days=100)
    rehire(
        employee=ann,
        branch=here,
        job_role=ann.home_job_role,
        hired_on=back.date(),
        actor=None,
        now=back,
        today=back.date(),
    )

    assert place(ann, NEXT_WEEK, BEFORE) == [here.code]
    assert place(ann, NEXT_WEEK, LATER) == place(ann, NEXT_WEEK) == []
    assert place(ann, back.date(), LATER) == []
    assert place(ann, back.date()) == [here.code]
    assert ann.postings.first().ends.get().reason == "Left."


def test_an_end_that_is_known_from_the_start_is_a_fact_too():
    role, branch = JobRoleFactory(code="cashier"), BranchFactory(code="0101")
    hire(
        employee_number="A1",
        given_name="Ann",
        family_name="Lee",
        branch=branch,
        job_role=role,
        hired_on=TODAY,
        actor=None,
        now=NOW,
        today=TODAY,
    )
    bring_in("B1,Bo,Lee,0101,cashier,2026-01-05,2026-02-01")

    assert PostingEnd.objects.get().until_on == date(2026, 2, 1)


def test_the_roster_takes_back_shortens_and_lengthens_without_losing_what_was_known():
    JobRoleFactory(code="cashier")
    BranchFactory(code="0101")
    BranchFactory(code="0102")
    first = {"now": NOW, "today": TODAY}
    bring_in("A1,Ann,Lee,0101,cashier,2024-01-08,", "B1,Bo,Lee,0101,cashier,2026-02-01,", **first)
    ann, bo = (Posting.objects.get(employee__employee_number=n).employee for n in ("A1", "B1"))

    bring_in("A1,Ann,Lee,0102,cashier,2024-01-08,", "B1,Bo,Lee,0101,cashier,2026-02-15,")

    moved_on = LATER.date()
    assert (place(ann, moved_on, BEFORE), place(ann, moved_on)) == (["0101"], ["0102"])
    early = date(2026, 2, 10)
    assert (place(bo, early, BEFORE), place(bo, early)) == (["0101"], [])
    much_later = LATER + timedelta(days=30)
    leaves = {"now": much_later, "today": much_later.date()}
    bring_in("A1,Ann,Lee,0102,cashier,2024-01-08,2026-06-01", **leaves)
    stays = {"now": much_later + timedelta(days=1), "today": much_later.date()}
    bring_in("A1,Ann,Lee,0102,cashier,2024-01-08,", **stays)
    gone = date(2026, 6, 1)
    assert place(ann, gone, LATER) == ["0102"]
    assert place(ann, gone, much_later) == []
    assert place(ann, gone) == ["0102"]


def test_the_last_word_recorded_is_kept_on_the_posting():
    ann = make_person()
    end_employment(employee=ann, left_on=NEXT_WEEK, **WHEN)

    posting = ann.postings.get()

    assert posting.until_on == posting.ends.last().until_on == NEXT_WEEK


def test_who_was_where_costs_one_query_for_one_person_and_for_twenty(django_assert_num_queries):
    branch = BranchFactory()
    for size in (1, 20):
        for _n in range(size):
            make_person(branch, user=None)
        with django_assert_num_queries(1):
            found = list(Posting.objects.primary().on(TODAY, LATER).filter(branch=branch))
        assert len(found) >= size


def test_ends_are_filled_in_for_postings_ended_before_and_can_be_taken_away():
    migration = import_module("lms.migrations.0004_posting_ends")
    ended = PostingFactory(until_on=TODAY)
    never = PostingFactory(from_on=TODAY, until_on=TODAY)
    editor = SimpleNamespace(connection=connection, execute=connection.cursor().execute)

    migration.forget_ends(apps, editor)
    assert not PostingEnd.objects.exists()
    assert not Posting.objects.filter(pk=never.pk).exists()
    migration.record_ends(apps, editor)

    end = PostingEnd.objects.get()
    assert (end.posting_id, end.until_on, end.recorded_at) == (ended.pk, TODAY, ended.recorded_at)


def test_somebody_who_comes_back_early_was_away_as_it_was_known_then():
    ann = make_person()
    until = TODAY + timedelta(days=60)
    absence = AbsenceFactory(employee=ann, from_on=TODAY, until_on=until)

    end_absence(absence=absence, on=NEXT_WEEK, reason="Back early", **WHEN)

    assert ann.absences.on(NEXT_WEEK, BEFORE).exists()
    assert not ann.absences.on(NEXT_WEEK).exists()
    assert ann.absences.on(TODAY).exists()
    assert AbsenceEnd.objects.get().reason == "Back early"
    record_absence(employee=ann, kind="sick", from_on=NEXT_WEEK, until_on=until, **WHEN)


def test_leave_can_be_taken_back_altogether_and_the_end_corrected():
    ann = make_person()
    absence = AbsenceFactory(employee=ann, from_on=TODAY, until_on=TODAY + timedelta(days=60))

    end_absence(absence=absence, on=HIRED_ON, reason="Entered twice", **WHEN)
    assert not ann.absences.on(TODAY).exists()
    more = {**WHEN, "now": LATER + timedelta(days=1)}
    end_absence(absence=absence, on=NEXT_WEEK, reason="It was true", **more)

    assert ann.absences.on(TODAY).exists()
    assert not ann.absences.on(TODAY, LATER).exists()
    assert Absence.objects.get().until_on == TODAY + timedelta(days=60)


@pytest.mark.parametrize(
    ("days", "reason", "error"),
    [
        (70, "Back", InvalidInputError),
        (5, " ", InvalidInputError),
        (60, "Back", RuleError),
    ],
)
def test_an_end_of_leave_that_makes_no_sense_is_refused(days, reason, error):
    absence = AbsenceFactory(from_on=TODAY, until_on=TODAY + timedelta(days=60))

    with pytest.raises(error):
        end_absence(absence=absence, on=TODAY + timedelta(days=days), reason=reason, **WHEN)
    assert not AbsenceEnd.objects.exists()


def test_leave_is_not_lengthened_again_over_other_leave():
    ann = make_person()
    absence = AbsenceFactory(employee=ann, from_on=TODAY, until_on=TODAY + timedelta(days=60))
    end_absence(absence=absence, on=NEXT_WEEK, reason="Back early", **WHEN)
    AbsenceFactory(employee=ann, from_on=NEXT_WEEK, until_on=NEXT_WEEK + timedelta(days=2))

    with pytest.raises(RuleError) as caught:
        end_absence(absence=absence, on=NEXT_WEEK + timedelta(days=1), reason="Mistake", **WHEN)
    assert caught.value.code == "absence_overlaps"


def test_nobody_ends_his_own_leave_and_who_may_only_look_ends_nobodys():
    ann = make_person()
    absence = AbsenceFactory(employee=ann, from_on=TODAY, until_on=TODAY + timedelta(days=60))
    hr = make_granted("hr")
    ann.user = hr
    ann.save()
    auditor = make_granted("auditor")

    for actor in (hr, auditor):
        with pytest.raises(NotAllowedError):
            end_absence(absence=absence, on=NEXT_WEEK, reason="Back", **{**WHEN, "actor": actor})
    assert not AbsenceEnd.objects.exists()
