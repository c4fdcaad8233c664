"""What was marked stays marked: by its own rules, from its own answers."""

import io
import json
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.api import registry
from quizzes.attempts.models import AttemptResult, ItemGrade
from quizzes.attempts.reads import find_wrong_results
from quizzes.attempts.rules import RULES_VERSION, ItemMark
from quizzes.attempts.rules.versions import RULE_SETS
from quizzes.questions.rules import parse_question
from tests.lms.factories import make_person
from tests.quizzes.factories import NOW, make_small_quiz, start, take

pytestmark = pytest.mark.django_db
FROZEN = json.loads((Path(__file__).parent / "answers_v1.json").read_text())
QUESTIONS = {question["code"]: question for question in FROZEN["questions"]}
RULES = RULE_SETS[1]


def mark_of(code, response):
    question, found = parse_question(QUESTIONS[code]), RULES.grade(QUESTIONS[code], response)
    mark = found.fraction * question.max_mark
    return ItemMark(question.standards, mark, question.max_mark, question.critical, found.fraction)


def test_rules_1_still_mark_every_frozen_answer_alike():
    wrong = []
    for row in FROZEN["answers"]:
        found = RULES.grade(QUESTIONS[row["question"]], row["response"])
        mark = mark_of(row["question"], row["response"]).mark
        expected = (row["state"], Fraction(row["fraction"]), Fraction(row["mark"]))
        if (found.state, found.fraction, mark) != expected:
            wrong.append((row, found))
    assert wrong == []
    assert {QUESTIONS[row["question"]]["type"] for row in FROZEN["answers"]} == {
        "single", "multiple", "true_false", "short_text", "numeric", "matching", "ordering", "gaps",
    }  # fmt: skip


def test_rules_1_still_decide_every_frozen_attempt_alike():
    for row in FROZEN["attempts"]:
        marks = [mark_of(code, response) for code, response in row["answers"]]
        verdict = RULES.judge(marks, row["pass_percent"], row["standard_marks"])
        reasons = [[r.code, r.standard, r.got, r.needed] for r in verdict.reasons]
        assert verdict.percent == Fraction(row["percent"])
        assert verdict.passed == row["passed"]
        assert reasons == [[c, s, Fraction(g), Fraction(n)] for c, s, g, n in row["reasons"]]
        shares = {code: share and Fraction(share) for code, share in row["standards"].items()}
        assert verdict.standards == shares
    assert {row["passed"] for row in FROZEN["attempts"]} == {True, False}


def test_the_rules_in_force_have_their_number():
    assert max(RULE_SETS) == RULES_VERSION


def run(what="results"):
    """Return what the command printed and its exit code."""
    out = io.StringIO()
    try:
        call_command("verify", what, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


@pytest.fixture
def finished(db):
    quiz = make_small_quiz(standard_marks={"PHONE-01": 60}, cool_down_minutes=0)
    people = [make_person() for _ in range(3)]
    done = [take(person, quiz, right=place + 1) for place, person in enumerate(people)]
    start(people[0], quiz, NOW + timedelta(hours=1))
    return done


def test_a_sound_history_has_no_differences(finished):
    assert run() == ("verify results: 0 differences\n", 0)


def test_checking_takes_as_many_queries_for_three_as_for_one(finished):
    with CaptureQueriesContext(connection) as queries:
        assert list(find_wrong_results()) == []
    assert len(queries) == 8


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fraction": "1/3"}, "fraction"),
        ({"state": "partial"}, "state"),
        ({"mark_float": 0.5}, "mark_float"),
        ({"rules_version": 99}, "rules"),
    ],
)
def test_the_first_bad_mark_is_named_first(finished, change, field):
    [first, second, _third] = finished
    for attempt in (second, first):
        ItemGrade.objects.filter(item=attempt.items.get(number=2)).update(**change)
    text, code = run()
    line = text.splitlines()[0]
    assert line.startswith(f"attempt {first.uuid}, question 2: {field} is ")
    assert code == 1


