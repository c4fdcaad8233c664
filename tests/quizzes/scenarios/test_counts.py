"""Counts kept as plays end: exact, rebuilt from the plays, and shown without reading a play."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes.scenarios.actions import choose, mend_counts, restart_play, start_practice
from quizzes.scenarios.models import Play, PlayCount
from quizzes.scenarios.reads import find_wrong_counts, read_counts, read_play_report
from quizzes.scenarios.reads.counts import find_count_drift
from quizzes.scenarios.reads.reports import FEWEST_PEOPLE
from tests.lms.factories import BranchFactory, UserFactory, make_granted, make_person
from tests.quizzes.scenarios.factories import (
    NOW,
    make_graph,
    make_scenario,
    option,
    say,
    start,
    token_of,
)

pytestmark = pytest.mark.django_db
GOOD, POOR, FAIR = ("pick", "yes", "time"), ("wait", "soon"), ("pick", "hm", "number")


def play_all(scenario, *walks, branch=None):
    """Let a new person play each walk to its end."""
    branch = branch or BranchFactory()
    return [say(start(make_person(branch), scenario), *walk) for walk in walks]


def strip(name):
    return name.replace("choice-id-canary-", "").replace("node-id-canary-", "")


def list_counts(*kinds):
    rows = PlayCount.objects.filter(kind__in=kinds).exclude(plays=0)
    return {(strip(r.key), strip(r.detail)): (r.plays, r.shares, r.missed) for r in rows}


def test_each_play_that_ends_is_counted_once_by_way_and_by_standard():
    scenario = make_scenario()
    plays = play_all(scenario, GOOD, GOOD, POOR, FAIR)
    assert list_counts("choice") == {
        ("1", "pick"): (3, 0, 0),
        ("1", "wait"): (1, 0, 0),
        ("2", "yes"): (2, 0, 0),
        ("2", "hm"): (1, 0, 0),
        ("3", "time"): (2, 0, 0),
        ("3", "soon"): (1, 0, 0),
        ("3", "number"): (1, 0, 0),
    }
    assert list_counts("ending", "stop") == {
        ("e-id-canary-good", ""): (3, 0, 0),
        ("e-id-canary-poor", ""): (1, 0, 0),
    }
    # PHONE-01: 4, 4, 0 and 3 of 4 points, at least half is needed; GREET-01: 2, 2, none and 1 of 2.
    branch = str(plays[0].branch_id)
    assert list_counts("standard", "branch") == {
        ("PHONE-01", ""): (4, 27_500, 1),
        ("PHONE-01", branch): (4, 27_500, 1),
        ("GREET-01", ""): (4, 25_000, 0),
        ("GREET-01", branch): (4, 25_000, 0),
    }
    # A double tap on the last button counts nothing again.
    last = plays[0]
    token = token_of(last, "choice-id-canary-time", 3)
    choose(play=last, choice_token=token, sequence=3, actor=None, now=NOW)
    assert list_counts("ending")[("e-id-canary-good", "")] == (3, 0, 0)
    assert list(find_wrong_counts()) == []


def test_practice_and_plays_under_way_are_not_counted():
    scenario = make_scenario()
    (play,) = play_all(scenario, POOR)
    before = list_counts("choice", "ending", "stop", "standard", "branch")
    practice = start_practice(play=play, at_sequence=2, actor=None, now=NOW)
    say(practice, "time")
    restart_play(play=start_practice(play=play, at_sequence=1, actor=None, now=NOW), **now())
    say(start(make_person(), scenario), "pick")
    assert list_counts("choice", "ending", "stop", "standard", "branch") == before


def now():
    return {"actor": None, "now": NOW}


def test_who_begins_again_is_counted_where_it_was_once():
    scenario = make_scenario()
    play = say(start(make_person(), scenario), "pick")
    fresh = restart_play(play=play, **now())
    restart_play(play=play, **now())
    assert list_counts("stop") == {("2", ""): (1, 0, 0)}
    assert list_counts("choice") == {("1", "pick"): (1, 0, 0)}
    assert list_counts("standard", "branch") == {}
    assert fresh.is_open
    assert list(find_wrong_counts()) == []


def test_a_play_that_ended_in_another_tab_is_not_put_aside():
    scenario = make_scenario()
    play = say(start(make_person(), scenario), "wait")
    stale = Play.objects.select_related("employee", "scenario", "scenario_version").get(pk=play.pk)
    say(play, "soon")
    restart_play(play=stale, **now())
    play.refresh_from_db()
    assert play.is_finished
    assert list_counts("stop") == {}


def test_without_a_branch_a_play_counts_for_all_only():
    scenario = make_scenario()
    person = make_person()
    play = start(person, scenario)
    Play.objects.filter(pk=play.pk).update(branch=None)
    play.branch = None
    say(play, *GOOD)
    assert set(list_counts("standard")) == {("PHONE-01", ""), ("GREET-01", "")}
    assert list_counts("branch") == {}
    assert list(find_wrong_counts()) == []


def test_a_wrong_count_is_found_named_and_put_right():
    scenario = make_scenario()
    play_all(scenario, GOOD, POOR)
    say(start(make_person(), scenario), "pick")
    right = list_counts("choice", "ending", "standard", "branch")
    PlayCount.objects.filter(kind="choice", detail__endswith="pick").update(plays=7)
    PlayCount.objects.filter(kind="ending").delete()
    PlayCount.objects.filter(kind="standard", key="PHONE-01").update(shares=1, missed=0)
    PlayCount.objects.create(version=scenario.versions.get(), kind="stop", key="gone", plays=2)
    wrong = {strip(row.where): (row.stored.plays, row.derived.plays) for row in find_wrong_counts()}
    assert wrong == {
        "caller v1 choice 1 pick": (7, 1),
        "caller v1 ending e-id-canary-good": (0, 1),
        "caller v1 ending e-id-canary-poor": (0, 1),
        "caller v1 standard PHONE-01": (2, 2),
        "caller v1 stop gone": (2, 0),
    }
    assert mend_counts() == 5
    assert list(find_wrong_counts()) == []
    assert list_counts("choice", "ending", "standard", "branch") == right
    PlayCount.objects.all().delete()
    mend_counts()
    assert list_counts("choice", "ending", "standard", "branch") == right


def test_an_audit_reads_plays_some_at_a_time(monkeypatch):
    monkeypatch.setattr("quizzes.scenarios.reads.counts.AT_A_TIME", 2)
    play_all(make_scenario(), GOOD, POOR, FAIR, GOOD, POOR)
    assert list(find_wrong_counts()) == []


def end_meanwhile(monkeypatch, *plays):
    """Let plays end while an audit is between its plays and its counts, one at each look."""
    waiting = list(plays)

    def read_late(version, **options):
        if waiting:
            say(waiting.pop(0), *POOR)
        return read_counts(version, **options)

    monkeypatch.setattr("quizzes.scenarios.reads.counts.read_counts", read_late)
    return waiting


def test_a_play_that_ends_during_an_audit_is_neither_called_wrong_nor_lost(monkeypatch):
    scenario = make_scenario()
    play_all(scenario, GOOD)
    waiting = end_meanwhile(monkeypatch, start(make_person(), scenario))
    assert list(find_wrong_counts()) == []
    assert waiting == []
    waiting = end_meanwhile(monkeypatch, start(make_person(), scenario))
    assert mend_counts() == 0
    assert waiting == []
    assert list_counts("ending")[("e-id-canary-poor", "")] == (2, 0, 0)
    assert list(find_wrong_counts()) == []


@pytest.mark.parametrize("look", [mend_counts, lambda: list(find_wrong_counts())])
def test_only_what_differs_is_looked_at_twice_and_then_held(monkeypatch, look):
    looks = []

    def find(version):
        looks.append(connection.in_atomic_block)
        return find_count_drift(version)

    monkeypatch.setattr("quizzes.scenarios.reads.counts.find_count_drift", find)
    scenario = make_scenario()
    play_all(scenario, GOOD)
    look()
    assert len(looks) == 1
    PlayCount.objects.filter(kind="ending").update(plays=3)
    look()
    assert len(looks) == 3


def read_report(scenario, user=None, at=NOW, **options):
    user = user or UserFactory(superuser=True)
    return read_play_report(scenario=scenario, user=user, now=at, **options)


def test_the_report_tells_ways_stops_endings_and_standards():
    graph = make_graph()
    again = option("again", "node-id-canary-2", {"GREET-01": 0}, "Pardon?")
    graph["nodes"]["node-id-canary-2"]["choices"].append(again)
    scenario = make_scenario(graph=graph)
    play_all(scenario, *[GOOD, ("pick", "again", "yes", "soon"), POOR] * 2)
    for _ in range(2):
        restart_play(play=say(start(make_person(), scenario), "pick"), **now())
    report = read_report(scenario)
    assert (report.finished, report.stops.begun_again, report.numbers) == (6, 2, (1,))
    found = [(s.title, s.visits.plays, s.visits.percent, s.stops.begun_again) for s in report.steps]
    assert found == [
        ("It rings", 8, 100, 0),
        ("She asks", 4, 50, 2),
        ("She wants to know", 6, 75, 0),
    ]
    shares = {
        row.text: (row.taken.plays, row.taken.percent) for s in report.steps for row in s.choices
    }
    assert shares["I pick up at once."] == (6, 75)
    assert shares["I say wait."] == (2, 25)
    # Only the first decision counts: whoever asked again and then said yes asked again.
    assert shares["Pardon?"] == (2, 50)
    assert shares["Of course, Mrs Keller."] == (2, 50)
    assert [(e.title, e.reached.plays, e.reached.percent) for e in report.endings] == [
        ("ending-canary well done", 2, 33),
        ("ending-canary hung up", 4, 67),
    ]
    assert [(m.code, m.plays, m.percent, m.missed, m.needed) for m in report.standards] == [
        ("GREET-01", 6, 33, None, None),
        ("PHONE-01", 6, 50, 33, 50),
    ]


def test_plays_under_way_stand_where_they_are_and_have_stopped_after_a_week():
    scenario = make_scenario()
    play_all(scenario, *[GOOD] * FEWEST_PEOPLE)
    restart_play(play=say(start(make_person(), scenario), "pick"), **now())  # and began again
    say(start(make_person(), scenario), "pick")
    say(start(make_person(), scenario), "wait", now=NOW + timedelta(days=1))
    older = make_graph()
    older["nodes"]["node-id-canary-1"]["title"] = "Another version"
    make_scenario(graph=older)
    start(make_person(), scenario)
    start_practice(play=Play.objects.counted().first(), at_sequence=2, **now())

    def list_stops(at):
        report = read_report(scenario, at=at, number=1)
        rows = [(s.stops.begun_again, s.stops.left, s.stops.under_way) for s in report.steps]
        return rows, (report.stops.stopped, report.stops.under_way)

    assert list_stops(NOW + timedelta(days=6)) == ([(0, 0, 1), (1, 0, 1), (0, 0, 1)], (1, 3))
    assert list_stops(NOW + timedelta(days=7)) == ([(0, 1, 0), (1, 1, 0), (0, 0, 1)], (3, 1))
    assert list_stops(NOW + timedelta(days=8)) == ([(0, 1, 0), (1, 1, 0), (0, 1, 0)], (4, 0))


def test_a_branch_shows_only_with_five_people_the_weakest_first():
    scenario = make_scenario()
    strong, weak, small = BranchFactory(), BranchFactory(), BranchFactory()
    play_all(scenario, *[GOOD] * FEWEST_PEOPLE, branch=strong)
    play_all(scenario, *[POOR] * FEWEST_PEOPLE, GOOD, branch=weak)
    play_all(scenario, *[POOR] * (FEWEST_PEOPLE - 1), branch=small)
    report = read_report(scenario)
    assert [row.name for row in report.branches] == [str(weak), str(strong)]
    weakest = {m.code: (m.plays, m.percent, m.missed) for m in report.branches[0].measures}
    assert weakest == {"GREET-01": (6, 17, None), "PHONE-01": (6, 17, 83)}


def test_one_person_who_plays_five_times_is_one_person():
    scenario = make_scenario()
    alone, busy = BranchFactory(), BranchFactory()
    person = make_person(alone)
    for _ in range(FEWEST_PEOPLE):
        say(start(person, scenario), *POOR)
    for _ in range(FEWEST_PEOPLE):
        restart_play(play=start(person, scenario), **now())
    report = read_report(scenario)
    assert (report.finished, report.stops.begun_again) == (5, 5)
    assert (report.steps, report.endings, report.standards, report.branches) == ((), (), (), ())
    play_all(scenario, *[GOOD] * FEWEST_PEOPLE, branch=busy)
    report = read_report(scenario)
    assert [row.name for row in report.branches] == [str(busy)]
    assert report.endings[0].reached.plays == FEWEST_PEOPLE


def test_steps_show_where_many_stopped_though_few_finished():
    scenario = make_scenario()
    play_all(scenario, *[GOOD] * (FEWEST_PEOPLE - 1))
    assert read_report(scenario).steps == ()
    restart_play(play=say(start(make_person(), scenario), "pick"), **now())
    report = read_report(scenario)
    assert [s.stops.stopped for s in report.steps] == [0, 1, 0]
    assert (report.endings, report.standards) == ((), ())


def test_branches_show_only_to_who_may_read_their_answers():
    scenario = make_scenario()
    north, south = BranchFactory(), BranchFactory()
    for branch in (north, south):
        play_all(scenario, *[GOOD] * FEWEST_PEOPLE, branch=branch)

    def list_branches(user):
        return {row.name for row in read_report(scenario, user).branches}

    trainer = make_granted("trainer", region=north.region)
    # Being at home in a branch, or managing somebody there, opens no branch.
    boss = make_person(south, user=trainer)
    make_person(south, manager=boss)
    assert list_branches(trainer) == {str(north)}
    assert list_branches(make_granted("trainer", branch=south)) == {str(south)}
    assert list_branches(make_granted("trainer")) == {str(north), str(south)}
    assert list_branches(make_granted("branch_manager", branch=south)) == set()
    # The numbers of the whole role-play are the same for all who write it.
    assert read_report(scenario, trainer).finished == 2 * FEWEST_PEOPLE


def test_nothing_is_reported_of_a_version_that_is_not_there():
    scenario = make_scenario()
    report = read_report(scenario)
    assert (report.finished, report.steps, report.branches) == (0, (), ())
    assert read_report(scenario, number=2) is None


def test_a_report_costs_the_same_however_many_have_played():
    scenario = make_scenario()
    user = make_granted("hr")
    counts = []
    for people in (6, 15):
        play_all(scenario, *[GOOD, POOR, FAIR] * (people // 3))
        with CaptureQueriesContext(connection) as queries:
            assert read_report(scenario, user).branches
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 11
    assert PlayCount.objects.filter(kind__in=["choice", "ending", "standard"]).count() == 11
