"""Practice signed off by an assessor: who may, when it counts, and every refusal in words."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from certification.awards.actions import advance, end_assignment, revoke_award
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.models import Award, Certification, CycleEvidence, SignOff, Standing
from certification.proofs.actions.sign_offs import sign_off_practice
from certification.proofs.reads.sign_offs import (
    find_assessors,
    list_candidates,
    list_own_sign_offs,
)
from lms.api import NotAllowedError, NotFoundError, RuleError
from tests.canary import assert_no_canary, build_canary
from tests.certification.factories import NOW, YEARLY, assign
from tests.certification.people import make_award
from tests.certification.proofs.proofs import make_proof_certification
from tests.courses.factories import make_course
from tests.lms.factories import GrantFactory, RegionFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def asked():
    """A certification that asks for practice, and what it asks for."""
    return make_proof_certification("TILL", kind="sign_off", summary="Smile, scan, hand over.")


@pytest.fixture
def person(asked):
    person = make_person()
    assign(person, asked[0])
    return person


@pytest.fixture
def assessor(person, asked):
    """An assessor of the person's branch who holds the certification."""
    found = make_person(person.home_branch, given_name="Ines", family_name="Ortiz")
    GrantFactory(user=found.user, role="assessor", branch=person.home_branch)
    make_award(found, asked[0], start=date(2025, 6, 1), until=date(2035, 6, 1))
    return found


def sign(person, target, assessor, now=NOW, remark="Well done"):
    return sign_off_practice(
        employee=person, target=target, remark=remark, actor=assessor.user, now=now
    )


def refusal(person, target, assessor, now=NOW):
    """Return the code of the refusal, which has words and wrote nothing."""
    before = SignOff.objects.count()
    with pytest.raises(RuleError) as refused:
        sign(person, target, assessor, now)
    assert refused.value.message
    assert SignOff.objects.count() == before
    return refused.value.code


def test_a_sign_off_counts_at_once_and_is_kept_with_its_words(person, asked, assessor):
    certification, target = asked

    row = sign(person, target, assessor)

    assert (row.label, row.remark, row.assessor) == ("Show TILL", "Well done", assessor.user)
    assert row.certification == certification
    evidence = CycleEvidence.objects.get(cycle__employee=person)
    assert (evidence.kind, evidence.uuid, evidence.done_at) == ("sign_off", row.uuid, NOW)
    assert Award.objects.get(employee=person).basis == "completed"
    assert Standing.objects.get(employee=person).badge == "certified"


def test_an_assessor_who_never_held_it_is_refused(person, asked):
    other = make_person(person.home_branch)
    GrantFactory(user=other.user, role="assessor", branch=person.home_branch)

    assert refusal(person, asked[1], other) == "not_certified"


def test_an_assessor_whose_own_ran_out_is_refused_on_the_first_day_after(person, asked):
    other = make_person(person.home_branch)
    GrantFactory(user=other.user, role="assessor", branch=person.home_branch)
    make_award(other, asked[0], start=date(2025, 3, 2), until=NOW.date())

    assert refusal(person, asked[1], other) == "not_certified"


def test_an_assessor_signs_on_the_last_day_of_the_own_certification(person, asked):
    other = make_person(person.home_branch)
    GrantFactory(user=other.user, role="assessor", branch=person.home_branch)
    make_award(other, asked[0], start=date(2025, 3, 3), until=NOW.date() + DAY)

    assert sign(person, asked[1], other).assessor == other.user


def test_an_assessor_whose_own_was_revoked_is_refused(person, asked, assessor):
    award = Award.objects.get(employee=assessor)
    revoke_award(award=award, effective_on=NOW.date(), reason="Cheated", actor=None, now=NOW)

    assert refusal(person, asked[1], assessor) == "not_certified"


def test_a_login_without_a_person_holds_nothing(person, asked):
    user = make_granted("assessor", branch=person.home_branch)

    with pytest.raises(RuleError) as refused:
        sign_off_practice(employee=person, target=asked[1], remark="", actor=user, now=NOW)
    assert refused.value.code == "not_certified"


