"""Accepted evidence and sign-offs are finished work like a course or a quiz."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from certification.awards.reads.proofs import read_proven_work
from certification.models import EvidenceReview, EvidenceSubmission, SignOff
from tests.certification.factories import NOW, make_simple_certification
from tests.lms.factories import BranchFactory, UserFactory, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def certification():
    return make_simple_certification()[0]


def hand_in(person, certification, *, target, done_on, kind=None):
    """Return a proof that somebody handed in, decided if ``kind`` says how."""
    proof = EvidenceSubmission.objects.create(
        employee=person, certification=certification, target=target,
        title="First aid", done_on=done_on, submitted_at=NOW,
    )  # fmt: skip
    if kind is not None:
        EvidenceReview.objects.create(submission=proof, kind=kind, reviewed_at=NOW)
    return proof


def sign(person, certification, *, target, at=NOW):
    """Return a sign-off by some assessor."""
    return SignOff.objects.create(
        employee=person, certification=certification, target=target,
        label="At the till", assessor=UserFactory(), signed_at=at,
    )  # fmt: skip


def test_accepted_evidence_counts_from_the_first_moment_of_its_day_at_the_branch(certification):
    person = make_person(home_branch=BranchFactory(time_zone="America/New_York"))
    target = uuid4()
    proof = hand_in(
        person, certification, target=target, done_on=date(2026, 2, 20), kind="accepted"
    )

    (work,) = read_proven_work(employee_ids=[person.pk])

    assert (work.employee_id, work.kind, work.work_uuid) == (person.pk, "evidence", target)
    assert work.evidence_uuid == proof.uuid
    assert work.done_at == datetime(2026, 2, 20, 5, 0, tzinfo=UTC)
    assert work.material_number == 1


def test_somebody_without_a_branch_lives_by_the_day_in_utc(certification):
    person = make_person(home_branch=None)
    hand_in(person, certification, target=uuid4(), done_on=date(2026, 2, 20), kind="accepted")

    (work,) = read_proven_work(employee_ids=[person.pk])

    assert work.done_at == datetime(2026, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize("kind", [None, "refused", "withdrawn"])
def test_evidence_that_was_not_accepted_is_no_work(certification, kind):
    person = make_person()
    hand_in(person, certification, target=uuid4(), done_on=date(2026, 2, 20), kind=kind)

    assert read_proven_work(employee_ids=[person.pk]) == []


def test_a_proof_of_a_whole_certification_is_an_award_and_no_work(certification):
    person = make_person()
    hand_in(person, certification, target=None, done_on=date(2026, 2, 20), kind="accepted")

    assert read_proven_work(employee_ids=[person.pk]) == []


def test_a_sign_off_counts_from_the_moment_it_was_signed(certification):
    person, target = make_person(), uuid4()
    row = sign(person, certification, target=target)

    (work,) = read_proven_work(employee_ids=[person.pk])

    assert (work.kind, work.work_uuid, work.evidence_uuid) == ("sign_off", target, row.uuid)
    assert work.done_at == NOW


def test_work_is_listed_oldest_first_and_since_is_inclusive(certification):
    person = make_person()
    sign(person, certification, target=uuid4(), at=NOW)
    hand_in(person, certification, target=uuid4(), done_on=NOW.date(), kind="accepted")
    hand_in(person, certification, target=uuid4(), done_on=NOW.date() - DAY, kind="accepted")
    start_of_today = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)

    everything = read_proven_work(employee_ids=[person.pk])
    todays = read_proven_work(employee_ids=[person.pk], since=start_of_today)
    later = read_proven_work(employee_ids=[person.pk], since=start_of_today + timedelta(seconds=1))

    assert [work.kind for work in everything] == ["evidence", "evidence", "sign_off"]
    assert [work.kind for work in todays] == ["evidence", "sign_off"]
    assert [work.kind for work in later] == ["sign_off"]


def test_the_work_of_others_is_not_listed(certification):
    sign(make_person(), certification, target=uuid4())

    assert read_proven_work(employee_ids=[make_person().pk]) == []


def test_it_takes_two_queries_for_any_number_of_people(certification, django_assert_num_queries):
    people = [make_person() for _n in range(3)]
    for person in people:
        hand_in(person, certification, target=uuid4(), done_on=NOW.date(), kind="accepted")
        sign(person, certification, target=uuid4())

    with django_assert_num_queries(2):
        assert len(read_proven_work(employee_ids=[person.pk for person in people])) == 6
