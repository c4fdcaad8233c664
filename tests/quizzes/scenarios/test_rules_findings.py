"""What the editor says about a scenario."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scenarios.rules import (
    ERRORS,
    WARNINGS,
    Finding,
    PlayError,
    available,
    best_path,
    bounds,
    score,
    step_view,
    validate,
)
from tests.quizzes.scenarios.graphs import choice, graph, ladder

GOOD = graph(
    {
        "a": [choice("x", "b", points={"S": 1}, verdict="follows"), choice("y", "b")],
        "b": [choice("x", "win"), choice("y", "win", points={"S": 1}, verdict="follows")],
    },
    percent=50,
)


def errors(played: Any) -> set[tuple[str, str | None]]:
    return {(f.code, f.node) for f in validate(played) if f.severity == "error"}


def warnings(played: Any) -> set[tuple[str, str | None]]:
    return {(f.code, f.node) for f in validate(played) if f.severity == "warning"}


def with_node(name: str, **more: Any) -> dict[str, Any]:
    nodes = {**GOOD["nodes"], name: {**GOOD["nodes"].get(name, {}), **more}}
    return {**GOOD, "nodes": nodes}


def with_choice(**more: Any) -> dict[str, Any]:
    first, *rest = GOOD["nodes"]["a"]["choices"]
    return with_node("a", choices=[{**first, **more}, *rest])


def test_a_sound_scenario_has_no_findings() -> None:
    assert validate(GOOD) == []


def test_every_code_is_an_error_or_a_warning() -> None:
    assert not set(ERRORS) & set(WARNINGS)
    assert all(f.severity == "error" for f in validate({}) if f.code in ERRORS)


@pytest.mark.parametrize(
    ("played", "expected"),
    [
        ({**GOOD, "start": "zz"}, {("no_start", None)}),
        ({**GOOD, "start": "win"}, {("no_start", None)}),
        ({**GOOD, "start": None}, {("no_start", None)}),
        (with_choice(to="zz"), {("missing_target", "a")}),
        (with_choice(to=None), {("missing_target", "a")}),
        (with_choice(to=["b"]), {("missing_target", "a")}),
        (with_node("c", choices=[choice("x", "win")]), {("unreachable", "c")}),
        (
            {**GOOD, "endings": {**GOOD["endings"], "other": {"outcome": "x"}}},
            {("unreachable", "other")},
        ),
        (with_node("b", stub=True), {("stub", "b")}),
        (
            with_node("a", choices=[choice("x", "b"), choice("y", "c"), choice("z", "c")])
            | {"nodes": {**GOOD["nodes"], "c": {"choices": []}}},
            {("unreachable", "c"), ("dead_end", "c")},
        ),
        (with_choice(text="  SAY   Y"), {("duplicate_choices", "a")}),
        (with_node("a", image={"src": "x"}), {("missing_alt_text", "a")}),
        (with_node("a", image={"src": "x", "alt": " "}), {("missing_alt_text", "a")}),
        (with_node("a", image={"src": "x", "decorative": "yes"}), {("missing_alt_text", "a")}),
        (with_node("a", image={"src": "x", "alt": "A"}), set()),
        (with_node("a", image={"src": "x", "decorative": True}), set()),
        (with_node("a", audio={"src": "x"}), {("missing_transcript", "a")}),
        (with_node("a", audio={"src": "x", "transcript": "Hi"}), set()),
        ({**GOOD, "endings": {"win": {"title": "W"}}}, {("ending_without_outcome", "win")}),
        ({**GOOD, "endings": {"win": {"outcome": " "}}}, {("ending_without_outcome", "win")}),
        (with_choice(when=[{"meter": {"min": 51}}]), {("condition_never_true", "a")}),
        (with_choice(when=[{"visited": "b"}]), {("condition_never_true", "a")}),
        (with_choice(when=[{"visited": "a"}]), set()),
        (with_choice(when=[{"meter": {"min": 50, "max": 50}}]), set()),
        (with_choice(critical=True), {("best_path_is_critical", None)}),
        (
            {**GOOD, "pass": {"percent": 50, "standards": {"X": 10}}},
            {("standard_never_scored", None)},
        ),
    ],
)
def test_errors(played: dict[str, Any], expected: set[tuple[str, str | None]]) -> None:
    assert errors(played) == expected


def test_a_step_without_choices_is_a_dead_end_and_no_ending_lies_behind_it() -> None:
    played = graph({"a": [choice("x", "b"), choice("y", "win")], "b": [choice("x", "c")], "c": []})
    assert errors(played) == {("dead_end", "c"), ("no_ending_reachable", "b")}


def test_a_step_that_may_leave_no_choice_open_is_a_dead_end() -> None:
    played = with_node("a", choices=[choice("x", "b", when=[{"meter": {"max": 90}}])])
    assert errors(played) == {("dead_end", "a")}


def test_a_loop_nobody_can_leave_and_the_way_into_it() -> None:
    played = graph(
        {
            "a": [choice("x", "win"), choice("y", "b")],
            "b": [choice("x", "c")],
            "c": [choice("x", "d")],
            "d": [choice("x", "c"), choice("y", "d")],
        }
    )
    assert errors(played) == {
        ("loop_without_exit", "c"),
        ("loop_without_exit", "d"),
        ("no_ending_reachable", "b"),
    }


def test_a_step_may_lead_to_itself_as_long_as_there_is_a_way_out() -> None:
    assert errors(graph({"a": [choice("x", "a"), choice("y", "win")]})) == set()
    assert errors(graph({"a": [choice("x", "a")]})) == {
        ("loop_without_exit", "a"),
        ("cannot_pass", None),
    }


def test_an_exit_that_never_opens_is_no_exit() -> None:
    played = graph(
        {
            "a": [choice("x", "b"), choice("y", "win")],
            "b": [choice("x", "b"), choice("y", "win", when=[{"meter": {"min": 60}}])],
        }
    )
    assert errors(played) == {("loop_without_exit", "b"), ("condition_never_true", "b")}


def test_a_step_behind_a_condition_that_never_holds_is_unreachable() -> None:
    played = graph(
        {
            "a": [choice("x", "win"), choice("y", "b", when=[{"meter": {"min": 60}}])],
            "b": [choice("x", "win")],
        }
    )
    assert errors(played) == {("condition_never_true", "a"), ("unreachable", "b")}


def test_a_standard_that_always_earns_the_same_is_constant() -> None:
    played = graph(
        {"a": [choice("x", "win", points={"S": 1}), choice("y", "win", points={"S": 1})]},
        **{"pass": {"percent": 50, "standards": {"S": 50, "T": 10}}},
    )
    assert [f for f in validate(played) if f.severity == "error"] == [
        Finding("standard_never_scored", "error", None, "T"),
        Finding("standard_constant", "error", None, "S"),
    ]


@pytest.mark.parametrize(
    ("marks", "impossible"),
    [
        ({"percent": 0}, False),
        ({"percent": 0, "standards": {"S": 60}}, False),
        ({"percent": 0, "standards": {"T": 60}}, False),
        ({"percent": 0, "standards": {"S": 60, "T": 60}}, True),
        ({"percent": 0, "standards": {"S": 50, "T": 50}}, False),
        ({"percent": "87.5", "standards": {"S": 50, "T": 50}}, False),
        ({"percent": "87.6", "standards": {"S": 50, "T": 50}}, True),
        ({"percent": 100, "standards": {"S": 50}}, False),
    ],
)
def test_marks_must_be_met_by_one_walk_together(marks: dict[str, Any], impossible: bool) -> None:
    played = graph(
        {
            "a": [
                choice("s", "win", points={"S": 4}),
                choice("t", "win", points={"T": 3}),
                choice("both", "win", points={"S": 2, "T": "3/2"}),
                choice("half", "win", points={"S": "3/2", "T": "3/2"}),
                choice("none", "win", points={"S": "1/2"}),
                choice("zero", "win"),
            ],
        },
        **{"pass": marks},
    )
    # the total runs from 0 to 4; "both" earns 7/2 of it, and half of each standard
    assert (("cannot_pass", None) in errors(played)) is impossible


def test_a_scenario_passed_only_by_critical_choices_cannot_be_passed() -> None:
    played = graph(
        {"a": [choice("x", "win", points={"S": 9}, critical=True), choice("y", "win")]}, percent=50
    )
    assert errors(played) == {("cannot_pass", None), ("best_path_is_critical", None)}


def test_only_critical_walks_is_told_as_both() -> None:
    played = graph({"a": [choice("x", "win", critical=True)]})
    assert errors(played) == {("cannot_pass", None), ("best_path_is_critical", None)}


@pytest.mark.parametrize(
    ("played", "expected"),
    [
        (with_choice(verdict="violates"), {("feedback_missing", "a")}),
        (with_choice(verdict="partly"), {("feedback_missing", "a")}),
        (with_choice(verdict="partly", feedback=" "), {("feedback_missing", "a")}),
        (with_choice(verdict="partly", feedback="Say hello"), set()),
        (with_choice(verdict="neutral"), set()),
        (with_choice(verdict=""), {("graded_choice_without_verdict", "a")}),
        (with_choice(verdict="superb"), {("graded_choice_without_verdict", "a")}),
        (with_choice(verdict="", points={"S": 0}), set()),
        ({**GOOD, "pass": {"percent": 0}}, {("always_passes", None)}),
        ({**GOOD, "pass": {}}, {("always_passes", None)}),
        ({**GOOD, "pass": {"percent": 1}}, set()),
        ({**GOOD, "pass": {"percent": 0, "standards": {"S": 1}}}, set()),
        ({**GOOD, "pass": {"percent": 0, "standards": {"S": 0}}}, {("always_passes", None)}),
        (with_node("b", choices=[choice("x", "win")]), {("single_choice", "b")}),
    ],
)
def test_warnings(played: dict[str, Any], expected: set[tuple[str, str | None]]) -> None:
    assert warnings(played) == expected


def test_a_critical_choice_keeps_a_scenario_from_always_passing() -> None:
    played = graph({"a": [choice("x", "win"), choice("y", "win", critical=True)]})
    assert warnings(played) == set()


def test_a_constant_total_is_passed_always_whatever_the_mark() -> None:
    played = graph({"a": [choice("x", "win"), choice("y", "win")]}, percent=90)
    assert warnings(played) == {("always_passes", None)}


def chain(places: list[int], texts: tuple[str, str] = ("Say no", "Say ok")) -> dict[str, Any]:
    """Return steps in a row whose best choice stands at the given places."""
    nodes = {}
    for n, place in enumerate(places):
        onward = f"s{n + 1}" if n + 1 < len(places) else "win"
        row = [
            choice(str(k), onward, text=texts[k == place], verdict="follows")
            | {"points": {"S": int(k == place)}}
            for k in range(2)
        ]
        nodes[f"s{n}"] = row
    return graph(nodes, percent=50)


@pytest.mark.parametrize(
    ("played", "obvious"),
    [
        (chain([0, 0, 0]), True),
        (chain([1, 1, 1]), True),
        (chain([0, 0]), False),
        (chain([0, 1, 0]), False),
        (chain([0, 1, 0], ("No", "Certainly, madam")), True),
        (chain([0, 1, 0], ("Certainly not", "Yes")), False),
        (chain([0, 0, 9]), False),
        (chain([0, 1, 0], ("Say no", "Say no")), False),
    ],
)
def test_the_best_choice_must_not_give_itself_away(played: dict[str, Any], obvious: bool) -> None:
    assert (("obvious_best", None) in warnings(played)) is obvious


def test_one_long_best_choice_gives_nothing_away() -> None:
    played = chain([0, 1, 0])
    played["nodes"]["s1"]["choices"][1]["text"] = "Say a good deal more"
    assert ("obvious_best", None) not in warnings(played)


def test_a_critical_choice_is_never_the_best_one() -> None:
    played = chain([0, 0, 0])
    played["nodes"]["s0"]["choices"][0]["critical"] = True
    assert ("obvious_best", None) not in warnings(played)


@pytest.mark.parametrize(
    ("played", "node"),
    [
        (None, None),
        ([], None),
        ("graph", None),
        ({**GOOD, "start": 3}, None),
        ({**GOOD, "nodes": {**GOOD["nodes"], 3: {}}}, None),
        ({**GOOD, "pass": [1]}, None),
        ({**GOOD, "pass": {"percent": 101}}, None),
        ({**GOOD, "pass": {"percent": -1}}, None),
        ({**GOOD, "pass": {"percent": "many"}}, None),
        ({**GOOD, "pass": {"percent": 1, "standards": {"S": float("nan")}}}, None),
        ({**GOOD, "meter": {"start": "high"}}, None),
        (with_node("a", choices={"x": 1}), "a"),
        (with_node("a", choices=5), "a"),
        (with_node("a", choices=["x", *GOOD["nodes"]["a"]["choices"]]), "a"),
        (with_node("a", title=5), "a"),
        (with_node("a", image="x.png"), "a"),
        (with_node("a", stub="yes"), "a"),
        (with_choice(id=None), "a"),
        (with_choice(id="y"), "a"),
        (with_choice(text=["x"]), "a"),
        (with_choice(points=[1]), "a"),
        (with_choice(points={"S": "x"}), "a"),
        (with_choice(points={3: 1}), "a"),
        (with_choice(meter="up"), "a"),
        (with_choice(critical=1), "a"),
        (with_choice(when="always"), "a"),
        (with_choice(when=["always"]), "a"),
        (with_choice(when=[{}]), "a"),
        (with_choice(when=[{"weather": "fine"}]), "a"),
        (with_choice(when=[{"meter": {"least": 1}}]), "a"),
        (with_choice(when=[{"meter": {"min": "x"}}]), "a"),
        (with_choice(when=[{"visited": 3}]), "a"),
        ({**GOOD, "nodes": {**GOOD["nodes"], "b": 3}}, "b"),
        ({**GOOD, "endings": {"win": "won"}}, "win"),
        ({**GOOD, "endings": {"win": {"outcome": "x", "points": "x"}}}, "win"),
        ({**GOOD, "endings": {"win": {"outcome": "x"}, "a": {"outcome": "x"}}}, "a"),
    ],
)
def test_what_cannot_be_read_is_malformed(played: Any, node: str | None) -> None:
    assert ("malformed", node) in errors(played)


def test_a_condition_nobody_can_read_never_holds() -> None:
    played = with_choice(when=[{"meter": {"min": 0}, "weather": "fine"}])
    assert available(played, []) == ("y",)
    assert ("condition_never_true", "a") in errors(played)


def test_findings_come_in_a_fixed_order_errors_first() -> None:
    played = {**with_choice(to="zz", verdict="violates"), "pass": {"percent": 0}}
    codes = [finding.code for finding in validate(played)]
    order = ERRORS + WARNINGS
    assert codes == sorted(codes, key=order.index)
    assert codes[0] in ERRORS
    assert codes[-1] in WARNINGS
    assert validate(ladder(3)) == validate(ladder(3))


def test_each_code_is_told_once_per_step() -> None:
    played = with_node("a", choices=[choice("x", "zz"), choice("y", "yy"), choice("z", "b")])
    assert [f.code for f in validate(played)].count("missing_target") == 1


KEYS = ["start", "nodes", "endings", "pass", "percent", "standards", "choices", "id", "to"]
KEYS += ["points", "meter", "when", "visited", "min", "text", "image", "a", "b", "win"]
NAMES = st.sampled_from(["a", "b", "win", "zz"])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | NAMES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(JUNK, JUNK, JUNK, st.lists(JUNK, max_size=3))
def test_no_junk_raises_anything_unforeseen(
    nodes: Any, row: Any, part: Any, walk: list[Any]
) -> None:
    shapes: list[Any] = [
        nodes,
        {"start": "a", "nodes": nodes, "endings": row, "pass": part},
        {
            "start": "a",
            "nodes": {"a": {"choices": [part, row]}, "b": nodes},
            "endings": {"win": row},
        },
        {"start": "a", "nodes": {"a": {"choices": [{"id": "a", "to": "win", "when": [part]}]}}},
    ]
    for played in shapes:
        assert all(finding.severity in {"error", "warning"} for finding in validate(played))
        bounds(played)
        best_path(played)
        for ask in (score, available, step_view):
            try:
                ask(played, walk)
            except PlayError as error:
                assert error.code == "illegal_choice"  # noqa: PT017
