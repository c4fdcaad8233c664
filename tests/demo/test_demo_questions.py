"""The demo company asks and plays fairly."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from quizzes.questions.rules import grade
from quizzes.scenarios.rules import bounds, score, validate
from tests.demo.content import (
    BANKS,
    QUESTIONS,
    QUIZZES,
    SCENARIO,
    SCHEMES,
    STANDARD_CODES,
    Json,
    assert_clean_html,
    is_right,
    key_is_longest,
)


def test_there_are_forty_questions_with_unique_codes() -> None:
    codes = [question["code"] for question in QUESTIONS]
    assert len(codes) == len(set(codes)) == 40
    assert {question["type"] for question in QUESTIONS} == {"single", "multiple", "true_false"}
    assert {q["scoring"] for q in QUESTIONS if q["type"] == "multiple"} == SCHEMES


@pytest.mark.parametrize("code", sorted(STANDARD_CODES))
def test_a_standard_is_asked_about_five_times_in_two_ways(code: str) -> None:
    asked = [question for question in QUESTIONS if code in question["standards"]]
    assert len(asked) >= 5
    assert len({question["type"] for question in asked}) >= 2


def test_every_wrong_option_explains_itself_in_its_own_words() -> None:
    said: Counter[str] = Counter()
    for question in QUESTIONS:
        wrong = [option for option in question.get("options", []) if not is_right(option)]
        for option in wrong:
            assert len(option["feedback"].split()) >= 4, (question["code"], option["id"])
            said[option["feedback"]] += 1
        for part in ("general", "right", "wrong"):
            assert question["feedback"][part].strip()
    assert set(said.values()) == {1}


def test_the_key_is_the_longest_option_in_at_most_a_third_of_the_bank() -> None:
    with_options = [question for question in QUESTIONS if "options" in question]
    longest = [question["code"] for question in with_options if key_is_longest(question)]
    assert len(longest) <= 0.35 * len(with_options), longest


def test_a_key_scores_one_and_everything_else_less() -> None:
    for question in QUESTIONS:
        key, others = _responses(question)
        assert grade(question, key).fraction == 1, question["code"]
        for other in others:
            assert grade(question, other).fraction < 1, (question["code"], other)


def _responses(question: Json) -> tuple[object, list[object]]:
    if question["type"] == "true_false":
        return question["answer"], [not question["answer"]]
    ids = [option["id"] for option in question["options"]]
    right = [option["id"] for option in question["options"] if is_right(option)]
    if question["type"] == "single":
        return right[0], [option for option in ids if option not in right]
    return right, [ids, right[:-1], [option for option in ids if option not in right]]


def test_question_html_and_standards_are_sound() -> None:
    for question in QUESTIONS:
        assert_clean_html(question["prompt"])
        assert set(question["standards"]) <= STANDARD_CODES
        assert question["difficulty"] in {1, 2, 3}
        assert question["tags"]
    critical = {code for q in QUESTIONS if q["critical"] for code in q["standards"]}
    assert critical == {"PRIVACY-01", "REFUND-01"}


def test_each_quiz_asks_eight_to_ten_and_has_enough_for_a_second_go() -> None:
    assert len(QUIZZES) == 3
    for quiz in QUIZZES:
        asked: Counter[str] = Counter()
        for slot in quiz["slots"]:
            draw = slot["draw"]
            pool = [q for q in BANKS[draw["bank"]] if draw["standard"] in q["standards"]]
            assert len(pool) >= 2 * draw["count"]
            asked[draw["standard"]] += draw["count"]
        assert 8 <= sum(asked.values()) <= 10
        assert set(quiz["standard_marks"]) <= set(asked)
        assert quiz["attempts_allowed"] >= 2
        assert quiz["cool_down_minutes"] > 0


def test_the_scenario_has_no_findings_and_varies_every_standard_it_assesses() -> None:
    graph = SCENARIO["graph"]
    assert validate(graph) == []
    found = bounds(graph)
    assert set(SCENARIO["standards"]) == set(graph["pass"]["standards"]) <= STANDARD_CODES
    for code in SCENARIO["standards"]:
        span = found.standards[code]
        assert span is not None
        assert span[0] < span[1]


def test_the_scenario_is_passed_by_a_good_play_and_failed_by_a_poor_or_critical_one() -> None:
    graph = SCENARIO["graph"]
    best = score(graph, ["excuse", "listen", "bell", "time", "thanks"])
    poor = score(graph, ["finish", "explain", "faster", "soon", "out"])
    critical = score(graph, ["excuse", "listen", "bell", "private"])
    assert best.percent == 1
    assert (best.passed, best.ending) == (True, "both")
    assert (poor.passed, poor.critical, poor.ending) == (False, False, "lost")
    assert (critical.passed, critical.critical) == (False, True)


def test_the_scenario_branches_merges_and_explains_every_choice() -> None:
    graph = SCENARIO["graph"]
    choices = [choice for node in graph["nodes"].values() for choice in node["choices"]]
    arrivals = Counter(choice["to"] for choice in choices)
    sources: dict[str, set[str]] = defaultdict(set)
    for name, node in graph["nodes"].items():
        for choice in node["choices"]:
            sources[choice["to"]].add(name)
    assert len(graph["nodes"]) >= 5
    assert len(graph["endings"]) == 3
    assert all(len(node["choices"]) == 3 for node in graph["nodes"].values())
    assert any(len(found) > 1 for name, found in sources.items() if name in graph["nodes"])
    assert set(graph["endings"]) <= set(arrivals)
    assert all(choice["feedback"] and choice["verdict"] for choice in choices)
    assert sum(choice["critical"] for choice in choices) == 1
