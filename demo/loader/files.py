"""The demo's files, with every date moved so that the company is always of today."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1]
Row = dict[str, str]


def read_json(name: str) -> Any:
    """Return what a JSON file of the demo says."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def read_rows(name: str) -> list[Row]:
    """Return the rows of a CSV file of the demo."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def to_csv(rows: Iterable[Mapping[str, str]], columns: list[str]) -> bytes:
    """Return rows as the bytes of a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@dataclass(frozen=True)
class Calendar:
    """Moves the files' dates, which are of ``as_of``, to the day of loading."""

    as_of: date
    today: date

    @property
    def shift(self) -> timedelta:
        """How far dates move."""
        return self.today - self.as_of

    def move(self, text: str) -> str:
        """Return an ISO date moved; nothing stays nothing."""
        return (date.fromisoformat(text) + self.shift).isoformat() if text else ""

    def day(self, text: str) -> date:
        """Return an ISO date moved, as a date."""
        return date.fromisoformat(text) + self.shift

    def morning(self, text: str, hour: int = 9) -> datetime:
        """Return an hour (UTC) of a moved day."""
        return datetime.combine(self.day(text), time(hour), tzinfo=UTC)
