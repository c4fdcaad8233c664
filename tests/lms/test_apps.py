"""Start-up refuses what cannot work, in words."""

import os
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT


def start(folder):
    """Start Django with a folder before ours on Python's path."""
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=folder,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.config.settings.test",
            "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["quizzes", "courses", "certification"])
def test_package_of_the_site_under_one_of_our_names_is_refused_in_words(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    outcome = start(tmp_path)
    assert outcome.returncode != 0
    assert f"Python finds '{name}' in {tmp_path.resolve()}" in outcome.stderr
    assert f"mysite.{name}" in outcome.stderr


def test_start_without_such_a_package_succeeds(tmp_path):
    outcome = start(tmp_path)
    assert outcome.returncode == 0, outcome.stderr[-2000:]
