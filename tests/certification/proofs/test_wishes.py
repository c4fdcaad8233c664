"""The catalogue and wishes: what is offered, what is refused in words, who decides."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from certification.awards.actions import end_assignment
from certification.catalogue.actions import RequirementDraft, publish_version
from certification.models import Assignment, AssignmentRequest, Certification, RequestDecision
from certification.proofs.actions.wishes import (
    approve_wish,
    ask_for_certification,
    refuse_wish,
    withdraw_wish,
)
from certification.proofs.reads.notices import ProofNotices
from certification.proofs.reads.wishes import (
    list_own_wishes,
    list_wishes_to_decide,
    read_catalogue,
)
from lms.api import InvalidInputError, NotAllowedError, NotFoundError, Notice, RuleError
from tests.canary import assert_no_canary, build_canary
from tests.certification.factories import NOW, YEARLY, assign
from tests.certification.people import make_award
from tests.certification.proofs.proofs import DAY, TODAY, make_proof_certification
from tests.courses.factories import make_course
from tests.lms.factories import GrantFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered():
    return make_proof_certification("OFFER", in_catalogue=True, summary="Lead a team.")[0]


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def manager(person):
    return make_granted("branch_manager", branch=person.home_branch)


def ask(person, certification, actor=None, reason="I want to grow"):
    return ask_for_certification(
        employee=person,
        certification=certification,
        reason=reason,
        actor=actor or person.user,
        now=NOW,
    )


def refusal(person, certification):
    """Return the code of the refusal, which has words and wrote nothing."""
    with pytest.raises(RuleError) as refused:
        ask(person, certification)
    assert refused.value.message
    assert not AssignmentRequest.objects.exists()
    return refused.value.code


# Asking


def test_a_wish_waits_for_approval_and_asking_twice_is_the_same_wish(person, offered):
    wish = ask(person, offered)

    assert ask(person, offered, reason="Again") == wish
    assert wish.reason == "I want to grow"
    assert not Assignment.objects.exists()


def test_without_approval_it_is_assigned_at_once_as_optional(person, offered):
    offered.needs_approval = False
    offered.save()

    wish = ask(person, offered)

    assignment = Assignment.objects.get()
    assert (assignment.source, assignment.optional) == ("self", True)
    assert (assignment.from_on, assignment.reason) == (TODAY, "I want to grow")
    assert wish.decision.kind == "approved"
    assert wish.decision.assignment == assignment


def test_what_is_retired_is_refused(person, offered):
    offered.retired_on = TODAY
    offered.save()

    assert refusal(person, offered) == "retired"


def test_what_is_not_offered_is_refused(person):
    assert refusal(person, make_proof_certification()[0]) == "not_offered"


def test_what_has_no_rule_yet_is_refused(person):
    bare = Certification.objects.create(code="BARE", title="Bare", in_catalogue=True)

    assert refusal(person, bare) == "not_offered"


def test_what_is_held_is_refused_with_the_last_day(person, offered):
    make_award(person, offered, start=date(2026, 1, 10), until=date(2027, 1, 10))

    with pytest.raises(RuleError) as refused:
        ask(person, offered)
    assert refused.value.code == "held"
    assert "9" in refused.value.message
    assert "2027" in refused.value.message


def test_what_is_asked_anyway_is_refused(person, offered):
    assign(person, offered)

    assert refusal(person, offered) == "already_asked"


def test_what_is_no_longer_asked_may_be_wished_for(person, offered):
    assignment = assign(person, offered, from_on=TODAY - 10 * DAY)
    end_assignment(assignment=assignment, on=TODAY, reason="Moved", actor=None, now=NOW)

    assert ask(person, offered).pk


def test_nobody_asks_for_others(person, offered, manager):
    with pytest.raises(NotFoundError):
        ask(person, offered, actor=make_person().user)
    with pytest.raises(NotAllowedError):
        ask(person, offered, actor=manager)


# Deciding


@pytest.mark.parametrize("who", ["branch_manager", "regional_hr", "hr", "line_manager"])
def test_managers_and_hr_approve(person, offered, who):
    if who == "line_manager":
        boss = make_person()
        person.manager = boss
        person.save()
        actor = boss.user
    else:
        place = {"branch_manager": {"branch": person.home_branch}}.get(who, {})
        if who == "regional_hr":
            place = {"region": person.home_branch.region}
        actor = make_granted(who, **place)

    decision = approve_wish(wish=ask(person, offered), actor=actor, now=NOW)

    assert decision.decided_by == actor
    assert decision.assignment.assigned_by == actor
    assert (decision.assignment.source, decision.assignment.optional) == ("self", True)


@pytest.mark.parametrize("role", ["auditor", "trainer", "assessor"])
def test_other_roles_do_not_decide(person, offered, role):
    with pytest.raises((NotAllowedError, NotFoundError)):
        approve_wish(wish=ask(person, offered), actor=make_granted(role), now=NOW)
    assert not RequestDecision.objects.exists()


def test_nobody_decides_the_own_wish(person, offered):
    GrantFactory(user=person.user, role="branch_manager", branch=person.home_branch)
    wish = ask(person, offered)

    for decide in (
        lambda: approve_wish(wish=wish, actor=person.user, now=NOW),
        lambda: refuse_wish(wish=wish, reason="No", actor=person.user, now=NOW),
    ):
        with pytest.raises(NotAllowedError) as refused:
            decide()
        assert refused.value.code == "own_record"


def test_a_manager_elsewhere_does_not_know_the_wish(person, offered):
    elsewhere = make_granted("branch_manager", branch=make_person().home_branch)

    with pytest.raises(NotFoundError):
        approve_wish(wish=ask(person, offered), actor=elsewhere, now=NOW)


def test_refusing_needs_a_reason_and_is_told_with_it(person, offered, manager):
    wish = ask(person, offered)
    with pytest.raises(InvalidInputError):
        refuse_wish(wish=wish, reason=" ", actor=manager, now=NOW)

    refuse_wish(wish=wish, reason="After the season", actor=manager, now=NOW)

    notice = Notice.objects.get(kind="wish_refused")
    assert "After the season" in ProofNotices().write([notice])[notice.pk].body
    assert not Assignment.objects.exists()
    assert ask(person, offered) != wish


def test_an_approval_is_told(person, offered, manager):
    approve_wish(wish=ask(person, offered), actor=manager, now=NOW)

    notice = Notice.objects.get(kind="wish_approved")
    assert ProofNotices().check([notice], NOW)[notice.pk].still_true
    assert offered.title in ProofNotices().write([notice])[notice.pk].title


def test_a_decided_wish_is_not_decided_again_nor_taken_back(person, offered, manager):
    wish = ask(person, offered)
    approve_wish(wish=wish, actor=manager, now=NOW)

    for decide in (
        lambda: approve_wish(wish=wish, actor=make_granted("hr"), now=NOW),
        lambda: refuse_wish(wish=wish, reason="No", actor=make_granted("hr"), now=NOW),
        lambda: withdraw_wish(wish=wish, actor=person.user, now=NOW),
    ):
        with pytest.raises(RuleError) as refused:
            decide()
        assert refused.value.code == "already_decided"
        assert manager.username in refused.value.message
    assert Assignment.objects.count() == 1


def test_what_retired_meanwhile_is_not_approved_and_still_waits(person, offered, manager):
    wish = ask(person, offered)
    Certification.objects.update(retired_on=TODAY)

    with pytest.raises(RuleError) as refused:
        approve_wish(wish=AssignmentRequest.objects.get(pk=wish.pk), actor=manager, now=NOW)
    assert refused.value.code == "retired"
    assert not RequestDecision.objects.exists()


def test_only_the_person_takes_a_wish_back(person, offered, manager):
    wish = ask(person, offered)
    with pytest.raises(NotFoundError):
        withdraw_wish(wish=wish, actor=manager, now=NOW)

    withdraw_wish(wish=wish, actor=person.user, now=NOW)

    assert wish.decision.kind == "withdrawn"


# Reads


def test_the_catalogue_knows_what_is_held_asked_waiting_and_offered(person):
    made = {
        state: make_proof_certification(state.upper(), in_catalogue=True)[0]
        for state in ("held", "asked", "waiting", "offered")
    }
    make_proof_certification("HIDDEN")
    old = make_proof_certification("OLD", in_catalogue=True)[0]
    Certification.objects.filter(pk=old.pk).update(retired_on=TODAY)
    make_award(person, made["held"])
    assign(person, made["asked"])
    ask(person, made["waiting"])

    entries = {row.certification.code: row.state for row in read_catalogue(person, NOW)}

    assert entries == {state.upper(): state for state in made}


def test_the_catalogue_says_how_long_its_courses_take(person):
    course = make_course(minutes=25)
    certification = Certification.objects.create(code="C", title="C", in_catalogue=True)
    publish_version(
        certification=certification,
        policy=YEARLY,
        requirements=[RequirementDraft("course", course.translation_key, "Finish it")],
        effective_on=date(2020, 1, 1),
        actor=None,
        now=NOW,
    )

    (entry,) = read_catalogue(person, NOW)

    assert entry.minutes == 25
    assert entry.steps == ("Finish it",)


def test_reads_cost_no_more_for_many(person, manager, django_assert_max_num_queries):
    for number in range(4):
        certification = make_proof_certification(f"C{number}", in_catalogue=True)[0]
        ask(person, certification)
        ask(make_person(person.home_branch), certification)

    with django_assert_max_num_queries(8):
        assert len(read_catalogue(person, NOW)) == 4
    with django_assert_max_num_queries(2):
        assert len(list_wishes_to_decide(manager)) == 8
    with django_assert_max_num_queries(1):
        assert len(list_own_wishes(person)) == 4


# Pages


def test_a_learner_asks_and_takes_back(client, person, offered):
    client.force_login(person.user)
    assert reverse("sb_certification:catalogue") in client.get("/").text
    page = client.get(reverse("sb_certification:catalogue"))
    url = reverse("sb_certification:offer", args=[offered.code])
    assert url in page.text
    assert "Lead a team." in client.get(url).text

    page = client.post(url, {"reason": "<b>Grow</b>"}, follow=True)
    assert "Waits for a decision" in page.text
    wish = AssignmentRequest.objects.get()

    back = reverse("sb_certification:withdraw_wish", args=[wish.uuid])
    assert client.get(back).status_code == 405
    assert "Taken back" in client.post(back, follow=True).text
    assert "already decided" in client.post(back, follow=True).text


def test_what_is_not_offered_is_not_found(client, person):
    hidden = make_proof_certification("HIDDEN")[0]
    client.force_login(person.user)

    for code in (hidden.code, "nonsense"):
        url = reverse("sb_certification:offer", args=[code])
        assert client.get(url).status_code == client.post(url).status_code == 404


def test_a_reason_that_is_too_long_is_named(client, person, offered):
    client.force_login(person.user)

    page = client.post(
        reverse("sb_certification:offer", args=[offered.code]), {"reason": "x" * 401}
    )

    assert page.status_code == 422
    assert not AssignmentRequest.objects.exists()


def test_a_manager_approves_and_refuses_on_the_site(client, person, offered, manager):
    first = ask(person, offered, reason="<script>alert(1)</script>")
    second = ask(make_person(person.home_branch), offered)
    client.force_login(manager)
    page = client.get(reverse("sb_certification:wishes"))
    assert "<script>alert(1)" not in page.text
    assert person.full_name in page.text
    branch = reverse("sb_certification:branch")
    assert "2 wishes wait for your decision" in client.get(branch).text

    def send(wish, **values):
        return client.post(reverse("sb_certification:decide_wish", args=[wish.uuid]), values)

    assert send(first, decision="nonsense").status_code == 404
    refused = send(first, decision="refuse", reason="")
    assert refused.status_code == 422
    assert "Say why." in refused.text
    assert not RequestDecision.objects.exists()

    assert send(first, decision="refuse", reason="Later").status_code == 303
    assert send(second, decision="approve").status_code == 303
    assert first.decision.kind == "refused"
    assert second.decision.kind == "approved"
    assert "wait for your decision" not in client.get(branch).text
    assert "No wish waits" in client.get(reverse("sb_certification:wishes")).text


def test_other_branches_leak_nothing(client, person, offered, manager):
    stranger = build_canary().employee
    wish = ask(stranger, offered, reason="CANARY-reason")
    client.force_login(manager)

    assert_no_canary(client.get(reverse("sb_certification:wishes")))
    for user in (manager, person.user):
        client.force_login(user)
        for name in ("decide_wish", "withdraw_wish"):
            url = reverse(f"sb_certification:{name}", args=[wish.uuid])
            assert client.post(url, {"decision": "approve"}).status_code == 404
    assert not RequestDecision.objects.exists()


def test_a_learner_has_no_queue(client, person, offered):
    ask(person, offered)
    client.force_login(person.user)

    assert client.get(reverse("sb_certification:wishes")).status_code == 404


def test_hr_decides_in_the_admin(client, person, offered):
    wish = ask(person, offered)
    hr = make_granted("hr")
    hr.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(hr)
    assert "Wishes (1)" in client.get(reverse("wagtailadmin_home")).text
    assert person.full_name in client.get(reverse("sb_wishes:index"), {"state": "waiting"}).text
    url = reverse("sb_wishes:inspect", args=[wish.pk])
    assert "I want to grow" in client.get(url).text
    assert client.post(url, {"decision": "refuse", "reason": ""}).status_code == 422

    assert client.post(url, {"decision": "approve"}).status_code == 302

    assert wish.decision.kind == "approved"
    assert Assignment.objects.get().from_on == timezone.localdate()


def test_regional_hr_sees_no_wishes_of_other_regions(client, person, offered):
    wish = ask(build_canary().employee, offered, reason="CANARY-reason")
    regional = make_granted("regional_hr", region=person.home_branch.region)
    regional.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(regional)

    assert_no_canary(client.get(reverse("sb_wishes:index")))
    assert client.get(reverse("sb_wishes:inspect", args=[wish.pk])).status_code == 404
