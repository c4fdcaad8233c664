from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import DomainEvent, InvalidInputError, NotFoundError, RuleError
from quizzes.scenarios.actions import (
    ScenarioFaultsError,
    choose,
    import_scenario,
    restart_play,
    start_practice,
)
from quizzes.scenarios.models import Play, PlayStep, Scenario, ScenarioVersion
from quizzes.scenarios.reads import list_best_choices, read_walk
from quizzes.scenarios.rules import score
from tests.lms.factories import make_person
from tests.quizzes.scenarios.factories import (
    NOW,
    make_demo_scenario,
    make_document,
    make_graph,
    make_scenario,
    option,
    say,
    start,
    token_of,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=7)


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def play(person):
    return start(person, make_scenario())


def tap(play, token, sequence, now=NOW):
    return choose(
        play=play, choice_token=token, sequence=sequence, actor=play.employee.user, now=now
    )


def test_the_demo_scenario_is_imported_once_and_passes_on_its_best_path(person):
    scenario = make_demo_scenario()
    assert make_demo_scenario() == scenario
    assert ScenarioVersion.objects.count() == 1
    assert sorted(s.code for s in scenario.standards.all()) == ["GREET-01", "PHONE-01", "QUEUE-01"]
    play = start(person, scenario)
    for token in list_best_choices(play):
        play = choose(play=play, choice_token=token, sequence=None, actor=None, now=LATER)
    assert play.passed
    assert play.finished_at == LATER
    assert play.result["percent"]["share"] == "1/1"


def test_a_changed_graph_makes_a_version_and_people_stay_on_theirs(person):
    scenario = make_scenario()
    play = start(person, scenario)
    graph = make_graph()
    graph["nodes"]["node-id-canary-1"]["line"] = "Another line."
    make_scenario(graph=graph)
    make_scenario(graph=graph, title="New title", change="material")
    numbers = [(v.number, v.material_number) for v in scenario.versions.order_by("number")]
    assert numbers == [(1, 1), (2, 1), (3, 2)]
    assert say(play, "wait", "time").scenario_version.number == 1
    assert start(person, scenario).scenario_version.number == 3


def test_a_faulty_graph_is_refused_in_words_and_leaves_nothing():
    make_scenario()
    graph = make_graph()
    graph["nodes"]["node-id-canary-2"]["choices"][0]["to"] = "nowhere"
    with pytest.raises(ScenarioFaultsError) as error:
        import_scenario(document=make_document(code="new", graph=graph), actor=None, now=NOW)
    assert "“She asks”: a choice leads nowhere (choice 1)." in error.value.faults
    assert Scenario.objects.count() == ScenarioVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", ""),
        ("code", 7),
        ("title", "x" * 161),
        ("briefing", None),
        ("graph", []),
        ("graph", {"nodes": 3}),
        ("standards", "PHONE-01"),
        ("standards", ["NOBODY-99"]),
        ("minutes", True),
        ("minutes", 0),
    ],
)
def test_a_file_that_makes_no_sense_says_which_field(field, value):
    make_scenario(code="other")
    with pytest.raises(InvalidInputError) as error:
        import_scenario(document=make_document(**{field: value}), actor=None, now=NOW)
    assert error.value.field == field
    assert Scenario.objects.count() == 1


def test_starting_again_gives_the_same_play(person):
    scenario = make_scenario()
    assert start(person, scenario) == start(person, scenario, LATER)
    assert start(person, scenario, purpose="practice").number == 2


def test_the_first_scored_start_within_seven_queries_tells_that_work_began(person):
    scenario = make_scenario()
    start(person, scenario, purpose="practice")
    assert not DomainEvent.objects.exists()
    with CaptureQueriesContext(connection) as queries:
        play = start(person, scenario)
    assert len(queries) <= 7, [query["sql"][:120] for query in queries]
    say(play, "wait", "soon")
    start(person, scenario, LATER)
    event = DomainEvent.objects.get(kind="work_started")
    assert event.payload["work"] == str(scenario.uuid)
    assert event.payload["kind"] == "scenario"


def test_a_closed_scenario_cannot_be_begun_but_finished(person):
    scenario = make_scenario()
    play = start(person, scenario)
    Scenario.objects.update(live=False)
    with pytest.raises(RuleError) as error:
        start(make_person(), scenario)
    assert error.value.code == "scenario_not_open"
    assert say(play, "wait", "time").is_finished


