"""Audience rules and open work in the admin: seen before it is done, refused by name."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from certification.catalogue.actions import RequirementDraft, add_audience_rule, publish_version
from certification.models import AudienceRule, AudienceRuleEnd, Cycle, CycleMove, ImpactPreview
from certification.rulemaking.actions import previews
from tests.certification.factories import YEARLY, assign, make_simple_certification
from tests.lms.factories import (
    BranchFactory,
    JobRoleFactory,
    RegionFactory,
    UserFactory,
    make_granted,
    make_person,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def hr(client):
    user = make_granted("hr")
    client.force_login(user)
    return user


@pytest.fixture
def certification():
    return make_simple_certification()[0]


@pytest.fixture
def rule(certification):
    return add_audience_rule(
        certification=certification, reason="Serves customers",
        from_on=timezone.localdate() - 30 * DAY, now=timezone.now(),
    )  # fmt: skip


def typed(certification, today, **more):
    values = {
        "certification": certification.pk, "tenure_days": 0, "reason": "At the counter",
        "from_on": today.isoformat(),
    }  # fmt: skip
    return values | more


ADD = "sb_audience_editor:add"


def test_a_rule_is_previewed_by_branch_and_then_saved(client, hr, certification, today):
    branch, cashier = BranchFactory(), JobRoleFactory()
    person = make_person(branch, cashier)
    values = typed(certification, today, branch=branch.pk, job_roles=[cashier.pk])
    shown = client.get(f"{reverse(ADD)}?{urlencode(values | {'do': 'preview'}, doseq=True)}")
    text = shown.content.decode()
    assert shown.context["impact"].totals.numbers.gains == 1
    assert person.full_name in text
    assert str(branch) in text
    assert not AudienceRule.objects.exists()
    saved = client.post(reverse(ADD), dict(shown.context["typed"]))
    made = AudienceRule.objects.get()
    assert saved.headers["Location"] == reverse("sb_audience_rules:inspect", args=[made.pk])
    assert (made.branch, list(made.job_roles.all()), made.recorded_by) == (branch, [cashier], hr)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"from_on": "2020-01-01"}, "from_on"),
        ({"from_on": "soon"}, "from_on"),
        ({"last_on": "2020-01-01"}, "last_on"),
        ({"tenure_days": "-1"}, "tenure_days"),
        ({"tenure_days": "9" * 30}, "tenure_days"),
        ({"certification": "999999"}, "certification"),
        ({"certification": "x"}, "certification"),
        ({"region": "0"}, "region"),
        ({"job_roles": ["1e309"]}, "job_roles"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_bad_input_is_named_and_nothing_is_lost(
    client, hr, certification, today, wrong, field, method
):
    values = typed(certification, today, reason="Typed with care") | wrong | {"do": "preview"}
    answer = getattr(client, method)(reverse(ADD), values)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    if field != "reason":
        assert "Typed with care" in answer.content.decode()
    assert not AudienceRule.objects.exists()


def test_region_and_branch_together_are_refused(client, hr, certification, today):
    values = typed(certification, today, region=RegionFactory().pk, branch=BranchFactory().pk)
    answer = client.post(reverse(ADD), values)
    assert "branch" in answer.context["form"].errors


def test_a_rule_is_replaced_on_one_day(client, hr, certification, rule, today):
    make_person()
    address = reverse("sb_audience_editor:replace", args=[rule.uuid])
    assert "Serves customers" in client.get(address).content.decode()
    values = typed(certification, today + 3 * DAY, tenure_days=30)
    assert client.get(address, values | {"do": "preview"}).context["impact"].rows is not None
    assert client.post(address, values).status_code == 302
    assert rule.end.on == AudienceRule.objects.latest("pk").from_on == today + 3 * DAY


def test_a_rule_is_ended_once(client, hr, rule, today):
    address = reverse("sb_audience_editor:end", args=[rule.uuid])
    values = {"on": (today + DAY).isoformat(), "reason": "Merged"}
    assert "impact" in client.get(address, values | {"do": "preview"}).context
    assert client.post(address, values).status_code == 302
    assert AudienceRuleEnd.objects.get().ended_by == hr
    again = client.post(address, values)
    assert "already" in str(again.context["form"].non_field_errors())
    shown = client.get(reverse("sb_audience_rules:inspect", args=[rule.pk])).content.decode()
    assert "Merged" in shown
    assert address not in shown


def test_the_list_leads_hr_to_writing_and_nobody_else(client, hr, rule):
    add, end = reverse(ADD), reverse("sb_audience_editor:end", args=[rule.uuid])
    one = reverse("sb_audience_rules:inspect", args=[rule.pk])
    assert add in client.get(reverse("sb_audience_rules:index")).content.decode()
    assert end in client.get(one).content.decode()
    client.force_login(make_granted("auditor"))
    assert add not in client.get(reverse("sb_audience_rules:index")).content.decode()
    assert end not in client.get(one).content.decode()


@pytest.mark.parametrize("role", ["auditor", "regional_hr", "trainer"])
def test_only_hr_writes_rules(client, certification, rule, role):
    client.force_login(make_granted(role))
    for address in (
        reverse(ADD),
        reverse("sb_audience_editor:end", args=[rule.uuid]),
        reverse("sb_moves:move", args=[certification.uuid]),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
    assert not AudienceRuleEnd.objects.exists()


def test_learners_and_unknown_rules_find_nothing(client, hr, rule):
    unknown = "00000000-0000-4000-8000-000000000000"
    for name in ("sb_audience_editor:end", "sb_audience_editor:replace", "sb_moves:move"):
        assert client.get(reverse(name, args=[unknown])).status_code == 404
    client.force_login(UserFactory())
    assert client.get(reverse(ADD)).status_code in (302, 403, 404)


def test_a_regional_hr_login_sees_no_names_of_other_places(rule, certification, today):
    from certification.rulemaking.reads.impact import preview_rule_end

    here, there = make_person(), make_person()
    assign(here, certification)
    impact = preview_rule_end(rule=rule, on=today, now=timezone.now())
    seen = previews.narrow_examples(impact, make_granted("hr", branch=here.home_branch))
    names = {example.name for row in seen.rows for example in row.examples}
    assert there.full_name not in names


def test_a_large_company_is_counted_by_a_worker(
    client, hr, certification, today, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(previews, "MOST_AT_ONCE", 2)
    for _n in range(3):
        make_person()
    values = typed(certification, today, do="preview")
    with django_capture_on_commit_callbacks(execute=True):
        waiting = client.get(reverse(ADD), values)
    assert waiting.context["counting"].percent == 0
    assert waiting.headers["Refresh"] == "5"
    assert client.get(reverse(ADD), values).context["counting"].total == 3
    assert ImpactPreview.objects.count() == 1
    assert previews.count_waiting(now=timezone.now()) == 2
    ready = client.get(reverse(ADD), values)
    assert ready.context["impact"].totals.numbers.gains == 3
    changed = client.get(reverse(ADD), values | {"tenure_days": 5000})
    assert changed.context["impact"].totals.numbers.gains == 0


def test_a_worker_that_died_goes_on_where_it_was(certification, today, monkeypatch):
    from certification.rulemaking.reads import impact as reads
    from certification.rulemaking.reads.stored import describe_rule_draft

    monkeypatch.setattr(previews, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(reads, "BATCH", 2)
    for _n in range(5):
        make_person()
    draft = describe_rule_draft(
        region=None, branch=None, role_ids=[], tenure_days=0, optional=False,
        from_on=today, until_on=None,
    )  # fmt: skip
    now = timezone.now()
    ask = {"certification": certification, "draft": draft, "actor": None, "now": now}
    preview = previews.ask_preview(**ask)
    previews.count_next_batch(now=now)
    preview.refresh_from_db()
    assert (preview.done, preview.percent) == (2, 40)
    previews.count_waiting(now=now)
    assert previews.ask_preview(**ask).totals.numbers.gains == 5


def test_open_work_is_moved_after_a_look_and_taken_back(client, hr, certification, today):
    person, other = make_person(), make_person()
    for one in (person, other):
        assign(one, certification, now=timezone.now())
    before = Cycle.objects.get(employee=person).due_on
    need = certification.versions.get().requirements.get()
    publish_version(
        certification=certification, policy=YEARLY | {"due": "P60D"}, effective_on=today,
        requirements=[RequirementDraft(need.kind, need.target, need.label)],
        actor=None, now=timezone.now(),
    )  # fmt: skip
    address = reverse("sb_moves:move", args=[certification.uuid])
    values = {"branch": person.home_branch_id, "reason": "One rule for all"}
    shown = client.get(address, values | {"do": "preview"})
    numbers = shown.context["impact"].totals.numbers
    assert (numbers.reached, numbers.moves, numbers.later, numbers.widest_days) == (1, 1, 1, 30)
    assert client.post(address, values | {"reason": ""}).context["form"].errors
    assert client.post(address, values).status_code == 302
    move = CycleMove.objects.get()
    assert (move.cycle.employee, move.actor) == (person, hr)
    assert move.cycle.due_on == before + 30 * DAY
    back = reverse("sb_moves:undo", args=[certification.uuid, move.migration])
    assert back in client.get(address).content.decode()
    assert client.get(back).status_code == 200
    assert client.post(back, {"reason": "Too soon"}).status_code == 302
    move.cycle.refresh_from_db()
    assert move.cycle.due_on == before


@pytest.mark.parametrize("size", [1, 6])
def test_a_preview_costs_queries_by_batch_and_not_by_person(
    certification, today, size, django_assert_max_num_queries
):
    from certification.rulemaking.reads.impact import preview_version

    for _n in range(size):
        assign(make_person(), certification, now=timezone.now())
    need = certification.versions.get().requirements.get()
    with django_assert_max_num_queries(18):
        impact = preview_version(
            certification=certification, policy=YEARLY | {"active": "P2Y"}, effective_on=today,
            requirements=[RequirementDraft(need.kind, need.target, need.label)],
            now=timezone.now(),
        )  # fmt: skip
    assert impact.totals.numbers.reached == size
