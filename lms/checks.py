"""System checks: every task that is written is known to Celery, and beat rings only known ones."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from celery import current_app
from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register

LABELS: Final = ("sb_lms", "sb_quizzes", "sb_courses", "sb_certification")
DECORATORS: Final = frozenset({"shared_task", "task"})


@register()
def check_tasks(app_configs: Iterable[AppConfig] | None, **_kwargs: object) -> list[CheckMessage]:
    """Compare the ``tasks.py`` files and the schedule of beat with what Celery has registered.

    Celery imports ``<app>/tasks.py`` alone: a room's task that is not imported there would never
    run, and nobody would notice.
    """
    del app_configs
    installed = [config for config in apps.get_app_configs() if config.label in LABELS]
    for config in installed:
        if find_spec(f"{config.name}.tasks") is not None:
            import_module(f"{config.name}.tasks")
    known = set(current_app.tasks)
    roots = [Path(config.path) for config in installed]
    return [*find_unregistered(roots, known), *find_unknown_rings(current_app.conf, known)]


def find_unregistered(roots: Iterable[Path], known: set[str]) -> Iterator[CheckMessage]:
    """Yield an error for each task in a ``tasks.py`` below ``roots`` that Celery does not know."""
    for root in roots:
        for path in sorted(root.rglob("tasks.py")):
            for name in read_task_names(path, root):
                if name not in known:
                    yield Error(
                        f"Celery does not know the task {name} of {path.relative_to(root.parent)}.",
                        hint=f"Import it in {root.name}/tasks.py.",
                        id="sb_lms.E001",
                    )


def find_unknown_rings(conf: Any, known: set[str]) -> Iterator[CheckMessage]:
    """Yield an error for each entry of beat's schedule whose task Celery does not know."""
    schedule: Mapping[str, Mapping[str, Any]] = conf.beat_schedule or {}
    for entry, ring in schedule.items():
        if ring["task"] not in known:
            yield Error(
                f"Beat's entry {entry} rings for {ring['task']}, a task Celery does not know.",
                hint="Correct the name in the schedule, or import the task.",
                id="sb_lms.E002",
            )


def read_task_names(path: Path, root: Path) -> Iterator[str]:
    """Yield the names of the tasks that a file defines, without importing it."""
    module = ".".join(path.relative_to(root.parent).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if name_of(decorator) in DECORATORS:
                    yield find_given_name(decorator) or f"{module}.{node.name}"


def name_of(decorator: ast.expr) -> str:
    """Return the last name of a decorator: task for ``@app.task(name=…)``."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def find_given_name(decorator: ast.expr) -> str | None:
    """Return the ``name=`` of a decorator when it is written out."""
    if isinstance(decorator, ast.Call):
        for keyword in decorator.keywords:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return None
