"""Fixtures of every test: a database copied from a template, so that a run starts in seconds."""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

ROOT = Path(__file__).resolve().parents[1]


def digest_schema() -> str:
    """Return a digest of everything that shapes the migrated database."""
    digest = hashlib.sha256()
    for name in ("django", "wagtail", "django-taggit", "modelsearch"):
        digest.update(version(name).encode())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def build_template(path: Path) -> None:
    """Migrate an empty SQLite file once; later runs copy it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    os.close(handle)
    connection = connections["default"]
    connection.close()
    connection.settings_dict["NAME"] = draft
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    with sqlite3.connect(draft) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
    raw.close()
    Path(draft).replace(path)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Use a copy of the migrated template on SQLite; pytest-django's own set-up elsewhere."""
    from django.test.utils import setup_databases, teardown_databases

    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        with django_db_blocker.unblock():
            config = setup_databases(verbosity=0, interactive=False, keepdb=True)
        yield
        with django_db_blocker.unblock():
            teardown_databases(config, verbosity=0, keepdb=True)
        return
    template = ROOT / "var" / "test" / f"template-{digest_schema()}.sqlite3"
    folder = Path(tempfile.mkdtemp(prefix="sb-test-"))
    copy = folder / "test.sqlite3"
    with django_db_blocker.unblock():
        if not template.exists():
            build_template(template)
        shutil.copy(template, copy)
        connection = connections["default"]
        connection.close()
        connection.settings_dict["NAME"] = str(copy)
        settings.DATABASES["default"]["NAME"] = str(copy)
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
    shutil.rmtree(folder, ignore_errors=True)
