"""What may ask about a standard."""

from __future__ import annotations

import pytest

from lms.api import Standard
from quizzes.attempts.actions import make_change_quiz
from quizzes.attempts.reads import count_questions_naming
from tests.quizzes.factories import NOW, make_questions, single
from tests.quizzes.questions.examples import EXAMPLES

pytestmark = pytest.mark.django_db


def test_a_quiz_about_a_change_asks_nothing_that_a_person_has_to_mark():
    row = EXAMPLES["open"] | {"code": "OPEN", "standards": {"PHONE-01": 1}}
    make_questions([row], bank="WORDS")
    standard = Standard.objects.get(code="PHONE-01")
    assert count_questions_naming(standard) == 0
    assert make_change_quiz(standard=standard, questions=5, now=NOW) is None
    make_questions([single("CHOICE")])
    quiz = make_change_quiz(standard=standard, questions=5, now=NOW)
    assert quiz is not None
    (slot,) = quiz.versions.get().body["slots"]
    assert slot["draw"]["count"] == 1
