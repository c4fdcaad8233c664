"""The whole journey over the pages, on the production database."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certification.awards.actions import advance
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.models import Award, Certification
from certification.reports.reads import find_drift
from lms.messages.actions import deliver_due
from quizzes.models import Attempt, Play
from tests.certification.factories import YEARLY, assign
from tests.courses.factories import block, lesson_pages, make_course
from tests.lms.factories import PASSWORD, make_person
from tests.lms.standards.factories import publish_standard
from tests.quizzes.factories import make_small_quiz, token_of
from tests.quizzes.scenarios.factories import make_scenario
from tests.quizzes.scenarios.factories import token_of as choice_of

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("services"),
]
SEQUENCE = re.compile(r'name="sequence" value="(\d+)"')


@pytest.fixture
def plan():
    """A certification that asks for a policy, a course, a role-play and a quiz."""
    now = timezone.now()
    standard = publish_standard("PRIVACY-01", needs_acknowledgement=True)
    quiz, scenario = make_small_quiz(), make_scenario()
    course = make_course(
        lessons=[[block("standard", standard)], [block("scenario", scenario), block("quiz", quiz)]]
    )
    certification = Certification.objects.create(
        code="COUNTER", title="Counter service", reminder_days=[30, 7, 1]
    )
    publish_version(
        certification=certification,
        policy=YEARLY,
        requirements=[
            RequirementDraft("course", course.translation_key, "Counter course"),
            RequirementDraft("scenario", scenario.uuid, "An upset caller"),
            RequirementDraft("quiz", quiz.uuid, "Counter check"),
            RequirementDraft("acknowledgement", standard.uuid, "Privacy"),
        ],
        effective_on=now.date().replace(year=now.year - 1, day=1),
        actor=None,
        now=now,
    )
    person = make_person()
    assign(person, certification, now)
    return person, course, scenario, quiz, standard


def take_course(client, course):
    assert client.get(course.url).status_code == 200
    client.post(reverse("sb_courses:start_course", args=[course.translation_key]))
    for page in lesson_pages(course):
        assert client.get(page.url).status_code == 200
        done = client.post(reverse("sb_courses:finish_lesson", args=[page.translation_key]))
        assert done.status_code == 303


def play_well(client, scenario):
    assert client.post(f"/scenarios/{scenario.uuid}/").status_code == 303
    play = Play.objects.get()
    for name in ("pick", "yes", "time"):
        text = client.get(f"/plays/{play.uuid}/").text
        sequence = SEQUENCE.search(text).group(1)
        token = choice_of(play, f"choice-id-canary-{name}")
        client.post(f"/plays/{play.uuid}/", {"choice": token, "sequence": sequence})
    assert client.get(f"/plays/{play.uuid}/debrief/").status_code == 200
    play.refresh_from_db()
    assert play.state == "finished"


def pass_quiz(client, quiz):
    assert client.post(f"/quizzes/{quiz.uuid}/").status_code == 303
    attempt = Attempt.objects.get()
    for item in attempt.items.all():
        client.post(f"/attempts/{attempt.uuid}/{item.number}/", {"choice": token_of(item, "b")})
    client.post(f"/attempts/{attempt.uuid}/review/")
    assert "Passed. Well done!" in client.get(f"/attempts/{attempt.uuid}/result/").text


def test_from_login_to_a_certificate_that_the_public_can_check(plan):
    person, course, scenario, quiz, standard = plan
    client = Client()
    sent = {"username": person.employee_number, "password": PASSWORD}
    assert client.post("/login/", sent).status_code == 302
    assert "Counter service" in client.get("/").text

    take_course(client, course)
    play_well(client, scenario)
    pass_quiz(client, quiz)
    assert not Award.objects.exists()
    page = reverse("sb_lms:acknowledge", args=[standard.code])
    confirmed = client.post(page, {"name_as_written": person.full_name, "number": 1})
    assert confirmed.status_code in {302, 303}, confirmed.content

    award = Award.objects.get()
    assert award.employee == person
    assert award.basis == "completed"
    assert {row["kind"] for row in award.frozen["evidence"]} == {
        "course", "scenario", "quiz", "acknowledgement",
    }  # fmt: skip
    assert "Counter service" in client.get("/my/record/").text
    certificate = client.get(f"/my/certificates/{award.uuid}.pdf")
    assert b"".join(certificate).startswith(b"%PDF-")

    found = Client().get(reverse("sb_certification:verify", args=[award.public_code]))
    assert found.status_code == 200
    assert "Counter service" in found.text

    now = timezone.now()
    advance(now=now)
    assert list(find_drift(now=now)) == []
    deliver_due(now=now + timedelta(days=1))
    assert [person.email] in [message.to for message in mail.outbox]
