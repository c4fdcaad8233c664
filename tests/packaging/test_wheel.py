"""The wheel holds what a site needs and nothing else, and works in a site of somebody else."""

import os
import shutil
import zipfile

import pytest

from tests.architecture.sources import PACKAGES, ROOT
from tests.packaging.site import build_wheel, install_wheel, run, start_site

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory):
    """Return a fresh site, its own migrations made, and the folder the wheel is installed in."""
    folder = tmp_path_factory.mktemp("host")
    target = install_wheel(wheel, folder / "installed")
    site = start_site(folder / "site")
    run("manage.py", "makemigrations", "courses", "people", cwd=site, PYTHONPATH=str(target))
    return site, str(target)


@pytest.fixture
def blocked(tmp_path):
    """Return a folder that stands before the installed WeasyPrint and refuses to be imported."""
    (tmp_path / "weasyprint.py").write_text("raise ImportError('WeasyPrint is not here')\n")
    return str(tmp_path)


def test_wheel_holds_the_four_packages_and_nothing_else(names):
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_wheel_leaves_out_the_project_shell(names):
    assert not [name for name in names if name.startswith("lms/config")]


def test_wheel_holds_every_file_that_the_packages_need(names):
    wanted = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and "config" not in path.relative_to(ROOT).parts[:2]
        and (path.suffix == ".py" or {"templates", "static", "locale", "starter"} & {*path.parts})
    }
    assert {name.split("/")[1] for name in wanted} >= {"migrations", "templates", "static"}
    assert wanted - names == set()


def test_wheel_says_what_it_needs_and_its_licence(wheel, names):
    metadata = next(name for name in names if name.endswith("METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(metadata).decode()
    assert "License-Expression: BSD-3-Clause" in text
    assert "Requires-Dist: wagtail" in text
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_site_of_somebody_else_serves_a_lesson_with_and_without_weasyprint(site, blocked):
    folder, target = site
    without = f"{blocked}{os.pathsep}{target}"
    checked = run("manage.py", "check", "--fail-level", "WARNING", cwd=folder, PYTHONPATH=without)
    assert "no issues" in checked
    run("manage.py", "migrate", "--verbosity", "0", cwd=folder, PYTHONPATH=without)
    shutil.copy(folder / "db.sqlite3", folder / "migrated.sqlite3")
    assert target in run("smoke.py", "without", cwd=folder, PYTHONPATH=without)
    shutil.copy(folder / "migrated.sqlite3", folder / "db.sqlite3")
    assert target in run("smoke.py", "with", cwd=folder, PYTHONPATH=target)


def test_site_of_somebody_else_has_no_migration_to_make(site):
    folder, target = site
    run("manage.py", "makemigrations", "--check", "--dry-run", cwd=folder, PYTHONPATH=target)
