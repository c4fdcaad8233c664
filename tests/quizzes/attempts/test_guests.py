"""Who comes to a quiz without a place on the roster, or without signing in."""

import pytest

from quizzes.attempts.models import Attempt
from tests.lms.factories import UserFactory, make_granted, make_person
from tests.quizzes.factories import make_small_quiz, start

pytestmark = pytest.mark.django_db


def intro(quiz):
    return f"/quizzes/{quiz.uuid}/"


def test_signed_out_people_are_asked_to_sign_in(client):
    quiz = make_small_quiz()
    assert client.get(intro(quiz)).status_code == 302
    attempt = start(make_person(), quiz)
    for rest in ("", "1/", "review/", "result/"):
        assert "login" in client.get(f"/attempts/{attempt.uuid}/{rest}")["Location"]


@pytest.mark.parametrize("role", ["trainer", "hr", "superuser"])
def test_authors_off_the_roster_look_at_a_quiz_as_guests(client, role):
    thing = make_small_quiz()
    user = UserFactory(superuser=True) if role == "superuser" else make_granted(role)
    client.force_login(user)
    page = client.get(intro(thing))
    assert page.status_code == 200
    assert "as a guest: nothing is recorded" in page.text
    assert 'method="post"' not in page.text.split("<main", 1)[1].split("</main>")[0]
    assert client.post(intro(thing)).status_code == 404
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "branch_manager"])
def test_other_logins_off_the_roster_find_no_quiz(client, role):
    client.force_login(make_granted(role))
    assert client.get(intro(make_small_quiz())).status_code == 404
