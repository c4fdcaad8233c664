"""Standards in Wagtail's admin: drafts, autosave, publishing, filters, permissions."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Workflow, WorkflowContentType

from lms import registry
from lms.organisation.rules.policy import POLICY, Scope, find_scopes
from lms.organisation.rules.roles import GrantRole
from lms.standards.actions import acknowledge_standard
from lms.standards.models import Standard, StandardCategory, StandardVersion
from lms.standards.permissions import StandardPermissionPolicy
from tests.lms.factories import NOW, UserFactory, make_granted, make_person
from tests.lms.standards.factories import draft_standard, make_category, publish_standard, revise

pytestmark = pytest.mark.django_db
PREFIX = "wagtailsnippets_sb_lms_standard"


@pytest.fixture
def hr():
    return open_admin(make_granted("hr"))


@pytest.fixture
def trainer():
    return open_admin(make_granted("trainer"))


def open_admin(user):
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def stream(name, *values, kind="line"):
    fields = {f"{name}-count": len(values)}
    for at, value in enumerate(values):
        fields |= {
            f"{name}-{at}-deleted": "",
            f"{name}-{at}-order": at,
            f"{name}-{at}-type": kind,
            f"{name}-{at}-id": "",
        }
        if isinstance(value, dict):
            fields |= {f"{name}-{at}-value-{part}": text for part, text in value.items()}
        else:
            fields[f"{name}-{at}-value"] = value
    return fields


def rich(text):
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0}
    return json.dumps(
        {"blocks": [{**block, "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}
    )


def form_data(**changes):
    measure = {
        "type": "count",
        "subject": "phone answered",
        "comparison": "at_most",
        "target": "3",
        "unit": "rings",
        "clock": "",
        "minimum": "",
        "stretch": "",
        "channel": "phone",
        "trigger": "",
        "action": "",
    }
    return {
        "code": "PHONE-01",
        "title": "Answer the phone",
        "statement": rich("Answer at once."),
        "force": "mandatory",
        "kind": "requirement",
        "category": make_category().pk,
        "basis": "company",
        "review_months": "12",
        "channels": ["phone", "chat"],
        "needs": ["time"],
        **stream("measures", measure, kind="measure"),
        **stream("steps", "Pick up."),
        **stream("wording_do"),
        **stream("wording_dont"),
        **stream("eligibility"),
        **stream("escalation"),
        **changes,
    }


def moderate(standard):
    WorkflowContentType.objects.create(
        content_type=standard.get_content_type(), workflow=Workflow.objects.get()
    )


def edit_url(standard):
    return reverse(f"{PREFIX}:edit", args=[standard.pk])


def test_hr_writes_and_publishes_a_standard(client, hr):
    client.force_login(hr)
    response = client.post(
        reverse(f"{PREFIX}:add"), form_data(**{"action-publish": "1"}), follow=True
    )
    assert response.status_code == 200
    standard = Standard.objects.get()
    assert standard.live
    assert standard.channels == ["phone", "chat"]
    assert standard.owner == hr
    version = StandardVersion.objects.get()
    assert version.published_by == hr
    assert version.body["measures"][0]["target"] == "3"
    assert "<p" in version.body["statement"]


def test_hr_is_offered_to_publish_and_a_trainer_is_not(client, hr, trainer):
    standard = publish_standard(owner=trainer)
    client.force_login(hr)
    html = client.get(edit_url(standard)).content.decode()
    assert 'name="action-publish"' in html
    assert "/unpublish/" in html
    client.force_login(trainer)
    html = client.get(edit_url(standard)).content.decode()
    assert 'name="action-publish"' not in html
    assert f"/unpublish/{standard.pk}" not in html


def test_the_author_sees_whom_a_change_reaches_and_who_has_confirmed(client, hr):
    provide = registry.standard_impacts.register(
        lambda _standard: registry.Impact(people=312, branches=14, certifications=("COUNTER",))
    )
    standard = publish_standard(needs_acknowledgement=True)
    person = make_person()
    make_person()
    acknowledge_standard(
        employee=person, standard=standard, name_as_written="Ada", actor=None, now=NOW
    )
    client.force_login(hr)
    try:
        html = " ".join(client.get(edit_url(standard)).content.decode().split())
    finally:
        registry.standard_impacts._items.remove(provide)
    assert "<b>312 people</b> at <b>14 branches</b>" in html
    assert "Confirmed by <b>1 of 2</b>" in html


def test_a_draft_needs_no_answer_about_the_change(client, hr):
    client.force_login(hr)
    standard = publish_standard()
    response = client.post(edit_url(standard), form_data(title="Two rings"))
    assert response.status_code == 302
    draft = Standard.objects.get().get_latest_revision_as_object()
    assert draft.title == "Two rings"
    assert StandardVersion.objects.count() == 1


def test_autosave_is_never_blocked_even_by_a_measure_half_written(client, hr):
    client.force_login(hr)
    standard = publish_standard()
    half = {
        "type": "count",
        "subject": "",
        "comparison": "at_most",
        "target": "",
        "unit": "",
        "clock": "",
        "minimum": "",
        "stretch": "",
        "channel": "",
        "trigger": "",
        "action": "",
    }
    data = form_data(title="", **stream("measures", half, kind="measure"))
    response = client.post(edit_url(standard), data, headers={"accept": "application/json"})
    assert response.status_code == 200, response.content
    assert response.json()["success"] is True


@pytest.mark.parametrize("action", ["action-publish", "action-submit"])
def test_going_live_and_submitting_ask_what_changed(client, hr, action):
    client.force_login(hr)
    standard = publish_standard()
    moderate(standard)
    response = client.post(edit_url(standard), form_data(title="Two rings", **{action: "1"}))
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert set(errors) == {"change", "change_note"}
    assert StandardVersion.objects.count() == 1
    assert Standard.objects.get().current_workflow_state is None


def test_an_answered_change_goes_live_and_the_next_form_is_empty(client, hr):
    client.force_login(hr)
    standard = publish_standard()
    data = form_data(
        title="Two rings", change="material", change_note="Two", **{"action-publish": "1"}
    )
    assert client.post(edit_url(standard), data).status_code == 302
    version = standard.versions.get(number=2)
    assert (version.change, version.change_note, version.material_number) == ("material", "Two", 2)
    form = client.get(edit_url(standard)).context["form"]
    assert (form.initial["change"], form.initial["change_note"]) == ("", "")


def test_a_measure_without_sense_cannot_go_live(client, hr):
    client.force_login(hr)
    broken = {
        "type": "count",
        "subject": "till",
        "comparison": "at_most",
        "target": "",
        "unit": "",
        "clock": "",
        "minimum": "",
        "stretch": "",
        "channel": "",
        "trigger": "four wait",
        "action": "",
    }
    data = form_data(**stream("measures", broken, kind="measure"), **{"action-publish": "1"})
    response = client.post(reverse(f"{PREFIX}:add"), data)
    assert response.status_code == 200
    assert "measures" in response.context["form"].errors
    assert not Standard.objects.exists()


def test_the_form_shows_boxes_to_tick_and_no_raw_lists(client, hr):
    client.force_login(hr)
    standard = publish_standard(needs=["time"])
    html = client.get(edit_url(standard)).content.decode()
    assert 'type="checkbox" name="channels" value="phone"' in html
    assert '<textarea name="channels"' not in html
    assert '<textarea name="needs"' not in html
    assert '<textarea name="branch_kinds"' not in html


def test_a_job_role_chosen_in_a_draft_does_not_go_live_early():
    from tests.lms.factories import JobRoleFactory

    standard = publish_standard()
    role = JobRoleFactory(code="cashier")
    revise(standard, job_roles=[role])
    assert list(Standard.objects.get().job_roles.all()) == []
    draft = Standard.objects.get().get_latest_revision_as_object()
    assert [one.code for one in draft.job_roles.all()] == ["cashier"]


def test_the_list_shows_version_and_review_and_filters_and_searches(client, hr):
    client.force_login(hr)
    publish_standard()
    publish_standard(
        "REFUND-01",
        title="Refund policy",
        force="advisory",
        category=make_category("refunds", "Refunds"),
    )
    url = reverse(f"{PREFIX}:list")
    html = client.get(url).content.decode()
    assert "PHONE-01" in html
    assert "REFUND-01" in html
    assert "Communication" in html
    filtered = client.get(url, {"force": "advisory"}).content.decode()
    assert "REFUND-01" in filtered
    assert "PHONE-01" not in filtered
    found = client.get(url, {"q": "refund"}).content.decode()
    assert "REFUND-01" in found
    assert "PHONE-01" not in found


def test_the_list_does_not_ask_more_for_more_standards(client, hr):
    client.force_login(hr)
    url = reverse(f"{PREFIX}:list")

    def count():
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        return len(asked)

    for at in range(3):
        publish_standard(f"S-{at:02}")
    count()
    few = count()
    for at in range(3, 15):
        publish_standard(f"S-{at:02}")
    assert count() == few


def test_the_list_tells_live_draft_and_scheduled_apart(client, hr):
    publish_standard("LIVE-01")
    draft_standard("DRAFT-01")
    soon = draft_standard("SOON-01", go_live_at=timezone.now() + timedelta(days=2))
    soon.save_revision().publish()
    client.force_login(hr)
    html = client.get(reverse(f"{PREFIX}:list")).content.decode()
    table = " ".join(html[html.index("<tbody") :].split())
    for words in ("live", "draft", "scheduled"):
        assert f"{words} </span>" in table or f"{words}</span>" in table, words


def test_the_preview_shows_the_draft_and_leaves_no_trace(client, hr):
    client.force_login(hr)
    standard = publish_standard()
    url = reverse(f"{PREFIX}:preview_on_edit", args=[standard.pk])
    assert client.post(url, form_data(title="Two rings now")).json()["is_valid"]
    html = client.get(url).content.decode()
    assert "Two rings now" in html
    assert "Phone answered within 3 rings" in html
    assert StandardVersion.objects.count() == 1
    assert Standard.objects.get().title != "Two rings now"


def test_categories_are_edited_by_hr(client, hr):
    client.force_login(hr)
    url = reverse("wagtailsnippets_sb_lms_standardcategory:add")
    client.post(url, {"name": "Extra offers", "slug": "extra-offers"})
    assert StandardCategory.objects.get().name == "Extra offers"


# --- permissions


def test_trainers_write_their_own_and_hr_lets_them_go_live(client, trainer):
    client.force_login(trainer)
    client.post(reverse(f"{PREFIX}:add"), form_data())
    own = Standard.objects.get()
    assert own.owner == trainer
    assert client.get(edit_url(own)).status_code == 200
    client.post(edit_url(own), form_data(**{"action-publish": "1"}))
    own.refresh_from_db()
    assert not own.live


@pytest.mark.parametrize("view", ["edit", "history", "usage", "preview_on_edit"])
def test_trainers_do_not_see_drafts_of_others(client, trainer, view):
    other = publish_standard("HR-01", owner=UserFactory())
    revise(other, title="CANARY")
    client.force_login(trainer)
    response = client.get(reverse(f"{PREFIX}:{view}", args=[other.pk]))
    assert response.status_code == 302, "Wagtail sends back to the admin's home"
    assert response.url == reverse("wagtailadmin_home")
    assert "HR-01" not in client.get(reverse(f"{PREFIX}:list")).content.decode()


@pytest.mark.parametrize("action", ["revisions_compare", "revisions_view", "revisions_revert"])
def test_trainers_do_not_see_revisions_of_others(client, trainer, action):
    other = publish_standard("HR-01", owner=UserFactory())
    draft = revise(other, title="CANARY")
    client.force_login(trainer)
    args = [other.pk, other.latest_revision_id, draft.pk]
    url = reverse(f"{PREFIX}:{action}", args=args if action.endswith("compare") else args[::2])
    response = client.get(url)
    assert response.status_code == 302
    assert b"CANARY" not in response.content


def test_a_standard_that_does_not_exist_is_not_found(client, hr):
    client.force_login(hr)
    assert client.get(reverse(f"{PREFIX}:edit", args=[999_999])).status_code == 404


@pytest.mark.parametrize("role", ["auditor", "assessor", "branch_manager", "regional_hr"])
@pytest.mark.parametrize(
    "view", ["list", "add", "edit", "history", "preview_on_edit", "usage", "delete"]
)
def test_readers_reach_no_screen_of_the_editor(client, role, view):
    standard = draft_standard(title="CANARY draft")
    client.force_login(open_admin(make_granted(role)))
    args = [] if view in {"list", "add"} else [standard.pk]
    response = client.get(reverse(f"{PREFIX}:{view}", args=args))
    assert response.status_code in {302, 403, 404}
    assert b"CANARY" not in response.content


def test_a_group_of_wagtail_opens_nothing(client):
    user = open_admin(UserFactory())
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="sb_lms"))
    standard = draft_standard()
    client.force_login(user)
    assert client.get(edit_url(standard)).status_code == 302
    policy = StandardPermissionPolicy(Standard)
    assert not policy.user_has_permission(user, "change")


def test_what_went_live_or_is_in_use_is_not_deleted(client, hr):
    client.force_login(hr)
    standard = publish_standard("A-01")
    for row in (standard, standard.category):
        base = f"/admin/snippets/sb_lms/{row._meta.model_name}/"
        address = f"{base}delete/{row.pk}/"
        assert address not in client.get(base).text
        assert address not in client.get(f"{base}edit/{row.pk}/").text
        for send in (client.get, client.post):
            answered = send(address)
            assert answered.status_code == 302
            assert "so it stays" in client.get(answered["Location"]).text
        bulk = reverse("wagtail_bulk_action", args=["sb_lms", row._meta.model_name, "delete"])
        assert client.post(f"{bulk}?id={row.pk}").status_code < 500
        assert type(row).objects.filter(pk=row.pk).exists()


def test_a_draft_that_never_went_live_is_deleted(client, hr):
    client.force_login(hr)
    draft = draft_standard()
    address = f"/admin/snippets/sb_lms/standard/delete/{draft.pk}/"
    assert address in client.get("/admin/snippets/sb_lms/standard/").text
    assert client.post(address).status_code == 302
    assert not Standard.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("role", [role.value for role in GrantRole])
def test_the_editor_keeps_to_the_policy_table(role):
    policy, user = StandardPermissionPolicy(Standard), make_granted(role)
    mine, others = draft_standard("A-01", owner=user), draft_standard("B-01", owner=UserFactory())
    verbs = {"add": "create", "change": "change", "publish": "publish", "delete": "publish"}
    for action, verb in verbs.items():
        whose = POLICY["standard"].get(role, {}).get(verb)
        assert policy.user_has_permission(user, action) is (whose is not None), action
        for standard, allowed in [(mine, whose is not None), (others, whose is Scope.ALL)]:
            listed = policy.instances_user_has_permission_for(user, action)
            holders = policy.users_with_permission_for_instance(action, standard)
            asked = policy.user_has_permission_for_instance(user, action, standard)
            assert asked is (standard in listed) is (user in holders) is allowed, action


def test_authors_write_their_own_and_hr_writes_and_publishes_all():
    assert find_scopes("change", "standard") == {"trainer": Scope.OWN, "hr": Scope.ALL}
    assert find_scopes("create", "standard") == {"trainer": Scope.OWN, "hr": Scope.ALL}
    assert find_scopes("publish", "standard") == {"hr": Scope.ALL}


def test_the_policy_answers_which_and_who():
    trainer, hr, other = make_granted("trainer"), make_granted("hr"), UserFactory()
    own = publish_standard("A-01", owner=trainer)
    foreign = publish_standard("B-01", owner=other)
    policy = StandardPermissionPolicy(Standard)
    assert set(policy.instances_user_has_permission_for(trainer, "change")) == {own}
    assert set(policy.instances_user_has_permission_for(hr, "change")) == {own, foreign}
    assert set(policy.instances_user_has_permission_for(other, "change")) == set()
    assert set(policy.users_with_permission("publish")) == {hr}
    assert set(policy.users_with_permission_for_instance("change", own)) == {trainer, hr}
    assert set(policy.users_with_permission_for_instance("change", foreign)) == {hr}
