"""My training: the next step, the certifications, why, the record."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certification.awards.actions import advance, revoke_award
from certification.awards.models import Award, AwardEvent
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.catalogue.models import Certification
from certification.training.reads import read_overview, read_record
from tests.certification.factories import (
    NOW,
    YEARLY,
    assign,
    confirm,
    make_certification,
    make_full_certification,
    make_policy_standard,
    make_simple_certification,
)
from tests.certification.people import make_award
from tests.courses.factories import make_course, row_of
from tests.lms.factories import UserFactory, make_granted, make_person
from tests.quizzes.factories import make_small_quiz, take

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOME = "sb_certification:home"


@pytest.fixture
def person(client):
    person = make_person(given_name="Amara", family_name="Nwosu")
    client.force_login(person.user)
    return person


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def home(client):
    return client.get(reverse(HOME))


def make_course_certification(code, *, lessons=3):
    """Return a certification that asks for a course, and the course's page."""
    course = make_course(slug=code.lower(), lessons=lessons)
    certification = Certification.objects.create(code=code, title=f"Title of {code}")
    publish_version(
        certification=certification,
        policy=YEARLY,
        requirements=[RequirementDraft("course", row_of(course).uuid, f"Course of {code}")],
        effective_on=NOW.date().replace(year=2020),
        actor=None,
        now=NOW,
    )
    return certification, course


def test_somebody_without_login_is_asked_to_sign_in(client):
    for name in (HOME, "sb_certification:record"):
        assert reverse("sb_lms:login") in client.get(reverse(name)).url


def test_a_login_without_a_roster_entry_is_told_so_and_has_no_record(client):
    client.force_login(UserFactory())
    response = home(client)
    assert response.status_code == 200
    assert "ask HR to link your login" in response.content.decode()
    assert "Go to the admin" not in response.content.decode()
    assert client.get(reverse("sb_certification:record")).status_code == 404
    client.force_login(make_granted("hr"))
    assert reverse("wagtailadmin_home") in home(client).content.decode()


def test_with_nothing_asked_it_names_what_to_do_instead(client, person):
    page = home(client).content.decode()
    assert "Nothing is asked of you yet" in page
    assert reverse("sb_lms:standards") in page


def test_with_everything_done_it_says_so(client, person, commit):
    certification, standard = make_simple_certification()
    now = timezone.now()
    assign(person, certification, now=now)
    with commit():
        confirm(person, standard, now=now)
    page = home(client).content.decode()
    assert "Nothing to do today" in page
    assert "Certified" in page
    assert "0 of" not in page


def test_the_next_step_is_the_first_open_one_of_what_is_due_first(person):
    late, _ = make_simple_certification("LATE", policy=YEARLY | {"due": "P60D"})
    soon, standard, _quiz = make_full_certification("SOON")
    assign(person, late)
    assign(person, soon)
    overview = read_overview(employee=person, now=NOW)
    assert overview.next_step.path.title == "Title of SOON"
    assert overview.next_step.kind == "acknowledgement"
    assert overview.next_step.url == reverse("sb_lms:standard", args=[standard.code])
    assert [card.code for card in overview.cards] == ["SOON", "LATE"]
    assert (overview.next_step.path.done, overview.next_step.path.total) == (0, 2)


def test_after_a_step_the_next_one_comes_up_with_its_minutes(person, commit):
    certification, standard, quiz = make_full_certification()
    assign(person, certification)
    with commit():
        confirm(person, standard)
    step = read_overview(employee=person, now=NOW + DAY).next_step
    assert (step.kind, step.minutes) == ("quiz", 20)
    assert step.url == reverse("sb_quizzes:quiz", args=[quiz.uuid])
    assert (step.path.done, step.path.number) == (1, 2)


def test_a_course_resumes_at_its_next_lesson(client, person):
    certification, course = make_course_certification("COURSE")
    assign(person, certification)
    step = read_overview(employee=person, now=NOW).next_step
    assert step.title == "Lesson course-1"
    assert "course-1" in step.url
    target = row_of(course).uuid
    address = reverse("sb_certification:step", args=["course", target])
    assert client.get(address).url == step.url


def test_a_quiz_that_waits_says_until_when_and_a_spent_one_whom_to_ask(client, person):
    quiz = make_small_quiz(cool_down_minutes=45, attempts_allowed=2)
    certification = make_certification(quizzes=[quiz])
    now = timezone.now()
    assign(person, certification, now=now - DAY)
    take(person, quiz, right=0, now=now)
    step = read_overview(employee=person, now=now).next_step
    assert step.opens_at == now + timedelta(minutes=45)
    page = home(client).content.decode()
    assert "The next try opens on" in page
    assert ">See the details<" in page
    take(person, quiz, right=0, now=now + timedelta(hours=1))
    step = read_overview(employee=person, now=now + timedelta(hours=2)).next_step
    assert step.is_spent
    assert "No try is left" in home(client).content.decode()


