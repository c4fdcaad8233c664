"""The loaded demo company has played: enough to report on, and decided as the product decides."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing

import pytest

from quizzes.scenarios.rules import RULES_VERSION, read_bounds, score, write_score
from tests.browser.site import find_template
from tests.demo.content import SCENARIOS

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def company() -> Iterator[sqlite3.Connection]:
    """The database of the loaded company, read only."""
    path = find_template() / "demo.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield connection


def test_every_role_play_was_played_passed_failed_left_and_put_aside(company) -> None:
    rows = company.execute(
        "SELECT s.code, p.state, p.passed, count(*) FROM sb_quizzes_play p "
        "JOIN sb_quizzes_scenario s ON s.id = p.scenario_id GROUP BY 1, 2, 3"
    )
    found = {(code, state, passed): count for code, state, passed, count in rows}
    for scenario in SCENARIOS:
        code = scenario["code"]
        assert found[code, "finished", 1] >= 30
        assert found[code, "finished", 0] >= 8
        assert found[code, "abandoned", None] >= 1
    assert sum(count for (_code, state, _p), count in found.items() if state == "open") >= 3
    assert 300 <= sum(found.values()) <= 900


def test_every_finished_play_says_what_its_rules_say(company) -> None:
    versions = {
        pk: (json.loads(graph), read_bounds(json.loads(limits)))
        for pk, graph, limits in company.execute(
            "SELECT id, graph, bounds FROM sb_quizzes_scenarioversion"
        )
    }
    walks: dict[int, list[str]] = defaultdict(list)
    steps = "SELECT play_id, choice FROM sb_quizzes_playstep ORDER BY play_id, sequence"
    for play, choice in company.execute(steps):
        walks[play].append(choice)
    plays = company.execute(
        "SELECT id, scenario_version_id, passed, result, rules_version FROM sb_quizzes_play "
        "WHERE state = 'finished' AND purpose = 'scored'"
    )
    for pk, version, passed, result, rules in plays:
        graph, limits = versions[version]
        derived = score(graph, walks[pk], limits)
        assert json.loads(result) == write_score(derived)
        assert (bool(passed), rules) == (derived.passed, RULES_VERSION)


def test_the_counts_hold_every_play_and_some_branches_are_large_enough_to_show(company) -> None:
    ends = "SELECT sum(plays) FROM sb_quizzes_playcount WHERE kind = 'ending'"
    done = "SELECT count(*) FROM sb_quizzes_play WHERE state = 'finished' AND purpose = 'scored'"
    assert company.execute(ends).fetchone() == company.execute(done).fetchone()
    shown = (
        "SELECT count(DISTINCT version_id) FROM sb_quizzes_playcount "
        "WHERE kind = 'branch' AND plays >= 5"
    )
    assert company.execute(shown).fetchone() == (len(SCENARIOS),)
