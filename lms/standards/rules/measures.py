"""Measures as sentences: "Phone answered within 3 rings"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Final

from lms.standards.rules.freezing import write_number
from lms.standards.rules.words import UNITS, gettext_noop

Translate = Callable[[str], str]

_WITHIN: Final = gettext_noop("%(subject)s within %(amount)s")
_SENTENCES: Final = {
    "at_most": gettext_noop("%(subject)s: at most %(amount)s"),
    "at_least": gettext_noop("%(subject)s: at least %(amount)s"),
    "exactly": gettext_noop("%(subject)s: exactly %(amount)s"),
    "every": gettext_noop("%(subject)s, every time"),
    "no_exception": gettext_noop("%(subject)s, every time, without exception"),
}
_WHEN: Final = gettext_noop("When %(trigger)s, %(action)s")
_WHEN_WITHIN: Final = gettext_noop("When %(trigger)s, %(action)s within %(amount)s")
_AMOUNTS: Final = {
    "plain": gettext_noop("%(number)s %(unit)s"),
    "percent": gettext_noop("%(number)s %%"),
    "level": gettext_noop("level %(number)s"),
    "working": gettext_noop("%(number)s working %(unit)s"),
    "opening": gettext_noop("%(number)s %(unit)s of working time"),
}
_NOTES: Final = {
    "stretch": gettext_noop("Even better: %(amount)s"),
    "minimum": gettext_noop("Just acceptable: %(amount)s"),
}
# A count of these passes while somebody waits, so it reads "within", as a time does.
_ELAPSING: Final = frozenset({"rings"})
_ALWAYS: Final = frozenset({"every", "no_exception"})


@dataclass(frozen=True)
class MeasureProblem:
    """What keeps a measure from making sense: the part to mend, and an English message id."""

    part: str
    message: str


def measure_sentence(measure: Mapping[str, object], translate: Translate = str) -> str:
    """Return a measure as one sentence without a full stop.

    ``measure`` has the keys of a frozen version: type, subject, comparison, target, minimum,
    stretch, unit, clock, channel, trigger, action; numbers as text. ``translate`` turns an
    English message id into the reader's language; what the author wrote stays as written.
    """
    params = {
        "subject": _capitalize(_text(measure, "subject")),
        "amount": _write_amount(measure, "target", translate),
        "trigger": _text(measure, "trigger"),
        "action": _text(measure, "action"),
    }
    return translate(_choose_sentence(measure)) % params


def measure_notes(measure: Mapping[str, object], translate: Translate = str) -> tuple[str, ...]:
    """Return what is even better and what is just acceptable, as short sentences, if given."""
    return tuple(
        translate(message) % {"amount": _write_amount(measure, part, translate)}
        for part, message in _NOTES.items()
        if _text(measure, part)
    )


def find_measure_problems(measure: Mapping[str, object]) -> list[MeasureProblem]:
    """Return what an author must mend before the measure can go live; empty when it is sound."""
    numbers = {part: _number(measure, part) for part in ("target", "minimum", "stretch")}
    return [
        *_find_condition_problems(measure),
        *_find_target_problems(measure, numbers["target"]),
        *_find_range_problems(measure, numbers),
        *_find_order_problems(_text(measure, "comparison"), numbers),
    ]


def _choose_sentence(measure: Mapping[str, object]) -> str:
    comparison = _text(measure, "comparison")
    elapses = _text(measure, "type") == "duration" or _text(measure, "unit") in _ELAPSING
    if _text(measure, "trigger") and _text(measure, "action"):
        timed = elapses and comparison == "at_most" and _text(measure, "target")
        return _WHEN_WITHIN if timed else _WHEN
    if elapses and comparison == "at_most":
        return _WITHIN
    return _SENTENCES.get(comparison, _SENTENCES["every"])


def _write_amount(measure: Mapping[str, object], part: str, translate: Translate) -> str:
    number = write_number(_text(measure, part)) or ""
    kind, unit = _text(measure, "type"), _text(measure, "unit")
    if kind == "percent":
        return translate(_AMOUNTS["percent"]) % {"number": number}
    if kind == "level":
        return translate(_AMOUNTS["level"]) % {"number": number}
    word = translate(UNITS[unit] if number == "1" and unit in UNITS else unit) if unit else ""
    shape = _AMOUNTS[_choose_amount(kind, unit, _text(measure, "clock"))]
    return (translate(shape) % {"number": number, "unit": word}).strip()


def _choose_amount(kind: str, unit: str, clock: str) -> str:
    if kind != "duration" or clock != "working":
        return "plain"
    return "working" if unit in {"hours", "days"} else "opening"


def _find_condition_problems(measure: Mapping[str, object]) -> list[MeasureProblem]:
    trigger, action = _text(measure, "trigger"), _text(measure, "action")
    if trigger and not action:
        return [MeasureProblem("action", gettext_noop("Say what is to be done then."))]
    if action and not trigger:
        return [MeasureProblem("trigger", gettext_noop("Say when this is to be done."))]
    if not trigger and not _text(measure, "subject"):
        return [MeasureProblem("subject", gettext_noop("Say what is measured."))]
    return []


def _find_target_problems(
    measure: Mapping[str, object], target: Decimal | None
) -> list[MeasureProblem]:
    comparison = _text(measure, "comparison")
    if comparison in _ALWAYS or _text(measure, "trigger") or _text(measure, "action"):
        return []
    if target is None:
        return [MeasureProblem("target", gettext_noop("Give the number that must be reached."))]
    if _text(measure, "type") == "yes_no":
        message = gettext_noop("Done or not done has no number: choose “every time”.")
        return [MeasureProblem("comparison", message)]
    return []


def _find_range_problems(
    measure: Mapping[str, object], numbers: Mapping[str, Decimal | None]
) -> list[MeasureProblem]:
    highest = Decimal(100) if _text(measure, "type") == "percent" else None
    problems = []
    for part, number in numbers.items():
        if number is not None and number < 0:
            problems.append(MeasureProblem(part, gettext_noop("A measure is never below zero.")))
        elif number is not None and highest is not None and number > highest:
            problems.append(MeasureProblem(part, gettext_noop("Per cent ends at 100.")))
    return problems


def _find_order_problems(
    comparison: str, numbers: Mapping[str, Decimal | None]
) -> list[MeasureProblem]:
    """Check that stretch is harder than target, and the minimum easier."""
    order = ("stretch", "target", "minimum")
    if comparison not in {"at_most", "at_least"}:
        return []
    known = [(part, numbers[part]) for part in order if numbers[part] is not None]
    sign = 1 if comparison == "at_most" else -1
    for (part, harder), (_easier_part, easier) in pairwise(known):
        if harder is not None and easier is not None and harder * sign > easier * sign:
            named = part if part != "target" else "minimum"
            message = gettext_noop("In order from hard to easy: stretch, target, minimum.")
            return [MeasureProblem(named, message)]
    return []


def _text(measure: Mapping[str, object], part: str) -> str:
    value = measure.get(part)
    return "" if value is None else str(value).strip()


def _number(measure: Mapping[str, object], part: str) -> Decimal | None:
    text = _text(measure, part)
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
