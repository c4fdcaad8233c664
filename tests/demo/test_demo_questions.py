"""The demo company asks fairly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from quizzes.questions.rules import QUESTION_TYPES, grade, parse_question
from tests.demo.content import (
    BANKS,
    QUESTIONS,
    QUIZZES,
    SCHEMES,
    STANDARD_CODES,
    STANDARDS,
    Json,
    assert_clean_html,
    is_right,
    key_is_longest,
    plain,
    texts,
)
from tests.demo.responses import right_response, typed_answer, wrong_responses

SPOKEN = 5
"""Sentences of fewer words may come twice: "Tick all that apply"."""
WRITTEN = ("prompt", "text", "options", "answers", "stems", "choices", "items", "gaps", "rubric")
MARKED = [question for question in QUESTIONS if question["type"] != "open"]
CHOICES = [question for question in QUESTIONS if "options" in question]


def name(question: Json) -> str:
    return str(question["code"])


def test_there_are_120_questions_with_unique_codes() -> None:
    codes = [question["code"] for question in QUESTIONS]
    assert len(codes) == len(set(codes)) == 120
    assert {q["scoring"] for q in QUESTIONS if q["type"] == "multiple"} == SCHEMES


def test_each_type_of_question_is_asked_at_least_eight_times() -> None:
    count = Counter(question["type"] for question in QUESTIONS)
    assert set(count) == set(QUESTION_TYPES)
    assert {kind: n for kind, n in count.items() if n < 8} == {}


@pytest.mark.parametrize("code", [standard["code"] for standard in STANDARDS])
def test_a_standard_is_asked_about_at_least_three_times_in_two_ways(code: str) -> None:
    asked = [question for question in QUESTIONS if code in question["standards"]]
    assert len(asked) >= (5 if code in STANDARD_CODES else 3)
    assert len({question["type"] for question in asked}) >= 2


def test_no_two_questions_ask_the_same_in_the_same_words() -> None:
    prompts = Counter(plain(question["prompt"]).casefold().strip() for question in QUESTIONS)
    assert [prompt for prompt, count in prompts.items() if count > 1] == []


def test_no_sentence_comes_twice() -> None:
    found: Counter[str] = Counter()
    for question in QUESTIONS:
        found.update(_sentences(question))
    assert len(found) > 800
    assert [sentence for sentence, count in found.items() if count > 1] == []


def _sentences(question: Json) -> Iterator[str]:
    written = [question.get(part, "") for part in (*WRITTEN, "feedback")]
    for text in texts(written):
        for sentence in re.split(r"[.!?:…\n]+", plain(text)):
            words = re.findall(r"\w+", sentence.casefold())
            if len(words) >= SPOKEN:
                yield " ".join(words)


def test_every_wrong_option_explains_itself_in_its_own_words() -> None:
    said: Counter[str] = Counter()
    for question in QUESTIONS:
        for part in (question, *question.get("gaps", [])):
            for option in part.get("options", []):
                assert option["feedback"].strip(), (question["code"], option["id"])
                if not is_right(option):
                    assert len(option["feedback"].split()) >= 4, (question["code"], option["id"])
                    said[option["feedback"]] += 1
    assert set(said.values()) == {1}


def test_every_question_says_something_to_whoever_was_right_and_whoever_was_not() -> None:
    for question in QUESTIONS:
        for part in ("general", "right", "wrong"):
            assert question["feedback"][part].strip(), (question["code"], part)


def test_the_key_is_the_longest_option_in_at_most_a_third_of_the_bank() -> None:
    longest = [question["code"] for question in CHOICES if key_is_longest(question)]
    assert len(longest) <= 0.35 * len(CHOICES), longest


def test_the_key_is_not_always_in_the_same_place() -> None:
    singles = [question for question in CHOICES if question["type"] == "single"]
    places = Counter(str(right_response(question)) for question in singles)
    assert len(places) == 4
    assert max(places.values()) <= 0.5 * len(singles)


@pytest.mark.parametrize("question", MARKED, ids=name)
def test_a_key_scores_one_and_everything_else_less(question: Json) -> None:
    assert grade(question, right_response(question)).fraction == 1
    for other in wrong_responses(question):
        marked = grade(question, other)
        assert marked.fraction < 1, other
        assert marked.state != "invalid", other


def test_an_answer_that_gets_its_own_word_is_found_by_it() -> None:
    for question in QUESTIONS:
        for part in (question, *question.get("gaps", [])):
            for row in part.get("answers", []):
                marked = grade({"code": "part", **part}, typed_answer(row))
                assert str(marked.fraction) == row["fraction"], (question["code"], row)


def test_an_open_question_waits_for_a_person_and_tells_what_to_look_for() -> None:
    for question in QUESTIONS:
        if question["type"] == "open":
            assert grade(question, "I would say hello first.").state == "needs_marking"
            assert 2 <= len(question["rubric"]) <= 3
            for criterion in question["rubric"]:
                points = [level["points"] for level in criterion["levels"]]
                assert points == [0, 1, 2]


def test_a_text_has_two_or_three_gaps_and_a_matching_a_choice_too_many() -> None:
    for question in QUESTIONS:
        if question["type"] == "gaps":
            assert 2 <= len(question["gaps"]) <= 3, question["code"]
        if question["type"] == "matching":
            assert len(question["choices"]) > len(question["stems"]) >= 3, question["code"]
        if question["type"] == "ordering":
            assert len(question["items"]) >= 4, question["code"]


def test_question_html_and_standards_are_sound() -> None:
    known = {standard["code"] for standard in STANDARDS}
    for question in QUESTIONS:
        assert parse_question(question).code == question["code"]
        assert_clean_html(question["prompt"])
        assert set(question["standards"]) <= known
        assert question["tags"]
    difficulties = Counter(question["difficulty"] for question in QUESTIONS)
    assert set(difficulties) == {1, 2, 3}
    assert min(difficulties.values()) >= 12


def test_what_must_never_go_wrong_is_critical() -> None:
    critical = [question for question in QUESTIONS if question["critical"]]
    assert {code for question in critical for code in question["standards"]} == {
        "BELT-01",
        "FIRE-01",
        "PARCEL-01",
        "PRIVACY-01",
        "REFUND-01",
        "WET-01",
    }
    # All or nothing is fair only where there is one thing to decide.
    assert {question["type"] for question in critical} <= {"single", "true_false"}


@pytest.mark.parametrize("quiz", QUIZZES, ids=name)
def test_a_quiz_asks_eight_to_ten_and_has_enough_for_a_second_go(quiz: Json) -> None:
    asked: Counter[str] = Counter()
    for draw in _list_draws(quiz):
        assert len(_list_drawn(draw)) >= 2 * draw["count"], draw
        asked[draw["standard"]] += draw["count"]
    asked.update(_list_fixed(quiz))
    assert 8 <= sum(asked.values()) <= 10
    assert set(quiz["standard_marks"]) <= set(asked)
    assert quiz["attempts_allowed"] >= 2
    assert quiz["cool_down_minutes"] > 0


def _list_draws(quiz: Json) -> list[Json]:
    return [slot["draw"] for slot in quiz["slots"] if "draw" in slot]


def _list_fixed(quiz: Json) -> list[str]:
    return [slot["question"] for slot in quiz["slots"] if "question" in slot]


def _list_drawn(draw: Json) -> list[Json]:
    return [
        question
        for question in BANKS[draw["bank"]]
        if draw["standard"] in question["standards"]
        and draw.get("tag", question["tags"][0]) in question["tags"]
    ]


def test_the_quizzes_together_may_ask_all_that_a_machine_marks() -> None:
    assert len(QUIZZES) >= 6
    drawn = {
        question["code"]
        for quiz in QUIZZES
        for draw in _list_draws(quiz)
        for question in _list_drawn(draw)
    }
    left = [question for question in QUESTIONS if question["code"] not in drawn]
    assert {question["type"] for question in left} == {"open"}


def test_only_one_long_quiz_waits_for_a_person_to_mark_it() -> None:
    written = [question["code"] for question in QUESTIONS if question["type"] == "open"]
    assert [question["code"] for question in BANKS["WORDS"]] == written
    waits = {quiz["code"]: _list_fixed(quiz) for quiz in QUIZZES if _list_fixed(quiz)}
    assert list(waits) == ["COMPLAINT-CHECK"]
    assert set(waits["COMPLAINT-CHECK"]) < set(written)
    assert "WORDS" not in {draw["bank"] for quiz in QUIZZES for draw in _list_draws(quiz)}