def test_the_result_is_that_of_the_rules_and_the_event_says_so(play):
    play = say(play, "pick", "yes")
    assert play.is_open
    assert play.result == {}
    play = say(play, "time", now=LATER)
    found = score(play.scenario_version.graph, read_walk(play))
    assert found.passed
    assert play.passed is True
    assert play.result["percent"] == {"share": "1/1", "float": 1.0}
    assert play.result["standards"]["PHONE-01"]["share"] == "1/1"
    assert play.result["meter"] == ["50/1", "60/1", "75/1", "85/1"]
    event = DomainEvent.objects.get(kind="play_finished")
    assert event.payload == {
        "employee": str(play.employee.uuid),
        "play": str(play.uuid),
        "scenario": str(play.scenario.uuid),
        "passed": True,
        "purpose": "scored",
        "done_at": LATER.isoformat(),
        "material_number": 1,
    }


def test_a_critical_choice_fails_the_play_whatever_the_points(play):
    play = say(play, "pick", "yes", "number")
    assert play.passed is False
    assert play.result["critical"] is True


def test_a_double_tap_counts_once_also_at_the_end(play):
    token = token_of(play, "choice-id-canary-pick")
    assert tap(play, token, 1).is_open
    assert tap(play, token, 1).is_open
    assert PlayStep.objects.count() == 1
    say(play, "yes")
    last = token_of(play, "choice-id-canary-time")
    assert tap(play, last, 3, LATER).finished_at == LATER
    assert tap(play, last, 3, LATER + timedelta(hours=1)).finished_at == LATER
    assert DomainEvent.objects.filter(kind="play_finished").count() == 1


def test_an_old_tab_gets_the_present_step_without_error(play):
    say(play, "pick", "yes")
    stale = token_of(play, "choice-id-canary-wait", 1)
    assert tap(play, stale, 1).is_open
    assert read_walk(play) == ["choice-id-canary-pick", "choice-id-canary-yes"]


@pytest.mark.parametrize("token", ["", "choice-id-canary-time", None, 3, [], "\0", "\ud800"])
def test_a_choice_that_is_not_offered_is_refused_and_nothing_is_lost(play, token):
    say(play, "pick")
    with pytest.raises(InvalidInputError) as error:
        tap(play, token, 2)
    assert error.value.code == "illegal_choice"
    assert read_walk(play) == ["choice-id-canary-pick"]


def test_nobody_jumps_ahead_by_a_token_of_another_step_or_play(play):
    with pytest.raises(InvalidInputError):
        tap(play, token_of(play, "choice-id-canary-time", 3), 1)
    other = start(make_person(), play.scenario)
    with pytest.raises(InvalidInputError):
        tap(play, token_of(other, "choice-id-canary-pick"), 1)
    with pytest.raises(InvalidInputError) as error:
        tap(play, token_of(play, "choice-id-canary-pick"), 2)
    assert error.value.field == "sequence"


@pytest.mark.parametrize("sequence", [0, -1, True, "1", 1.0, 10**30])
def test_a_sequence_that_is_none_is_refused(play, sequence):
    with pytest.raises(InvalidInputError):
        tap(play, token_of(play, "choice-id-canary-pick"), sequence)
    assert not PlayStep.objects.exists()


def test_without_a_login_a_play_is_nobodys():
    play = start(make_person(user=None), make_scenario())
    with pytest.raises(NotFoundError):
        restart_play(play=play, actor=AnonymousUser(), now=NOW)


def test_other_peoples_plays_look_like_unknown_ones(play):
    stranger = make_person().user
    token = token_of(play, "choice-id-canary-pick")
    with pytest.raises(NotFoundError):
        choose(play=play, choice_token=token, sequence=1, actor=stranger, now=NOW)
    with pytest.raises(NotFoundError):
        restart_play(play=play, actor=stranger, now=NOW)
    with pytest.raises(NotFoundError):
        start_practice(play=play, at_sequence=1, actor=stranger, now=NOW)


