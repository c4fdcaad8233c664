"""What holds for every question and every response."""

from __future__ import annotations

import re
from contextlib import suppress
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from quizzes.questions.rules import QuestionError, grade, list_parts, parse_question, public_view
from quizzes.questions.rules.choices import SCHEMES
from quizzes.questions.rules.entries import fold_text, split_pattern
from quizzes.questions.rules.layouts import ORDERINGS

STATES = {"right", "partial", "wrong", "blank", "invalid", "needs_marking"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def multiples(draw: st.DrawFn) -> dict[str, Any]:
    right = draw(st.lists(st.booleans(), min_size=1, max_size=7).filter(any))
    options = [{"id": str(n), "text": str(n), "correct": flag} for n, flag in enumerate(right)]
    return {"type": "multiple", "options": options, "scoring": draw(st.sampled_from(SCHEMES))}


def ids(question: dict[str, Any]) -> list[str]:
    return [option["id"] for option in question["options"]]


def key_of(question: dict[str, Any]) -> list[str]:
    return [option["id"] for option in question["options"] if option["correct"]]


@given(multiples(), st.data())
def test_every_scheme_stays_between_nothing_and_all(
    question: dict[str, Any], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(ids(question)), unique=True))
    result = grade(question, chosen)
    assert 0 <= result.fraction <= 1
    assert isinstance(result.fraction, Fraction)
    assert (result.state == "right") == (result.fraction == 1)
    assert (result.state == "partial") == (0 < result.fraction < 1)


@given(multiples(), st.data())
def test_shuffling_options_and_choices_changes_no_mark(
    question: dict[str, Any], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(ids(question)), unique=True))
    options = data.draw(st.permutations(question["options"]))
    shuffled = {**question, "options": options}
    assert grade(shuffled, data.draw(st.permutations(chosen))) == grade(question, chosen)


@given(multiples())
def test_the_key_is_right_and_ticking_everything_never_beats_it(question: dict[str, Any]) -> None:
    best = grade(question, key_of(question))
    assert (best.fraction, best.state) == (1, "right")
    everything = grade(question, ids(question))
    assert everything.fraction <= best.fraction
    if len(key_of(question)) < len(ids(question)):
        assert everything.fraction < 1


@given(st.integers(2, 7), st.sampled_from(ORDERINGS), st.data())
def test_only_the_right_order_is_fully_right(count: int, scoring: str, data: st.DataObject) -> None:
    items = [{"id": str(n)} for n in range(count)]
    key = [item["id"] for item in items]
    order = data.draw(st.permutations(key))
    result = grade({"type": "ordering", "items": items, "scoring": scoring}, order)
    assert 0 <= result.fraction <= 1
    assert (result.fraction == 1) == (order == key)


@given(st.sampled_from(["single", "multiple", "matching", "gaps", "numeric", "open"]), JSON)
def test_any_json_is_graded(kind: str, response: object) -> None:
    option = {"id": "a", "fraction": 1}
    question = {
        "type": kind,
        "text": "{{g}}",
        "options": [option, {"id": "b"}],
        "answers": [{"value": 4}],
        "stems": [{"id": "s", "match": "a"}],
        "choices": [option],
        "gaps": {"g": {"type": "single", "options": [option]}},
    }
    result = grade(question, response)
    assert result.state in STATES
    assert 0 <= result.fraction <= 1


@given(JSON)
def test_any_json_is_a_question_or_a_question_error(source: Any) -> None:
    with suppress(QuestionError):
        parse_question(source)


@given(
    st.sampled_from(
        ["single", "multiple", "short_text", "numeric", "matching", "ordering", "gaps"]
    ),
    st.dictionaries(
        st.sampled_from(["options", "answers", "stems", "choices", "items", "gaps", "max_mark"]),
        JSON,
    ),
)
def test_junk_in_the_key_is_a_question_error(kind: str, junk: dict[str, Any]) -> None:
    with suppress(QuestionError):
        parse_question({"type": kind, **junk})


@given(multiples(), st.data())
def test_the_public_view_lists_every_option_once(
    question: dict[str, Any], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(list_parts(question)))
    tokens = {part: f"token-{part}" for part in order}
    view = public_view(question, tokens, order)
    assert [row["token"] for row in view["options"]] == [tokens[part] for part in order]


@given(st.text(max_size=30), st.text(alphabet="ab*\\ ", min_size=1, max_size=8))
def test_text_patterns_agree_with_a_regular_expression(response: str, pattern: str) -> None:
    folded = fold_text(pattern, case_sensitive=False)
    if not folded or not response.strip():
        return
    segments = split_pattern(folded)
    oracle = re.compile(".*".join(re.escape(part) for part in segments), re.DOTALL)
    expected = oracle.fullmatch(fold_text(response, case_sensitive=False)) is not None
    result = grade({"type": "short_text", "answers": [{"pattern": pattern}]}, response)
    assert (result.state == "right") == expected


@given(
    st.text(alphabet="ab ", min_size=1, max_size=12),
    st.text(alphabet="ab*", min_size=1, max_size=7),
)
def test_short_alphabets_exercise_the_wildcard(response: str, pattern: str) -> None:
    test_text_patterns_agree_with_a_regular_expression.hypothesis.inner_test(response, pattern)
