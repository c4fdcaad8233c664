"""The demo company on a real server: built once, copied for each use, at a fixed moment.

Everything happens on one day, so that what is shown does not depend on the day of the run. The
database is a file in WAL mode, the server answers each request in a thread of its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

from tests.databases import digest_schema, forget_what_was_read
from tests.indexes import keep_indexes

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / "var" / "test"
# The files of the demo are of this day; its branches open some hours after it was loaded.
LOADED_AT = datetime(2026, 11, 21, 4, tzinfo=UTC)
OPENS_AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
COMPANY = "Harbour & Finch"


def digest_demo() -> str:
    """Return a digest of what shapes the loaded database: schema, demo files, what writes."""
    digest = hashlib.sha256(f"{LOADED_AT}{COMPANY}".encode())
    patterns = (
        "*/migrations/*.py",
        "demo/**/*.*",
        "*/*/actions/**/*.py",
        "*/*/actions.py",
        "*/*/rules/**/*.py",
        "*/*/rules.py",
    )
    paths = {path for pattern in patterns for path in ROOT.glob(pattern)}
    for path in sorted(paths):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def find_template() -> Path:
    """Return the folder with the loaded database and its media, building it if need be.

    Whoever comes while it is being built waits for it: it takes a minute and both processors.
    """
    STORE.mkdir(parents=True, exist_ok=True)
    with (STORE / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = STORE / f"demo-{digest_demo()}"
        if not folder.exists():
            build_template(folder)
    return folder


def build_template(folder: Path) -> None:
    """Load the demo aside and put it in its place; what older code loaded goes."""
    for old in STORE.glob("demo-*"):
        shutil.rmtree(old, ignore_errors=True)
    draft = STORE / f"draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    run_loader(draft)
    draft.replace(folder)


def run_loader(folder: Path) -> None:
    """Load the demo in a process of its own: no test's database is touched."""
    database = folder / "demo.sqlite3"
    migrated = STORE / f"template-{digest_schema()}.sqlite3"
    if migrated.exists():
        shutil.copy(migrated, database)
    subprocess.run(
        [sys.executable, "-m", "tests.browser.site"],
        cwd=ROOT,
        check=True,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "lms.config.settings.test",
            "DATABASE_URL": f"sqlite:///{database}",
            "MEDIA_ROOT": str(folder / "media"),
            "COMPANY_NAME": COMPANY,
        },
    )
    with sqlite3.connect(database) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
    raw.close()


def load() -> None:
    """Migrate and load, as ``manage.py`` does, on the demo's own day."""
    import django
    from django.core.management import call_command

    django.setup()
    with time_machine.travel(LOADED_AT, tick=True):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_demo")


class Site:
    """A running copy of the demo company, and its clock."""

    def __init__(self, url: str, clock: Any) -> None:
        self.url = url
        self._clock = clock

    def wait(self, **time: int) -> None:
        """Let time pass on the server, at once."""
        now = datetime.now(UTC) + timedelta(**time)
        self._clock.move_to(now)


@contextmanager
def run_site(folder: Path) -> Iterator[Site]:
    """Serve a copy of the demo company from ``folder`` until the end of the block.

    Within the block this process's own default database is that copy too.
    """
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.db import connections
    from django.test import override_settings
    from django.test.testcases import LiveServerThread

    copy = folder / "demo.sqlite3"
    shutil.copytree(find_template(), folder, dirs_exist_ok=True)
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(copy)
    forget_what_was_read()
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    server.daemon = True
    with time_machine.travel(OPENS_AT, tick=True) as clock:
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        url = f"http://127.0.0.1:{server.port}"
        company = {"COMPANY_NAME": COMPANY}
        try:
            settings = override_settings(
                MEDIA_ROOT=str(folder / "media"),
                WAGTAILADMIN_BASE_URL=url,
                STANDARDBEARER=company,
            )
            with settings, keep_indexes():
                yield Site(url, clock)
        finally:
            server.terminate()
            connection.close()
            connection.settings_dict["NAME"] = before
            forget_what_was_read()


if __name__ == "__main__":
    load()
