"""The rules by number: what was marked under one is checked under the same one for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from quizzes.attempts.rules.verdicts import ItemMark, Percent, Verdict, judge
from quizzes.questions.rules import Grade, grade


@dataclass(frozen=True, slots=True)
class RuleSet:
    """How answers are marked and attempts decided under one number."""

    grade: Callable[[Any, object], Grade]
    judge: Callable[[Sequence[ItemMark], Percent, Mapping[str, Percent]], Verdict]


RULE_SETS: Final[Mapping[int, RuleSet]] = {1: RuleSet(grade, judge)}
"""When a stored mark would come out otherwise, a number is added here and the old rules stay."""
