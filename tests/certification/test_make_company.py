"""The synthetic company: true, the same for the same seed, and of the size asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from benchmarks.company import Size, make_company
from certification.awards.actions import advance
from certification.models import (
    Assignment,
    Award,
    AwardEvent,
    BranchTally,
    CoverageSpan,
    Cycle,
    Exemption,
    Standing,
)
from certification.reports.reads import find_drift
from certification.standing.rules import TALLY_FIELDS
from lms.api import Absence, Branch, Employee, Posting

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SIZE = Size(branches=4, employees=60, certifications=8, seed=3)
TABLES = (Branch, Employee, Posting, Absence, Assignment, Cycle, Award, AwardEvent, Exemption,
          CoverageSpan, Standing, BranchTally)  # fmt: skip
pytestmark = pytest.mark.django_db


def read_rows():
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def read_company(seed):
    with transaction.atomic():
        make_company(size=replace(SIZE, seed=seed), now=NOW)
        rows = read_rows()
        transaction.set_rollback(True)
    return rows


def test_every_cache_is_what_the_facts_say():
    make_company(size=SIZE, now=NOW)
    assert list(find_drift(now=NOW)) == []
    assert (Employee.objects.count(), Standing.objects.count()) == (60, 480)
    assert BranchTally.objects.filter(**{TALLY_FIELDS[0] + "__gt": 0}).exists()


def test_it_has_history_of_every_kind():
    make_company(size=SIZE, now=NOW)
    states = set(Cycle.objects.values_list("state", flat=True))
    assert states == {"open", "completed", "cancelled"}
    assert set(Award.objects.values_list("basis", flat=True)) == {"completed", "imported"}
    assert Award.objects.filter(awarded_at__lt=NOW - timedelta(days=365)).exists()
    assert all(table.objects.exists() for table in TABLES)
    assert len(set(Branch.objects.values_list("time_zone", flat=True))) == 4


def test_the_sweep_finds_nothing_to_do_until_time_passes():
    make_company(size=SIZE, now=NOW)
    done = advance(now=NOW)
    assert (done.assigned, done.rows, done.changed, done.opened) == (0, 0, 0, 0)
    later = NOW + timedelta(days=9)
    assert advance(now=later).changed > 0
    assert list(find_drift(now=later)) == []
    assert advance(now=later).changed == 0


def test_the_same_seed_makes_the_same_company_and_another_one_does_not():
    first, again, other = (read_company(seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_a_database_in_use_is_refused(capsys):
    call_command("make_company", "--branches=1", "--employees=3", "--certifications=1")
    assert "3 standings" in capsys.readouterr().out
    with pytest.raises(CommandError) as error:
        call_command("make_company", "--branches=1", "--employees=3", "--certifications=1")
    assert error.value.returncode == 2
    assert Employee.objects.count() == 3


def test_a_dry_run_makes_nothing(capsys):
    call_command("make_company", "--dry-run")
    assert "1,000,000 people, 20,000,000 standings" in capsys.readouterr().out
    assert not Employee.objects.exists()


def test_nonsense_and_an_installation_without_benchmarks_are_refused(monkeypatch):
    with pytest.raises(CommandError) as error:
        call_command("make_company", "--employees=0")
    assert error.value.returncode == 2
    command = import_module("certification.management.commands.make_company")
    monkeypatch.setattr(command, "find_spec", lambda _name: None)
    with pytest.raises(CommandError) as error:
        call_command("make_company")
    assert error.value.returncode == 2
