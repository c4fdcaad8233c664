"""Places in the sender at which a test may kill or pause the process."""

from __future__ import annotations

from collections.abc import Callable

_watchers: list[Callable[[str], None]] = []


def watch(watcher: Callable[[str], None]) -> Callable[[], None]:
    """Have ``watcher`` called with the name of each place; return what stops it again."""
    _watchers.append(watcher)
    return lambda: _watchers.remove(watcher)


def reach(name: str) -> None:
    """Say that the sender is at a place. Nobody listens in production."""
    for watcher in _watchers:
        watcher(name)
