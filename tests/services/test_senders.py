"""Killed and parallel senders, as processes, against a real mail server."""

import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from certification.awards.actions import assign_certification
from lms.models import Mail, Notice
from tests.certification.factories import make_simple_certification
from tests.lms.factories import make_person
from tests.services.conftest import ROOT, environment

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("services"),
]


@pytest.fixture
def people():
    """Forty people with one notice each."""
    now = timezone.now()
    certification, _ = make_simple_certification(now=now - timedelta(days=60))
    first = make_person()
    people = [first, *(make_person(first.home_branch) for _ in range(39))]
    for person in people:
        assign_certification(
            employee=person, certification=certification, from_on=now.date(),
            reason="Serves customers", actor=None, now=now,
        )  # fmt: skip
    assert Notice.objects.count() == 40
    return people


def start(sink, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services.sender", *arguments],
        cwd=ROOT,
        env=environment(sink),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def run(sink, *arguments):
    process = start(sink, *arguments)
    process.communicate(timeout=60)
    return process.returncode


def received(sink):
    """Return how many messages came in per recipient."""
    return Counter(
        re.search(rb"^To: (.*)$", message, re.MULTILINE).group(1).strip()
        for message in sink.messages
    )


def end_leases():
    Mail.objects.exclude(lease_until=None).update(lease_until=timezone.now())


def test_four_senders_at_once_send_each_mail_once(sink, people):
    for process in [start(sink) for _ in range(4)]:
        process.communicate(timeout=60)
    assert set(received(sink).values()) == {1}
    assert len(received(sink)) == 40
    assert Mail.objects.filter(state="sent").count() == 40


@pytest.mark.parametrize("place", ["after_claim", "before_intent"])
def test_killed_before_the_intent_nothing_is_lost_or_doubled(sink, people, place):
    assert run(sink, "die-at", place) == -9
    end_leases()
    assert run(sink) == 0
    assert set(received(sink).values()) == {1}
    assert len(received(sink)) == 40


@pytest.mark.parametrize("place", ["after_intent", "after_send"])
def test_killed_after_the_intent_one_mail_is_unknown_and_none_doubled(sink, people, place):
    assert run(sink, "die-at", place) == -9
    end_leases()
    assert run(sink) == 0
    assert Mail.objects.filter(state="unknown").count() == 1
    assert Mail.objects.filter(state="sent").count() == 39
    assert max(received(sink).values()) == 1


def test_the_rig_catches_a_sender_that_sends_and_then_marks(sink, people):
    assert run(sink, "wrong", "dies") == -9
    assert run(sink, "wrong") == 0
    assert max(received(sink).values()) == 2
