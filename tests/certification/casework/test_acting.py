"""The forms of what is done to one person: look first, then do, and who may."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certification.awards.actions import assign_certification, exempt_employee, suspend_award
from certification.casework.rules import VERBS
from certification.models import (
    Assignment,
    AssignmentEnd,
    Award,
    AwardEvent,
    AwardProposal,
    Exemption,
    ExemptionEnd,
    Standing,
)
from lms.api import Absence, NotAllowedError, Notice, record_absence
from lms.models import AbsenceEnd
from lms.organisation.rules.policy import find_scopes
from tests.certification.factories import make_simple_certification
from tests.certification.people import make_award
from tests.certification.reports.test_admin import open_admin
from tests.lms.factories import GrantFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FACTS = (
    Assignment, AssignmentEnd, Exemption, ExemptionEnd, Absence, AbsenceEnd, AwardEvent, Award,
    AwardProposal,
)  # fmt: skip


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def world(now):
    """One person with one of everything that can be acted on."""

    class World:
        today = now.date()
        certification = make_simple_certification()[0]
        person = make_person(given_name="Amara", family_name="Nwosu")
        award = make_award(person, certification, start=today - 100 * DAY, until=today + 200 * DAY)
        paused = make_award(
            person, make_simple_certification("PAUSED")[0],
            start=today - 100 * DAY, until=today + 10 * DAY,
        )  # fmt: skip

    common = {"employee": World.person, "actor": None, "now": now, "reason": "Counter"}
    World.assignment = assign_certification(
        certification=World.certification, from_on=World.today - 10 * DAY, **common
    )
    World.exemption = exempt_employee(
        certification=World.paused.certification, from_on=World.today - DAY,
        until_on=World.today + 9 * DAY, **common,
    )  # fmt: skip
    World.absence = record_absence(
        kind="sick", from_on=World.today + 50 * DAY, until_on=World.today + 60 * DAY,
        today=World.today, **common,
    )  # fmt: skip
    suspend_award(
        award=World.paused, effective_on=World.today - DAY, reason="x", actor=None, now=now
    )
    return World


def body_of(key, world):
    """Return the address's target and the form of each verb, filled in rightly."""
    today, code = world.today.isoformat(), world.certification.code
    later = (world.today + 250 * DAY).isoformat()
    soon = (world.today + 5 * DAY).isoformat()
    why = {"reason": "Because of this"}
    return {
        "assign": (
            world.paused.certification.code,
            {"certification": world.paused.certification.code, "from_on": today, **why},
        ),
        "unassign": (world.assignment.uuid, {"on": today, **why}),
        "exempt": (
            code, {"certification": code, "from_on": today, "last_on": soon, **why}
        ),
        "unexempt": (world.exemption.uuid, {"on": today, **why}),
        "absence": ("", {"kind": "parental", "from_on": today, "last_on": soon, **why}),
        "back": (world.absence.uuid, {"on": (world.today + 55 * DAY).isoformat(), **why}),
        "extend": (world.award.uuid, {"last_on": later, **why}),
        "suspend": (world.award.uuid, {"effective_on": today, **why}),
        "reinstate": (world.paused.uuid, {"effective_on": today, **why}),
        "revoke": (world.award.uuid, {"effective_on": today, **why}),
        "void": (world.award.uuid, why),
        "correct": (world.award.uuid, {"valid_from": today, "last_on": later, **why}),
        "propose": (
            code,
            {"certification": code, "basis": "manual", "valid_from": today, "last_on": later,
             **why},
        ),
        "remind": ("", {}),
    }[key]  # fmt: skip


def address(key, world, target):
    if target:
        return reverse("sb_people:act_on", args=[world.person.uuid, key, target])
    return reverse("sb_people:act", args=[world.person.uuid, key])


def count_facts():
    return sum(model.objects.count() for model in FACTS) + Notice.objects.count()


@pytest.mark.parametrize("key", [key for key in VERBS if key != "remind"])
def test_a_form_shows_what_it_changes_and_writes_only_when_told(key, client, world):
    client.force_login(open_admin(make_granted("hr")))
    target, body = body_of(key, world)
    url = address(key, world, target)
    assert client.get(url).status_code == 200
    before = (count_facts(), list(Standing.objects.order_by("pk").values()))
    looked = client.post(url, body | {"preview": "1"})
    assert looked.status_code == 200
    assert "What this changes" in looked.content.decode()
    assert not looked.context["form"].errors
    assert (count_facts(), list(Standing.objects.order_by("pk").values())) == before
    done = client.post(url, body | {"save": "1"})
    assert done.status_code == 302
    assert count_facts() > before[0]


