"""The people of the demo answer every type of question, rightly and wrongly."""

from __future__ import annotations

import pytest

from demo.loader.answers import right_answer, wrong_answer
from quizzes.questions.rules import decode_response, grade, list_parts
from tests.demo.content import QUESTIONS, Json


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["code"])
def test_people_answer_in_the_tokens_of_their_attempt(question: Json) -> None:
    tokens = {part: f"t{place}" for place, part in enumerate(list_parts(question))}
    options = {token: part for part, token in tokens.items()}
    right, wrong = (
        grade(question, decode_response(question, tokens, give(question, options)))
        for give in (right_answer, wrong_answer)
    )
    if question["type"] == "open":
        assert (right.state, wrong.state) == ("needs_marking", "blank")
    else:
        assert right.fraction == 1
        assert wrong.fraction <= 0.5
        assert wrong.state in {"wrong", "partial"}
