"""Open cycles go over to another version, keep what is done, and can go back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from certification.awards.actions import advance
from certification.awards.actions.migrate import migrate_cycles, undo_migration
from certification.awards.reads import derive_timeline, load_cases, load_rulebook
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.models import Award, Cycle, CycleMove, Standing
from certification.reports.reads import find_drift
from lms.api import InvalidInputError, NotAllowedError, Notice, RuleError
from tests.certification.factories import (
    NOW,
    YEARLY,
    assign,
    confirm,
    make_full_certification,
    make_simple_certification,
)
from tests.certification.people import make_award
from tests.lms.factories import BranchFactory, UserFactory, make_granted, make_person
from tests.quizzes.factories import take

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOW + 10 * DAY
TODAY = NOW.date()


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Run what is due after commit as the request would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def hr_user():
    return make_granted("hr")


def publish(certification, *, keep=None, effective_on=None, now=LATER, **policy):
    """Publish the next version with other dates; ``keep`` names the kinds it still asks for."""
    rows = certification.versions.order_by("-number").first().requirements.all()
    drafts = [
        RequirementDraft(row.kind, row.target, row.label)
        for row in rows
        if keep is None or row.kind in keep
    ]
    return publish_version(
        certification=certification, policy=YEARLY | policy, requirements=drafts,
        effective_on=effective_on or now.date(), actor=None, now=now,
    )  # fmt: skip


def migrate(version, now=LATER, **more):
    values = {"to_version": version, "reason": "One rule for all", "actor": None} | more
    return migrate_cycles(now=now, **values)


def status_of(person, certification, on, known_at=None):
    rulebook = load_rulebook([certification.pk])
    case = load_cases([person], [certification.pk])[person.pk, certification.pk]
    return derive_timeline(case, rulebook).at(on, known_at)


def test_a_move_gives_an_open_cycle_the_days_of_the_new_version():
    certification, _ = make_simple_certification()
    person = make_person()
    assign(person, certification)
    version = publish(certification, due="P60D", closes="P10D")
    done = migrate(version)
    cycle = Cycle.objects.get()
    assert (done.moved, done.left_alone) == (1, [])
    assert (cycle.version, cycle.opens_on) == (version, TODAY)
    assert (cycle.due_on, cycle.closes_on) == (TODAY + 60 * DAY, TODAY + 70 * DAY)
    move = CycleMove.objects.get()
    assert (move.due_before_on, move.due_after_on) == (TODAY + 30 * DAY, TODAY + 60 * DAY)
    assert Standing.objects.get().due_on == TODAY + 60 * DAY
    assert migrate(version).moved == 0
    assert list(find_drift(now=LATER)) == []


def test_what_was_known_before_the_move_keeps_its_due_day():
    certification, _ = make_simple_certification()
    person = make_person()
    assign(person, certification)
    migrate(publish(certification, due="P60D"))
    on = TODAY + 20 * DAY
    assert status_of(person, certification, on, LATER - DAY).due_on == TODAY + 30 * DAY
    assert status_of(person, certification, on).due_on == TODAY + 60 * DAY
    assert status_of(person, certification, TODAY + DAY).due_on == TODAY + 30 * DAY


def test_the_next_award_holds_as_long_as_the_new_version_says(commit):
    certification, standard = make_simple_certification()
    kept, moved = make_person(), make_person()
    assign(kept, certification)
    assign(moved, certification)
    version = publish(certification, active="P2Y")
    migrate(version, branches=[moved.home_branch])
    for person in (kept, moved):
        with commit():
            confirm(person, standard, LATER + DAY)
    ends = {row.employee: row.valid_until for row in Award.objects.select_related("employee")}
    assert ends[kept] == date(2027, 3, 13)
    assert ends[moved] == date(2028, 3, 13)
    assert Award.objects.get(employee=moved).version == version


def test_what_is_done_stays_done(commit):
    certification, standard, quiz = make_full_certification()
    person = make_person()
    assign(person, certification)
    with commit():
        confirm(person, standard, NOW + DAY)
    migrate(publish(certification, active="P2Y"))
    assert Standing.objects.get().badge == "in_progress"
    with commit():
        take(person, quiz, right=4, now=LATER + DAY)
    award = Award.objects.get()
    assert award.valid_until == date(2028, 3, 13)
    assert sorted(row["kind"] for row in award.frozen["evidence"]) == ["acknowledgement", "quiz"]


def test_who_has_done_all_that_is_still_asked_is_certified_on_the_day_of_the_move(commit):
    certification, standard, _quiz = make_full_certification()
    person = make_person()
    assign(person, certification)
    with commit():
        confirm(person, standard, NOW + DAY)
    migrate(publish(certification, keep=["acknowledgement"]))
    award = Award.objects.get()
    assert (award.awarded_at, award.valid_from) == (LATER, LATER.date())
    assert status_of(person, certification, NOW.date() + 5 * DAY).standing == "never"


def test_taking_it_back_restores_version_and_days_exactly(commit):
    certification, standard = make_simple_certification()
    finished, open_one = make_person(), make_person()
    assign(finished, certification)
    assign(open_one, certification)
    first = certification.versions.get(number=1)
    done = migrate(publish(certification, due="P60D", closes="P10D"))
    with commit():
        confirm(finished, standard, LATER + DAY)
    back = undo_migration(
        migration=done.migration, reason="Too soon", actor=None, now=LATER + 2 * DAY
    )
    assert back.moved == 1
    assert [(row.employee_id, row.code) for row in back.left_alone] == [(finished.pk, "finished")]
    cycle = Cycle.objects.get(employee=open_one)
    assert (cycle.version, cycle.due_on, cycle.closes_on) == (first, TODAY + 30 * DAY, None)
    assert Standing.objects.get(employee=open_one).due_on == TODAY + 30 * DAY
    between = status_of(open_one, certification, LATER.date() + DAY)
    assert between.due_on == TODAY + 60 * DAY
    assert CycleMove.objects.filter(undoes__isnull=False).count() == 1
    again = undo_migration(
        migration=done.migration, reason="Again", actor=None, now=LATER + 2 * DAY
    )
    assert again.moved == 0
    assert list(find_drift(now=LATER + 2 * DAY)) == []


def test_one_mail_tells_of_the_new_day():
    certification, _ = make_simple_certification()
    person, on_time = make_person(), make_person()
    assign(person, certification)
    assign(on_time, certification, due_on=TODAY + 40 * DAY)
    version = publish(certification, due="P60D")
    migrate(version)
    migrate(version)
    advance(now=LATER + DAY)
    notice = Notice.objects.get(kind="date_moved")
    assert (notice.recipient, notice.target_on) == (person, TODAY + 60 * DAY)


def test_a_requirement_that_nobody_can_meet_any_more_is_named():
    certification, standard = make_simple_certification()
    assign(make_person(), certification)
    version = publish(certification, due="P60D")
    standard.live = False
    standard.save()
    with pytest.raises(RuleError, match=standard.title) as caught:
        migrate(version)
    assert caught.value.code == "cannot_be_met"
    assert not CycleMove.objects.exists()


def test_only_the_version_in_force_at_the_branch_takes_cycles_over():
    certification, _ = make_simple_certification()
    zones = ["Pacific/Kiritimati", "Pacific/Honolulu"]
    east, west = (make_person(BranchFactory(time_zone=zone)) for zone in zones)
    for person in (east, west):
        assign(person, certification)
    advance(now=NOW + DAY)
    version = publish(certification, due="P60D", effective_on=date(2026, 3, 20))
    done = migrate(version, now=datetime(2026, 3, 19, 12, tzinfo=UTC))
    assert done.moved == 1
    assert [(row.employee_id, row.code) for row in done.left_alone] == [(west.pk, "not_in_force")]


def test_a_window_once_opened_stays_open():
    certification, _ = make_simple_certification()
    person = make_person()
    make_award(person, certification, start=date(2025, 3, 20), until=date(2026, 3, 20))
    assign(person, certification)
    opened = Cycle.objects.get()
    migrate(publish(certification, window="P3D"))
    row = Standing.objects.get()
    assert (opened.opens_on, row.window_opens_on) == (date(2026, 2, 20), date(2026, 2, 20))
    assert row.due_on == date(2026, 3, 19)


def test_hr_says_why_and_never_moves_an_own_cycle(hr_user):
    certification, _ = make_simple_certification()
    mine, other = make_person(user=hr_user), make_person()
    assign(mine, certification)
    assign(other, certification)
    version = publish(certification, due="P60D")
    with pytest.raises(InvalidInputError):
        migrate(version, reason=" ", actor=hr_user)
    with pytest.raises(NotAllowedError):
        migrate(version, actor=UserFactory())
    done = migrate(version, actor=hr_user)
    assert done.moved == 1
    assert [row.code for row in done.left_alone] == ["own_record"]


@pytest.mark.parametrize("size", [2, 6])
def test_moving_costs_queries_by_batch_and_not_by_person(size, django_assert_max_num_queries):
    certification, _ = make_simple_certification()
    branch = BranchFactory()
    for _n in range(size):
        assign(make_person(branch), certification)
    version = publish(certification, due="P60D")
    with django_assert_max_num_queries(60):
        assert migrate(version).moved == size
