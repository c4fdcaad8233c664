"""The demo company's role-plays are worth playing: real choices, no give-aways, no dead ends."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

import pytest

from quizzes.scenarios.rules import best_path, bounds, score, validate
from tests.demo.content import DEMO, SCENARIOS, STANDARDS, Json

CODES = {standard["code"] for standard in STANDARDS}
each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda found: found["code"])


def find_leads(graph: Json) -> dict[str, set[str]]:
    """Return the steps and endings that each step leads to."""
    return {
        name: {choice["to"] for choice in node["choices"]} for name, node in graph["nodes"].items()
    }


def find_looped(graph: Json) -> set[str]:
    """Return the steps that a play can come back to."""
    leads = find_leads(graph)
    looped = set()
    for name in leads:
        seen: set[str] = set()
        waiting = list(leads[name])
        while waiting:
            step = waiting.pop()
            if step in leads and step not in seen:
                seen.add(step)
                waiting += leads[step]
        if name in seen:
            looped.add(name)
    return looped


def test_there_are_five_role_plays_for_all_that_the_company_meets_every_day() -> None:
    assert sorted(scenario["code"] for scenario in SCENARIOS) == [
        "an-offer-that-fits",
        "complaint-escalation",
        "data-privacy-caller",
        "queue-and-upset-caller",
        "refund-without-receipt",
    ]
    assert len({scenario["title"] for scenario in SCENARIOS}) == 5


@each_scenario
def test_a_role_play_has_nothing_to_find_and_varies_what_it_assesses(scenario: Json) -> None:
    graph = scenario["graph"]
    assert validate(graph) == []
    spans = bounds(graph).standards
    marks = graph["pass"]["standards"]
    assert set(marks) <= set(scenario["standards"]) <= CODES
    assert len(marks) >= 2
    for code in marks:
        span = spans[code]
        assert span is not None
        assert span[0] < span[1]


@each_scenario
def test_a_role_play_branches_merges_and_ends_in_more_than_one_way(scenario: Json) -> None:
    graph = scenario["graph"]
    assert len(graph["nodes"]) >= 8
    assert len(graph["endings"]) >= 3
    assert {"success", "partial", "failure"} == {e["outcome"] for e in graph["endings"].values()}
    sources: dict[str, set[str]] = defaultdict(set)
    for name, targets in find_leads(graph).items():
        for target in targets:
            sources[target].add(name)
    assert any(len(found) > 1 for name, found in sources.items() if name in graph["nodes"])
    assert set(graph["endings"]) <= set(sources)


@each_scenario
def test_every_choice_is_worth_a_thought_and_says_why(scenario: Json) -> None:
    longest = []
    for node in scenario["graph"]["nodes"].values():
        choices = node["choices"]
        # What follows the standard in part is what a careful person may take for right.
        fair = [choice for choice in choices if not choice["critical"]]
        assert len(fair) >= 2, node["title"]
        assert len({choice["verdict"] for choice in choices}) >= 2, node["title"]
        assert sum(choice["verdict"] == "follows" for choice in choices) >= 1, node["title"]
        for choice in choices:
            assert len(choice["feedback"].split()) >= 8, choice["text"]
        best = max(fair, key=lambda choice: sum(choice["points"].values()))
        longest.append(len(best["text"]) == max(len(choice["text"]) for choice in choices))
    assert sum(longest) <= len(longest) / 2
    texts = [c["text"] for n in scenario["graph"]["nodes"].values() for c in n["choices"]]
    assert len(set(texts)) == len(texts)


@each_scenario
def test_a_good_play_passes_and_one_without_care_does_not(scenario: Json) -> None:
    graph = scenario["graph"]
    path = best_path(graph)
    assert path is not None
    good = score(graph, [choice for _step, choice in path])
    assert (good.percent, good.passed) == (1, True)
    assert graph["endings"][good.ending]["outcome"] == "success"
    node, walk = graph["start"], []
    while node in graph["nodes"]:
        rows = [choice for choice in graph["nodes"][node]["choices"] if not choice.get("when")]
        worst = min(
            rows, key=lambda choice: (not choice["critical"], sum(choice["points"].values()))
        )
        walk.append(worst["id"])
        node = worst["to"]
    poor = score(graph, walk)
    assert not poor.passed
    assert graph["endings"][poor.ending]["outcome"] == "failure"


def test_moods_open_choices_a_question_can_be_asked_again_and_a_picture_is_described() -> None:
    by_code = {scenario["code"]: scenario["graph"] for scenario in SCENARIOS}
    asked = [
        choice["when"]
        for node in by_code["refund-without-receipt"]["nodes"].values()
        for choice in node["choices"]
        if "when" in choice
    ]
    assert asked == [[{"meter": {"max": 30}}], [{"meter": {"min": 70}}]]
    assert find_looped(by_code["complaint-escalation"]) == {"listen", "hasty"}
    pictures = [
        node["image"]
        for graph in by_code.values()
        for node in graph["nodes"].values()
        if "image" in node
    ]
    assert len(pictures) == 1
    assert len(pictures[0]["alt"].split()) >= 12
    drawing = ElementTree.fromstring((DEMO / "scenarios" / pictures[0]["src"]).read_text())
    assert drawing.get("viewBox") == "0 0 640 360"


def test_no_role_play_repeats_the_words_of_another() -> None:
    seen: dict[str, str] = {}
    for scenario in SCENARIOS:
        for node in scenario["graph"]["nodes"].values():
            for text in [node["line"], *(choice["text"] for choice in node["choices"])]:
                assert seen.setdefault(text, scenario["code"]) == scenario["code"], text
