"""Which quizzes somebody has to pass, as practice asks."""

import pytest

from certification.awards.models import Assignment
from certification.awards.reads import find_assigned_quizzes
from tests.certification.factories import NOW, assign, make_full_certification
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("by", ["assignment", "cycle"])
def test_a_quiz_that_is_asked_of_somebody_is_assigned_to_nobody_else(by, django_assert_num_queries):
    certification, _standard, quiz = make_full_certification()
    person, other = make_person(), make_person()
    assign(person, certification)
    today = NOW.date()
    if by == "cycle":
        Assignment.objects.all().delete()
    with django_assert_num_queries(2):
        assert find_assigned_quizzes(person, today) == {str(quiz.uuid)}
    assert find_assigned_quizzes(other, today) == set()
