import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from lms.api import registry
from quizzes.scenarios.models import Play, PlayStep, Scenario
from tests.lms.factories import UserFactory, make_person
from tests.quizzes.scenarios.factories import CANARIES, make_scenario, say, start, token_of

pytestmark = pytest.mark.django_db
PLAYS = "/api/v1/plays/"


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def api(person):
    client = APIClient()
    client.force_authenticate(person.user)
    return client


def post(api, address, **body):
    return api.post(address, body, format="json")


def test_a_learner_plays_over_the_api_and_sees_nothing_too_early(api):
    scenario = make_scenario()
    started = post(api, PLAYS, scenario=str(scenario.uuid))
    assert started.status_code == 201
    assert post(api, PLAYS, scenario=str(scenario.uuid)).json()["uuid"] == started.json()["uuid"]
    address = f"{PLAYS}{started.json()['uuid']}/"
    play = started.json()
    for number in (2, 1, 1):
        seen = api.get(address).content.decode() + api.get(PLAYS).content.decode()
        assert not [mark for mark in CANARIES if mark in seen]
        for word in ("percent", "verdict", "critical", "feedback", "meter", "points"):
            assert f'"{word}"' not in seen
        assert play["passed"] is play["debrief"] is play["ending"] is None
        body = {
            "choice": play["step"]["choices"][number - 1]["token"],
            "sequence": play["sequence"],
        }
        play = post(api, address + "choices/", **body).json()
        assert post(api, address + "choices/", **body).json() == play
    assert play["passed"] is True
    assert play["step"] is None
    assert play["debrief"]["percent"] == 100
    assert play["debrief"]["path"][0]["own"]["verdict"] == "follows the standard"
    assert PlayStep.objects.count() == 3
    assert [row["uuid"] for row in api.get(PLAYS).json()["results"]] == [play["uuid"]]


def test_a_play_that_did_not_pass_names_lessons_over_the_api(api, person, monkeypatch):
    link = registry.Link("lesson", "Answering the phone", "/courses/x/")
    monkeypatch.setattr(registry.standard_links, "_items", [lambda _standard: [link]])
    play = say(start(person, make_scenario()), "wait", "soon")
    debrief = api.get(f"{PLAYS}{play.uuid}/").json()["debrief"]
    assert debrief["read_again"] == [
        {
            "title": "PHONE-01",
            "reason": "You reached 0 %, at least 50 % are needed.",
            "lessons": [{"title": "Answering the phone", "url": "/courses/x/"}],
        }
    ]


def test_practice_and_restart_over_the_api(api, person):
    play = say(start(person, make_scenario()), "pick", "hm", "soon")
    practice = post(api, f"{PLAYS}{play.uuid}/practice/", at_sequence=3)
    assert practice.status_code == 201
    assert practice.json()["sequence"] == 3
    fresh = post(api, f"{PLAYS}{practice.json()['uuid']}/restart/")
    assert (fresh.status_code, fresh.json()["sequence"]) == (201, 1)


def test_refusals_are_problems_with_stable_codes(api, person):
    scenario = make_scenario()
    play = start(person, scenario)
    address = f"{PLAYS}{play.uuid}/"
    token = token_of(play, "choice-id-canary-pick")
    cases = [
        (address + "choices/", {"choice": "x", "sequence": 1}, 422, "illegal_choice"),
        (address + "choices/", {"choice": token, "sequence": 2}, 422, "invalid_input"),
        (address + "choices/", {"choice": [token], "sequence": 1}, 400, "invalid_input"),
        (address + "choices/", {"choice": token, "sequence": "NaN"}, 400, "invalid_input"),
        (address + "choices/", {"choice": token, "sequence": 10**40}, 400, "invalid_input"),
        (address + "choices/", {"choice": token}, 400, "invalid_input"),
        (
            address + "choices/",
            {"choice": token, "sequence": 1, "passed": True},
            400,
            "invalid_input",
        ),
        (address + "practice/", {"at_sequence": 1}, 409, "play_not_finished"),
        (address + "restart/", {"passed": True}, 400, "invalid_input"),
        (PLAYS, {"scenario": "x"}, 400, "invalid_input"),
        (PLAYS, {"scenario": str(play.uuid)}, 404, "not_found"),
        (PLAYS, {"scenario": str(scenario.uuid), "purpose": "fun"}, 400, "invalid_input"),
    ]
    for url, body, status, code in cases:
        response = post(api, url, **body)
        assert (response.status_code, response.json()["code"]) == (status, code), (url, body)
        assert response["Content-Type"] == "application/problem+json"
    assert not PlayStep.objects.exists()
    Scenario.objects.update(live=False)
    assert post(api, PLAYS, scenario=str(scenario.uuid)).status_code == 404


def test_other_peoples_plays_are_not_found_and_nobody_unknown_enters(api, person):
    play = say(start(make_person(), make_scenario()), "wait", "time")
    address = f"{PLAYS}{play.uuid}/"
    assert api.get(address).status_code == 404
    for rest in ("choices/", "restart/", "practice/"):
        body = {"choice": "x", "sequence": 1} if rest == "choices/" else {}
        assert post(api, address + rest, **body).status_code == 404
    assert api.get(PLAYS).json()["results"] == []
    nobody = APIClient()
    assert nobody.get(PLAYS).status_code in {401, 403}
    nobody.force_authenticate(UserFactory())
    assert nobody.get(PLAYS).json()["results"] == []
    response = post(nobody, PLAYS, scenario=str(play.scenario.uuid))
    assert response.status_code == 404


@pytest.mark.parametrize("junk", ["x", "1", "%00", "00000000-0000-4000-8000-00000000000g"])
def test_an_id_that_is_none_is_not_found(api, junk):
    assert api.get(f"{PLAYS}{junk}/").status_code == 404
    for rest in ("choices/", "restart/", "practice/"):
        answered = post(api, f"{PLAYS}{junk}/{rest}", choice="x", sequence=1)
        assert (answered.status_code, answered.json()["code"]) == (404, "not_found")


def test_the_list_costs_the_same_for_two_plays_and_for_ten(api, person, monkeypatch):
    monkeypatch.setattr(registry.navigation, "_items", [])
    counts = []
    for total in (2, 10):
        while Play.objects.count() < total:
            say(start(person, make_scenario()), "wait", "time")
        with CaptureQueriesContext(connection) as queries:
            assert len(api.get(PLAYS).json()["results"]) == total
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3
