"""One thing done to many: preview, done, taken back in time, and gone on with after a kill."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certification.casework.actions import (
    Order,
    continue_bulk,
    try_out_many,
    undo_bulk,
)
from certification.casework.actions import bulk as bulk_actions
from certification.casework.permissions import see_bulks
from certification.casework.tasks import continue_bulk_actions
from certification.models import (
    Assignment,
    AwardEvent,
    BulkItem,
    Cycle,
    Exemption,
)
from lms.api import NotAllowedError, Notice, RuleError
from tests.certification.casework.bulks import DAY, KINDS, MINUTE, begin, look, prepare, run
from tests.certification.people import make_award
from tests.certification.reports.test_admin import open_admin
from tests.lms.factories import GrantFactory, make_granted, make_person

pytestmark = pytest.mark.django_db


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
