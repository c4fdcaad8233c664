"""What a public check says of an award, and how its code is read. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from certification.policy.rules.intervals import add

CODE_LENGTH: Final = 26
ALPHABET: Final = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


@dataclass(frozen=True)
class Change:
    """What happened to an award: kind, from which local day, and an extension's end."""

    kind: str
    effective_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class CheckedState:
    """How an award stands: valid, not_yet, grace, expired, suspended, revoked, replaced or voided.

    ``until`` is the first day it no longer holds, extended or revoked; None: never lapses.
    ``since`` is the day it was suspended or revoked from, ``grace_until`` the first day after the
    grace it is in.
    """

    state: str
    until: date | None
    since: date | None = None
    grace_until: date | None = None


def read_code(text: str) -> str | None:
    """Return the code that was typed or scanned, or None when it cannot be one.

    Small letters, spaces and hyphens do not matter; O is read as 0, I and L as 1 (Crockford).
    """
    if not text.isascii():
        return None
    code = text.strip().upper().translate(LOOKALIKES)
    if len(code) != CODE_LENGTH or not ALPHABET.issuperset(code):
        return None
    return code


def judge_award(
    *,
    valid_from: date,
    valid_until: date | None,
    changes: Iterable[Change],
    grace: str | None,
    today: date,
) -> CheckedState:
    """Return how an award stands on a day.

    ``changes`` come in the order they were recorded; each counts from its own day, an award that
    was voided never existed. ``grace`` is an interval such as P14D after the expiry.
    """
    changes = list(changes)
    kinds = {change.kind for change in changes}
    if kinds & {"voided", "corrected"}:
        # The replaced one never held, so it ends where it began.
        return CheckedState("replaced", valid_from) if "corrected" in kinds else VOIDED
    changes = leave_out_taken_back(changes, valid_until)
    begun = [change for change in changes if change.effective_on <= today]
    until, taken, since = valid_until, "", None
    for change in sorted(begun, key=lambda change: change.effective_on):
        if change.kind == "extended":
            until = max(until, change.until_on) if until and change.until_on else until
        elif change.kind == "reinstated":
            taken, since = "", None
        elif taken not in {"revoked", change.kind}:  # the revoked is not suspended as well
            taken, since = change.kind, change.effective_on
    if taken == "revoked" and since is not None:
        return CheckedState("revoked", min(until, since) if until else since, since)
    if taken == "suspended":
        expired = until is not None and until <= today
        return CheckedState("expired", until) if expired else CheckedState(taken, until, since)
    grace_until = add(until, grace) if grace and until else None
    state = name_span(valid_from, until, grace_until, today)
    return CheckedState(state, until, grace_until=grace_until if state == "grace" else None)


VOIDED: Final = CheckedState("voided", None)


def leave_out_taken_back(changes: Iterable[Change], valid_until: date | None) -> list[Change]:
    """Return the changes without extensions that a later, shorter one took back."""
    kept: list[Change] = []
    until = valid_until
    for change in changes:
        end = change.until_on
        if change.kind == "extended" and until and end and end < until:
            kept = [one for one in kept if one.until_on is None or one.until_on <= end]
            until = end
            continue
        until = end or until
        kept.append(change)
    return kept


def name_span(valid_from: date, until: date | None, grace_until: date | None, today: date) -> str:
    """Return where a day lies: before, inside, in the grace after, or behind."""
    if today < valid_from:
        return "not_yet"
    if until is None or today < until:
        return "valid"
    return "grace" if grace_until is not None and today < grace_until else "expired"


def shorten_name(full_name: str) -> str:
    """Return initials, for example A. N. for Amara Nwosu."""
    return " ".join(f"{part[0]}." for part in full_name.split())


@dataclass(frozen=True)
class Tint:
    """A colour of a design: of lines and headings, and a pale one beside it.

    The strong colour has a contrast of at least 7 to 1 on white paper.
    """

    strong: str
    pale: str


ACCENTS: Final = {
    "pine": Tint("#0b5d4e", "#b9cfc7"),
    "navy": Tint("#1d3f72", "#bac8dd"),
    "plum": Tint("#6b2358", "#d9bdd1"),
    "brick": Tint("#8a2b1d", "#e2c1ba"),
    "slate": Tint("#3b464f", "#c3c9ce"),
}
LAYOUTS: Final = ("frame", "band", "plain")
TEMPLATE_VERSION: Final = 1
"""The templates that new designs are drawn with. Those of a released version never change."""
MAX_LOGO: Final = (900, 300)
MAX_LOGO_BYTES: Final = 2_000_000


def find_contrast(colour: str) -> float:
    """Return the contrast of a colour, written #rrggbb, with white paper (WCAG 2.2 §1.4.3)."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in channels
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
