from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import registry
from quizzes.api import read_finished_work, read_scenario_cards
from quizzes.scenarios.actions import restart_play
from quizzes.scenarios.models import Play, Scenario
from quizzes.scenarios.reads import (
    list_practising_scenarios,
    read_debrief_page,
    read_finished_plays,
    read_outline,
)
from tests.lms.factories import BranchFactory, RegionFactory, make_granted, make_person
from tests.quizzes.factories import make_small_quiz, take
from tests.quizzes.scenarios.factories import NOW, make_scenario, say, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person()


def card(person, scenario):
    found = read_scenario_cards(employee=person, uuids=[scenario.uuid], now=NOW)
    return found[scenario.uuid]


def test_a_card_tells_how_far_somebody_is(person):
    scenario = make_scenario()
    assert card(person, scenario).state == "open"
    assert card(person, scenario).url == f"/scenarios/{scenario.uuid}/"
    assert card(person, scenario).minutes == 4
    practice = start(person, scenario, purpose="practice")
    assert card(person, scenario).state == "open"
    say(practice, "pick", "yes", "time")
    assert card(person, scenario).state == "open"
    play = start(person, scenario)
    assert card(person, scenario).state == "under_way"
    assert card(person, scenario).url == f"/plays/{play.uuid}/"
    say(play, "wait", "soon")
    assert card(person, scenario).state == "open"
    say(start(person, scenario), "pick", "yes", "time")
    assert card(person, scenario).state == "passed"
    assert card(make_person(), scenario).state == "open"


def test_a_pass_before_the_work_was_asked_again_does_not_count(person, monkeypatch):
    scenario = make_scenario()
    say(start(person, scenario), "pick", "yes", "time")
    asked = [lambda _employee, kind, work: NOW + timedelta(days=1) if kind == "scenario" else None]
    monkeypatch.setattr(registry.counts_from, "_items", asked)
    assert card(person, scenario).state == "open"
    later = NOW + timedelta(days=2)
    say(start(person, scenario, later), "pick", "yes", "time", now=later)
    assert card(person, scenario).state == "passed"


def test_closed_and_unknown_scenarios_have_no_card(person):
    scenario = make_scenario()
    Scenario.objects.update(live=False)
    uuids = [scenario.uuid, uuid4()]
    assert read_scenario_cards(employee=person, uuids=uuids, now=NOW) == {}


def test_cards_cost_three_queries_however_many(person, monkeypatch):
    monkeypatch.setattr(registry.counts_from, "_items", [])
    for total in (1, 6):
        scenarios = [make_scenario(code=f"s{n}") for n in range(total)]
        for scenario in scenarios:
            say(start(person, scenario), "wait", "time")
        with CaptureQueriesContext(connection) as queries:
            found = read_scenario_cards(employee=person, uuids=[s.uuid for s in scenarios], now=NOW)
        assert len(found) == total
        assert len(queries) == 3


def test_only_passed_scored_plays_are_finished_work(person):
    scenario = make_scenario()
    say(start(person, scenario, purpose="practice"), "pick", "yes", "time")
    say(start(person, scenario), "wait", "soon")
    restart_play(play=say(start(person, scenario), "pick"), actor=None, now=NOW)
    later = NOW + timedelta(days=1)
    passed = say(start(person, scenario), "pick", "yes", "time", now=later)
    [work] = read_finished_plays(employee_ids=[person.pk])
    assert (work.kind, work.work_uuid, work.evidence_uuid) == (
        "scenario",
        scenario.uuid,
        passed.uuid,
    )
    assert (work.done_at, work.material_number) == (later, 1)
    assert read_finished_plays(employee_ids=[person.pk], since=later) == [work]
    assert read_finished_plays(employee_ids=[person.pk], since=later + timedelta(1)) == []
    assert read_finished_plays(employee_ids=[make_person().pk]) == []


def test_finished_work_holds_quizzes_and_role_plays_in_order_of_time(person):
    say(start(person, make_scenario()), "pick", "yes", "time", now=NOW + timedelta(hours=1))
    take(person, make_small_quiz(), right=4, now=NOW)
    with CaptureQueriesContext(connection) as queries:
        work = read_finished_work(employee_ids=[person.pk])
    assert [done.kind for done in work] == ["quiz", "scenario"]
    assert len(queries) == 2


def test_plays_are_seen_by_those_who_see_the_person():
    region, other = RegionFactory(), RegionFactory()
    mine = make_person(BranchFactory(region=region))
    play = start(mine, make_scenario())
    start(make_person(BranchFactory(region=other)), play.scenario)
    assert list(Play.objects.visible_to(make_granted("hr", region=region))) == [play]
    assert not Play.objects.visible_to(make_granted("hr", region=RegionFactory())).exists()


def test_a_debrief_costs_three_queries_after_a_fail_and_an_outline_one(person):
    play = say(start(person, make_scenario()), "pick", "hm", "number")
    with CaptureQueriesContext(connection) as queries:
        page = read_debrief_page(play=play)
    assert len(queries) == 3
    assert [row.better is None for row in page.rows] == [True, True, True]
    with CaptureQueriesContext(connection) as queries:
        outline = read_outline(scenario=play.scenario)
    assert len(queries) == 1
    best = [c.text for s in outline.steps for c in s.choices if c.best]
    assert best == ["I pick up at once.", "Of course, Mrs Keller.", "By two, I promise."]


def test_a_standard_names_the_open_role_plays_that_practise_it():
    scenario = make_scenario()
    make_scenario()
    make_scenario(code="closed", title="Closed")
    Scenario.objects.filter(code="closed").update(live=False)
    standard = scenario.standards.get(code="GREET-01")
    with CaptureQueriesContext(connection) as queries:
        links = list(list_practising_scenarios(standard))
    assert [(link.kind, link.label, link.url) for link in links] == [
        ("scenario", "Role-play: An upset caller", f"/scenarios/{scenario.uuid}/")
    ]
    assert len(queries) == 1
