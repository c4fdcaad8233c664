from datetime import timedelta
from fractions import Fraction

import pytest

from lms.api import InvalidInputError, NotAllowedError, NotFoundError, RuleError
from lms.models import DomainEvent
from quizzes.api import list_waiting_quizzes, read_finished_work
from quizzes.attempts.models import Attempt, AttemptResult, ItemGrade, OpenAnswer
from quizzes.attempts.reads import read_quiz_cards
from quizzes.attempts.rules import RULES_VERSION
from quizzes.marking.actions import correct_mark
from quizzes.marking.models import Mark
from quizzes.marking.permissions import answers_to_correct, answers_to_mark
from tests.lms.factories import BranchFactory, UserFactory, make_person
from tests.quizzes.factories import NOW, make_small_quiz, start, take
from tests.quizzes.marking.factories import (
    hand_in,
    make_learner,
    make_marker,
    make_open_quiz,
    mark,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def submitted() -> list[dict]:
    return [e.payload for e in DomainEvent.objects.filter(kind="attempt_submitted")]


def test_an_attempt_with_an_open_answer_waits_without_a_result_or_a_word_to_others():
    person = make_learner()
    attempt = hand_in(person, make_open_quiz())
    assert attempt.state == Attempt.State.SUBMITTED
    assert not AttemptResult.objects.exists()
    assert submitted() == []
    assert read_finished_work(employee_ids=[person.pk]) == []
    states = list(ItemGrade.objects.order_by("item__number").values_list("state", flat=True))
    assert states == ["right", "right", "needs_marking"]
    assert [quiz.title for quiz in list_waiting_quizzes(employee=person)] == ["Counter check"]


def test_the_last_mark_decides_as_of_the_moment_of_handing_in():
    person, marker = make_learner(), make_marker()
    attempt = hand_in(person, make_open_quiz(pass_percent=75))
    mark(attempt, marker, (2, 1), comment=" Well said. ", now=LATER)
    result = AttemptResult.objects.get()
    # 1 + 1 + 2 × 5/6 of 4 marks.
    assert (result.percent, result.passed, result.decided_at) == ("11/12", True, LATER)
    grade = ItemGrade.objects.get(grader=marker)
    assert (grade.fraction, grade.mark, grade.state) == ("5/6", "5/3", "partial")
    assert grade.rules_version == RULES_VERSION
    assert grade.told == {
        "comments": ["Well said."],
        "levels": [["Greets by name", ["yes"]], ["Offers a way out", ["vague"]]],
    }
    (payload,) = submitted()
    assert (payload["passed"], payload["done_at"]) == (True, NOW.isoformat())
    (work,) = read_finished_work(employee_ids=[person.pk])
    assert work.done_at == NOW
    assert list_waiting_quizzes(employee=person) == []


def test_every_open_answer_has_to_be_marked_before_the_attempt_is_decided():
    marker = make_marker()
    attempt = hand_in(make_learner(), make_open_quiz(opens=2))
    mark(attempt, marker)
    assert not AttemptResult.objects.exists()
    mark(attempt, marker)
    assert AttemptResult.objects.get().percent == "1/1"


def test_a_blank_answer_is_for_the_machine_and_a_quiz_of_choices_waits_for_nobody():
    attempt = hand_in(make_learner(), make_open_quiz(), words="  ")
    assert AttemptResult.objects.get(attempt=attempt).percent == "1/2"
    take(make_learner(), make_small_quiz(), right=4)
    assert not OpenAnswer.objects.exists()


def test_practice_waits_for_nobody_and_leaves_open_answers_out_of_the_share():
    attempt = hand_in(make_learner(), make_open_quiz(), purpose=Attempt.Purpose.PRACTICE)
    assert not OpenAnswer.objects.exists()
    assert AttemptResult.objects.get(attempt=attempt).percent == "1/1"


def test_no_scored_try_starts_while_the_last_one_is_being_marked():
    person, quiz = make_learner(), make_open_quiz(attempts_allowed=3)
    attempt = hand_in(person, quiz, right=0)
    (card,) = read_quiz_cards(employee=person, uuids=[quiz.uuid], now=NOW).values()
    assert (card.state, card.attempts_left) == ("marking", 2)
    with pytest.raises(RuleError) as refused:
        start(person, quiz, NOW)
    assert refused.value.code == "waiting_for_marking"
    mark(attempt, make_marker(), (0, 0))
    assert start(person, quiz, NOW).number == 2


def test_nobody_marks_the_own_answer_and_nobody_marks_twice():
    person = make_learner()
    attempt = hand_in(person, make_open_quiz(second_marking="always"))
    (row,) = OpenAnswer.objects.all()
    own = make_marker("hr")
    person.user = own
    person.save()
    assert not answers_to_mark(own).exists()
    with pytest.raises(NotFoundError):
        mark(row, own)
    marker = make_marker()
    mark(attempt, marker)
    assert not answers_to_mark(marker).exists()
    with pytest.raises(NotAllowedError) as refused:
        mark(row, marker)
    assert refused.value.code == "not_your_turn"
    assert Mark.objects.count() == 1


def test_markers_reach_what_the_policy_gives_them():
    here, there = BranchFactory(), BranchFactory()
    quiz = make_open_quiz()
    hand_in(make_person(here), quiz)
    hand_in(make_person(there), quiz)
    author, stranger, assessor, hr = (make_marker(r) for r in ("trainer", "trainer", "hr", "hr"))
    quiz.owner = author
    quiz.save(update_fields=["owner"])
    assert answers_to_mark(author).count() == 2
    assert answers_to_mark(stranger).count() == 0
    assert answers_to_mark(hr).count() == 2
    assert answers_to_mark(UserFactory()).count() == 0
    for role in ("auditor", "regional_hr", "branch_manager"):
        assert answers_to_mark(make_marker(role)).count() == 0, role
    with pytest.raises(NotFoundError):
        mark(OpenAnswer.objects.first(), stranger)
    with pytest.raises(NotAllowedError):
        mark(OpenAnswer.objects.first(), make_marker("auditor"))
    del assessor


def test_an_assessor_marks_only_at_the_own_branch():
    from lms.api import grant_role

    here, there = BranchFactory(), BranchFactory()
    quiz = make_open_quiz(second_marking="always")
    attempt = hand_in(make_person(here), quiz)
    hand_in(make_person(there), quiz)
    assessor = UserFactory()
    grant_role(user=assessor, role="assessor", actor=None, now=NOW, branch=here)
    assert [row.attempt for row in answers_to_mark(assessor)] == [attempt]
    mark(attempt, make_marker(), (0, 0))
    mark(attempt, assessor, (2, 2))
    other = UserFactory()
    grant_role(user=other, role="assessor", actor=None, now=NOW, branch=here)
    # Two disagree: now the quiz's author or HR decides.
    assert not answers_to_mark(other).filter(attempt=attempt).exists()


def test_two_markers_who_are_close_are_averaged_exactly():
    attempt = hand_in(make_learner(), make_open_quiz(second_marking="always"))
    first, second = make_marker(), make_marker()
    mark(attempt, first, (2, 2), comment="Warm.")
    assert not AttemptResult.objects.exists()
    mark(attempt, second, (2, 1), comment="Clear.")
    grade = ItemGrade.objects.get(grader=second)
    assert grade.fraction == str(Fraction(11, 12))
    assert grade.told["comments"] == ["Warm.", "Clear."]
    assert grade.told["levels"] == [
        ["Greets by name", ["yes"]],
        ["Offers a way out", ["clear", "vague"]],
    ]
    assert AttemptResult.objects.get().percent == "23/24"


def test_two_markers_who_are_apart_are_settled_by_a_third_person():
    attempt = hand_in(make_learner(), make_open_quiz(second_marking="always"))
    first, second, third = make_marker(), make_marker(), make_marker()
    mark(attempt, first, (2, 2), comment="Great.")
    mark(attempt, second, (0, 0), comment="Awful.")
    assert not AttemptResult.objects.exists()
    for marker in (first, second):
        assert not answers_to_mark(marker).exists()
    mark(attempt, third, (1, 1), comment="Fair.")
    grade = ItemGrade.objects.get(grader=third)
    assert (grade.fraction, grade.told["comments"]) == ("1/2", ["Fair."])
    assert AttemptResult.objects.get().percent == "3/4"


@pytest.mark.parametrize(("right", "second"), [(2, True), (0, False)])
def test_a_second_mark_is_asked_for_only_where_the_answer_decides_the_pass(right, second):
    # Of four marks two are open: with both choices right it decides, with none it cannot pass.
    attempt = hand_in(
        make_learner(), make_open_quiz(second_marking="deciding", pass_percent=75), right=right
    )
    mark(attempt, make_marker())
    assert AttemptResult.objects.exists() is not second
    assert OpenAnswer.objects.get().turn == ("second" if second else "done")


def test_which_answers_decide_is_asked_when_all_first_marks_are_there():
    quiz = make_open_quiz(opens=2, second_marking="deciding", pass_percent=80)
    attempt = hand_in(make_learner(), quiz)
    marker = make_marker()
    mark(attempt, marker, (2, 2))
    assert sorted(OpenAnswer.objects.values_list("turn", flat=True)) == ["first", "held"]
    mark(attempt, marker, (2, 2))
    # Six marks, 80 %: without either of the two it is 4 of 6.
    assert set(OpenAnswer.objects.values_list("turn", flat=True)) == {"second"}
    second = make_marker()
    mark(attempt, second)
    assert not AttemptResult.objects.exists()
    mark(attempt, second)
    assert AttemptResult.objects.get().passed


def test_two_answers_that_decide_only_together_both_get_a_second_mark():
    # Six marks, 60 %: without either of the two it is 4 of 6, without both 2 of 6.
    quiz = make_open_quiz(opens=2, second_marking="deciding", pass_percent=60)
    attempt = hand_in(make_learner(), quiz)
    marker = make_marker()
    mark(attempt, marker, (2, 2))
    mark(attempt, marker, (2, 2))
    assert set(OpenAnswer.objects.values_list("turn", flat=True)) == {"second"}


def test_a_save_that_comes_second_is_refused_and_changes_nothing():
    attempt = hand_in(make_learner(), make_open_quiz())
    mark(attempt, make_marker(), (2, 2))
    (row,) = OpenAnswer.objects.all()
    with pytest.raises(RuleError) as refused:
        mark(row, make_marker(), (0, 0), version=0)
    assert refused.value.code == "marked_meanwhile"
    assert (Mark.objects.count(), AttemptResult.objects.count()) == (1, 1)


@pytest.mark.parametrize("levels", [(), (2,), (2, 9), (2, -1), (True, 1), (0, 1, 2)])
def test_a_mark_that_does_not_fit_the_rubric_is_refused(levels):
    attempt = hand_in(make_learner(), make_open_quiz())
    with pytest.raises(InvalidInputError):
        mark(attempt, make_marker(), levels)
    assert not Mark.objects.exists()


def test_a_question_without_a_rubric_is_marked_as_a_whole():
    attempt = hand_in(make_learner(), make_open_quiz(rubric=[]))
    mark(attempt, make_marker(), (1,))
    assert AttemptResult.objects.get().percent == "3/4"


def correct(attempt, actor, levels, reason="Read again.", version=None):
    row = OpenAnswer.objects.get(attempt=attempt)
    return correct_mark(
        answer=row,
        levels=levels,
        comment="",
        reason=reason,
        seen_version=row.version if version is None else version,
        actor=actor,
        now=LATER,
    )


def test_a_correction_adds_a_grade_and_a_result_and_takes_nothing_away():
    person, marker, hr = make_learner(), make_marker(), make_marker()
    attempt = hand_in(person, make_open_quiz(pass_percent=75))
    mark(attempt, marker, (2, 2))
    correct(attempt, hr, (0, 0))
    first, second = AttemptResult.objects.order_by("number")
    assert (first.passed, second.passed, second.number) == (True, False, 2)
    assert Mark.objects.get(role="correction").reason == "Read again."
    # The pass was told once; the change is told beside it and acts on nothing by itself.
    assert [payload["passed"] for payload in submitted()] == [True]
    told = DomainEvent.objects.get(kind="attempt_regraded").payload
    assert (told["passed_before"], told["passed"], told["number"]) == (True, False, 2)
    correct(attempt, make_marker(), (2, 2))
    assert AttemptResult.objects.order_by("number").last().passed
    assert [payload["done_at"] for payload in submitted()] == [NOW.isoformat()] * 2
    assert read_finished_work(employee_ids=[person.pk])[0].done_at == NOW


def test_who_marked_does_not_correct_and_only_hr_does():
    attempt = hand_in(make_learner(), quiz := make_open_quiz())
    marker, trainer = make_marker(), make_marker("trainer")
    quiz.owner = trainer
    quiz.save(update_fields=["owner"])
    mark(attempt, marker)
    for actor in (marker, trainer):
        assert not answers_to_correct(actor).exists()
        with pytest.raises(NotAllowedError):
            correct(attempt, actor, (0, 0))
    assert AttemptResult.objects.count() == 1


@pytest.mark.parametrize(
    ("comment", "words"),
    [("x" * 2001, "too long"), ("a\x00b", "a character that cannot be kept")],
)
def test_a_comment_that_cannot_be_kept_says_why(comment, words):
    attempt = hand_in(make_learner(), make_open_quiz())
    with pytest.raises(InvalidInputError, match=words):
        mark(attempt, make_marker(), comment=comment)
    assert not Mark.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "x" * 401, "a\x00b"])