def test_a_step_that_is_not_open_says_so_instead_of_leading_in_a_circle(client, person):
    certification, _ = make_course_certification("GONE")
    assign(person, certification)
    requirement = certification.versions.get().requirements.get()
    requirement.target = uuid.uuid4()
    requirement.save()
    page = home(client).content.decode()
    assert "cannot be opened at the moment" in page
    assert 'class="btn" href=""' not in page
    address = reverse("sb_certification:step", args=["course", requirement.target])
    response = client.get(address, follow=True)
    assert response.redirect_chain == [(reverse(HOME), 302)]
    assert "Please tell your manager" in response.content.decode()


@pytest.mark.parametrize("kind", ["unknown", "course ", "x" * 200])
def test_an_unknown_kind_of_step_is_unknown(client, person, kind):
    address = reverse("sb_certification:step", args=[kind, uuid.uuid4()])
    assert client.get(address).status_code == 404


def test_an_overdue_certification_says_since_when(client, person):
    certification, _ = make_simple_certification()
    now = timezone.now()
    assign(person, certification, now=now - 40 * DAY)
    advance(now=now)
    page = home(client).content.decode()
    assert "Overdue" in page
    assert page.count("was due") == 2
    assert "why this date?" in page


def count_home(client):
    """Return how many queries the home page takes in a request of its own."""
    with CaptureQueriesContext(connection) as queries:
        assert home(client).status_code == 200
    return len(queries)


def test_home_takes_at_most_fifteen_queries_however_much_there_is(client, person):
    certification, _ = make_course_certification("FIRST", lessons=2)
    assign(person, certification, now=timezone.now())
    assert count_home(client) <= 15  # the first visit also fills what Wagtail and Django remember
    few = count_home(client)
    for number in range(5):
        more, _ = make_course_certification(f"MORE{number}", lessons=6)
        assign(person, more, now=timezone.now())
    assert len(read_overview(employee=person, now=timezone.now()).cards) == 6
    assert count_home(client) == few <= 15


def test_home_takes_at_most_fifteen_queries_for_a_quiz_and_a_policy(client, person, commit):
    certification, standard, _ = make_full_certification()
    assign(person, certification, now=timezone.now())
    assert count_home(client) <= 15
    with commit():
        confirm(person, standard, now=timezone.now())
    assert count_home(client) <= 15


def test_why_tells_the_reasons_and_how_it_was_earned(client, person):
    award = make_award(person)
    response = client.get(reverse("sb_certification:why", args=[award.certification.code]))
    page = response.content.decode()
    assert response.status_code == 200
    assert "How it was earned" in page
    assert "imported" in page


def test_why_of_something_that_is_not_mine_is_unknown(client, person):
    other = make_award(make_person())
    for code in (other.certification.code, "NO-SUCH"):
        assert client.get(reverse("sb_certification:why", args=[code])).status_code == 404


def test_the_record_shows_every_award_with_its_certificate(client, person):
    award = make_award(person)
    other = make_award(make_person(), award.certification)
    page = client.get(reverse("sb_certification:record")).content.decode()
    assert reverse("sb_certification:certificate_page", args=[award.uuid]) in page
    assert reverse("sb_certification:certificate", args=[award.uuid]) in page
    assert reverse("sb_lms:messages") in page
    assert str(other.uuid) not in page


def test_an_empty_record_leads_to_the_training(client, person):
    page = client.get(reverse("sb_certification:record")).content.decode()
    assert "No certificate yet" in page
    assert "Go to my training" in page


def test_the_record_keeps_the_title_and_says_what_happened_later(client, person):
    award = make_award(person)
    Certification.objects.update(title="Renamed")
    today = timezone.now().date()
    revoke_award(award=award, effective_on=today, reason="Broke it", actor=None, now=NOW)
    page = client.get(reverse("sb_certification:record")).content.decode()
    assert "Title of CERT" in page
    assert "Broke it" in page
    assert "Revoked" in page


def test_a_voided_award_stays_in_the_record_without_a_certificate(client, person):
    award = make_award(person)
    AwardEvent.objects.create(
        award=award, kind="voided", effective_on=NOW.date(), reason="Wrong row", recorded_at=NOW
    )
    page = client.get(reverse("sb_certification:record")).content.decode()
    assert "Withdrawn" in page
    assert reverse("sb_certification:certificate_page", args=[award.uuid]) not in page


def test_the_record_takes_two_queries(person, django_assert_num_queries):
    award = make_award(person)
    for number in range(3):
        make_award(
            person, award.certification,
            start=award.valid_from - (number + 1) * 400 * DAY,
            until=award.valid_from - (number + 1) * 400 * DAY + 365 * DAY,
        )  # fmt: skip
    assert Award.objects.filter(employee=person).count() == 4
    with django_assert_num_queries(2):
        assert len(read_record(employee=person, now=NOW)) == 4


def test_names_are_text(client, person):
    standard = make_policy_standard("STD-X")
    make_certification("SCRIPT", standards=[standard])
    Certification.objects.update(title="<script>alert(1)</script>")
    person.given_name = "<b>Ada</b>"
    person.save()
    assign(person, Certification.objects.get(), now=timezone.now())
    page = home(client).content.decode()
    assert "<script>alert" not in page
    assert "<b>Ada</b>" not in page


@pytest.mark.parametrize("name", ["home", "record"])
def test_nothing_here_takes_a_post(client, person, name):
    assert client.post(reverse(f"sb_certification:{name}")).status_code == 405