@pytest.fixture
def trained(assessor, settings, tmp_path):
    """A certification of a course that the assessor owns, and of practice."""
    course = make_course(owner=assessor.user)
    certification, target = Certification.objects.create(code="T", title="Trained"), uuid4()
    publish_version(
        certification=certification,
        policy=YEARLY,
        requirements=[
            RequirementDraft("course", course.translation_key, "Finish the course"),
            RequirementDraft("sign_off", target, "Show it"),
        ],
        effective_on=date(2020, 1, 1),
        actor=None,
        now=NOW,
    )
    make_award(assessor, certification, start=date(2025, 6, 1), until=date(2035, 6, 1))
    return certification, target


def test_the_trainer_is_refused(person, assessor, trained):
    certification, target = trained
    assign(person, certification)

    assert refusal(person, target, assessor) == "trainer"


def test_the_trainer_signs_where_the_certification_says_so(person, assessor, trained):
    certification, target = trained
    certification.assessor_may_train = True
    certification.save()
    assign(person, certification)

    assert sign(person, target, assessor).assessor == assessor.user


def test_nobody_signs_for_oneself(asked, assessor):
    assign(assessor, asked[0])

    with pytest.raises(NotAllowedError) as refused:
        sign(assessor, asked[1], assessor)
    assert refused.value.code == "own_record"


@pytest.mark.parametrize("role", ["branch_manager", "hr", "trainer", "auditor"])
def test_other_roles_do_not_sign(person, asked, role):
    other = make_person(person.home_branch)
    make_award(other, asked[0], start=date(2025, 6, 1), until=date(2035, 6, 1))
    place = {"branch": person.home_branch} if role == "branch_manager" else {}
    GrantFactory(user=other.user, role=role, **place)

    with pytest.raises((NotAllowedError, NotFoundError)):
        sign(person, asked[1], other)
    assert not SignOff.objects.exists()


def test_an_assessor_of_another_branch_does_not_know_the_person(asked, assessor):
    stranger = make_person()
    assign(stranger, asked[0])

    with pytest.raises(NotFoundError):
        sign(stranger, asked[1], assessor)


def test_what_is_not_asked_cannot_be_signed(person, asked, assessor):
    assert refusal(person, uuid4(), assessor) == "not_asked"


def test_what_is_no_longer_asked_cannot_be_signed(person, asked, assessor):
    end_assignment(
        assignment=person.assignments.get(), on=NOW.date(), reason="Moved", actor=None, now=NOW
    )

    assert refusal(person, asked[1], assessor) == "not_asked"


def test_signing_twice_says_who_signed(person, asked, assessor):
    assessor.user.first_name, assessor.user.last_name = "Ines", "Ortiz"
    assessor.user.save()
    sign(person, asked[1], assessor)

    with pytest.raises(RuleError) as refused:
        sign(person, asked[1], assessor)
    assert refused.value.code == "already_signed"
    assert "Ines Ortiz" in refused.value.message


def test_the_next_cycle_asks_for_practice_again(person, asked, assessor):
    sign(person, asked[1], assessor)
    later = NOW + timedelta(days=350)

    advance(now=later)

    assert [need.requirement.target for need in list_candidates(assessor.user, later)] == [asked[1]]
    sign(person, asked[1], assessor, now=later)
    assert Award.objects.filter(employee=person).count() == 2


# Reads


def test_the_list_holds_the_branch_without_oneself_and_takes_few_queries(
    person, asked, assessor, django_assert_max_num_queries
):
    assign(assessor, asked[0])
    for _number in range(3):
        assign(make_person(person.home_branch), asked[0])
    assign(make_person(), asked[0])

    with django_assert_max_num_queries(5):
        needs = list_candidates(assessor.user, NOW)
        names = [need.cycle.employee.full_name for need in needs]

    assert len(names) == 4
    assert assessor.full_name not in names


def test_who_can_sign_are_the_certified_assessors_for_the_branch(person, asked, assessor):
    region = person.home_branch.region
    above = make_person(given_name="Rosa", family_name="Region")
    GrantFactory(user=above.user, role="assessor", region=region)
    make_award(above, asked[0], start=date(2025, 6, 1), until=date(2035, 6, 1))
    uncertified = make_person(person.home_branch)
    GrantFactory(user=uncertified.user, role="assessor", branch=person.home_branch)
    elsewhere = make_person()
    GrantFactory(user=elsewhere.user, role="assessor", region=RegionFactory())
    make_award(elsewhere, asked[0], start=date(2025, 6, 1), until=date(2035, 6, 1))

    assert find_assessors(person, asked[0], NOW) == ["Ines Ortiz", "Rosa Region"]


