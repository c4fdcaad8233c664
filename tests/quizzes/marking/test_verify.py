"""Marks of people: what their levels come to is derived again, and tampering is named."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quizzes.attempts.models import AttemptResult, ItemGrade, OpenAnswer
from quizzes.marking.actions import correct_mark
from quizzes.marking.models import Mark
from quizzes.marking.reads import find_wrong_marks
from quizzes.reads import find_wrong_results
from tests.lms.factories import make_person
from tests.quizzes.factories import NOW
from tests.quizzes.marking.factories import hand_in, make_marker, make_open_quiz, mark

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
POOR, FAIR, GOOD = (0, 0), (2, 1), (2, 2)


@pytest.fixture
def attempts():
    """Four attempts: one marker, two who agree, a third who decides, a correction; one waits."""
    single, double = make_open_quiz("ONE"), make_open_quiz("TWO", second_marking="always")
    made = [hand_in(make_person(), quiz) for quiz in (single, double, double, single, single)]
    markers = [make_marker() for _ in range(3)]
    given = [[GOOD], [GOOD, FAIR], [GOOD, POOR, FAIR], [POOR]]
    for attempt, rounds in zip(made, given, strict=False):
        for marker, levels in zip(markers, rounds, strict=False):
            mark(attempt, marker, levels)
    correct_mark(
        answer=OpenAnswer.objects.get(attempt=made[3]),
        levels=list(GOOD),
        comment="",
        reason="Overlooked the greeting.",
        seen_version=1,
        actor=markers[1],
        now=LATER,
    )
    return made


def find(attempt=None):
    """Return what is wrong as field, stored and derived value."""
    where = "" if attempt is None else str(attempt.uuid)
    return [(w.field, w.stored, w.derived) for w in find_wrong_results() if where in w.where]


def test_a_sound_history_of_marking_has_no_differences(attempts):
    assert Mark.objects.count() == 8
    assert find() == []


def test_checking_takes_as_many_queries_for_five_as_for_one(attempts):
    with CaptureQueriesContext(connection) as queries:
        assert list(find_wrong_marks()) == []
    assert len(queries) == 5  # the last one finds that there are no more


@pytest.mark.parametrize(
    ("place", "role", "change", "field"),
    [
        (0, "first", {"share": "1/2"}, "share, first"),
        (0, "first", {"levels": [0, 2]}, "share, first"),
        (1, "second", {"share": "1/1"}, "share, second"),
        (2, "third", {"levels": [2, 2], "share": "1/1"}, "marks by people"),
        (3, "correction", {"levels": [0, 0], "share": "0/1"}, "marks by people"),
        (0, "first", {"levels": [2]}, "levels, first"),
        (0, "first", {"levels": [2, 9]}, "levels, first"),
        (0, "first", {"role": "third"}, "markers"),
    ],
)
def test_a_mark_that_was_tampered_with_is_named(attempts, place, role, change, field):
    Mark.objects.filter(answer__attempt=attempts[place], role=role).update(**change)
    assert find(attempts[place])[0][0] == field
    assert len({wrong.where for wrong in find_wrong_results()}) == 1


def test_a_grade_that_the_markers_did_not_settle_on_is_named(attempts):
    grades = ItemGrade.objects.filter(item__attempt=attempts[1], grader__isnull=False)
    # Five sixths and full marks: eleven twelfths of two points.
    assert [(row.fraction, row.mark) for row in grades] == [("11/12", "11/6")]
    grades.update(fraction="1/1", mark="2/1", mark_float=2.0, state="right")
    assert ("marks by people", "1/1", "11/12") in find(attempts[1])


def test_a_grade_nobody_gave_is_named(attempts):
    waiting = OpenAnswer.objects.get(attempt=attempts[4])
    grade = ItemGrade.objects.filter(item__attempt=attempts[0], grader__isnull=False).get()
    grade.pk, grade.item = None, waiting.item
    grade.save()
    assert ("marks by people", "1/1", "") in find(attempts[4])


def test_an_answer_closed_without_the_third_person_is_named(attempts):
    Mark.objects.filter(answer__attempt=attempts[2], role="third").delete()
    assert ("turn", "done", "third") in find(attempts[2])


def test_an_answer_closed_without_the_second_mark_that_is_always_asked_for_is_named(attempts):
    row = OpenAnswer.objects.get(attempt=attempts[1])
    row.marks.filter(role="second").delete()
    assert ("turn", "done", "second") in find(attempts[1])


def test_a_quiz_that_asks_for_two_from_now_on_leaves_what_one_marked(attempts):
    quiz = make_open_quiz("ONE", second_marking="always")
    assert quiz == attempts[0].quiz
    assert find() == []


@pytest.mark.parametrize("model", [Mark, AttemptResult])
def test_a_mark_given_between_two_queries_is_no_tampering(attempts, model):
    marker, given = make_marker(), []

    def mark_before(execute, sql, params, many, context):
        if not given and f'FROM "{model._meta.db_table}"' in sql:
            given.append(True)
            mark(attempts[4], marker, POOR)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(mark_before):
        assert find() == []
    assert given


def test_an_answer_closed_without_any_mark_is_named(attempts):
    OpenAnswer.objects.filter(attempt=attempts[4]).update(turn="done", settled_at=NOW)
    assert ("turn", "done", "first") in find(attempts[4])


def test_a_result_that_the_corrected_mark_does_not_give_is_named(attempts):
    result = AttemptResult.objects.latest().get(attempt=attempts[3])
    AttemptResult.objects.filter(pk=result.pk).update(percent="1/2", percent_float=0.5)
    assert [field for field, _stored, _derived in find(attempts[3])] == ["percent", "percent_float"]
