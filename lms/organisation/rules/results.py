"""What an import did, as a screen, a report file and a summary line show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RowError:
    """One refused row in words. ``code`` is stable; ``row`` counts the header as row 1."""

    row: int
    column: str
    value: str
    reason: str
    code: str = ""


@dataclass(frozen=True)
class ImportResult:
    """What an import did, or would do (``dry_run``).

    ``repeated`` means that this very file was the last one in, so that nothing was to do.
    ``applied`` is False for dry runs, repeats, and all-or-nothing files with refused rows.
    """

    counts: Mapping[str, int]
    row_errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    repeated: bool = False
    dry_run: bool = False
    applied: bool = False
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Employee numbers per kind of change, for the diff on screen."""