def test_beginning_again_puts_the_play_aside_once(play):
    say(play, "wait")
    token = token_of(play, "choice-id-canary-time")
    fresh = restart_play(play=play, actor=play.employee.user, now=LATER)
    assert fresh != play
    assert restart_play(play=play, actor=play.employee.user, now=LATER) == fresh
    assert read_walk(fresh) == []
    play.refresh_from_db()
    assert play.state == "abandoned"
    assert read_walk(play) == ["choice-id-canary-wait"]
    with pytest.raises(RuleError) as error:
        tap(play, token, 2)
    assert error.value.code == "play_over"


def test_practice_from_a_decision_keeps_what_came_before_and_never_counts(play):
    with pytest.raises(RuleError):
        start_practice(play=play, at_sequence=1, actor=None, now=NOW)
    play = say(play, "pick", "hm", "soon")
    practice = start_practice(play=play, at_sequence=2, actor=play.employee.user, now=LATER)
    assert practice.purpose == "practice"
    assert read_walk(practice) == ["choice-id-canary-pick"]
    assert start_practice(play=play, at_sequence=2, actor=None, now=LATER) == practice
    done = say(practice, "yes", "time")
    assert [step.sequence for step in done.steps.all()] == [2, 3]
    assert done.passed
    assert Play.objects.counted().get() == play
    event = DomainEvent.objects.filter(kind="play_finished").latest("pk")
    assert event.payload["purpose"] == "practice"


def test_practice_from_elsewhere_puts_the_practice_under_way_aside(play):
    play = say(play, "pick", "hm", "soon")
    first = start_practice(play=play, at_sequence=2, actor=None, now=NOW)
    second = start_practice(play=play, at_sequence=3, actor=None, now=NOW)
    first.refresh_from_db()
    assert first.state == "abandoned"
    assert second.opening == ["choice-id-canary-pick", "choice-id-canary-hm"]


@pytest.mark.parametrize("at_sequence", [0, -1, 4, 10**9])
def test_practice_from_a_decision_that_never_was_is_refused(play, at_sequence):
    play = say(play, "pick", "hm", "soon")
    with pytest.raises(InvalidInputError):
        start_practice(play=play, at_sequence=at_sequence, actor=None, now=NOW)
    assert Play.objects.count() == 1


def loop_scenario():
    graph = make_graph()
    graph["nodes"]["node-id-canary-2"]["choices"].append(
        option("again", "node-id-canary-2", {"GREET-01": 0}, "Pardon?")
    )
    return make_scenario(code="loop", graph=graph)


def test_a_choice_takes_six_queries_however_long_the_play(person):
    play = say(start(person, loop_scenario()), "pick")
    assert play.employee.user  # loaded by the request before
    counts = []
    for length in (2, 500):
        PlayStep.objects.bulk_create(
            PlayStep(
                play=play,
                sequence=n,
                node="node-id-canary-2",
                choice="choice-id-canary-again",
                chosen_at=NOW,
            )
            for n in range(play.steps.count() + 1, length + 1)
        )
        token = token_of(play, "choice-id-canary-again")
        with CaptureQueriesContext(connection) as queries:
            tap(play, token, length + 1)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6, counts


def test_nothing_is_added_to_a_play_that_was_put_aside_meanwhile(play):
    say(play, "pick")
    other_tab = Play.objects.select_related("employee", "scenario", "scenario_version")
    restart_play(play=other_tab.get(pk=play.pk), actor=play.employee.user, now=NOW)
    assert play.is_open  # as this tab read it before
    with pytest.raises(RuleError) as refused:
        tap(play, token_of(play, "choice-id-canary-yes"), 2)
    assert refused.value.code == "play_over"
    assert play.steps.count() == 1


def test_the_last_choice_takes_nine_queries_its_counts_included(play):
    say(play, "pick", "yes")
    token = token_of(play, "choice-id-canary-time")
    with CaptureQueriesContext(connection) as queries:
        tap(play, token, 3)
    assert len(queries) <= 9, [query["sql"][:100] for query in queries]


def test_a_play_that_never_ends_is_stopped(person, monkeypatch):
    play = say(start(person, loop_scenario()), "pick")
    monkeypatch.setattr("quizzes.scenarios.actions.choices.MOST_STEPS", 2)
    say(play, "again")
    with pytest.raises(RuleError) as error:
        say(play, "again")
    assert error.value.code == "too_long"
