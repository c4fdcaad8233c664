"""How often people were sure of an answer and wrong: counts by question. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

FEWEST_PEOPLE: Final = 5
"""Below this number of people a count could be traced back to one of them."""

NOT_RIGHT: Final = frozenset({"wrong", "partial", "invalid"})
"""States of an answer that was given and was not right."""


@dataclass(frozen=True, slots=True)
class CertaintyCount:
    """How many answers to one question in one quiz were given with a certainty and a state."""

    question: int
    quiz: int
    certainty: str
    state: str
    answers: int


@dataclass(frozen=True, slots=True)
class CertaintyTally:
    """The answers to one question by how sure people were and whether it was right."""

    question: int
    sure_wrong: int
    sure_right: int
    unsure_wrong: int
    unsure_right: int

    @property
    def answers(self) -> int:
        """All answers that were counted."""
        return self.sure_wrong + self.sure_right + self.unsure_wrong + self.unsure_right

    @property
    def share(self) -> Fraction:
        """The share of answers that were sure and not right, 0..1."""
        return Fraction(self.sure_wrong, self.answers)


def tally_certainties(counts: Iterable[CertaintyCount]) -> list[CertaintyTally]:
    """Return a tally for each question that enough people answered, the most surely wrong first.

    Nobody counts twice within a quiz, so the quiz with most answers says how many people at least.
    """
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    people: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in counts:
        if row.state != "right" and row.state not in NOT_RIGHT:
            continue
        verdict = "right" if row.state == "right" else "wrong"
        found[row.question][f"{row.certainty}_{verdict}"] += row.answers
        people[row.question][row.quiz] += row.answers
    tallies = [
        CertaintyTally(
            question=question,
            sure_wrong=cells["sure_wrong"],
            sure_right=cells["sure_right"],
            unsure_wrong=cells["unsure_wrong"],
            unsure_right=cells["unsure_right"],
        )
        for question, cells in found.items()
        if max(people[question].values()) >= FEWEST_PEOPLE
    ]
    return sorted(tallies, key=lambda tally: (-tally.share, -tally.answers, tally.question))
