"""Closed lists of words. English ids; whoever shows them translates them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final


def gettext_noop(message: str) -> str:
    """Return the message unchanged: the name tells ``makemessages`` to collect it."""
    return message


MEASURE_TYPES: Final = [
    ("count", gettext_noop("number of things")),
    ("duration", gettext_noop("time")),
    ("percent", gettext_noop("per cent")),
    ("yes_no", gettext_noop("done or not done")),
    ("level", gettext_noop("level")),
    ("money", gettext_noop("amount of money")),
    ("rate", gettext_noop("rate, for example per hour")),
]
COMPARISONS: Final = [
    ("at_most", gettext_noop("at most")),
    ("at_least", gettext_noop("at least")),
    ("exactly", gettext_noop("exactly")),
    ("every", gettext_noop("every time")),
    ("no_exception", gettext_noop("every time, and one miss is one too many")),
]
CLOCKS: Final = [
    ("working", gettext_noop("working hours only")),
    ("calendar", gettext_noop("day and night")),
]
CHANNELS: Final = [
    ("phone", gettext_noop("phone")),
    ("letter", gettext_noop("letter")),
    ("email", gettext_noop("e-mail")),
    ("chat", gettext_noop("chat")),
    ("counter", gettext_noop("counter")),
    ("floor", gettext_noop("shop floor")),
    ("social", gettext_noop("social media")),
]
NEEDS: Final = [
    ("price", gettext_noop("price")),
    ("quality", gettext_noop("quality")),
    ("choice", gettext_noop("choice")),
    ("convenience", gettext_noop("convenience")),
    ("friendliness", gettext_noop("friendliness")),
    ("empathy", gettext_noop("empathy")),
    ("fairness", gettext_noop("fairness")),
    ("control", gettext_noop("control")),
    ("alternatives", gettext_noop("alternatives")),
    ("information", gettext_noop("information")),
    ("time", gettext_noop("time")),
]
UNITS: Final = {
    "rings": gettext_noop("ring"),
    "minutes": gettext_noop("minute"),
    "hours": gettext_noop("hour"),
    "days": gettext_noop("day"),
    "weeks": gettext_noop("week"),
    "customers": gettext_noop("customer"),
    "callers": gettext_noop("caller"),
    "people": gettext_noop("person"),
    "times": gettext_noop("time"),
}
"""Units whose word differs for one; other units are printed as they were written."""

PLURALS: Final = [
    gettext_noop("rings"),
    gettext_noop("minutes"),
    gettext_noop("hours"),
    gettext_noop("days"),
    gettext_noop("weeks"),
    gettext_noop("customers"),
    gettext_noop("callers"),
    gettext_noop("people"),
    gettext_noop("times"),
]


def label_of(words: Sequence[tuple[str, str]], code: str) -> str:
    """Return the English label of a code; a code that is no longer known is its own label."""
    return dict(words).get(code, code)
