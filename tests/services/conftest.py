"""Real parts: a mail server on loopback, worker and beat as processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class Sink:
    """Keeps every message that comes in."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        self.messages.append(envelope.content)
        return "250 taken"


@pytest.fixture
def sink():
    """A mail server; ``sink.messages`` are the raw messages, ``sink.url`` where it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.url = f"smtp://127.0.0.1:{port}"
    yield handler
    controller.stop()


def environment(sink, **extra):
    """Return the environment of a process that works on the test database."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        values = connection.settings_dict
        login = quote(values["USER"])
        if values["PASSWORD"]:
            login += ":" + quote(values["PASSWORD"], safe="")
        url = f"postgres://{login}@{values['HOST']}:{values['PORT'] or 5432}/{name}"
    return (
        os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "lms.config.settings.dev",
            "DATABASE_URL": url,
            "EMAIL_URL": sink.url,
            "RING_SECONDS": "1",
            # Other runs may use the same broker: their workers must not take our tasks.
            "CELERY_QUEUE": f"tests-{os.getpid()}",
            "PYTHONPATH": str(ROOT),
        }
        | extra
    )


@contextmanager
def running(*arguments, env, log=subprocess.DEVNULL):
    """Run a Python program as long as the block lasts; end it by its own process group."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def wait_until(holds, *, seconds=30.0):
    """Wait for another process; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)
