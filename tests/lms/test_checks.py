"""Tasks that nobody would run are found before the site starts."""

import pytest
from django.core.checks import run_checks

from lms import checks
from lms.config.celery import app

TASK = """
from celery import shared_task

@shared_task(name="planted.forgotten")
def forget(): ...

@shared_task
def unnamed(): ...

def helper(): ...
"""


def test_every_task_on_disk_and_every_ring_is_known():
    assert [error for error in run_checks() if error.id.startswith("sb_lms.E00")] == []


def test_the_tasks_of_all_rooms_are_read_from_disk():
    from pathlib import Path

    root = Path(checks.__file__).parents[1]
    names = {
        name
        for package in ("lms", "quizzes", "courses", "certification")
        for path in (root / package).rglob("tasks.py")
        for name in checks.read_task_names(path, root / package)
    }
    assert {"lms.messages.deliver", "lms.standards.publish_scheduled"} <= names
    assert {ring["task"] for ring in app.conf.beat_schedule.values()} <= names


def test_a_task_that_is_not_imported_is_an_error(tmp_path):
    room = tmp_path / "planted" / "room"
    room.mkdir(parents=True)
    (room / "tasks.py").write_text(TASK)
    found = list(checks.find_unregistered([tmp_path / "planted"], set(app.tasks)))
    assert [error.id for error in found] == ["sb_lms.E001", "sb_lms.E001"]
    assert "planted.forgotten" in found[0].msg
    assert "planted.room.tasks.unnamed" in found[1].msg
    assert found[0].hint == "Import it in planted/tasks.py."


def test_a_registered_one_is_not(tmp_path):
    (tmp_path / "planted").mkdir()
    (tmp_path / "planted" / "tasks.py").write_text(TASK)
    known = {"planted.forgotten", "planted.tasks.unnamed"}
    assert list(checks.find_unregistered([tmp_path / "planted"], known)) == []


def test_a_ring_for_a_task_that_is_gone_is_an_error():
    rings = app.conf.beat_schedule
    rings["old"] = {"task": "lms.old", "schedule": 60}
    try:
        found = [error for error in run_checks() if error.id == "sb_lms.E002"]
    finally:
        del rings["old"]
    assert len(found) == 1
    assert "lms.old" in found[0].msg


@pytest.mark.parametrize("schedule", [None, {}])
def test_a_site_without_a_schedule_of_its_own_is_left_alone(schedule):
    class Conf:
        beat_schedule = schedule

    assert list(checks.find_unknown_rings(Conf, set())) == []
