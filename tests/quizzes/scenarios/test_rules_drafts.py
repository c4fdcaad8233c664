"""A graph as blocks and back; and what an author may leave open."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.scenarios.rules import (
    Terms,
    build_graph,
    read_block_id,
    read_graph,
    validate,
    write_block_id,
    write_blocks,
    write_terms,
)
from tests.quizzes.scenarios.factories import make_graph

IDS = st.text("ab_x2é .-", min_size=1, max_size=6)
TEXTS = st.text("ab é“", max_size=8)
NUMBERS = st.one_of(st.integers(-20, 20), st.sampled_from(["1/3", "-5/2", 0.5, "0.25"]))
MARKS = st.one_of(st.integers(0, 100), st.sampled_from(["200/3", 12.5]))


@st.composite
def graphs(draw):
    names = draw(st.lists(IDS, min_size=2, max_size=6, unique=True))
    cut = draw(st.integers(1, len(names)))
    steps, ends = names[:cut], names[cut:]
    codes = st.sampled_from(["PHONE-01", "GREET-01", "é 1"])
    conditions = st.one_of(
        st.builds(lambda name: {"visited": name}, st.sampled_from(names)),
        st.builds(lambda low: {"meter": {"min": low}}, NUMBERS),
        st.builds(lambda high: {"meter": {"max": high}}, NUMBERS),
    )
    choice = st.fixed_dictionaries(
        {
            "id": IDS,
            "text": TEXTS,
            "to": st.sampled_from([*names, "", "gone"]),
            "points": st.dictionaries(codes, NUMBERS, max_size=2),
            "meter": NUMBERS,
            "verdict": st.sampled_from(["follows", "partly", "", "odd"]),
            "critical": st.booleans(),
            "feedback": TEXTS,
            "when": st.lists(conditions, max_size=2),
        }
    )
    step = st.fixed_dictionaries(
        {
            "title": TEXTS,
            "line": TEXTS,
            "choices": st.lists(choice, max_size=3, unique_by=lambda row: row["id"]),
        },
        optional={
            "mood": TEXTS,
            "stub": st.booleans(),
            "image": st.fixed_dictionaries({"src": st.just("/a.png"), "alt": TEXTS}),
            "audio": st.fixed_dictionaries({"src": st.just("/a.mp3"), "transcript": TEXTS}),
        },
    )
    ending = st.fixed_dictionaries(
        {"title": TEXTS, "text": TEXTS, "outcome": TEXTS, "points": NUMBERS}
    )
    return {
        "start": steps[0],
        "meter": {"start": draw(MARKS)},
        "pass": {
            "percent": draw(MARKS),
            "standards": draw(st.dictionaries(codes, MARKS, max_size=2)),
        },
        "nodes": {name: draw(step) for name in steps},
        "endings": {name: draw(ending) for name in ends},
    }


def no_address(_kind, _key):
    return ""


def make_round(graph):
    read = read_graph(graph)
    return build_graph(write_blocks(read), write_terms(read, ()), no_address)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
def test_a_graph_comes_back_from_its_blocks(graph):
    again = make_round(graph)
    assert read_graph(again) == read_graph(graph)
    assert make_round(again) == again


@given(st.text(max_size=20))
def test_the_id_of_a_block_says_the_id_of_the_graph(name):
    block = write_block_id(name)
    assert read_block_id(block) == name
    assert all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in block)


def test_the_step_that_begins_comes_first():
    graph = make_graph()
    graph["start"] = "node-id-canary-3"
    blocks = write_blocks(read_graph(graph))
    assert blocks[0]["id"] == "node-id-canary-3"
    assert make_round(graph)["start"] == "node-id-canary-3"


@pytest.mark.parametrize(
    ("picked", "found"),
    [("b2", "b2"), ("She  ASKS", "b2"), ("twice", "twice"), ("", ""), (None, "")],
)
def test_a_target_is_an_id_or_a_title_that_is_given_once(picked, found):
    blocks = [
        {"type": "step", "id": "b1", "value": {"choices": [{"id": "c", "value": {"to": picked}}]}},
        {"type": "step", "id": "b2", "value": {"title": "She asks"}},
        {"type": "step", "id": "b3", "value": {"title": "Twice"}},
        {"type": "ending", "id": "b4", "value": {"title": "Twice"}},
    ]
    graph = build_graph(blocks, Terms(), no_address)
    assert graph["nodes"]["b1"]["choices"][0]["to"] == found


def test_an_empty_draft_has_no_start():
    graph = build_graph([], Terms(), no_address)
    assert [found.code for found in validate(graph)] == ["no_start"]


@pytest.mark.parametrize("junk", [None, "x", 7, [], {"title": 5, "choices": "no"}])
def test_a_half_written_step_is_no_crash(junk):
    blocks = [{"type": "step", "id": "a", "value": deepcopy(junk)}]
    graph = build_graph(blocks, Terms("much", "some", {"A": "x"}), no_address)
    assert "malformed" in {found.code for found in validate(graph)}


def test_a_picture_is_shown_from_where_it_is_kept():
    value = {
        "picture": {"image": 4, "alt": "A till"},
        "recording": {"document": 9, "transcript": "Hello"},
    }
    blocks = [{"type": "step", "id": "a", "value": value}]
    graph = build_graph(blocks, Terms(), lambda kind, key: f"/{kind}/{key}")
    assert graph["nodes"]["a"]["image"] == {"src": "/image/4", "alt": "A till"}
    assert graph["nodes"]["a"]["audio"] == {"src": "/document/9", "transcript": "Hello"}
