from datetime import date, timedelta

import pytest

from lms import registry
from lms.api import (
    Absence,
    Employee,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    RuleError,
    end_employment,
    record_absence,
    refresh_home_branches,
    rehire,
    transfer_employee,
)
from lms.organisation.actions import add_secondary_posting, hire
from tests.lms.factories import (
    HIRED_ON,
    NOW,
    TODAY,
    BranchFactory,
    JobRoleFactory,
    RegionFactory,
    make_granted,
    make_person,
)

pytestmark = pytest.mark.django_db
WHEN = {"now": NOW, "today": TODAY, "actor": None}


@pytest.fixture
def told(monkeypatch):
    calls = []
    followers = registry.Providers("for this test")
    followers.register(lambda ids, today, now: calls.append((list(ids), today, now)))
    monkeypatch.setattr(registry, "roster_followers", followers)
    return calls


def spans(person):
    postings = person.postings.real().order_by("from_on")
    return [(p.branch.code, p.from_on, p.until_on) for p in postings]


def join(**fields):
    given = {
        "employee_number": "A1",
        "given_name": "Ann",
        "family_name": "Lee",
        "email": "ann@example.com",
        "hired_on": TODAY,
    }
    fields.setdefault("job_role", JobRoleFactory())
    if "branch" not in fields:
        fields["branch"] = BranchFactory(code="0101")
    return hire(**{**given, **WHEN, **fields})


def test_somebody_hired_is_posted_at_home_and_has_a_login(told):
    ann = join()

    assert spans(ann) == [("0101", TODAY, None)]
    assert ann.home_branch.code == "0101"
    assert ann.user.get_username() == "A1"
    assert told == [([ann.pk], TODAY, NOW)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"employee_number": "a1", "email": ""}, "employee_number"),
        ({"employee_number": "A2", "email": "ANN@example.com"}, "email"),
    ],
)
def test_a_number_or_address_of_somebody_else_is_refused(fields, field):
    join()

    with pytest.raises(InvalidInputError) as caught:
        join(branch=BranchFactory(), **fields)
    assert caught.value.field == field
    assert Employee.objects.count() == 1


def test_a_transfer_ends_one_posting_and_begins_another(told):
    ann, there = make_person(), BranchFactory(code="0102")
    here = ann.home_branch.code

    transfer_employee(employee=ann, branch=there, job_role=ann.home_job_role, from_on=TODAY, **WHEN)

    assert spans(ann) == [(here, HIRED_ON, TODAY), ("0102", TODAY, None)]
    assert ann.home_branch == there
    assert told == [([ann.pk], TODAY, NOW)]


def test_a_transfer_to_where_somebody_is_changes_nothing(told):
    ann = make_person()

    transfer_employee(
        employee=ann, branch=ann.home_branch, job_role=ann.home_job_role, from_on=TODAY, **WHEN
    )

    assert (len(spans(ann)), told) == (1, [])


def test_a_planned_transfer_moves_the_home_only_when_its_day_comes(told):
    ann, there = make_person(), BranchFactory()
    here, day = ann.home_branch, TODAY + timedelta(days=7)
    transfer_employee(employee=ann, branch=there, job_role=ann.home_job_role, from_on=day, **WHEN)
    assert ann.home_branch == here
    told.clear()

    assert refresh_home_branches(today=TODAY, now=NOW) == 0
    assert refresh_home_branches(today=day, now=NOW) == 1
    assert refresh_home_branches(today=day, now=NOW) == 0

    ann.refresh_from_db()
    assert ann.home_branch == there
    assert told == [([ann.pk], day, NOW)]


def test_following_dates_costs_the_same_for_one_person_and_for_thirty(
    told,
    django_assert_num_queries,
):
    there, day = BranchFactory(), TODAY + timedelta(days=7)
    for size in (1, 30):
        for _n in range(size):
            ann = make_person(user=None)
            transfer_employee(
                employee=ann, branch=there, job_role=ann.home_job_role, from_on=day, **WHEN
            )
        with django_assert_num_queries(4):  # savepoint, search, update, release
            assert refresh_home_branches(today=day, now=NOW) == size


def test_a_transfer_into_a_later_planned_one_ends_where_that_begins():
    ann, first, second = make_person(), BranchFactory(code="F"), BranchFactory(code="S")
    later = TODAY + timedelta(days=30)
    role = ann.home_job_role
    transfer_employee(employee=ann, branch=second, job_role=role, from_on=later, **WHEN)

    transfer_employee(employee=ann, branch=first, job_role=role, from_on=TODAY, **WHEN)

    assert spans(ann)[1:] == [("F", TODAY, later), ("S", later, None)]


def test_a_transfer_of_somebody_who_has_left_is_refused():
    ann = make_person(left_on=TODAY)

    with pytest.raises(RuleError) as caught:
        transfer_employee(
            employee=ann,
            branch=BranchFactory(),
            job_role=ann.home_job_role,
            from_on=TODAY,
            **WHEN,
        )
    assert caught.value.code == "has_left"