def test_a_correction_without_a_reason_is_refused(reason):
    attempt = hand_in(make_learner(), make_open_quiz())
    mark(attempt, make_marker())
    with pytest.raises(InvalidInputError):
        correct(attempt, make_marker(), (0, 0), reason=reason)
    assert ItemGrade.objects.filter(grader__isnull=False).count() == 1


def test_a_correction_of_what_changed_meanwhile_or_is_not_marked_is_refused():
    attempt = hand_in(make_learner(), make_open_quiz())
    with pytest.raises(RuleError) as refused:
        correct(attempt, make_marker(), (0, 0))
    assert refused.value.code == "not_marked"
    mark(attempt, make_marker())
    with pytest.raises(RuleError) as refused:
        correct(attempt, make_marker(), (0, 0), version=0)
    assert refused.value.code == "marked_meanwhile"


def test_marking_takes_the_same_queries_however_many_wait(django_assert_max_num_queries):
    marker = make_marker()
    quiz = make_open_quiz()
    attempts = [hand_in(make_learner(), quiz) for _ in range(3)]
    with django_assert_max_num_queries(40):
        mark(attempts[0], marker)


def test_a_corrected_first_try_settles_the_average_of_later_ones_again():
    person, marker = make_learner(), make_marker()
    quiz = make_open_quiz(counting="average", attempts_allowed=2, pass_percent=60)
    first = hand_in(person, quiz, right=0)
    mark(first, marker, (0, 0))
    second = hand_in(person, quiz, now=NOW + timedelta(hours=1))
    mark(second, marker, (2, 2))
    assert not second.results.get().quiz_passed
    # 1 half of the first and all of the second: 75 %.
    correct(first, make_marker(), (2, 2))
    assert list(second.results.values_list("number", "quiz_passed")) == [(1, False), (2, True)]
    (work,) = read_finished_work(employee_ids=[person.pk])
    assert work.evidence_uuid == second.uuid
    assert submitted()[-1]["attempt"] == str(second.uuid)
    assert submitted()[-1]["passed"] is True
    cards = read_quiz_cards(employee=person, uuids=[quiz.uuid], now=LATER)
    assert cards[quiz.uuid].state == "passed"
    # Taken back, both say so again.
    correct(first, make_marker(), (0, 0))
    assert not second.results.order_by("number").last().quiz_passed
    assert read_finished_work(employee_ids=[person.pk]) == []
    cards = read_quiz_cards(employee=person, uuids=[quiz.uuid], now=LATER)
    assert cards[quiz.uuid].state == "spent"
