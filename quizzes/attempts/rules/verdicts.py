"""Whether an attempt is passed, and what several attempts come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from quizzes.questions.rules import read_fraction

RULES_VERSION = 1
Percent = Fraction | Decimal | float | str

_ZERO = Fraction(0)
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class ItemMark:
    """The mark of one question in an attempt.

    ``standards`` maps codes to weights; ``fraction`` is the grade, 0..1, that ``mark`` came from.
    """

    standards: Mapping[str, Fraction]
    mark: Fraction
    max_mark: Fraction
    critical: bool
    fraction: Fraction


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a fail; ``got`` and ``needed`` are shares 0..1.

    ``code`` is below_pass_mark, standard_below_mark, critical_question or no_questions.
    """

    code: str
    standard: str | None
    got: Fraction
    needed: Fraction


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of an attempt: shares 0..1, unrounded; a standard never asked is None."""

    percent: Fraction
    passed: bool
    standards: Mapping[str, Fraction | None]
    reasons: tuple[Reason, ...]


def judge(
    marks: Sequence[ItemMark],
    pass_percent: Percent,
    standard_marks: Mapping[str, Percent],
) -> Verdict:
    """Return the verdict on a whole attempt.

    ``pass_percent`` and ``standard_marks`` are 0..100, read as they are written: 66.7 is 667/1000
    of the way, not its nearest binary float. Shares are compared unrounded and meeting a mark is
    enough. A standard with a mark that no question covered is None and fails nobody.
    Raises: ValueError on a mark that is no number.
    """
    needed = _read_percent(pass_percent)
    percent = _share((item.mark, item.max_mark, _ONE) for item in marks)
    standards = _standard_shares(marks, standard_marks)
    reasons = []
    if percent is None:
        reasons.append(Reason("no_questions", None, _ZERO, needed))
    elif percent < needed:
        reasons.append(Reason("below_pass_mark", None, percent, needed))
    for code, mark in sorted(standard_marks.items()):
        share, wanted = standards[code], _read_percent(mark)
        if share is not None and share < wanted:
            reasons.append(Reason("standard_below_mark", code, share, wanted))
    lowest = min((item.fraction for item in marks if item.critical), default=_ONE)
    if lowest < _ONE:
        reasons.append(Reason("critical_question", None, lowest, _ONE))
    return Verdict(percent or _ZERO, not reasons, standards, tuple(reasons))


def _read_percent(percent: Percent) -> Fraction:
    share = read_fraction(percent)
    if share is None:
        raise ValueError(f"{percent!r:.80} is not a percentage.")
    return share / 100


def _share(parts: Iterable[tuple[Fraction, Fraction, Fraction]]) -> Fraction | None:
    earned = possible = _ZERO
    for mark, max_mark, weight in parts:
        earned += mark * weight
        possible += max_mark * weight
    return earned / possible if possible else None


def _standard_shares(
    marks: Sequence[ItemMark], standard_marks: Mapping[str, Percent]
) -> dict[str, Fraction | None]:
    codes = set(standard_marks).union(*(item.standards for item in marks))
    return {
        code: _share(
            (item.mark, item.max_mark, item.standards[code])
            for item in marks
            if code in item.standards
        )
        for code in sorted(codes)
    }


def settle_percent(percents: Sequence[Fraction], policy: str = "highest") -> Fraction | None:
    """Return the share that counts among attempts in their order: highest, last, first, average.

    None without attempts. Raises: ValueError on an unknown policy.
    """
    policies: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
        "highest": max,
        "last": lambda shares: shares[-1],
        "first": lambda shares: shares[0],
        "average": lambda shares: sum(shares, _ZERO) / len(shares),
    }
    if policy not in policies:
        raise ValueError(f"Unknown policy {policy!r}.")
    return policies[policy](percents) if percents else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt came to. ``flawed``: a standard or a critical question alone failed it."""

    percent: Fraction
    passed: bool
    flawed: bool = False


def settle_pass(
    outcomes: Sequence[Outcome], policy: str = "highest", pass_percent: Percent = 0
) -> bool:
    """Return whether a quiz is passed by attempts in their order.

    ``highest``: any of them passed. ``last`` and ``first``: that one did. ``average``: the mean
    reaches the mark, and the last one missed no standard and no critical question.

    Raises: ValueError on an unknown policy.
    """
    if not outcomes:
        return False
    if policy == "average":
        mean = settle_percent([outcome.percent for outcome in outcomes], policy)
        return not outcomes[-1].flawed and (mean or _ZERO) >= _read_percent(pass_percent)
    deciding = {"highest": outcomes, "last": outcomes[-1:], "first": outcomes[:1]}
    if policy not in deciding:
        raise ValueError(f"Unknown policy {policy!r}.")
    return any(outcome.passed for outcome in deciding[policy])


def find_weak_standards(
    shares: Mapping[str, Fraction | None], failed: Sequence[str]
) -> tuple[str, ...]:
    """Return the standards to read again after a fail: those that failed, else the weakest ones.

    None is weak that was fully right or not asked.
    """
    if failed:
        return tuple(dict.fromkeys(failed))
    asked = {code: share for code, share in shares.items() if share is not None and share < _ONE}
    lowest = min(asked.values(), default=None)
    return tuple(code for code, share in asked.items() if share == lowest)