def test_a_preview_tells_the_days_before_and_after(client, world):
    client.force_login(open_admin(make_granted("hr")))
    target, body = body_of("revoke", world)
    effects = client.post(address("revoke", world, target), body | {"preview": "1"}).context[
        "effects"
    ]
    (effect,) = effects
    assert (effect.before.now.badge, effect.after.now.badge) == ("certified", "revoked")
    assert effect.before.now.valid_until == world.award.valid_until
    assert effect.before.later.on > world.today


@pytest.mark.parametrize("key", VERBS)
@pytest.mark.parametrize("role", ["trainer", "branch_manager", "regional_hr", "hr", "auditor"])
def test_each_verb_is_for_those_whom_the_policy_names(key, role, client, world):
    place = {"branch": world.person.home_branch} if role == "branch_manager" else {}
    client.force_login(open_admin(make_granted(role, **place)))
    verb = VERBS[key]
    target, body = body_of(key, world)
    url = address(key, world, target)
    may = role in find_scopes(verb.verb, verb.resource)
    # Trainers see nobody's records in this menu.
    # Wagtail leads whoever is refused back to its home page and says so there.
    assert client.get(url).status_code == (200 if may else 302)
    before = count_facts()
    answer = client.post(url, body | {"save": "1"})
    if not may:
        assert answer.url == reverse("wagtailadmin_home")
        assert count_facts() == before


@pytest.mark.parametrize("key", VERBS)
def test_people_out_of_reach_are_not_found_and_oneself_is_refused(key, client, world):
    target, body = body_of(key, world)
    url = address(key, world, target)
    client.force_login(open_admin(make_granted("hr", region=make_person().home_branch.region)))
    before = count_facts()
    assert client.get(url).status_code == 404
    assert client.post(url, body | {"save": "1"}).status_code == 404
    GrantFactory(user=world.person.user, role="hr")
    client.force_login(open_admin(world.person.user))
    refused = client.post(url, body | {"save": "1"})
    assert refused.url == reverse("wagtailadmin_home")
    assert count_facts() == before


def test_a_refusal_stands_at_its_field_and_loses_nothing(client, world):
    client.force_login(open_admin(make_granted("hr")))
    url = address("extend", world, world.award.uuid)
    body = {"last_on": world.today.isoformat(), "reason": "Course room flooded", "save": "1"}
    page = client.post(url, body)
    assert page.status_code == 200
    assert "An extension must end after the award does." in page.context["form"].errors["last_on"]
    assert "Course room flooded" in page.content.decode()
    for wrong in ({"last_on": "31.12.2027"}, {"last_on": "9999-12-31", "reason": ""}, {}):
        assert client.post(url, wrong | {"save": "1"}).status_code == 200
    assert not AwardEvent.objects.filter(kind="extended").exists()


def test_targets_of_other_people_and_unknown_verbs_are_not_found(client, world):
    client.force_login(open_admin(make_granted("hr")))
    other = make_award(certification=world.certification, start=date(2026, 2, 1))
    for key, target in (
        ("revoke", other.uuid), ("revoke", "x"), ("revoke", ""), ("assign", "NONE"),
        ("nonsense", ""), ("absence", "x"),
    ):  # fmt: skip
        assert client.get(address(key, world, target)).status_code == 404


def test_a_person_page_offers_only_what_the_reader_may_do(client, world):
    url = reverse("sb_matrix:person", args=[world.person.uuid])
    for role, there, missing in (
        ("hr", ["Revoke", "Assign", "Propose an award"], []),
        ("regional_hr", ["Assign", "Propose an award"], ["Revoke"]),
        ("auditor", [], ["Revoke", ">Assign<", "Propose an award", "Remind"]),
    ):
        client.force_login(open_admin(make_granted(role)))
        body = client.get(url).content.decode()
        assert all(words in body for words in there)
        assert not any(words in body for words in missing)


def test_a_person_page_answers_what_if_and_narrows_its_history(client, world):
    client.force_login(open_admin(make_granted("hr")))
    url = reverse("sb_matrix:person", args=[world.person.uuid])
    asked = {"finished": world.certification.code, "on": world.today.isoformat()}
    assert "It would be held from" in client.get(url, asked).content.decode()
    for wrong in ("x", "", "0000-00-00", "9999-12-31"):
        assert client.get(url, asked | {"on": wrong}).status_code == 200
    months = client.get(url, {"kind": "leave"}).context["months"]
    assert {line.kind for month in months for line in month.lines} == {"absence"}
    assert client.get(url, {"kind": "nonsense"}).status_code == 200


def test_a_proposal_for_oneself_is_refused_in_the_action_too(world, now):
    from certification.casework.permissions import require_verb

    GrantFactory(user=world.person.user, role="hr")
    with pytest.raises(NotAllowedError):
        require_verb(world.person.user, VERBS["propose"], world.person)
