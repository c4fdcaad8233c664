"""What is asked about a day, and what the answer holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from certification.catalogue.models import Certification
from certification.reports.rules import Counts
from lms.api import Branch, Region


@dataclass(frozen=True)
class Question:
    """Who of a place held these on a local day, by what had been recorded by a moment.

    ``is_present``: the moment is now, so that what is known today is the answer.
    """

    certifications: tuple[Certification, ...]
    on: date
    known_at: datetime
    branch: Branch | None = None
    region: Region | None = None
    is_present: bool = False

    @property
    def seen_at(self) -> datetime | None:
        """The moment for reads whose shortest way is what is known now."""
        return None if self.is_present else self.known_at


@dataclass(frozen=True)
class Change:
    """Something recorded after the moment asked about that changed the answer."""

    recorded_at: datetime
    words: str


@dataclass(frozen=True)
class AnswerRow:
    """How one certification stood for one person. ``valid_until`` is the first day without it.

    ``branch`` is code and name of the branch on that day, as known; empty where there was none.
    """

    uuid: UUID
    employee_number: str
    name: str
    branch_code: str
    branch: str
    certification: Certification
    standing: str
    badge: str
    required: str
    is_counted: bool
    is_compliant: bool
    is_new: bool
    valid_from: date | None
    valid_until: date | None
    reasons: tuple[str, ...]
    basis: str = ""
    award_id: int | None = None
    award_uuid: UUID | None = None
    changes: tuple[Change, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether it was held."""
        return self.standing == "valid"

    @property
    def last_day(self) -> date | None:
        """The last day on which it was held; None: it never lapses, or was not held."""
        return self.valid_until - timedelta(days=1) if self.valid_until else None

    @property
    def why_missing(self) -> str:
        """The first reason: what became of the last award, or that there is none."""
        return self.reasons[0] if self.reasons else ""


@dataclass(frozen=True)
class Total:
    """The people of one certification, as a cell of the matrix, and how many held it in all."""

    certification: Certification
    counts: Counts
    held: int


@dataclass(frozen=True)
class Answer:
    """The answer. ``later`` are those whom only today's knowledge puts among the holders.

    ``is_whole`` is False where the place holds too many people to add up: then ``held`` is a page,
    and ``following`` says behind whom the next one starts.
    """

    question: Question
    held: tuple[AnswerRow, ...]
    missing: tuple[AnswerRow, ...] = ()
    later: tuple[AnswerRow, ...] = ()
    totals: tuple[Total, ...] = ()
    people: int = 0
    is_whole: bool = True
    following: tuple[str, str] | None = None
