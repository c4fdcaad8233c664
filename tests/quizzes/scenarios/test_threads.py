import threading

import pytest
from django.db import connections

from lms.api import DomainEvent
from quizzes.scenarios.actions import choose
from quizzes.scenarios.models import Play, PlayStep
from tests.lms.factories import make_person
from tests.quizzes.scenarios.factories import NOW, make_scenario, say, start, token_of


def run_together(work, count=8):
    """Run a function in threads at once and return results and errors."""
    barrier = threading.Barrier(count)
    results, errors = [], []

    def one():
        try:
            barrier.wait()
            results.append(work())
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, errors


@pytest.mark.usefixtures("committing_database")
def test_taps_and_starts_of_one_moment_count_once():
    person = make_person()
    scenario = make_scenario()
    plays, errors = run_together(lambda: start(person, scenario).pk)
    assert errors == []
    assert len(set(plays)) == 1
    play = Play.objects.select_related("employee__user").get()
    say(play, "pick", "yes")
    token = token_of(play, "choice-id-canary-time")
    _results, errors = run_together(
        lambda: choose(play=play, choice_token=token, sequence=3, actor=person.user, now=NOW).pk
    )
    assert errors == []
    assert PlayStep.objects.filter(play=play).count() == 3
    assert DomainEvent.objects.filter(kind="play_finished").count() == 1
    assert DomainEvent.objects.filter(kind="work_started").count() == 1
