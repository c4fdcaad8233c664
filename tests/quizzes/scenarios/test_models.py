import pytest
from django.db import IntegrityError, transaction

from quizzes.scenarios.models import Play, PlayStep
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
