"""Every contract of .importlinter catches what it forbids: one planted violation each."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT, find_rooms

PLANTS = {
    "layers": [("quizzes/planted.py", "from courses import api")],
    "shell": [("courses/planted.py", "import lms.config.celery")],
    "doors-lms": [("courses/planted.py", "from lms.organisation import models")],
    "doors-quizzes": [("certification/planted.py", "from quizzes.attempts import models")],
    "doors-courses": [("certification/planted.py", "from courses.learning import reads")],
    "pure": [("quizzes/questions/rules/planted.py", "from django.utils import timezone")],
    "rooms-lms": [("lms/organisation/rules/planted.py", "import lms.messages.models")],
    "rooms-quizzes": [("quizzes/questions/rules/planted.py", "import quizzes.attempts.models")],
    "rooms-courses": [("courses/content/models/planted.py", "import courses.learning.models")],
    "rooms-certification": [
        ("certification/policy/rules/planted.py", "import certification.awards.models"),
        ("certification/reports/reads/planted.py", "import certification.training.views"),
    ],
    "files": [
        ("lms/organisation/models/planted.py", "import lms.organisation.actions"),
        ("courses/learning/helpers.py", ""),
    ],
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Copy what the contracts look at, so that a plant never touches the tree."""
    target = tmp_path_factory.mktemp("contracts")
    for name in PACKAGES:
        shutil.copytree(
            ROOT / name,
            target / name,
            ignore=shutil.ignore_patterns("__pycache__", "templates", "static", "migrations"),
        )
    shutil.copy(ROOT / ".importlinter", target)
    return target


def read_contracts(path: Path = ROOT / ".importlinter") -> dict[str, configparser.SectionProxy]:
    """Return the contracts of the file by their id."""
    parser = configparser.ConfigParser()
    parser.read(path, encoding="utf-8")
    prefix = "importlinter:contract:"
    return {
        section.removeprefix(prefix): parser[section]
        for section in parser.sections()
        if section.startswith(prefix)
    }


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter in a folder, on some contracts or on all."""
    named = [word for contract in contracts for word in ("--contract", contract)]
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(program), "--no-logo", "--no-cache", *named],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_unplanted_copy_keeps_every_contract(copy):
    outcome = lint(copy)
    assert outcome.returncode == 0, outcome.stdout[-4000:]


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [(contract, file, line) for contract, plants in PLANTS.items() for file, line in plants],
)
def test_planted_violation_is_caught_by_its_contract(copy, contract, file, line):
    planted = copy / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{line}\n", encoding="utf-8")
    try:
        outcome = lint(copy, contract)
    finally:
        planted.unlink()
    assert outcome.returncode == 1, outcome.stdout[-2000:]
    assert "BROKEN" in outcome.stdout
    assert planted.stem in outcome.stdout


def test_every_contract_has_a_planted_violation():
    assert set(PLANTS) == set(read_contracts())


def test_every_room_is_under_the_contract_of_file_order():
    listed = read_contracts()["files"]["containers"].split()
    policy = "certification.policy"  # holds rules only, so that there is no order to keep
    assert sorted(listed) == sorted(set(find_rooms()) - {policy})


def test_every_rules_file_is_under_the_contract_of_purity():
    listed = read_contracts()["pure"]["source_modules"].split()
    written = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name in PACKAGES
        for path in [*(ROOT / name).glob("rules*"), *(ROOT / name).glob("*/rules*")]
        if "__pycache__" not in path.parts
    }
    covered = {name for name in written if any(name.startswith(root) for root in listed)}
    assert covered == written
