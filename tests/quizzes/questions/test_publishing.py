"""Going live: what Wagtail does twice, late, early or not at all."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask
from wagtail.signals import published

from quizzes.attempts.actions import make_missing_quiz_versions
from quizzes.attempts.models import Quiz, QuizVersion
from quizzes.questions.actions import make_missing_question_versions, make_question_version
from quizzes.questions.models import Question, QuestionVersion
from tests.lms.factories import UserFactory
from tests.quizzes.factories import NOW, make_questions, make_small_quiz, single

pytestmark = pytest.mark.django_db


@pytest.fixture
def question():
    return make_questions([single("Q")])[0]


def publish(question, **changes):
    for name, value in changes.items():
        setattr(question, name, value)
    revision = question.save_revision()
    revision.publish()
    return Question.objects.get(pk=question.pk)


def test_going_live_freezes_the_json_form(question):
    version = question.versions.get()
    assert version.number == 1
    assert version.body["options"][1] == {
        "id": "b",
        "text": "Q second",
        "feedback": "Q b-said",
        "pinned": False,
        "fraction": "1",
    }
    assert version.body["standards"] == {"PHONE-01": "1"}
    assert (version.standard_codes, version.tags, version.difficulty) == (
        ["PHONE-01"],
        ["phone"],
        2,
    )
    assert version.published_at == NOW


def test_publishing_again_makes_the_next_version_and_leaves_the_first(question):
    question = publish(question, critical=True)
    numbers = question.versions.order_by("number").values_list("number", "body__critical")
    assert list(numbers) == [(1, False), (2, True)]
    assert QuestionVersion.objects.askable().get().number == 2


def test_a_draft_makes_no_version(question):
    question.critical = True
    question.save_revision()
    assert question.versions.count() == 1


def test_a_scheduled_publication_makes_one_version_when_its_time_comes(question):
    fresh = Question(code="NEW", bank=question.bank, live=False)
    fresh.prompt, fresh.options = question.prompt, question.options
    fresh.save()
    with time_machine.travel(NOW, tick=False):
        publish(fresh, go_live_at=NOW + timedelta(days=1))
    assert not fresh.versions.exists()
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        call_command("publish_scheduled")
        call_command("publish_scheduled")
    assert fresh.versions.get().number == 1


def test_the_same_revision_never_makes_two_versions(question):
    revision = question.latest_revision
    for _ in range(2):
        revision.publish()
    version = question.versions.get()
    again = {"revision_id": revision.pk, "actor": None, "now": NOW}
    assert make_question_version(question=question, **again) == version
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionVersion.objects.create(
            question=question, number=9, revision_id=revision.pk, body={}, published_at=NOW
        )


def test_unpublishing_and_publishing_again_keeps_the_record(question):
    question.unpublish()
    assert not QuestionVersion.objects.askable().exists()
    question = publish(Question.objects.get(pk=question.pk))
    assert question.versions.count() == 2
    assert QuestionVersion.objects.askable().get().number == 2


def test_a_question_that_cannot_be_marked_goes_live_without_a_version(question, caplog):
    question = publish(question, options="[]")
    assert question.live
    assert question.versions.count() == 1
    assert "went live unasked" in caplog.text


def test_what_a_failing_receiver_left_out_is_made_up_for(question):
    def fail(**_signal):
        raise RuntimeError("another app's receiver")

    quiz = make_small_quiz(count=4)
    QuestionVersion.objects.all().delete()
    QuizVersion.objects.all().delete()
    receivers = published.receivers
    published.receivers = []
    published.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            publish(Question.objects.get(pk=question.pk), critical=True)
    finally:
        published.receivers = receivers
        published.sender_receivers_cache.clear()
    assert make_missing_question_versions(now=NOW) == 5
    assert make_missing_question_versions(now=NOW) == 0
    assert question.versions.get().body["critical"] is True
    assert make_missing_quiz_versions(now=NOW) == 1
    assert Quiz.objects.get(pk=quiz.pk).versions.get().material_number == 1


def test_workflow_approval_makes_the_version(question):
    workflow = Workflow.objects.create(name="Approval")
    task = GroupApprovalTask.objects.create(name="Reviewers")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    owner = UserFactory(superuser=True)
    question.critical = True
    question.save_revision(user=owner)
    state = workflow.start(question, owner)
    assert question.versions.count() == 1
    state.current_task_state.approve(user=owner)
    assert question.versions.order_by("-number").first().body["critical"] is True


def test_a_material_change_of_a_quiz_counts_up_and_an_editorial_one_does_not():
    quiz = make_small_quiz()
    for change in ("editorial", "material", "editorial"):
        quiz = Quiz.objects.get(pk=quiz.pk)
        quiz.change = change
        quiz.intro += "."
        quiz.save_revision().publish()
    numbers = quiz.versions.order_by("number").values_list("number", "material_number")
    assert list(numbers) == [(1, 1), (2, 1), (3, 2), (4, 2)]
