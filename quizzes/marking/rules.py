"""Marks of open answers: what chosen levels are worth, whether two markers agree, what counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from quizzes.attempts.rules import ItemMark, judge
from quizzes.attempts.rules.verdicts import Percent

NEVER, DECIDING, ALWAYS = "never", "deciding", "always"
"""When a second person marks: never, when the answer decides the pass, always."""

TOLERANCE = Fraction(1, 4)
"""Two marks further apart than this share of the full mark go to a third person."""

_ZERO = Fraction(0)
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Scale:
    """One line of a rubric: its text, and its levels as (text, points) in the author's order."""

    text: str
    levels: tuple[tuple[str, Fraction], ...]

    @property
    def most(self) -> Fraction:
        """The points of the best level."""
        return max(points for _text, points in self.levels)

    def rank(self, level: int) -> int:
        """Return how many steps of points lie below a level; equal points are one step."""
        steps = sorted({points for _text, points in self.levels})
        return steps.index(self.levels[level][1])


def is_complete(scales: Sequence[Scale], levels: Sequence[object]) -> bool:
    """Return whether exactly one level that exists is chosen on every scale."""
    if len(levels) != len(scales):
        return False
    return all(
        isinstance(level, int) and not isinstance(level, bool) and 0 <= level < len(scale.levels)
        for scale, level in zip(scales, levels, strict=True)
    )


def score(scales: Sequence[Scale], levels: Sequence[int]) -> Fraction:
    """Return the share of the mark that the levels earn, exactly, 0..1.

    A rubric whose best levels earn nothing gives nothing.
    """
    possible = sum((scale.most for scale in scales), _ZERO)
    earned = sum(
        (scale.levels[level][1] for scale, level in zip(scales, levels, strict=True)), _ZERO
    )
    return min(_ONE, max(_ZERO, earned / possible)) if possible > 0 else _ZERO


def disagree(scales: Sequence[Scale], first: Sequence[int], second: Sequence[int]) -> bool:
    """Return whether two markers are too far apart to take the average.

    More than one level on any scale, or more than ``TOLERANCE`` of the mark in all.
    """
    far = any(
        abs(scale.rank(a) - scale.rank(b)) > 1
        for scale, a, b in zip(scales, first, second, strict=True)
    )
    return far or abs(score(scales, first) - score(scales, second)) > TOLERANCE


def settle(scales: Sequence[Scale], given: Sequence[Sequence[int]]) -> Fraction:
    """Return the share that counts: the only one, the average of two, the third person's."""
    shares = [score(scales, levels) for levels in given]
    if len(shares) == 2:
        return (shares[0] + shares[1]) / 2
    return shares[-1]


def decides_pass(
    marks: Sequence[ItemMark],
    places: Collection[int],
    pass_percent: Percent,
    standard_marks: Mapping[str, Percent],
) -> bool:
    """Return whether the marks at these places, taken together, can turn the attempt's result.

    Each of them may still become anything. A better mark never hurts, so looking at no marks and
    at full marks for all of them is enough.
    """
    verdicts = []
    for share in (_ZERO, _ONE):
        asked = [
            replace(mark, fraction=share, mark=share * mark.max_mark) if place in places else mark
            for place, mark in enumerate(marks)
        ]
        verdicts.append(judge(asked, pass_percent, standard_marks).passed)
    return verdicts[0] != verdicts[1]


def write_points(points: Fraction) -> str:
    """Return points for people: 2, 1.5 or, where decimals never end, 1/3."""
    hundredths = points * 100
    if points.denominator == 1:
        return str(points.numerator)
    if hundredths.denominator != 1:
        return str(points)
    return f"{float(points):.2f}".rstrip("0")
