"""A worker on an action on many is killed in the middle: everybody is acted on exactly once."""

import signal
import subprocess
import sys

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from certification.casework.actions import begin_bulk, undo_bulk
from certification.models import AwardEvent, BulkItem, Standing
from certification.reports.reads import find_drift
from lms.api import Notice
from tests.certification.factories import make_simple_certification
from tests.certification.people import make_award
from tests.lms.factories import BranchFactory, make_granted, make_person
from tests.services.conftest import ROOT, environment

PEOPLE = 50

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("services"),
]


@pytest.fixture
def bulk():
    """A revocation of fifty awards, begun and not yet acted on."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite takes one writer at a time: there is one worker on it")
    certification, _ = make_simple_certification()
    branch, now = BranchFactory(), timezone.now()
    today = now.date()
    people = [make_person(branch) for _number in range(PEOPLE)]
    for person in people:
        make_award(person, certification, until=today.replace(year=today.year + 1, day=1))
    return begin_bulk(
        kind="revoke",
        employee_ids=[person.pk for person in people],
        values={"certification": certification.code, "effective_on": today.isoformat()},
        reason="The exam was leaked",
        actor=make_granted("hr"),
        now=now,
    )


def start(sink, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services.bulker", *arguments],
        cwd=ROOT,
        env=environment(sink),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_in_batch(sink, number):
    """Let a worker come to the middle of a batch and kill it there, as a power cut would."""
    process = start(sink, str(number))
    try:
        assert process.stdout.readline() == "ready\n"
        assert process.stdout.readline() == "in the middle\n"
    finally:
        process.kill()
        process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL


def finish(sink, workers):
    """Let some workers go on together until nothing is left; return the batches of all."""
    processes = [start(sink) for _number in range(workers)]
    told = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0] * workers
    return sum(int(words[-1]) for words in told)


def done(bulk):
    return BulkItem.objects.filter(bulk=bulk, fact_uuid__isnull=False).count()


def test_killed_in_the_middle_others_go_on_and_nobody_is_done_twice(bulk, sink):
    kill_in_batch(sink, 2)
    assert done(bulk) == AwardEvent.objects.count() == 20
    assert Notice.objects.filter(kind="revoked").count() == 20
    assert finish(sink, workers=2) >= 2
    assert done(bulk) == BulkItem.objects.count() == PEOPLE
    per_award = AwardEvent.objects.values("award").annotate(events=Count("pk"))
    assert [row["events"] for row in per_award] == [1] * PEOPLE
    told = Notice.objects.filter(kind="revoked").values("recipient").annotate(times=Count("pk"))
    assert [row["times"] for row in told] == [1] * PEOPLE
    assert set(Notice.objects.values_list("due_at", flat=True)) == {bulk.undo_until}
    assert set(Standing.objects.values_list("standing", flat=True)) == {"revoked"}
    assert list(find_drift(now=timezone.now())) == []
    assert finish(sink, workers=1) == 0


def test_killed_while_it_is_taken_back_the_rest_is_taken_back_once(bulk, sink):
    finish(sink, workers=1)
    undo_bulk(bulk=bulk, actor=bulk.actor, now=timezone.now())
    kill_in_batch(sink, 2)
    finish(sink, workers=2)
    kinds = AwardEvent.objects.values("kind").annotate(times=Count("pk")).order_by("kind")
    assert {row["kind"]: row["times"] for row in kinds} == {
        "reinstated": PEOPLE,
        "revoked": PEOPLE,
    }
    assert set(Standing.objects.values_list("standing", flat=True)) == {"valid"}
    # Nobody had been told, so nobody is told of the way back.
    states = Notice.objects.values_list("kind", "state", "reason").distinct()
    assert set(states) == {("revoked", "suppressed", "taken_back")}
