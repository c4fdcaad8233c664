"""Some hundred plays of the last months, so that reports have something to say.

They are written in bulk, by the same pure rules by which a play is decided, and only for people
on whom nothing waits: a pass of theirs would change no certification.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from certification.awards.models import Cycle
from demo.loader.files import read_rows
from lms.api import Employee
from quizzes.api import Play, ScenarioVersion, mend_counts
from quizzes.scenarios.models import PlayStep
from quizzes.scenarios.rules import (
    RULES_VERSION,
    Scenario,
    best_path,
    open_choices,
    read_bounds,
    read_graph,
    score,
    write_score,
)
from quizzes.scenarios.rules import play as follow

PEOPLE = 56
"""So many people play each role-play."""
DAYS = 110
LONG_ENOUGH = timedelta(days=150)
MOST_DECISIONS = 40
STAYS_OPEN = 0.05
"""The share of people who have put their play aside for later."""


@dataclass
class Player:
    """Somebody who plays: how often the best choice is found, and when the person is free."""

    employee: Employee
    skill: float
    at: datetime


def load_plays(now: datetime) -> None:
    """Let people play every role-play, some of them again until they pass."""
    chance = Random(41)  # noqa: S311 - the same company every time
    people = list_players(now)
    plays, steps = [], []
    for version in ScenarioVersion.objects.latest().select_related("scenario").order_by("pk"):
        graph = read_graph(version.graph)
        best = dict(best_path(version.graph) or ())
        for employee in chance.sample(people, min(PEOPLE, len(people))):
            day = (now - timedelta(days=chance.randint(4, DAYS))).replace(hour=9, minute=0)
            at = day + timedelta(minutes=chance.uniform(0, 420))
            player = Player(employee, chance.uniform(0.2, 0.85), at)
            for play, taken in play_until_passed(version, graph, best, player, chance):
                plays.append(play)
                steps += taken
    Play.objects.bulk_create(plays, batch_size=200)
    PlayStep.objects.bulk_create(steps, batch_size=500)
    mend_counts()


def list_players(now: datetime) -> list[Employee]:
    """Return who has been in one place for long, and waits for nothing that a play could settle."""
    busy = {row["employee_number"] for row in read_rows("activity.csv")}
    busy |= {row["employee_number"] for row in [*read_rows("moves.csv"), *read_rows("stints.csv")]}
    waiting = Cycle.objects.filter(state="open", version__requirements__kind="scenario")
    people = Employee.objects.filter(
        hired_on__lt=now.date() - LONG_ENOUGH, left_on=None, home_branch__isnull=False
    )
    free = people.exclude(employee_number__in=busy).exclude(pk__in=waiting.values("employee"))
    return list(free.order_by("employee_number"))


def play_until_passed(
    version: ScenarioVersion,
    graph: Scenario,
    best: dict[str, str],
    player: Player,
    chance: Random,
) -> Iterator[tuple[Play, list[PlayStep]]]:
    """Yield the plays of one person: at most three, each a little better than the one before."""
    puts_aside = chance.random() < STAYS_OPEN
    for number in range(1, 4):
        walk = wander(graph, best, player.skill, chance)
        begins_again = number < 3 and chance.random() < (1 - player.skill) / 3
        state = Play.State.ABANDONED if begins_again else Play.State.FINISHED
        if puts_aside:
            state = Play.State.OPEN
        if state != Play.State.FINISHED:
            walk = walk[: chance.randrange(1, len(walk))]
        play, steps = write_play(version, player, walk, number, state, chance)
        yield play, steps
        if play.passed or state == Play.State.OPEN:
            return
        player.skill += (1 - player.skill) / 3
        player.at += timedelta(minutes=chance.uniform(10, 60 * 26))


def wander(graph: Scenario, best: dict[str, str], skill: float, chance: Random) -> list[str]:
    """Return a walk to an ending: where the best path goes it is taken by skill, else by chance."""
    walk: list[str] = []
    while True:
        walked = follow(graph, walk)
        if walked.step is None:
            return walk
        choices = open_choices(graph, walked.step, walked.meter[-1], walked.visited)
        good = best.get(walked.step.id) or max(choices, key=lambda choice: choice.total).id
        if len(walk) < MOST_DECISIONS and chance.random() > skill:
            walk.append(chance.choice(choices).id)
        else:
            walk.append(good)


def write_play(
    version: ScenarioVersion,
    player: Player,
    walk: list[str],
    number: int,
    state: str,
    chance: Random,
) -> tuple[Play, list[PlayStep]]:
    """Return one play with its decisions, decided as the product decides it."""
    play = Play(
        employee=player.employee,
        scenario=version.scenario,
        scenario_version=version,
        purpose=Play.Purpose.SCORED,
        number=number,
        state=state,
        started_at=player.at,
        branch_id=player.employee.home_branch_id,
        seed=f"{chance.getrandbits(128):032x}",
    )
    steps, at = [], player.at
    walked = follow(read_graph(version.graph), walk)
    for sequence, decision in enumerate(walked.decisions, 1):
        at += timedelta(seconds=chance.uniform(12, 70))
        steps.append(
            PlayStep(
                play=play,
                sequence=sequence,
                node=decision.step,
                choice=decision.choice.id,
                chosen_at=at,
            )
        )
    if state == Play.State.FINISHED:
        result = score(version.graph, walk, read_bounds(version.bounds))
        play.finished_at, play.passed = at, result.passed
        play.result, play.rules_version = write_score(result), RULES_VERSION
    player.at = at
    return play, steps