def test_a_main_posting_over_another_is_refused():
    ann = make_person(left_on=TODAY)
    ann.postings.update(until_on=TODAY + timedelta(days=9))

    with pytest.raises(RuleError) as caught:
        rehire(
            employee=ann,
            branch=ann.home_branch,
            job_role=ann.home_job_role,
            hired_on=TODAY,
            **WHEN,
        )
    assert caught.value.code == "posting_overlaps"
    assert Employee.objects.get(pk=ann.pk).left_on == TODAY


def test_helping_out_leaves_the_home_where_it_is():
    ann = make_person()

    add_secondary_posting(
        employee=ann,
        branch=BranchFactory(),
        job_role=ann.home_job_role,
        from_on=TODAY,
        until_on=None,
        **WHEN,
    )

    ann.refresh_from_db()
    assert ann.postings.primary().get().branch == ann.home_branch


def test_leave_is_recorded_once_for_each_day(told):
    ann = make_person()
    until = TODAY + timedelta(days=60)

    absence = record_absence(
        employee=ann, kind="parental", from_on=TODAY, until_on=until, reason="twins", **WHEN
    )

    assert (absence.kind, absence.reason) == (Absence.Kind.PARENTAL, "twins")
    assert told == [([ann.pk], TODAY, NOW)]
    with pytest.raises(RuleError) as caught:
        record_absence(
            employee=ann,
            kind="sick",
            from_on=until - timedelta(days=1),
            until_on=until + timedelta(days=9),
            **WHEN,
        )
    assert caught.value.code == "absence_overlaps"
    record_absence(
        employee=ann, kind="sick", from_on=until, until_on=until + timedelta(days=9), **WHEN
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"until_on": TODAY}, "until_on"), ({"kind": "holiday"}, "kind")],
)
def test_leave_that_makes_no_sense_is_refused(fields, field):
    given = {"kind": "sick", "from_on": TODAY, "until_on": TODAY + timedelta(days=2)}

    with pytest.raises(InvalidInputError) as caught:
        record_absence(employee=make_person(), **{**given, **fields}, **WHEN)
    assert caught.value.field == field


def test_leaving_ends_postings_and_keeps_them(told):
    ann = make_person()
    role, day = ann.home_job_role, TODAY + timedelta(days=10)
    transfer_employee(
        employee=ann,
        branch=BranchFactory(),
        job_role=role,
        from_on=TODAY + timedelta(days=20),
        **WHEN,
    )
    told.clear()

    end_employment(employee=ann, left_on=day, **WHEN)

    assert [(span[1], span[2]) for span in spans(ann)] == [(HIRED_ON, day)]
    assert ann.left_on == day
    assert told == [([ann.pk], TODAY, NOW)]


def test_nobody_leaves_before_joining():
    with pytest.raises(InvalidInputError) as caught:
        end_employment(employee=make_person(), left_on=HIRED_ON, **WHEN)
    assert caught.value.field == "left_on"


def test_who_comes_back_is_the_same_person_with_history():
    ann = make_person(left_on=date(2025, 6, 1))
    first, there = ann.home_branch.code, BranchFactory(code="0102")

    back = rehire(employee=ann, branch=there, job_role=ann.home_job_role, hired_on=TODAY, **WHEN)

    assert (back.pk, back.hired_on, back.left_on) == (ann.pk, TODAY, None)
    assert spans(ann) == [(first, HIRED_ON, date(2025, 6, 1)), ("0102", TODAY, None)]


def test_nobody_comes_back_who_has_not_left():
    ann = make_person()

    with pytest.raises(RuleError) as caught:
        rehire(
            employee=ann,
            branch=ann.home_branch,
            job_role=ann.home_job_role,
            hired_on=TODAY,
            **WHEN,
        )
    assert caught.value.code == "has_not_left"


def test_hr_of_a_region_acts_in_it_and_finds_nothing_outside():
    region = RegionFactory()
    here, there = BranchFactory(region=region), BranchFactory()
    hr = make_granted("regional_hr", region=region)
    when = {**WHEN, "actor": hr}
    ann, outsider = make_person(here), make_person(there)

    end_employment(employee=ann, left_on=TODAY, **when)

    with pytest.raises(NotFoundError):
        end_employment(employee=outsider, left_on=TODAY, **when)
    with pytest.raises(NotFoundError):
        transfer_employee(
            employee=make_person(here),
            branch=there,
            job_role=ann.home_job_role,
            from_on=TODAY,
            **when,
        )


@pytest.mark.parametrize("role", ["branch_manager", "auditor"])
def test_who_may_only_see_people_changes_nobody(role):
    ann = make_person()
    actor = make_granted(role, branch=ann.home_branch)

    with pytest.raises(NotAllowedError):
        record_absence(
            employee=ann,
            kind="sick",
            from_on=TODAY,
            until_on=TODAY + timedelta(days=1),
            now=NOW,
            today=TODAY,
            actor=actor,
        )
