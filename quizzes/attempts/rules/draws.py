"""Which questions an attempt asks."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_MAX_WEIGHT = 100


class DrawError(ValueError):
    """The pool holds too few questions for what a quiz wants drawn."""

    code = "not_enough_questions"

    def __init__(self, slot: int, missing: int) -> None:
        super().__init__(f"Slot {slot + 1} lacks {missing} question(s).")
        self.slot = slot
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a quiz: the question ``code``, or ``count`` drawn among those that fit.

    ``least_exposed`` takes those first that were drawn least often.
    """

    code: str | None = None
    count: int = 1
    bank: str | None = None
    tag: str | None = None
    standard: str | None = None
    difficulty: str | None = None
    least_exposed: bool = False


@dataclass(frozen=True, slots=True)
class PoolQuestion:
    """What drawing needs to know of a question."""

    code: str
    bank: str = ""
    tags: frozenset[str] = field(default_factory=frozenset)
    standards: frozenset[str] = field(default_factory=frozenset)
    difficulty: str = ""


def draw(
    slots: Sequence[Slot],
    pool: Sequence[PoolQuestion],
    seed: int | str,
    avoid: Collection[str] = (),
    weights: Mapping[str, int] | None = None,
    exposures: Mapping[str, int] | None = None,
) -> list[str]:
    """Return the question codes of one attempt, slot by slot, none twice.

    The same arguments give the same draw on every machine. As few questions as possible come
    from ``avoid`` (seen in earlier attempts). ``weights`` multiplies the chance of questions on
    a standard. ``exposures`` says how often each question was drawn, for the slots that ask: those
    on a heavier standard come first, then the least drawn ones; among equals chance decides. A slot
    may take what an earlier one wanted, if that one finds another.
    Raises: DrawError when no draw can fill every slot.
    """
    fixed = list(dict.fromkeys(slot.code for slot in slots if slot.code is not None))
    ranks = _rank_pool(pool, seed, weights or {})
    candidates = {
        index: _list_candidates(slot, ranks, set(fixed), exposures or {}, weights or {})
        for index, slot in enumerate(slots)
        if slot.code is None
    }
    taken = _Seating({index: slots[index].count for index in candidates})
    seen = set(avoid)
    taken.fill({i: [c for c in codes if c not in seen] for i, codes in candidates.items()})
    taken.fill(candidates)
    taken.require_full()
    return _list_codes(slots, taken, {code: rank for rank, code in enumerate(ranks)})


def _list_candidates(
    slot: Slot,
    ranks: Mapping[str, tuple[bytes, PoolQuestion]],
    fixed: Collection[str],
    exposures: Mapping[str, int],
    weights: Mapping[str, int],
) -> list[str]:
    fitting = [code for code in ranks if code not in fixed and _fits(ranks[code][1], slot)]
    if slot.least_exposed:
        # What was missed before goes first. Sorting is stable: the order of the draw stays among
        # equally often drawn ones.
        heavy = {code for code, weight in weights.items() if weight > 1}
        fitting.sort(
            key=lambda code: (not heavy & ranks[code][1].standards, exposures.get(code, 0))
        )
    return fitting


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
