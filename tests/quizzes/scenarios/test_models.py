import pytest
from django.db import IntegrityError, transaction

from quizzes.scenarios.models import Play, PlayStep, ScenarioVersion
from quizzes.scenarios.rules import read_graph
from tests.lms.factories import make_person
from tests.quizzes.scenarios.factories import NOW, make_scenario, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def play():
    return start(make_person(), make_scenario())


def copy(play, **fields):
    values = {
        "employee": play.employee,
        "scenario": play.scenario,
        "scenario_version": play.scenario_version,
        "purpose": "scored",
        "number": 2,
        "started_at": NOW,
        "seed": "x",
    }
    return Play(**values | fields)


def test_two_scored_plays_cannot_be_open_at_once(play):
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(play).save()
    copy(play, purpose="practice").save()
    copy(play, number=3, state="abandoned").save()


def test_a_number_is_given_once(play):
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(play, number=1, purpose="practice").save()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "finished"},
        {"state": "finished", "finished_at": NOW},
        {"purpose": "practice", "finished_at": NOW},
        {"state": "abandoned", "passed": True},
        {"state": "finished", "finished_at": NOW.replace(year=2020), "passed": False},
    ],
)
def test_moment_and_verdict_belong_to_a_finished_play(play, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(play, **fields).save()


def test_a_decision_is_made_once(play):
    PlayStep.objects.create(play=play, sequence=1, node="a", choice="x", chosen_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlayStep.objects.create(play=play, sequence=1, node="a", choice="y", chosen_at=NOW)


def test_the_graph_of_a_version_is_read_once_for_all_who_play_it(play):
    first = play.scenario_version.read()
    assert ScenarioVersion.objects.get(pk=play.scenario_version_id).read() is first
    assert first == read_graph(play.scenario_version.graph)
    assert make_scenario(code="other", title="Another").versions.get().read() is not first
