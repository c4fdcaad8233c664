"""What an attempt draws, when it ends, whether another may start, and whether it is passed."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from quizzes.questions.rules import read_fraction

RULES_VERSION = 1
Percent = Fraction | Decimal | float | str

_ZERO = Fraction(0)
_ONE = Fraction(1)
_MAX_WEIGHT = 100


class DrawError(ValueError):
    """The pool holds too few questions for what a quiz wants drawn."""

    code = "not_enough_questions"

    def __init__(self, slot: int, missing: int) -> None:
        super().__init__(f"Slot {slot + 1} lacks {missing} question(s).")
        self.slot = slot
        self.missing = missing


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


@dataclass(frozen=True, slots=True)
class Start:
    """Whether an attempt may start now; otherwise why not, and when it may (None: never).

    ``code`` is "", no_attempts_left or cooling_down.
    """

    allowed: bool
    code: str
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a quiz: the question ``code``, or ``count`` drawn among those that fit."""

    code: str | None = None
    count: int = 1
    bank: str | None = None
    tag: str | None = None
    standard: str | None = None
    difficulty: str | None = None


@dataclass(frozen=True, slots=True)
class PoolQuestion:
    """What drawing needs to know of a question."""

    code: str
    bank: str = ""
    tags: frozenset[str] = field(default_factory=frozenset)
    standards: frozenset[str] = field(default_factory=frozenset)
    difficulty: str = ""


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


def due_at(
    started_at: datetime,
    limit_minutes: int | None,
    closes_at: datetime | None,
    factor: Fraction | Decimal | int = 1,
    grace_seconds: int = 0,
) -> datetime | None:
    """Return the instant from which answers are refused; None when time never runs out.

    The earlier of the close and start + limit × ``factor`` (the person's extra time), then the
    grace. Pass no grace for the time to show. A limit of 0 or None is no limit.
    """
    ends = [] if closes_at is None else [closes_at]
    if limit_minutes:
        microseconds = limit_minutes * 60_000_000 * Fraction(factor)
        ends.append(started_at + timedelta(microseconds=int(microseconds)))
    return min(ends) + timedelta(seconds=grace_seconds) if ends else None


def may_start(
    now: datetime,
    finished_attempts: Sequence[datetime],
    attempts_allowed: int | None,
    cool_down_minutes: int | Sequence[int] = 0,
) -> Start:
    """Return whether another attempt may start, given when earlier ones were handed in.

    ``attempts_allowed`` None or 0 means without limit. ``cool_down_minutes`` is one pause, or the
    pauses after the first, the second … attempt, the last one repeating.
    """
    done = len(finished_attempts)
    if attempts_allowed and done >= attempts_allowed:
        return Start(allowed=False, code="no_attempts_left", opens_at=None)
    pauses = [cool_down_minutes] if isinstance(cool_down_minutes, int) else cool_down_minutes
    if not done or not pauses:
        return Start(allowed=True, code="", opens_at=None)
    pause = pauses[min(done, len(pauses)) - 1]
    opens_at = max(finished_attempts) + timedelta(minutes=pause)
    if now < opens_at:
        return Start(allowed=False, code="cooling_down", opens_at=opens_at)
    return Start(allowed=True, code="", opens_at=None)


def draw(
    slots: Sequence[Slot],
    pool: Sequence[PoolQuestion],
    seed: int | str,
    avoid: Collection[str] = (),
    weights: Mapping[str, int] | None = None,
) -> list[str]:
    """Return the question codes of one attempt, slot by slot, none twice.

    The same arguments give the same draw on every machine. As few questions as possible come
    from ``avoid`` (seen in earlier attempts). ``weights`` multiplies the chance of questions on
    a standard. A slot may take what an earlier one wanted, if that one finds a replacement.
    Raises: DrawError when no draw can fill every slot.
    """
    fixed = list(dict.fromkeys(slot.code for slot in slots if slot.code is not None))
    ranks = _rank_pool(pool, seed, weights or {})
    candidates = {
        index: [code for code in ranks if _fits(ranks[code][1], slot) and code not in set(fixed)]
        for index, slot in enumerate(slots)
        if slot.code is None
    }
    taken = _Seating({index: slots[index].count for index in candidates})
    seen = set(avoid)
    taken.fill({i: [c for c in codes if c not in seen] for i, codes in candidates.items()})
    taken.fill(candidates)
    taken.require_full()
    return _list_codes(slots, taken, {code: rank for rank, code in enumerate(ranks)})


