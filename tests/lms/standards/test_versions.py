"""Every trap between "publish" and a version, on Wagtail's real publishing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from wagtail.models import Revision, Workflow
from wagtail.signals import published

from lms import registry
from lms.ledger.models import DomainEvent
from lms.standards.actions import make_missing_versions, publish_scheduled_revisions
from lms.standards.models import Standard, StandardVersion
from tests.lms.factories import UserFactory
from tests.lms.standards.factories import (
    PHONE_MEASURE,
    change_standard,
    draft_standard,
    make_category,
    publish_standard,
    revise,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def impact():
    """Say that a change reaches 312 people, as an upper app would."""
    provide = registry.standard_impacts.register(
        lambda _standard: registry.Impact(people=312, branches=14, certifications=("COUNTER",))
    )
    yield
    registry.standard_impacts._items.remove(provide)


def read_numbers(standard):
    return list(standard.versions.order_by("number").values_list("number", "material_number"))


def test_going_live_makes_version_one(clock):
    author = UserFactory()
    publisher = UserFactory(superuser=True)
    standard = draft_standard()
    standard.save_revision(user=author).publish(user=publisher)
    version = StandardVersion.objects.get()
    assert (version.number, version.material_number, version.change) == (1, 1, "material")
    assert version.published_by == publisher
    assert version.published_at == NOW
    assert version.effective_on == NOW.date()
    assert version.body["title"] == "Answer the phone within three rings"
    assert version.body["measures"][0]["target"] == "3"
    assert version.body["steps"] == ["Pick up.", "Say your name."]
    assert version.body["category"] == {"slug": "communication", "name": "Communication"}
    assert len(version.digest) == 64


def test_a_draft_makes_no_version():
    revise(publish_standard(), title="Not yet").save()
    assert StandardVersion.objects.count() == 1


def test_a_frozen_version_does_not_follow_its_category():
    publish_standard()
    category = make_category()
    category.name = "Talking"
    category.save()
    assert StandardVersion.objects.get().body["category"]["name"] == "Communication"


def test_material_changes_count_and_editorial_ones_do_not():
    standard = change_standard(publish_standard(), title="Two rings")
    standard = change_standard(
        standard, change="editorial", change_note="Comma", title="Two, rings"
    )
    change_standard(standard, title="One ring")
    assert read_numbers(standard) == [(1, 1), (2, 2), (3, 2), (4, 3)]


def test_answers_about_the_change_are_kept_in_the_version_and_empty_afterwards():
    standard = change_standard(publish_standard(), title="Two rings", change_note="Two, not three")
    version = standard.versions.get(number=2)
    assert (version.change, version.change_note) == ("material", "Two, not three")
    assert (standard.change, standard.change_note) == ("", "")
    assert standard.get_latest_revision_as_object().change_note == ""
    assert standard.latest_revision.as_object().change_note == ""


def test_a_newer_draft_does_not_carry_the_old_answers_along():
    standard = publish_standard()
    first = revise(standard, change="material", change_note="Two rings", title="Two rings")
    second = revise(
        standard, change="material", change_note="Two rings", title="Two rings and a half"
    )
    first.publish()
    second.refresh_from_db()
    assert second.content["change"] == ""
    assert second.content["title"] == "Two rings and a half"


def test_a_newer_draft_keeps_answers_of_its_own():
    standard = publish_standard()
    first = revise(standard, change="material", change_note="Two rings", title="Two rings")
    second = revise(standard, change="editorial", change_note="A comma", title="Two, rings")
    first.publish()
    second.refresh_from_db()
    assert second.content["change_note"] == "A comma"


def test_the_impact_of_the_day_is_stored(impact):
    publish_standard()
    assert StandardVersion.objects.get().impact == {
        "people": 312,
        "branches": 14,
        "certifications": ["COUNTER"],
        "learners": 0,
    }


def test_an_impact_that_cannot_be_worked_out_keeps_nothing_from_going_live(caplog):
    def fail(_standard):
        raise ZeroDivisionError

    registry.standard_impacts.register(fail)
    try:
        publish_standard()
    finally:
        registry.standard_impacts._items.remove(fail)
    assert StandardVersion.objects.get().impact == {}
    assert "impact of PHONE-01 is not known" in caplog.text


def test_a_published_standard_is_told_as_an_event():
    standard = publish_standard()
    event = DomainEvent.objects.get(kind="standard_published")
    version = standard.versions.get()
    assert event.payload == {
        "standard": str(standard.uuid),
        "version": str(version.uuid),
        "change": "material",
    }


def test_publishing_the_same_revision_twice_makes_one_version():
    standard = draft_standard()
    revision = standard.save_revision()
    revision.publish()
    Revision.objects.get(pk=revision.pk).publish()
    assert StandardVersion.objects.count() == 1
    assert DomainEvent.objects.filter(kind="standard_published").count() == 1


def test_republishing_the_same_text_makes_no_version_and_empties_the_answers():
    standard = change_standard(publish_standard(), change_note="Nothing really")
    assert read_numbers(standard) == [(1, 1)]
    assert standard.change_note == ""


def test_a_number_written_another_way_is_the_same_text():
    standard = publish_standard()
    change_standard(standard, measures=[("measure", {**PHONE_MEASURE, "target": "3.00"})])
    assert read_numbers(standard) == [(1, 1)]


def test_publishing_an_old_revision_again_makes_a_version_of_what_holds_now():
    standard = publish_standard()
    old = standard.latest_revision
    standard = change_standard(standard, title="Two rings")
    Revision.objects.get(pk=old.pk).publish()
    versions = list(standard.versions.order_by("number"))
    assert [version.body["title"] for version in versions] == [
        "Answer the phone within three rings",
        "Two rings",
        "Answer the phone within three rings",
    ]
    assert versions[2].revision_id is None
    assert make_missing_versions(now=NOW) == 0


def test_a_revision_overwritten_by_autosave_and_published_again_makes_a_version():
    author = UserFactory()
    standard = publish_standard(user=author)
    draft = Standard.objects.get(pk=standard.pk)
    draft.title, draft.change, draft.change_note = "Two rings", "material", "Two"
    draft.save_revision(user=author, overwrite_revision=draft.latest_revision).publish()
    assert read_numbers(standard) == [(1, 1), (2, 2)]


def test_unpublishing_makes_no_version_and_republishing_makes_none_either():
    standard = publish_standard()
    standard.unpublish()
    assert not StandardVersion.objects.in_force().exists()
    Revision.objects.get(pk=standard.latest_revision_id).publish()
    assert read_numbers(standard) == [(1, 1)]
    assert StandardVersion.objects.in_force().exists()


def test_publishing_past_the_form_without_an_answer_counts_as_editorial(caplog):
    standard = publish_standard()
    revise(standard, title="Two rings").publish()
    assert read_numbers(standard) == [(1, 1), (2, 1)]
    assert "without saying" in caplog.text


# --- on schedule


def schedule_first(standard=None):
    standard = standard or draft_standard()
    standard.go_live_at = LATER
    standard.save_revision().publish()
    return standard


def test_a_first_publication_in_the_future_fires_the_signal_and_makes_no_version(clock):
    heard = []

    def listen(instance, **_kwargs):
        heard.append(instance.live)

    published.connect(listen, sender=Standard)
    try:
        schedule_first()
    finally:
        published.disconnect(listen, sender=Standard)
    assert heard == [False], "this is the trap: the signal comes although nothing is live"
    assert not StandardVersion.objects.exists()


@pytest.mark.parametrize("road", ["wagtail", "ours"])
def test_a_scheduled_publication_makes_one_version_when_its_moment_comes(clock, road):
    standard = schedule_first()
    clock.move_to(LATER + timedelta(minutes=1))
    for _again in range(2):
        if road == "wagtail":
            call_command("publish_scheduled", stdout=StringIO())
        else:
            publish_scheduled_revisions(now=LATER + timedelta(minutes=1))
    version = StandardVersion.objects.get()
    assert version.standard == standard
    assert version.published_by is None
    assert version.effective_on == LATER.date()


def test_a_scheduled_change_of_a_live_standard_waits_and_keeps_its_answers(clock):
    standard = publish_standard()
    revise(
        standard, change="material", change_note="Two", title="Two rings", go_live_at=LATER
    ).publish()
    assert read_numbers(standard) == [(1, 1)]
    assert publish_scheduled_revisions(now=NOW).published == 0
    clock.move_to(LATER + timedelta(seconds=1))
    assert publish_scheduled_revisions(now=LATER + timedelta(seconds=1)).published == 1
    version = standard.versions.get(number=2)
    assert (version.change_note, version.effective_on) == ("Two", LATER.date())


def test_one_failing_receiver_leaves_nothing_half_done_and_does_not_stop_the_others(clock):
    schedule_first(draft_standard("BAD-01"))
    schedule_first(draft_standard("GOOD-01"))
    now = LATER + timedelta(seconds=1)
    clock.move_to(now)

    def fail(instance, **_kwargs):
        if instance.code == "BAD-01":
            raise ZeroDivisionError

    published.connect(fail, sender=Standard)
    try:
        work = publish_scheduled_revisions(now=now)
    finally:
        published.disconnect(fail, sender=Standard)
    assert (work.published, work.failed) == (1, 1)
    bad = Standard.objects.get(code="BAD-01")
    assert not bad.live
    assert not bad.versions.exists()
    assert Standard.objects.get(code="GOOD-01").versions.count() == 1
    assert publish_scheduled_revisions(now=now).published == 1
    assert bad.versions.count() == 1


def test_a_foreign_receiver_that_fails_undoes_the_whole_publication():
    standard = draft_standard()
    revision = standard.save_revision()

    def fail(**_kwargs):
        raise ZeroDivisionError

    published.connect(fail, sender=Standard)
    try:
        with pytest.raises(ZeroDivisionError):
            revision.publish()
    finally:
        published.disconnect(fail, sender=Standard)
    standard.refresh_from_db()
    assert not standard.live
    assert not StandardVersion.objects.exists()


def test_what_has_expired_is_taken_down(clock):
    standard = publish_standard(expire_at=LATER)
    clock.move_to(LATER + timedelta(seconds=1))
    assert publish_scheduled_revisions(now=LATER + timedelta(seconds=1)).expired == 1
    standard.refresh_from_db()
    assert standard.expired
    assert not StandardVersion.objects.in_force().exists()


# --- healing


def test_a_live_standard_without_a_version_is_healed_once(clock):
    standard = change_standard(publish_standard(), title="Two rings")
    standard.versions.filter(number=2).delete()
    Standard.objects.filter(pk=standard.pk).update(change="material", change_note="Two")
    assert make_missing_versions(now=LATER) == 1
    assert make_missing_versions(now=LATER) == 0
    version = standard.versions.get(number=2)
    assert (version.material_number, version.change_note) == (2, "Two")
    assert version.effective_on == NOW.date(), "dated on the day it went live, not healed"


def test_a_version_that_the_database_refuses_leaves_the_standard_live_to_be_healed(monkeypatch):
    from django.db import IntegrityError

    def refuse(**_kwargs):
        raise IntegrityError

    with monkeypatch.context() as patch:
        patch.setattr(StandardVersion.objects, "create", refuse)
        standard = publish_standard()
    assert standard.live
    assert not standard.versions.exists()
    assert make_missing_versions(now=NOW) == 1
    assert DomainEvent.objects.filter(kind="standard_published").count() == 1


def test_what_was_made_live_without_any_revision_is_healed():
    standard = draft_standard()
    Standard.objects.filter(pk=standard.pk).update(live=True)
    assert make_missing_versions(now=NOW) == 1
    assert make_missing_versions(now=NOW) == 0
    assert standard.versions.get().revision_id is None


def test_healing_leaves_drafts_alone():
    draft_standard()
    assert make_missing_versions(now=NOW) == 0


# --- workflow


def test_approval_in_a_workflow_makes_the_version_of_the_approver():
    approver = UserFactory(superuser=True)
    standard = publish_standard()
    revise(standard, change="material", change_note="Two rings", title="Two rings")
    draft = Standard.objects.get(pk=standard.pk)
    state = Workflow.objects.get().start(draft, UserFactory())
    assert read_numbers(standard) == [(1, 1)]
    state.current_task_state.approve(user=approver)
    version = standard.versions.get(number=2)
    assert (version.change_note, version.published_by) == ("Two rings", approver)


def test_the_next_review_follows_from_going_live(clock):
    standard = publish_standard(review_months=6)
    assert standard.next_review_on.isoformat() == "2026-09-02"