def test_a_pass_that_the_marks_do_not_give_is_named(finished):
    AttemptResult.objects.filter(attempt=finished[1]).update(passed=True, reasons=[])
    lines = run()[0].splitlines()
    where = f"attempt {finished[1].uuid}, result 1"
    assert lines[0] == f"{where}: passed is 'True', rules say 'False'"
    assert lines[-1] == "verify results: 2 differences"


def test_a_mark_that_is_missing_is_named(finished):
    ItemGrade.objects.filter(item=finished[0].items.get(number=1)).delete()
    assert "question 1: mark is 'none'" in run()[0]


def test_what_a_person_gave_is_taken_as_it_is_and_what_follows_is_derived(finished):
    grader = make_person().user
    item = finished[0].items.get(number=4)
    before = item.grades.get()
    later = before.graded_at + timedelta(days=1)
    ItemGrade.objects.create(
        item=item, state="right", fraction="1/1", mark="1/1", mark_float=1.0,
        rules_version=1, grader=grader, graded_at=later,
    )  # fmt: skip
    assert list(find_wrong_results()) == []
    ItemGrade.objects.filter(grader=grader).update(mark="1/2", state="partial")
    assert [wrong.field for wrong in find_wrong_results()][:2] == ["state", "mark"]


def test_a_person_marks_only_where_an_answer_waits_for_one(finished):
    grade = ItemGrade.objects.filter(item=finished[0].items.get(number=4)).get()
    ItemGrade.objects.filter(pk=grade.pk).update(grader=make_person().user)
    text = run()[0]
    assert f"attempt {finished[0].uuid}, question 4: mark is '0/1', rules say 'none by" in text


def test_a_quiz_passed_that_the_result_does_not_give_is_named(finished):
    AttemptResult.objects.filter(attempt=finished[1]).update(quiz_passed=True)
    where = f"attempt {finished[1].uuid}, result 1"
    assert run()[0].splitlines()[0] == f"{where}: quiz_passed is 'True', rules say 'False'"


def test_practice_never_passes_a_quiz():
    attempt = take(make_person(), make_small_quiz(), right=4, purpose="practice")
    assert list(find_wrong_results()) == []
    AttemptResult.objects.filter(attempt=attempt).update(quiz_passed=True)
    assert [wrong.field for wrong in find_wrong_results()] == ["quiz_passed"]


@pytest.mark.parametrize(
    ("counting", "rights", "passes"),
    [
        ("average", (2, 4), [False, True]),
        ("average", (0, 4), [False, False]),
        ("last", (2, 4), [False, True]),
    ],
)
def test_tries_that_weigh_on_each_other_are_settled_again(counting, rights, passes):
    quiz = make_small_quiz(counting=counting, cool_down_minutes=0)
    person = make_person()
    tries = [
        take(person, quiz, right=right, now=NOW + timedelta(hours=place))
        for place, right in enumerate(rights)
    ]
    results = AttemptResult.objects.order_by("attempt__number")
    assert [result.quiz_passed for result in results] == passes
    assert list(find_wrong_results()) == []
    AttemptResult.objects.filter(attempt=tries[0]).update(quiz_passed=True)
    [wrong] = find_wrong_results()
    assert (wrong.field, wrong.stored, wrong.derived) == ("quiz_passed", "True", "False")


def test_where_the_first_try_counts_it_is_the_first_since_some_moment(monkeypatch):
    quiz, person = make_small_quiz(counting="first", cool_down_minutes=0), make_person()
    renewal = NOW + timedelta(hours=1)
    tries = [take(person, quiz, right=2)]
    monkeypatch.setattr(registry.counts_from, "_items", [lambda *_asked: renewal])
    tries.append(take(person, quiz, right=4, now=renewal))
    results = AttemptResult.objects.order_by("attempt__number")
    assert [result.quiz_passed for result in results] == [False, True]
    assert list(find_wrong_results()) == []
    # The moment is kept nowhere: without one the failed first try would have decided.
    AttemptResult.objects.filter(attempt=tries[1]).update(quiz_passed=False)
    assert list(find_wrong_results()) == []
    AttemptResult.objects.filter(attempt=tries[0]).update(quiz_passed=True)
    assert [wrong.field for wrong in find_wrong_results()] == ["quiz_passed"]
