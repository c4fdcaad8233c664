"""Leave and exemptions that ended early: what was known before stays the answer for then."""

from datetime import date, timedelta

import pytest

from certification.awards.actions import advance, end_assignment
from certification.awards.reads import (
    derive_as_known,
    derive_timeline,
    load_cases,
    load_rulebook,
)
from certification.models import Assignment, Cycle, Exemption, Standing
from certification.reports.reads.as_of import Question, answer_question
from certification.reports.reads.explain import explain_standing
from lms.api import Employee, record_absence
from lms.organisation.actions import end_absence
from tests.certification.factories import NOW, assign, make_simple_certification
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
FROM = TODAY + timedelta(days=10)
UNTIL = TODAY + timedelta(days=50)
BACK = TODAY + timedelta(days=20)
TOLD_AT = NOW + timedelta(days=30)
ON = TODAY + timedelta(days=25)


def case_of(person, certification):
    people = Employee.objects.filter(pk=person.pk).select_related("home_branch")
    return load_cases(people, [certification.pk])[person.pk, certification.pk]


def line_of(person, certification):
    return derive_timeline(case_of(person, certification), load_rulebook([certification.pk]))


def asked(person, certification, known_at=None, on=ON):
    return line_of(person, certification).at(on, known_at).required


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def certification(person):
    found, _standard = make_simple_certification()
    assign(person, found)
    return found


def test_an_early_return_counts_from_its_day_and_only_once_it_was_recorded(person, certification):
    absence = record_absence(
        employee=person,
        kind="parental",
        from_on=FROM,
        until_on=UNTIL,
        actor=None,
        now=NOW,
        today=TODAY,
    )

    end_absence(
        absence=absence,
        on=BACK,
        reason="Back early",
        actor=None,
        now=TOLD_AT,
        today=TOLD_AT.date(),
    )

    assert asked(person, certification, NOW) == "absent"
    assert asked(person, certification, TOLD_AT) == asked(person, certification) == "required"
    assert asked(person, certification, on=BACK - timedelta(days=1)) == "absent"
    assert Standing.objects.get().required == "required"


def test_ends_follow_their_own_leave_in_order_of_days_not_of_writing(person, certification):
    spans = [(FROM + timedelta(days=100), UNTIL + timedelta(days=100)), (FROM, UNTIL)]
    later, _sooner = [
        record_absence(
            employee=person,
            kind="sick",
            from_on=start,
            until_on=until,
            actor=None,
            now=NOW,
            today=TODAY,
        )
        for start, until in spans
    ]

    end_absence(
        absence=later,
        on=date(2020, 1, 1),
        reason="Planned no more",
        actor=None,
        now=TOLD_AT,
        today=TOLD_AT.date(),
    )

    assert asked(person, certification) == "absent"
    assert asked(person, certification, on=ON + timedelta(days=100)) == "required"
    assert asked(person, certification, NOW, ON + timedelta(days=100)) == "absent"


def test_an_exemption_that_ended_early_was_one_as_it_was_known_then(person, certification):
    exemption = Exemption.objects.create(
        employee=person,
        certification=certification,
        from_on=FROM,
        until_on=UNTIL,
        reason="Other duties",
        recorded_at=NOW,
    )
    exemption.ends.create(on=BACK, reason="Back at the counter", recorded_at=TOLD_AT)
    exemption.ends.create(on=UNTIL, reason="A mistake", recorded_at=TOLD_AT + timedelta(days=1))

    assert asked(person, certification, NOW) == "exempt"
    assert asked(person, certification, TOLD_AT) == "required"
    assert asked(person, certification) == "exempt"


def test_loading_cases_costs_the_same_for_one_and_for_ten(
    person, certification, django_assert_max_num_queries
):
    for size in (1, 10):
        for _n in range(size):
            somebody = make_person(user=None)
            assign(somebody, certification)
            absence = record_absence(
                employee=somebody,
                kind="sick",
                from_on=FROM,
                until_on=UNTIL,
                actor=None,
                now=NOW,
                today=TODAY,
            )
            absence.ends.create(on=BACK, recorded_at=NOW)
            exemption = Exemption.objects.create(
                employee=somebody,
                certification=certification,
                from_on=FROM,
                until_on=UNTIL,
                reason="Other duties",
                recorded_at=NOW,
            )
            exemption.ends.create(on=BACK, reason="Back", recorded_at=NOW)
        people = list(Employee.objects.select_related("home_branch"))
        with django_assert_max_num_queries(9):
            load_cases(people)


def test_a_cycle_cancelled_since_was_open_to_who_asks_as_of_before(person, certification):
    advance(now=NOW)
    frozen = TODAY + timedelta(days=77)
    assert Cycle.objects.filter(employee=person).update(due_on=frozen) == 1
    ended_at = NOW + timedelta(days=5)
    end_assignment(
        assignment=Assignment.objects.get(employee=person),
        on=ended_at.date(),
        reason="No longer at the counter",
        actor=None,
        now=ended_at,
    )
    assert Cycle.objects.get(employee=person).state == Cycle.State.CANCELLED
    on = TODAY + timedelta(days=8)
    case = case_of(person, certification)
    rulebook = load_rulebook([certification.pk])

    def due(known_at):
        return derive_as_known(case, rulebook, known_at).at(on, known_at).due_on

    assert due(NOW + timedelta(days=1)) == frozen
    assert due(NOW + timedelta(days=6)) is None
    assert due(None) is None

    def explained(known_at):
        return explain_standing(
            employee=person, certification=certification, on=on, known_at=known_at
        )

    before = explained(NOW + timedelta(days=1))
    assert (before.required, before.due_on) == ("required", frozen)
    assert (explained(None).required, explained(None).due_on) == ("not_required", None)

    def asked_on_screen(known_at):
        question = Question((certification,), on, known_at, person.home_branch)
        return [row.name for row in answer_question(question=question, people=everybody).missing]

    everybody = Employee.objects.all()
    assert asked_on_screen(NOW + timedelta(days=1)) == [person.full_name]
    assert asked_on_screen(NOW + timedelta(days=6)) == []
