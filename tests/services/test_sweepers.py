"""Two sweeps at once, as processes of their own: no row is done twice, none is left."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from benchmarks.company import Size, make_company
from certification.models import Standing
from certification.reports.reads import find_drift
from lms.api import Notice
from tests.services.conftest import ROOT, environment

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SIZE = Size(branches=6, employees=200, certifications=6, seed=5)

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("services"),
]


def start(now, sink):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services.sweeper", now.isoformat()],
        cwd=ROOT,
        env=environment(sink),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(now, sink, number):
    """Let some sweeps begin together; return the rows and the changes of each."""
    processes = [start(now, sink) for _number in range(number)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0] * number
    return [(int(rows), int(changed)) for rows, changed in told]


@pytest.fixture
def company(transactional_db):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite takes one writer at a time: there is one worker on it")
    make_company(size=SIZE, now=NOW)


def test_two_sweeps_share_the_rows_and_do_none_twice(company, sink):
    later = NOW + timedelta(days=120)
    due = Standing.objects.due_for_sweep(later).count()
    assert due > 100
    done = run(later, sink, 2)
    assert sum(rows for rows, _changed in done) == due
    assert all(rows > 0 for rows, _changed in done)
    assert not Standing.objects.due_for_sweep(later).exists()
    assert list(find_drift(now=later)) == []
    told = Notice.objects.count()
    assert run(later, sink, 1) == [(0, 0)]
    assert Notice.objects.count() == told