def test_own_sign_offs_take_one_query(person, asked, assessor, django_assert_num_queries):
    sign(person, asked[1], assessor)

    with django_assert_num_queries(1):
        assert [row.assessor for row in list_own_sign_offs(person)] == [assessor.user]


# Pages


def form_of(person, target):
    return reverse("sb_certification:sign", args=[person.uuid, target])


def test_the_assessor_signs_on_the_phone(client, person, asked, assessor):
    client.force_login(assessor.user)
    listed = client.get(reverse("sb_certification:sign_offs"))
    url = form_of(person, asked[1])
    assert url in listed.text
    assert "Smile, scan, hand over." in client.get(url).text

    answer = client.post(url, {"remark": "Calm and kind", "seen": "on"})

    assert answer.status_code == 303
    assert SignOff.objects.get().remark == "Calm and kind"
    assert url not in client.get(reverse("sb_certification:sign_offs")).text


def test_a_second_press_says_that_it_is_signed(client, person, asked, assessor):
    client.force_login(assessor.user)
    url = form_of(person, asked[1])
    client.post(url, {"remark": "", "seen": "on"})

    page = client.post(url, {"remark": "", "seen": "on"}, follow=True)

    assert "Nothing more is to do" in page.text
    assert SignOff.objects.count() == 1


@pytest.mark.parametrize("values", [{}, {"remark": "x" * 2001, "seen": "on"}])
def test_bad_input_is_named_and_nothing_is_signed(client, person, asked, assessor, values):
    client.force_login(assessor.user)

    page = client.post(form_of(person, asked[1]), values)

    assert page.status_code == 422
    assert not SignOff.objects.exists()


def test_the_page_says_what_stands_in_the_way_and_shows_no_form(client, person, asked):
    user = make_granted("assessor", branch=person.home_branch)
    client.force_login(user)
    url = form_of(person, asked[1])

    page = client.get(url)

    assert "You do not hold" in page.text
    assert 'name="seen"' not in page.text
    assert client.post(url, {"seen": "on"}).status_code == 409
    assert not SignOff.objects.exists()


def test_people_elsewhere_are_as_unknown_as_nobody(client, person, asked, assessor):
    stranger = build_canary().employee
    assign(stranger, asked[0])
    client.force_login(assessor.user)

    assert_no_canary(client.get(reverse("sb_certification:sign_offs")))
    for url in (form_of(stranger, asked[1]), form_of(assessor, asked[1])):
        assert client.get(url).status_code == 404
        assert client.post(url, {"seen": "on"}).status_code == 404


def test_a_learner_finds_no_such_page_and_no_entry(client, person, asked):
    client.force_login(person.user)

    assert client.get(reverse("sb_certification:sign_offs")).status_code == 404
    assert client.get(form_of(person, asked[1])).status_code == 404
    assert "Sign-offs" not in client.get("/").text


def test_the_learner_reads_who_can_sign_and_then_who_did(client, person, asked, assessor):
    client.force_login(person.user)
    step = reverse("sb_certification:step", args=["sign_off", asked[1]])
    page = client.get(step, follow=True)
    assert "Ines Ortiz" in page.text

    sign(person, asked[1], assessor, remark="Look up more often")

    page = client.get(reverse("sb_certification:practice", args=[asked[1]]))
    assert "Look up more often" in page.text
    assert "Who can sign it off" not in page.text
    assert "Look up more often" in client.get(reverse("sb_certification:record")).text


def test_practice_of_nobody_is_not_found(client, person):
    client.force_login(person.user)

    url = reverse("sb_certification:practice", args=[uuid4()])
    assert client.get(url).status_code == 404


def test_the_pages_take_few_queries(client, person, asked, assessor, django_assert_max_num_queries):
    for _number in range(5):
        assign(make_person(person.home_branch), asked[0])
    client.force_login(assessor.user)
    for url in (reverse("sb_certification:sign_offs"), form_of(person, asked[1])):
        client.get(url)
        with django_assert_max_num_queries(16):
            client.get(url)
