"""One thing done to many: preview, done, taken back in time, and gone on with after a kill."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certification.awards.actions import advance, refresh_people
from certification.casework.actions import (
    Order,
    begin_bulk,
    continue_bulk,
    try_out_many,
    undo_bulk,
)
from certification.casework.actions import bulk as bulk_actions
from certification.casework.permissions import see_bulks
from certification.casework.reads.people import PeopleQuery, read_people
from certification.casework.tasks import continue_bulk_actions
from certification.models import (
    Assignment,
    AwardEvent,
    BulkAction,
    BulkItem,
    Cycle,
    Exemption,
    Standing,
)
from lms.api import NotAllowedError, Notice, RuleError
from tests.certification.factories import assign, make_simple_certification
from tests.certification.people import make_award
from tests.certification.reports.test_admin import open_admin
from tests.lms.factories import BranchFactory, GrantFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def certification():
    return make_simple_certification()[0]


@pytest.fixture
def people():
    branch = BranchFactory()
    return [make_person(home_branch=branch) for _n in range(3)]


@pytest.fixture
def hr():
    return make_granted("hr")


def values_of(kind, now, certification):
    today = now.date()
    code = {"certification": certification.code}
    return {
        "assign": code | {"from_on": today.isoformat()},
        "unassign": code | {"on": today.isoformat()},
        "exempt": code | {"from_on": today.isoformat(), "until_on": (today + 30 * DAY).isoformat()},
        "extend": code | {"until_on": (today + 300 * DAY).isoformat()},
        "revoke": code | {"effective_on": today.isoformat()},
        "remind": {},
    }[kind]


def prepare(kind, people, certification, now):
    """Bring people to where an action makes sense."""
    today = now.date()
    for person in people:
        if kind in ("unassign", "exempt"):
            assign(person, certification, now - 5 * DAY)
        if kind in ("extend", "revoke"):
            make_award(person, certification, start=today - 50 * DAY, until=today + 100 * DAY)
        if kind == "remind":
            assign(person, certification, now - 90 * DAY)
    advance(now=now)
    if kind == "remind":
        # What the sweep plans goes out in the morning and is no part of the action.
        Notice.objects.all().delete()


def begin(kind, people, certification, hr, now):
    return begin_bulk(
        kind=kind,
        employee_ids=[person.pk for person in people],
        values=values_of(kind, now, certification),
        reason="Shop closes for a month",
        actor=hr,
        now=now,
    )


def run(bulk, now):
    while continue_bulk(bulk=bulk, now=now):
        pass


def look(people):
    """Return everything that people see of their standings."""
    fields = ("employee", "standing", "required", "badge", "valid_until", "due_on", "task")
    rows = Standing.objects.filter(employee__in=people).order_by("employee")
    return [row for row in rows.values_list(*fields) if row[2] != "not_required" or row[4]]


KINDS = ["assign", "unassign", "exempt", "extend", "revoke", "remind"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_taken_back_in_time_leaves_no_trace_but_facts(kind, people, certification, hr, now):
    prepare(kind, people, certification, now)
    before = look(people)
    bulk = begin(kind, people, certification, hr, now)
    run(bulk, now)
    assert bulk.items.filter(fact_uuid__isnull=False, refusal="").count() == 3
    if kind != "remind":
        assert look(people) != before
    waiting = Notice.objects.filter(state="planned", planned_at=now)
    assert all(notice.due_at >= bulk.undo_until for notice in waiting)
    undo_bulk(bulk=bulk, actor=hr, now=now + MINUTE)
    run(bulk, now + MINUTE)
    assert look(people) == before
    bulk.refresh_from_db()
    assert bulk.values["undone_all"]
    run(bulk, now + MINUTE)
    assert look(people) == before


def test_mails_wait_ten_minutes_and_vanish_when_taken_back(
    people, certification, hr, now, mailoutbox
):
    from lms.messages.actions import deliver_due

    bulk = begin("assign", people, certification, hr, now)
    run(bulk, now)
    deliver_due(now=now + 9 * MINUTE)
    assert mailoutbox == []
    undo_bulk(bulk=bulk, actor=hr, now=now + 9 * MINUTE)
    run(bulk, now + 9 * MINUTE)
    deliver_due(now=now + 11 * MINUTE)
    assert mailoutbox == []
    assert set(Notice.objects.values_list("state", flat=True)) == {"suppressed"}
    again = begin("assign", people, certification, hr, now + 20 * MINUTE)
    run(again, now + 20 * MINUTE)
    deliver_due(now=now + 31 * MINUTE)
    assert len(mailoutbox) == 3


def test_after_ten_minutes_or_by_others_nothing_is_taken_back(people, certification, hr, now):
    bulk = begin("assign", people, certification, hr, now)
    run(bulk, now)
    with pytest.raises(NotAllowedError):
        undo_bulk(bulk=bulk, actor=make_granted("auditor"), now=now)
    with pytest.raises(RuleError) as refused:
        undo_bulk(bulk=bulk, actor=hr, now=now + 10 * MINUTE)
    assert refused.value.code == "too_late"
    undo_bulk(bulk=bulk, actor=hr, now=now)
    with pytest.raises(RuleError):
        undo_bulk(bulk=bulk, actor=hr, now=now)


def test_a_colleague_who_could_do_it_takes_it_back_in_own_name(
    client, people, certification, hr, now
):
    bulk = begin("assign", people, certification, hr, now)
    run(bulk, now)
    colleague = make_granted("regional_hr", region=people[0].home_branch.region)
    client.force_login(open_admin(colleague))
    page = client.get(reverse("sb_people:bulk_done", args=[bulk.uuid]))
    assert page.context["may_undo"]
    client.post(reverse("sb_people:undo", args=[bulk.uuid]))
    bulk.refresh_from_db()
    assert bulk.undone_by == colleague
    assert {row.end.ended_by for row in Assignment.objects.all()} == {colleague}


def test_one_person_beyond_the_reach_keeps_a_colleague_from_taking_it_back(
    people, certification, hr, now
):
    colleague = make_granted("regional_hr", region=people[0].home_branch.region)
    bulk = begin("assign", [*people, make_person()], certification, hr, now)
    run(bulk, now)
    assert not see_bulks(colleague).exists()
    with pytest.raises(NotAllowedError):
        undo_bulk(bulk=bulk, actor=colleague, now=now)


def test_who_is_in_it_does_not_take_it_back(people, certification, hr, now):
    GrantFactory(user=people[0].user, role="hr")
    bulk = begin("assign", people, certification, hr, now)
    with pytest.raises(NotAllowedError):
        undo_bulk(bulk=bulk, actor=people[0].user, now=now)


def test_who_cannot_be_acted_on_is_told_and_the_others_are_done(people, certification, hr, now):
    prepare("extend", people[:1], certification, now)
    GrantFactory(user=people[2].user, role="hr")
    bulk = begin("extend", people, certification, people[2].user, now)
    run(bulk, now)
    refusals = dict(bulk.items.values_list("employee_id", "refusal"))
    assert refusals[people[0].pk] == ""
    assert "not held" in refusals[people[1].pk]
    assert "may not" in refusals[people[2].pk]
    assert AwardEvent.objects.count() == 1


def test_a_branch_manager_reaches_own_people_only(people, certification, now):
    manager = make_granted("branch_manager", branch=people[0].home_branch)
    stranger = make_person()
    bulk = begin("assign", [*people, stranger], certification, manager, now)
    run(bulk, now)
    assert set(Assignment.objects.values_list("employee_id", flat=True)) == {
        person.pk for person in people
    }


def test_an_assignment_by_rule_is_not_ended_by_hand(people, certification, hr, now):
    prepare("unassign", people, certification, now)
    Assignment.objects.update(source="rule")
    bulk = begin("unassign", people, certification, hr, now)
    run(bulk, now)
    assert all("rule" in refusal for refusal in bulk.items.values_list("refusal", flat=True))


def test_a_killed_worker_is_gone_on_with_and_nobody_is_done_twice(
    people, certification, hr, now, monkeypatch
):
    monkeypatch.setattr(bulk_actions, "BATCH", 1)
    bulk = begin("assign", people, certification, hr, now)
    assert continue_bulk(bulk=bulk, now=now)

    def die(**_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bulk_actions, "refresh_people", die)
        with pytest.raises(KeyboardInterrupt):
            continue_bulk(bulk=bulk, now=now)
    assert Assignment.objects.count() == 1
    continue_bulk_actions()
    assert Assignment.objects.count() == 3
    continue_bulk_actions()
    assert Assignment.objects.count() == BulkItem.objects.exclude(fact_uuid=None).count() == 3
    undo_bulk(bulk=bulk, actor=hr, now=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(bulk_actions, "refresh_people", die)
        with pytest.raises(KeyboardInterrupt):
            continue_bulk(bulk=bulk, now=now)
    continue_bulk_actions()
    assert Assignment.objects.filter(end__isnull=False).count() == 3
    assert not Cycle.objects.filter(state="open").exists()


def test_a_batch_costs_as_much_for_many_as_for_few(
    certification, hr, now, django_assert_max_num_queries
):
    crowd = [make_person() for _n in range(20)]
    bulk = begin("exempt", crowd, certification, hr, now)
    with django_assert_max_num_queries(30 + 4 * 20):
        assert continue_bulk(bulk=bulk, now=now)
    assert Exemption.objects.count() == 20


def address(kind, people=(), **more):
    query = [f"kind={kind}", *(f"person={person.uuid}" for person in people)]
    query += [f"{key}={value}" for key, value in more.items()]
    return reverse("sb_people:bulk") + "?" + "&".join(query)


def test_from_the_list_over_the_preview_to_done_and_back(client, people, certification, hr, now):
    prepare("exempt", people, certification, now)
    client.force_login(open_admin(hr))
    page = client.get(reverse("sb_people:index"), {"certification": certification.code})
    assert page.context["people"].count == 3
    url = address("exempt", people[:2], certification=certification.code)
    form = client.get(url)
    assert form.status_code == 200
    today = timezone.localdate()
    body = {
        "certification": certification.code, "from_on": today.isoformat(),
        "last_on": (today + 9 * DAY).isoformat(), "reason": "Shop closes",
    }  # fmt: skip
    looked = client.post(url, body | {"preview": "1"})
    preview = looked.context["preview"]
    assert len(preview.done) == 2
    assert {(row.badge, row.before, row.after) for row in preview.moved} == {
        ("exempt", 0, 2), ("not_started", 2, 0),
    }  # fmt: skip
    assert not Exemption.objects.exists()
    wrong = client.post(url, body | {"save": "1", "number": "7"})
    assert wrong.status_code == 200
    assert not Exemption.objects.exists()
    done = client.post(url, body | {"save": "1", "number": "2"}, follow=True)
    assert Exemption.objects.count() == 2
    assert "Take it back" in done.content.decode()
    bulk = BulkAction.objects.get()
    back = client.post(reverse("sb_people:undo", args=[bulk.uuid]), follow=True)
    assert "Taken back on" in back.content.decode()
    assert Standing.objects.filter(badge="exempt").count() == 0
    assert client.get(reverse("sb_people:bulks")).status_code == 200


def test_all_that_fit_are_taken_and_many_are_left_to_a_worker(
    client, people, certification, hr, monkeypatch
):
    from certification.casework.viewsets import bulk as views

    rung = []
    monkeypatch.setattr(views, "AT_ONCE", 2)
    monkeypatch.setattr(views, "ring_bulk", lambda: rung.append(1))
    client.force_login(open_admin(hr))
    url = address("assign", all=1, branch=people[0].home_branch.code)
    body = {
        "certification": certification.code, "from_on": timezone.localdate().isoformat(),
        "reason": "New law", "save": "1", "number": "3",
    }  # fmt: skip
    page = client.post(url, body, follow=True)
    assert rung == [1]
    assert "It is being done" in page.content.decode()
    assert page["Refresh"] == "5"
    continue_bulk_actions()
    page = client.get(reverse("sb_people:bulk_done", args=[BulkAction.objects.get().uuid]))
    assert page.context["counts"]["done"] == 3
    assert "Refresh" not in page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["trainer", "auditor", "branch_manager", "regional_hr", "hr"])
def test_bulk_is_for_those_whom_the_policy_names(client, people, kind, role):
    place = {"branch": people[0].home_branch} if role == "branch_manager" else {}
    client.force_login(open_admin(make_granted(role, **place)))
    allowed = {
        "hr": set(KINDS),
        "regional_hr": set(KINDS) - {"extend", "revoke"},
        "branch_manager": set(KINDS) - {"extend", "revoke"},
    }.get(role, set())
    status = client.get(address(kind, people)).status_code
    assert status == (200 if kind in allowed else 302)


def test_others_bulk_actions_are_not_found(client, people, certification, hr, now):
    bulk = begin("assign", people, certification, hr, now)
    client.force_login(open_admin(make_granted("regional_hr", region=BranchFactory().region)))
    for name in ("bulk_done", "undo"):
        url = reverse(f"sb_people:{name}", args=[bulk.uuid])
        answer = client.post(url) if name == "undo" else client.get(url)
        assert answer.status_code == 404
    strangers = client.get(address("assign", people))
    assert strangers.context["number"] == 0


@pytest.mark.parametrize(
    "query",
    ["badge=nonsense", "due=x", "due=99999", "region=x", "branch=NOPE", "standard=NOPE", "page=x",
     "page=99999", "q=%00", "role=zz", "certification=zz", "expiring=-1"],
)  # fmt: skip
def test_nonsense_in_the_address_is_said_and_never_an_error(client, people, hr, query):
    client.force_login(open_admin(hr))
    assert client.get(reverse("sb_people:index") + "?" + query).status_code == 200
    page = client.get(reverse("sb_people:bulk") + "?kind=assign&all=1&" + query)
    assert page.status_code == 200
    # What makes no sense must not widen to everybody.
    assert page.context["number"] == (3 if query.startswith("page=") else 0)


def test_people_are_found_by_every_filter(people, certification, hr, now):
    today = now.date()
    make_award(people[0], certification, start=today - 300 * DAY, until=today + 20 * DAY)
    assign(people[1], certification, now)
    refresh_people(employee_ids=[person.pk for person in people], now=now)
    everybody = {person.pk for person in people}
    cases = [
        (PeopleQuery(q=people[2].employee_number), {people[2].pk}),
        (PeopleQuery(branch=people[0].home_branch.code), everybody),
        (PeopleQuery(region=str(people[0].home_branch.region.uuid)), everybody),
        (PeopleQuery(role=people[0].home_job_role.code), {people[0].pk}),
        (PeopleQuery(certification=certification.code), {people[0].pk, people[1].pk}),
        (PeopleQuery(badge="not_started"), {people[1].pk}),
        (PeopleQuery(due=40), {people[1].pk}),
        (PeopleQuery(expiring=30), {people[0].pk}),
        (PeopleQuery(expiring=10), set()),
        (PeopleQuery(standard="STD-CERT"), {people[0].pk, people[1].pk}),
    ]
    for query, wanted in cases:
        page = read_people(user=hr, query=query, today=today)
        found = {row.person.pk for row in page.rows}
        assert wanted <= found if query.role else found == wanted, query


@pytest.mark.parametrize("size", [3, 60])
def test_the_list_costs_the_same_for_few_and_many(
    size, certification, now, django_assert_max_num_queries
):
    branch = BranchFactory()
    for _n in range(size):
        make_person(home_branch=branch)
    user = make_granted("regional_hr", region=branch.region)
    narrow = PeopleQuery(
        badge="overdue", standard="STD-CERT", region=str(branch.region.uuid), due=9
    )
    with django_assert_max_num_queries(10):
        assert read_people(user=user, query=narrow, today=now.date()).count == 0
    with django_assert_max_num_queries(4):
        page = read_people(user=user, query=PeopleQuery(), today=now.date())
    assert page.count == size


def test_a_reminder_that_was_taken_back_can_be_sent_again_the_same_day(
    people, certification, hr, now, mailoutbox
):
    from lms.messages.actions import deliver_due

    prepare("remind", people, certification, now)
    first = begin("remind", people, certification, hr, now)
    run(first, now)
    undo_bulk(bulk=first, actor=hr, now=now + MINUTE)
    run(first, now + MINUTE)
    again = begin("remind", people, certification, hr, now + 2 * MINUTE)
    run(again, now + 2 * MINUTE)
    assert again.items.filter(fact_uuid__isnull=False, refusal="").count() == 3
    deliver_due(now=again.undo_until)
    assert len(mailoutbox) == 3
    # Sent is sent: a third one the same day is refused with the reason.
    third = begin("remind", people, certification, hr, now + 20 * MINUTE)
    run(third, now + 20 * MINUTE)
    assert third.items.exclude(refusal="").count() == 3


def test_trying_an_extension_out_takes_three_queries_a_person(now, certification, hr):
    def count(number):
        people = [make_person() for _n in range(number)]
        for person in people:
            make_award(person, certification, until=now.date() + 90 * DAY)
        values = {"until_on": (now.date() + 200 * DAY).isoformat()}
        order = Order(
            kind="extend", certification=certification, values=values, reason="Strike", actor=hr,
            now=now,
        )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            preview = try_out_many(people=people, order=order)
        assert len(preview.done) == number
        return len(queries)

    assert count(5) - count(3) == 2 * 3
