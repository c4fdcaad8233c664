"""Counts kept as plays end: exact, rebuilt from the plays, and shown without reading a play."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes.scenarios.actions import choose, mend_counts, restart_play, start_practice
from quizzes.scenarios.models import Play, PlayCount
from quizzes.scenarios.reads import find_wrong_counts, read_play_report
from quizzes.scenarios.reads.reports import FEWEST_PLAYS, MOST_BRANCHES
from tests.lms.factories import BranchFactory, make_person
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


def test_the_report_tells_ways_stops_endings_and_standards():
    graph = make_graph()
    again = option("again", "node-id-canary-2", {"GREET-01": 0}, "Pardon?")
    graph["nodes"]["node-id-canary-2"]["choices"].append(again)
    scenario = make_scenario(graph=graph)
    play_all(scenario, GOOD, ("pick", "again", "yes", "soon"), POOR)
    restart_play(play=say(start(make_person(), scenario), "pick"), **now())
    report = read_play_report(scenario=scenario)
    assert (report.finished, report.stopped, report.numbers) == (3, 1, (1,))
    found = [
        (s.title, s.visits.plays, s.visits.percent, s.stopped.plays, s.stopped.percent)
        for s in report.steps
    ]
    assert found == [
        ("It rings", 4, 100, 0, 0),
        ("She asks", 2, 50, 1, 25),
        ("She wants to know", 3, 75, 0, 0),
    ]
    shares = {
        row.text: (row.taken.plays, row.taken.percent) for s in report.steps for row in s.choices
    }
    assert shares["I pick up at once."] == (3, 75)
    assert shares["I say wait."] == (1, 25)
    # Only the first decision counts: whoever asked again and then said yes asked again.
    assert shares["Pardon?"] == (1, 50)
    assert shares["Of course, Mrs Keller."] == (1, 50)
    assert [(e.title, e.reached.plays, e.reached.percent) for e in report.endings] == [
        ("ending-canary well done", 1, 33),
        ("ending-canary hung up", 2, 67),
    ]
    assert [(m.code, m.plays, m.percent, m.missed, m.needed) for m in report.standards] == [
        ("GREET-01", 3, 33, None, None),
        ("PHONE-01", 3, 50, 33, 50),
    ]


def test_a_branch_shows_only_with_five_plays_the_weakest_first():
    scenario = make_scenario()
    strong, weak, small = BranchFactory(), BranchFactory(), BranchFactory()
    play_all(scenario, *[GOOD] * FEWEST_PLAYS, branch=strong)
    play_all(scenario, *[POOR] * FEWEST_PLAYS, GOOD, branch=weak)
    play_all(scenario, *[POOR] * (FEWEST_PLAYS - 1), branch=small)
    report = read_play_report(scenario=scenario)
    assert [row.name for row in report.branches] == [str(weak), str(strong)]
    weakest = {m.code: (m.plays, m.percent, m.missed) for m in report.branches[0].measures}
    assert weakest == {"GREET-01": (6, 17, None), "PHONE-01": (6, 17, 83)}


def test_nothing_is_reported_of_a_version_that_is_not_there():
    scenario = make_scenario()
    report = read_play_report(scenario=scenario)
    assert (report.finished, report.steps[0].visits.percent, report.branches) == (0, None, ())
    assert report.standards[0].plays == 0
    assert read_play_report(scenario=scenario, number=2) is None


def test_a_report_costs_the_same_however_many_have_played():
    scenario = make_scenario()
    counts = []
    for people in (5, 15):
        play_all(scenario, *[GOOD, POOR, FAIR] * (people // 3))
        with CaptureQueriesContext(connection) as queries:
            read_play_report(scenario=scenario)
        counts.append(len(queries))
    assert counts[0] <= counts[1] <= 7
    assert PlayCount.objects.filter(kind__in=["choice", "ending", "standard"]).count() == 11
    assert MOST_BRANCHES < 100
