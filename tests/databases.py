"""The tests' databases: one template per schema, one copy per process, a fresh one when spoilt.

After a test that commits, Django would empty every table, also of what migrations wrote (Wagtail's
root page, site and locale). Copying the template again is quicker and leaves the next test right.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import sqlite3
import tempfile
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
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


def digest_checkout() -> str:
    """Return what tells this checkout from every other one that uses the same server."""
    return hashlib.sha256(f"{socket.gethostname()}:{ROOT}".encode()).hexdigest()[:8]


def point_at(name: str) -> None:
    """Let Django use another database from now on."""
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


class TestDatabase:
    """What both kinds share: a test that commits spoils the copy."""

    __test__ = False
    spoilt = False

    def refill_if_spoilt(self) -> None:
        """Copy the template again after a test that committed."""
        if self.spoilt:
            self.fill()
            forget_what_was_read()
            self.spoilt = False

    def fill(self) -> None:
        """Copy the template; each kind knows how."""
        raise NotImplementedError


def forget_what_was_read() -> None:
    """Forget rows of the last copy that are kept in memory by their ids."""
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.clear_cache()
    cache.clear()


class SqliteFile(TestDatabase):
    """A file, copied from a migrated one."""

    def __init__(self) -> None:
        self.template = ROOT / "var" / "test" / f"template-{digest_schema()}.sqlite3"
        self.folder = Path(tempfile.mkdtemp(prefix="sb-test-"))
        self.build_once()
        self.fill()

    def build_once(self) -> None:
        """Build the template unless it is there; whoever comes meanwhile waits for it."""
        self.template.parent.mkdir(parents=True, exist_ok=True)
        with (self.template.parent / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.template.exists():
                self.build()

    def build(self) -> None:
        """Migrate an empty file once; later runs copy it."""
        handle, draft = tempfile.mkstemp(dir=self.template.parent)
        os.close(handle)
        point_at(draft)
        call_command("migrate", verbosity=0, interactive=False)
        connections["default"].close()
        with sqlite3.connect(draft) as raw:
            raw.execute("PRAGMA journal_mode=DELETE")
        raw.close()
        Path(draft).replace(self.template)

    def fill(self) -> None:
        """Copy the template."""
        copy = self.folder / "test.sqlite3"
        point_at(str(copy))
        for path in self.folder.glob("test.sqlite3*"):
            path.unlink()
        shutil.copy(self.template, copy)

    def end(self) -> None:
        """Delete the copy."""
        connections["default"].close()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresDatabase(TestDatabase):
    """A database of this process, made from a template database of this checkout."""

    def __init__(self) -> None:
        self.values = dict(connections["default"].settings_dict)
        prefix = f"sb_{digest_checkout()}"
        self.template = f"{prefix}_template_{digest_schema()}"
        self.name = f"{prefix}_test_{os.getpid()}"
        with self.connect() as server:
            # Several processes begin at once: one builds, the others wait for it.
            server.execute("SELECT pg_advisory_lock(hashtext(%s))", [prefix])
            self.drop_leftovers(server, prefix)
            if self.template not in self.list_databases(server, prefix):
                self.build(server)
        self.fill()

    @contextmanager
    def connect(self):
        """Connect to the server itself; databases are made outside of transactions."""
        import psycopg

        with psycopg.connect(
            dbname="postgres",
            user=self.values["USER"] or None,
            password=self.values["PASSWORD"] or None,
            host=self.values["HOST"] or None,
            port=self.values["PORT"] or None,
            autocommit=True,
        ) as server:
            yield server

    def list_databases(self, server, prefix: str) -> list[str]:
        """Return the names of the databases of this checkout."""
        rows = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        )
        return [name for (name,) in rows]

    def drop_leftovers(self, server, prefix: str) -> None:
        """Drop the copies of processes that are gone, and templates of older schemas."""
        for name in self.list_databases(server, prefix):
            kind, _, rest = name.removeprefix(f"{prefix}_").partition("_")
            gone = kind == "test" and not Path(f"/proc/{rest}").exists()
            if gone or kind == "draft" or (kind == "template" and name != self.template):
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def build(self, server) -> None:
        """Migrate an empty database; it gets its name when it is complete."""
        draft = self.template.replace("_template_", "_draft_")
        server.execute(f'CREATE DATABASE "{draft}"')
        point_at(draft)
        call_command("migrate", verbosity=0, interactive=False)
        connections["default"].close()
        server.execute(f'ALTER DATABASE "{draft}" RENAME TO "{self.template}"')

    def fill(self) -> None:
        """Copy the template, whoever is still connected to the last copy."""
        point_at(self.name)
        with self.connect() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def end(self) -> None:
        """Drop the copy."""
        connections["default"].close()
        with self.connect() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


def open_database() -> TestDatabase:
    """Return a migrated database of this process and let Django use it."""
    engine = settings.DATABASES["default"]["ENGINE"]
    return SqliteFile() if engine.endswith("sqlite3") else PostgresDatabase()
