import csv
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lms.api import Branch, Employee, JobRole

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
BRANCHES = "branch_code,name,region_path,time_zone\n0101,Main,EMEA,Europe/Berlin\n"
ROSTER = (
    "employee_number,given_name,family_name,email,branch_code,job_role_code,hired_on\n"
    "A1,Ann,Lee,ann@example.com,0101,cashier,2024-01-08\n"
)


@pytest.fixture
def file(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def run(*args):
    """Return exit code, last line of output, and what stood on the error stream."""
    out, err = StringIO(), StringIO()
    try:
        call_command(*args, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, str(error), err.getvalue()
    except SystemExit as stop:
        return stop.code, out.getvalue().splitlines()[-1], err.getvalue()
    return 0, out.getvalue().splitlines()[-1], err.getvalue()


def load_places(file):
    run("import_branches", str(file("b.csv", BRANCHES)))
    run("import_job_roles", str(file("r.csv", "code,name\ncashier,Cashier\n")))


def test_three_files_make_a_company(file):
    load_places(file)

    code, line, _ = run("import_roster", str(file("roster.csv", ROSTER)))

    assert code == 0
    assert line.startswith("roster.csv: 1 joiners")
    assert (Branch.objects.count(), JobRole.objects.count()) == (1, 1)
    assert Employee.objects.get().user is not None


def test_the_same_file_twice_says_so(file):
    load_places(file)
    path = str(file("roster.csv", ROSTER))
    run("import_roster", path)

    code, line, _ = run("import_roster", path)

    assert code == 0
    assert "already imported" in line


def test_refused_rows_give_exit_code_one_and_a_report(file, tmp_path):
    load_places(file)
    report = tmp_path / "out.csv"
    path = file("roster.csv", ROSTER + "A2,Ann,Lee,,0999,cashier,2024-01-08\nA3,,=cmd(),,,,\n")

    code, line, errors = run("import_roster", str(path), "--report", str(report))

    assert code == 1
    assert "1 joiners" in line
    assert "2 rejected" in line
    assert "Row 3, branch_code “0999”" in errors
    rows = list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["row"], row["column"], row["code"]) for row in rows] == [
        ("3", "branch_code", "unknown_branch"),
        ("4", "given_name", "required"),
    ]


def test_all_or_nothing_and_dry_run_write_nothing(file):
    load_places(file)
    good = str(file("good.csv", ROSTER))
    bad = str(file("bad.csv", ROSTER + "A2,Ann,Lee,,0999,cashier,\n"))

    assert "dry run" in run("import_roster", good, "--dry-run")[1]
    code, line, _ = run("import_roster", bad, "--all-or-nothing")

    assert (code, "nothing written" in line) == (1, True)
    assert not Employee.objects.exists()


def test_no_logins_means_no_logins(file):
    load_places(file)
    run("import_roster", str(file("roster.csv", ROSTER)), "--no-logins")

    assert Employee.objects.get().user is None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("roster.csv", "", "empty"), ("missing.csv", None, "No such file")],
)
def test_wrong_usage_gives_exit_code_two(file, tmp_path, name, text, words):
    path = tmp_path / name if text is None else file(name, text)

    code, line, _ = run("import_roster", str(path))

    assert code == 2
    assert words in line


def test_unknown_columns_are_named(file):
    _, _, errors = run("import_job_roles", str(file("r.csv", "code,name,pay\na,A,1\n")))

    assert "“pay” is not known" in errors


def test_the_exit_code_reaches_the_shell(tmp_path):
    found = subprocess.run(
        [sys.executable, "manage.py", "import_roster", str(tmp_path / "missing.csv")],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "lms.config.settings.test",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 2, found.stderr
    assert "No such file" in found.stderr
