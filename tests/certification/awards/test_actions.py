"""From an assignment to an award, through the real apps below."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.awards.actions import (
    PastAward,
    advance,
    end_assignment,
    exempt_employee,
    extend_award,
    record_past_awards,
    refresh_people,
    reinstate_award,
    revoke_award,
    suspend_award,
)
from certification.awards.actions.award import add_award_event
from certification.models import (
    Award,
    BranchTally,
    CoverageSpan,
    Cycle,
    CycleEvidence,
    Standing,
)
from certification.reports.reads import find_drift
from lms.api import DomainEvent, InvalidInputError, NotAllowedError, record_absence
from tests.certification.factories import (
    NOW,
    assign,
    confirm,
    make_full_certification,
    make_simple_certification,
)
from tests.lms.factories import make_person
from tests.quizzes.factories import take

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Run what is due after commit as the request would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def standing_of(person):
    return Standing.objects.get(employee=person)


def tally_of(person):
    return BranchTally.objects.get(branch=person.home_branch)


def earn(person, certification, standard, commit, now=NOW):
    assign(person, certification, now)
    with commit():
        confirm(person, standard, now)
    return Award.objects.get(employee=person)


def test_an_assignment_opens_a_first_cycle_with_its_due_day():
    certification, _ = make_simple_certification()
    person = make_person()
    assign(person, certification)
    cycle = Cycle.objects.get(employee=person)
    assert (cycle.kind, cycle.opens_on, cycle.due_on) == (
        "first",
        date(2026, 3, 2),
        date(2026, 4, 1),
    )
    row = standing_of(person)
    assert (row.standing, row.task, row.required, row.badge) == (
        "never", "open", "required", "not_started",
    )  # fmt: skip
    assert row.is_new
    assert not row.counted
    assert tally_of(person).newcomers == 1


def test_the_last_requirement_awards_on_the_day_it_was_met(commit):
    certification, standard, quiz = make_full_certification()
    person = make_person()
    assign(person, certification)
    with commit():
        confirm(person, standard, NOW + DAY)
    assert standing_of(person).badge == "in_progress"
    with commit():
        take(person, quiz, right=4, now=NOW + 3 * DAY)
    award = Award.objects.get(employee=person)
    assert (award.basis, award.valid_from) == ("completed", date(2026, 3, 5))
    assert award.valid_until == date(2027, 3, 5)
    assert award.name.full_name == person.full_name
    assert {row["kind"] for row in award.frozen["evidence"]} == {"acknowledgement", "quiz"}
    assert CycleEvidence.objects.filter(cycle=award.cycle).count() == 2
    row = standing_of(person)
    assert (row.badge, row.valid_until) == ("certified", date(2027, 3, 5))
    assert (tally_of(person).counted, tally_of(person).compliant) == (1, 1)


def test_a_failed_quiz_earns_nothing(commit):
    certification, standard, quiz = make_full_certification()
    person = make_person()
    assign(person, certification)
    with commit():
        confirm(person, standard, NOW)
        take(person, quiz, right=1, now=NOW)
    assert not Award.objects.exists()
    assert standing_of(person).badge == "in_progress"


def test_killed_between_commit_and_award_the_sweep_makes_exactly_one_of_that_day():
    certification, standard = make_simple_certification()
    person = make_person()
    assign(person, certification)
    confirm(person, standard, NOW + DAY)  # nothing runs after commit: the process died
    assert not Award.objects.exists()
    assert DomainEvent.objects.waiting().count() >= 1
    later = NOW + 5 * DAY
    advance(now=later)
    advance(now=later)
    award = Award.objects.get(employee=person)
    assert award.valid_from == date(2026, 3, 3)
    assert award.recorded_at == later
    assert not DomainEvent.objects.waiting().exists()


def test_completing_unassigned_awards_all_the_same(commit):
    certification, standard = make_simple_certification()
    person = make_person()
    with commit():
        confirm(person, standard)
    award = Award.objects.get(employee=person)
    assert award.cycle.kind == "voluntary"
    assert (standing_of(person).badge, standing_of(person).required) == (
        "certified",
        "not_required",
    )
    assert award.certification == certification


def test_one_piece_of_work_never_earns_the_same_certification_twice(commit):
    certification, standard = make_simple_certification()
    person = make_person()
    earn(person, certification, standard, commit)
    for _ in range(2):
        refresh_people(employee_ids=[person.pk], now=NOW + DAY)
        advance(now=NOW + DAY)
    assert Award.objects.filter(employee=person).count() == 1


def test_work_done_before_the_cycle_opened_does_not_count(commit):
    certification, standard, quiz = make_full_certification()
    person = make_person()
    with commit():
        confirm(person, standard, NOW - 10 * DAY)
    assign(person, certification)
    with commit():
        take(person, quiz, right=4, now=NOW + DAY)
    assert not Award.objects.exists()
    assert standing_of(person).badge == "in_progress"


def test_a_year_later_the_renewal_opens_and_then_it_lapses(commit):
    certification, standard = make_simple_certification()
    person = make_person()
    earn(person, certification, standard, commit)
    before = datetime(2027, 1, 30, 9, tzinfo=UTC)
    assert advance(now=before).opened == 0
    window = datetime(2027, 2, 2, 9, tzinfo=UTC)
    assert advance(now=window).opened == 1
    assert standing_of(person).badge == "expiring"
    assert Cycle.objects.get(state="open").kind == "renewal"
    advance(now=datetime(2027, 3, 2, 9, tzinfo=UTC))
    row = standing_of(person)
    assert (row.standing, row.task, row.badge) == ("expired", "overdue", "expired")
    assert (tally_of(person).counted, tally_of(person).compliant, tally_of(person).overdue) == (
        1,
        0,
        1,
    )


def test_the_sweep_twice_is_the_sweep_once(commit):
    certification, standard = make_simple_certification()
    person = make_person()
    earn(person, certification, standard, commit)
    later = datetime(2027, 2, 2, 9, tzinfo=UTC)
    advance(now=later)
    rows = list(Standing.objects.values()), list(BranchTally.objects.values())
    again = advance(now=later)
    assert (again.rows, again.changed, again.opened) == (0, 0, 0)
    assert (list(Standing.objects.values()), list(BranchTally.objects.values())) == rows


def test_a_revocation_counts_from_its_day(commit):
    certification, standard = make_simple_certification()
    person = make_person()
    award = earn(person, certification, standard, commit)
    at = NOW + 10 * DAY
    revoke_award(award=award, effective_on=at.date() + DAY, reason="Broke it", actor=None, now=at)
    assert standing_of(person).badge == "certified"
    advance(now=at + DAY)
    assert standing_of(person).badge == "revoked"
    assert Cycle.objects.filter(employee=person, state="open").exists()
    assert award.public_code


def test_a_suspension_ends_with_the_reinstatement(commit):
    certification, standard = make_simple_certification()
    person = make_person()
    award = earn(person, certification, standard, commit)
    at = NOW + 10 * DAY
    suspend_award(award=award, effective_on=at.date(), reason="Review", actor=None, now=at)
    assert standing_of(person).badge == "suspended"
    reinstate_award(
        award=award, effective_on=at.date() + DAY, reason="Cleared", actor=None, now=at + DAY
    )
    assert standing_of(person).badge == "certified"
    assert list(CoverageSpan.objects.values_list("from_on", "until_on")) == [
        (date(2026, 3, 2), date(2026, 3, 12)),
        (date(2026, 3, 13), date(2027, 3, 2)),
    ]


def test_an_extension_moves_the_expiry_and_going_back_is_refused(commit):
    certification, standard = make_simple_certification()
    person = make_person()
    award = earn(person, certification, standard, commit)
    values = {
        "award": award,
        "effective_on": NOW.date(),
        "reason": "Rebuilding",
        "actor": None,
        "now": NOW,
    }
    with pytest.raises(InvalidInputError) as refused:
        extend_award(until_on=date(2027, 2, 1), **values)
    assert refused.value.field == "until_on"
    extend_award(until_on=date(2027, 4, 1), **values)
    assert standing_of(person).valid_until == date(2027, 4, 1)


def test_nobody_changes_his_or_her_own_award(commit):
    certification, standard = make_simple_certification()
    person = make_person()
    award = earn(person, certification, standard, commit)
    with pytest.raises(NotAllowedError):
        revoke_award(award=award, effective_on=NOW.date(), reason="x", actor=person.user, now=NOW)
    assert not award.events.exists()


def test_leave_moves_the_due_day_and_exemption_takes_out_of_the_count():
    certification, _ = make_simple_certification()
    person = make_person()
    assign(person, certification)
    record_absence(
        employee=person, kind="sick", from_on=date(2026, 3, 10), until_on=date(2026, 3, 20),
        actor=None, now=NOW, today=NOW.date(),
    )  # fmt: skip
    advance(now=datetime(2026, 3, 21, 9, tzinfo=UTC))
    assert standing_of(person).due_on == date(2026, 4, 11)
    exempt_employee(
        employee=person, certification=certification, from_on=NOW.date(),
        until_on=date(2026, 6, 1), reason="Stock only", actor=None, now=NOW,
    )  # fmt: skip
    row = standing_of(person)
    assert (row.badge, row.counted) == ("exempt", False)
    assert tally_of(person).newcomers == 0


def test_the_end_of_the_only_assignment_cancels_the_open_cycle():
    certification, _ = make_simple_certification()
    person = make_person()
    assignment = assign(person, certification)
    end_assignment(assignment=assignment, on=NOW.date() + DAY, reason="Moved", actor=None, now=NOW)
    advance(now=NOW + 2 * DAY)
    assert standing_of(person).required == "not_required"
    assert Cycle.objects.get().state == "cancelled"


def test_an_imported_award_answers_the_open_cycle_and_comes_in_once():
    certification, _ = make_simple_certification()
    person = make_person()
    assign(person, certification)
    row = PastAward(
        person.pk,
        certification.pk,
        date(2026, 2, 1),
        date(2026, 2, 1),
        date(2027, 2, 1),
        "register",
    )
    later = NOW + DAY
    assert len(record_past_awards(rows=[row], actor=None, now=later)) == 1
    assert record_past_awards(rows=[row], actor=None, now=later) == []
    assert standing_of(person).badge == "certified"
    assert not Cycle.objects.filter(state="open").exists()


def test_an_impossible_imported_award_is_refused_and_nothing_is_written():
    certification, _ = make_simple_certification()
    person = make_person()
    row = PastAward(
        person.pk, certification.pk, date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 1), "x"
    )
    with pytest.raises(InvalidInputError) as refused:
        record_past_awards(rows=[row], actor=None, now=NOW)
    assert refused.value.field == "valid_until"
    assert not Award.objects.exists()


def test_verify_finds_what_was_planted(commit):
    certification, standard = make_simple_certification()
    person = make_person()
    earn(person, certification, standard, commit)
    assert list(find_drift(now=NOW)) == []
    Standing.objects.update(badge="overdue")
    BranchTally.objects.update(compliant=7)
    CoverageSpan.objects.all().delete()
    assert {drift.field for drift in find_drift(now=NOW)} == {"badge", "tally", "spans"}


def test_refreshing_fifty_people_takes_as_many_queries_as_five():
    certification, _ = make_simple_certification()
    first = make_person()
    people = [first] + [make_person(first.home_branch) for _ in range(49)]
    for person in people:
        assign(person, certification)
    counts = []
    for group in (people[:5], people):
        with CaptureQueriesContext(connection) as queries:
            refresh_people(employee_ids=[person.pk for person in group], now=NOW + DAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


def test_what_happens_to_an_older_award_never_moves_a_newer_one(commit):
    policy = {"method": "anniversary", "active": "P1Y", "window": "P1M", "due": "P30D"}
    certification, standard = make_simple_certification(policy=policy)
    person = make_person()
    assign(person, certification, NOW - 360 * DAY)
    first, until = date(2025, 3, 12), date(2026, 3, 12)
    row = PastAward(person.pk, certification.pk, first, first, until, "register")
    (old,) = record_past_awards(rows=[row], actor=None, now=NOW - 350 * DAY)
    advance(now=NOW)
    with commit():
        confirm(person, standard, NOW)
    assert Award.objects.get(basis="completed").valid_until == date(2027, 3, 12)
    add_award_event(
        award=old, kind="voided", effective_on=first, reason="Wrong person", actor=None, now=NOW
    )
    assert standing_of(person).valid_until == date(2027, 3, 12)
    assert list(find_drift(now=NOW)) == []


def test_the_cascade_from_a_pass_to_the_award_takes_at_most_thirty_queries(
    django_capture_on_commit_callbacks,
):
    certification, standard, quiz = make_full_certification()
    person = make_person()
    assign(person, certification)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(person, standard)
    with django_capture_on_commit_callbacks() as callbacks:
        take(person, quiz, right=4)
    *earlier, last = callbacks  # the start of the attempt tells first; handing it in tells last
    for callback in earlier:
        callback()
    with CaptureQueriesContext(connection) as queries:
        last()
    assert Award.objects.filter(employee=person).count() == 1
    counted = [row["sql"] for row in queries if "SAVEPOINT" not in row["sql"]]
    assert len(counted) <= 30, "\n".join(sql[:140] for sql in counted)
