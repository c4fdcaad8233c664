"""Extra time: the person and HR know of it, and nothing else tells anybody."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from rest_framework.test import APIClient
from wagtail.models import ModelLogEntry

from quizzes.attempts.actions import grant_extra_time, make_override
from quizzes.attempts.models import Accommodation, OpenAnswer
from quizzes.attempts.rules import Leeway
from tests.lms.factories import make_granted, make_person
from tests.quizzes.factories import NOW, make_small_quiz, start, take
from tests.quizzes.marking.factories import hand_in, make_marker, make_open_quiz

pytestmark = pytest.mark.django_db
OTHERS = ["trainer", "assessor", "branch_manager", "regional_hr", "auditor"]
EXTRA_TIME = "/admin/sb_extra_time/"
ATTEMPTS = "/admin/attempts/"
REASON = "canary-letter-of-the-doctor"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def attempt():
    """A try with half as much time again, handed in after the usual time was over."""
    person = make_person()
    grant_extra_time(employee=person, factor=Decimal("1.50"), reason=REASON, actor=None, now=NOW)
    quiz = make_small_quiz(time_limit_minutes=20)
    attempt = start(person, quiz)
    attempt.refresh_from_db()
    return take(person, quiz, right=1, now=NOW + timedelta(minutes=28))


def tell_tales(attempt):
    """Return what would give it away: the reason, the factor, and the times."""
    return [REASON, "1.50", "1.5,", "09:28", "10:28", "9:28", "09:30", "10:30", "28 minutes"]


@pytest.mark.parametrize("role", OTHERS)
def test_no_other_role_opens_the_lists_of_extra_time(client, attempt, role):
    client.force_login(make_granted(role))
    row = Accommodation.objects.get()
    for rest in ("", "new/", f"inspect/{row.pk}/", f"delete/{row.pk}/", f"edit/{row.pk}/",
                 f"history/{row.pk}/", f"usage/{row.pk}/", "?export=csv", "results/"):  # fmt: skip
        answered = client.get(f"{EXTRA_TIME}{rest}")
        assert answered.status_code in {302, 403, 404}, rest
        assert REASON not in answered.content.decode()
    assert client.post(f"{EXTRA_TIME}delete/{row.pk}/").status_code in {302, 403, 404}
    assert Accommodation.objects.get().ended_at is None


@pytest.mark.parametrize("role", [*OTHERS, "hr"])
def test_no_screen_file_or_answer_about_attempts_gives_it_away(client, attempt, role):
    user = make_granted(role)
    client.force_login(user)
    api = APIClient()
    api.force_authenticate(user)
    addresses = [
        ATTEMPTS,
        f"{ATTEMPTS}inspect/{attempt.pk}/",
        f"{ATTEMPTS}?export=csv",
        f"{ATTEMPTS}?ordering=due_at",
        f"{ATTEMPTS}?due_at=2026",
        "/admin/",
        f"/quizzes/{attempt.quiz.uuid}/",
        f"/branch/people/{attempt.employee.uuid}/",
    ]
    answers = [client.get(address) for address in addresses]
    answers += [
        api.get("/api/v1/attempts/"),
        api.get(f"/api/v1/employees/{attempt.employee.uuid}/"),
    ]
    seen = 0
    for answered in answers:
        text = b"".join(answered).decode("utf-8", "replace")
        seen += attempt.employee.full_name in text
        assert [tale for tale in tell_tales(attempt) if tale in text] == []
    # Somebody may look: silence is not what kept it.
    if role in {"hr", "auditor"}:
        assert seen >= 2


def test_neither_the_list_nor_the_page_of_markers_tells_a_clock_time(client):
    person, quiz = make_person(), make_open_quiz()
    hand_in(person, quiz, now=NOW + timedelta(minutes=28))
    client.force_login(make_marker())
    answer = OpenAnswer.objects.get()
    for address in ("/admin/marking/", f"/admin/marking/{answer.pk}/"):
        text = client.get(address).text
        assert "What do you say in OPEN-1?" in text
        assert [tale for tale in tell_tales(answer.attempt) if tale in text] == []


def test_hr_grants_it_sees_it_and_ends_it(client):
    person, hr = make_person(), make_granted("hr")
    client.force_login(hr)
    form = {
        "employee_number": person.employee_number,
        "factor": "1.25",
        "until_on": "",
        "reason": REASON,
    }
    refused = client.post(f"{EXTRA_TIME}new/", form | {"factor": "9"})
    assert "Choose more than 1 and at most 3." in refused.text
    unknown = client.post(f"{EXTRA_TIME}new/", form | {"employee_number": "nobody"})
    assert "Nobody within your scope" in unknown.text
    assert client.post(f"{EXTRA_TIME}new/", form).status_code == 302
    row = Accommodation.objects.get()
    assert (row.factor, row.made_by) == (Decimal("1.25"), hr)
    assert not ModelLogEntry.objects.exists()
    assert "1.25" not in str(row)
    assert REASON in client.get(EXTRA_TIME).text
    assert client.post(f"{EXTRA_TIME}delete/{row.pk}/").status_code == 302
    row.refresh_from_db()
    assert row.ended_by == hr
    assert not ModelLogEntry.objects.exists()
    assert client.get(f"{EXTRA_TIME}edit/{row.pk}/").status_code in {302, 403, 404}


def test_exceptions_are_made_for_a_person_or_a_branch_within_reach(client):
    person, quiz = make_person(), make_small_quiz()
    far = make_person()
    region_hr = make_granted("regional_hr", region=person.home_branch.region)
    client.force_login(region_hr)
    address = "/admin/sb_exceptions/"
    form = {
        "quiz": str(quiz.pk),
        "employee_number": "",
        "branch_code": "",
        "extra_tries": "1",
        "time_limit_minutes": "",
        "closes_at": "",
        "reason": "Power cut",
    }
    for field in ("extra_tries", "time_limit_minutes"):
        silly = form | {"branch_code": person.home_branch.code, field: "99999"}
        assert client.post(f"{address}new/", silly).status_code == 200
    assert not quiz.overrides.exists()
    assert "Name a person or a branch" in client.post(f"{address}new/", form).text
    out_of_reach = client.post(f"{address}new/", form | {"employee_number": far.employee_number})
    assert "Nobody within your scope" in out_of_reach.text
    made = client.post(f"{address}new/", form | {"branch_code": person.home_branch.code})
    assert made.status_code == 302
    assert quiz.overrides.get().branch == person.home_branch
    hidden = make_override(
        quiz=quiz, target=far, leeway=Leeway(extra_tries=2), reason=REASON, actor=None, now=NOW
    )
    assert "Power cut" in client.get(address).text
    assert REASON not in client.get(address).text
    assert client.get(f"{address}inspect/{hidden.pk}/").status_code == 404
    assert client.post(f"{address}delete/{hidden.pk}/").status_code in {302, 404}
    hidden.refresh_from_db()
    assert hidden.ended_at is None


def test_a_supervisor_lets_people_in_within_reach_only(client):
    person, far = make_person(), make_person()
    quiz = make_small_quiz(admission="supervisor")
    client.force_login(make_granted("assessor", branch=person.home_branch))
    page = client.get("/branch/releases/")
    assert person.full_name in page.text
    assert far.full_name not in page.text
    sent = {"quiz": str(quiz.uuid), "person": str(far.uuid)}
    assert client.post("/branch/releases/", sent).status_code == 404
    for junk in ({}, {"quiz": "x"}, sent | {"person": "\x00"}):
        assert client.post("/branch/releases/", junk).status_code == 404
    sent["person"] = str(person.uuid)
    assert client.post("/branch/releases/", sent).status_code == 303
    assert "may start" in client.get("/branch/releases/").text
    assert start(person, quiz).state == "open"
    assert client.get("/branch/releases/?q=%00&quiz=x").status_code == 200


@pytest.mark.parametrize("role", ["trainer", "auditor"])
def test_nobody_else_lets_people_in(client, role):
    client.force_login(make_granted(role))
    assert client.get("/branch/releases/").status_code == 404
    assert client.post("/branch/releases/", {}).status_code == 404
