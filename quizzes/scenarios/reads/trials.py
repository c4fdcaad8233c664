"""A graph tried out by its author, from any step on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizzes.scenarios.reads.debriefs import VERDICT_WORDS
from quizzes.scenarios.reads.walks import Mood, describe_mood
from quizzes.scenarios.rules import (
    Choice,
    PlayError,
    Step,
    choice_at,
    open_choices,
    play,
    read_block_id,
    read_graph,
    write_block_id,
)


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A decision made: the step, what was said, and what the author wrote about it."""

    title: str
    line: str
    answer: str
    verdict: str
    feedback: str
    critical: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """Where a trial stands. ``begin`` is the block it began with."""

    begin: str
    begin_title: str
    lines: tuple[TrialLine, ...]
    mood: Mood
    step: Step | None
    choices: tuple[Choice, ...]
    ending: Any


def read_trial(graph: Mapping[str, Any], begin: str, indexes: Sequence[int]) -> Trial | None:
    """Return the trial that begins at a block and makes the choices of these indexes, from 1.

    It begins with the mood of the start, as if nothing was visited before. Without ``begin`` it
    begins at the start; None when there is no such step or choice. No query.
    """
    start = read_block_id(begin) or graph["start"]
    moved = {**graph, "start": start}
    walk: list[str] = []
    try:
        for index in indexes:
            walk.append(choice_at(moved, walk, index))
        read = read_graph(moved)
        walked = play(read, walk)
    except PlayError:
        return None
    if start not in read.steps:
        return None
    return Trial(
        begin=write_block_id(start),
        begin_title=read.steps[start].title,
        lines=tuple(
            _describe(read.steps[decision.step], decision.choice) for decision in walked.decisions
        ),
        mood=describe_mood(walked.meter[-1]),
        step=walked.step,
        choices=open_choices(read, walked.step, walked.meter[-1], walked.visited),
        ending=walked.ending,
    )


def _describe(step: Step, choice: Choice) -> TrialLine:
    return TrialLine(
        title=step.title,
        line=step.line,
        answer=choice.text,
        verdict=str(VERDICT_WORDS.get(choice.verdict, "")),
        feedback=choice.feedback,
        critical=choice.critical,
    )
