"""Wagtail's search and reference indexes: written only for the tests that read them.

Every save of a page or snippet writes both at once, several times in one publication. That was a
quarter of the time of a run, for rows that hardly any test looks at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django_tasks.backends.immediate import ImmediateBackend

WRITE_AT_ONCE = ImmediateBackend.enqueue


@contextmanager
def skip_indexes() -> Iterator[None]:
    """Leave both indexes alone until the end of the block."""
    with patch.object(ImmediateBackend, "enqueue", lambda *_args, **_options: None):
        yield


@contextmanager
def keep_indexes() -> Iterator[None]:
    """Write both indexes within the block, as a site does."""
    with patch.object(ImmediateBackend, "enqueue", WRITE_AT_ONCE):
        yield