class _Seating:
    """Questions placed into slots, each in one slot at most.

    Adding a question may move others between slots but never takes one out of the attempt, so
    filling with unseen questions first keeps as many of them as any draw could.
    """

    def __init__(self, counts: Mapping[int, int]) -> None:
        self.counts = counts
        self.slot_of: dict[str, int] = {}
        self.filled = dict.fromkeys(counts, 0)

    def fill(self, candidates: Mapping[int, Sequence[str]]) -> None:
        for slot, count in self.counts.items():
            while self.filled[slot] < count and self._add(slot, candidates):
                self.filled[slot] += 1

    def _add(self, slot: int, candidates: Mapping[int, Sequence[str]]) -> bool:
        """Give a slot one more question, moving others along the shortest chain."""
        wanted_by: dict[str, int] = {}
        given_up: dict[int, str] = {}
        waiting = deque([slot])
        while waiting:
            current = waiting.popleft()
            for code in candidates[current]:
                if code in wanted_by:
                    continue
                wanted_by[code] = current
                owner = self.slot_of.get(code)
                if owner is None:
                    self._hand_down(code, slot, wanted_by, given_up)
                    return True
                if owner != slot and owner not in given_up:
                    given_up[owner] = code
                    waiting.append(owner)
        return False

    def _hand_down(
        self, free: str, slot: int, wanted_by: Mapping[str, int], given_up: Mapping[int, str]
    ) -> None:
        """Let each slot of the chain take the next one's question, the last the free one."""
        code, taker = free, wanted_by[free]
        while taker != slot:
            self.slot_of[code] = taker
            code = given_up[taker]
            taker = wanted_by[code]
        self.slot_of[code] = slot

    def require_full(self) -> None:
        for slot, count in self.counts.items():
            if self.filled[slot] < count:
                raise DrawError(slot, count - self.filled[slot])


def _rank_pool(
    pool: Sequence[PoolQuestion], seed: int | str, weights: Mapping[str, int]
) -> dict[str, tuple[bytes, PoolQuestion]]:
    """Return the pool by code in drawing order.

    The lowest of w even draws is a draw with weight w: exact, and the same on every machine.
    """
    ranks = {}
    for question in pool:
        weight = max((weights.get(code, 1) for code in question.standards), default=1)
        tries = range(max(1, min(weight, _MAX_WEIGHT)))
        ranks[question.code] = (min(_roll(seed, question.code, n) for n in tries), question)
    return dict(sorted(ranks.items(), key=lambda entry: (entry[1][0], entry[0])))


def _roll(seed: int | str, code: str, attempt: int) -> bytes:
    text = f"{seed}\x1f{code}\x1f{attempt}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _fits(question: PoolQuestion, slot: Slot) -> bool:
    return (
        slot.bank in {None, question.bank}
        and (slot.tag is None or slot.tag in question.tags)
        and (slot.standard is None or slot.standard in question.standards)
        and slot.difficulty in {None, question.difficulty}
    )


def may_ask(slots: Iterable[Slot], questions: Collection[PoolQuestion]) -> bool:
    """Return whether an attempt with these slots can have one of these questions."""
    codes = {question.code for question in questions}
    return any(
        slot.code in codes
        if slot.code is not None
        else any(_fits(question, slot) for question in questions)
        for slot in slots
    )


def _list_codes(slots: Sequence[Slot], seating: _Seating, ranks: Mapping[str, int]) -> list[str]:
    drawn: dict[int, list[str]] = {}
    for code in sorted(seating.slot_of, key=lambda code: ranks[code]):
        drawn.setdefault(seating.slot_of[code], []).append(code)
    listed = [
        code
        for index, slot in enumerate(slots)
        for code in (drawn.get(index, []) if slot.code is None else [slot.code])
    ]
    return list(dict.fromkeys(listed))
