"""Writing rules in the admin, without any script: every button is a plain form."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certification.catalogue.actions import publish_version, save_draft
from certification.catalogue.models import Certification, VersionDraft
from certification.catalogue.reads import read_drafts
from certification.rulemaking.reads.drafts import open_desk
from tests.certification.factories import YEARLY, make_simple_certification
from tests.lms.factories import make_granted

pytestmark = pytest.mark.django_db
FIRST = {"code": "PHONE", "title": "Phone", "reminder_days": "30, 7, 1", "needs_approval": "on"}


def enter(client, role="hr"):
    """Let somebody with a role into the admin."""
    user = make_granted(role)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    return user


@pytest.fixture
def hr(client):
    return enter(client)


@pytest.fixture
def phone():
    return make_simple_certification("PHONE")[0]


def address(name, certification):
    return reverse(f"sb_rules:{name}", args=[certification.uuid])


def typed(certification, **changes):
    """Return the editor's fields as a browser would send them."""
    return open_desk(certification, timezone.localdate()).fields | {"seen_at": ""} | changes


def write(client, certification, do="check", **changes):
    """Press a button of the editor."""
    draft = VersionDraft.objects.filter(certification=certification).first()
    seen_at = draft.saved_at.isoformat() if draft else ""
    fields = typed(certification, **changes) | {"do": do, "seen_at": seen_at}
    return client.post(address("write", certification), fields, follow=True)


def body(response):
    return response.content.decode()


@pytest.mark.parametrize("role", ["regional_hr", "auditor", "trainer"])
def test_whoever_only_reads_is_refused_with_a_code_everywhere(client, phone, role):
    enter(client, role)
    names = ("edit", "retire", "write", "publish")
    for url in (reverse("sb_rules:create"), *(address(name, phone) for name in names)):
        for response in (client.get(url), client.post(url)):
            assert response.status_code == 403, url
            assert "not_allowed" in body(response)
    assert client.post(address("check", phone)).status_code == 403
    assert not VersionDraft.objects.exists()
    if role != "trainer":
        page = client.get(reverse("sb_certifications:inspect", args=[phone.pk]))
        assert "certification-rules" not in body(page)
        assert "certification-rules" not in body(client.get(reverse("sb_certifications:index")))


def test_an_unknown_certification_is_not_found(client, hr):
    for name in ("edit", "retire", "write", "publish"):
        assert client.get(reverse(f"sb_rules:{name}", args=[uuid4()])).status_code == 404


def test_a_certification_is_written_changed_and_named_in_plain_days(client, hr):
    page = client.post(reverse("sb_rules:create"), FIRST, follow=True)
    phone = Certification.objects.get()
    assert (phone.reminder_days, phone.owner) == ([30, 7, 1], hr)
    assert "Write the next version" in body(page)
    assert 'value="30, 7, 1"' in body(client.get(address("edit", phone)))
    client.post(address("edit", phone), FIRST | {"title": "Calls", "reminder_days": "5"})
    phone.refresh_from_db()
    assert (phone.code, phone.title, phone.reminder_days) == ("PHONE", "Calls", [5])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reminder_days": "30, soon"}, "“soon” is no number of days"),
        ({"reminder_days": "-3"}, "is no number of days"),
        ({"reminder_days": "9999"}, "is no number of days"),
        ({"title": ""}, "This field is required"),
        ({"code": "phone"}, "already a certification of this code"),
    ],
)
def test_bad_fields_are_named_and_nothing_typed_is_lost(client, hr, phone, change, words):
    response = client.post(
        reverse("sb_rules:create"), FIRST | {"code": "NEW", "summary": "Kept text"} | change
    )
    assert response.status_code == 200
    assert words in body(response)
    assert "Kept text" in body(response)
    assert Certification.objects.count() == 1


def test_the_first_version_is_written_row_by_row_without_any_script(client, hr):
    other, _standard = make_simple_certification("OTHER")
    standard = read_drafts(other.versions.get())[0].target
    client.post(reverse("sb_rules:create"), FIRST)
    phone = Certification.objects.get(code="PHONE")
    page = write(client, phone)
    assert "Requirement 1, What" in body(page)
    write(client, phone, "add")
    page = write(
        client,
        phone,
        **{
            "rows-0-what": "evidence:new",
            "rows-0-label": "First-aid course",
            "rows-1-what": f"acknowledgement:{standard}",
            "rows-1-path": "both",
        },
    )
    assert "Evidence accepted: First-aid course" in body(page)
    write(client, phone, "up:1")
    assert VersionDraft.objects.get().fields["rows-0-what"] == f"acknowledgement:{standard}"
    page = write(client, phone, "publish")
    assert page.redirect_chain[-1][0].endswith("/publish/")
    page = publish(client, phone, page)
    version = phone.versions.get()
    assert (version.number, version.recorded_by) == (1, hr)
    assert version.policy["active"] == "P1Y"
    assert [draft.kind for draft in read_drafts(version)] == ["acknowledgement", "evidence"]
    assert "Version 1 is published" in body(page)
    assert not VersionDraft.objects.exists()


def publish(client, certification, page):
    """Press the button of the last page with what it holds."""
    context = page.context_data if hasattr(page, "context_data") else page.context
    fields = {
        "seen_at": context["seen_at"],
        "after_number": context["after_number"],
        "impact": context["signed_impact"],
    }
    return client.post(address("publish", certification), fields, follow=True)


def test_the_next_version_starts_from_the_newest_and_says_what_differs(client, hr, phone):
    page = write(client, phone, "publish", active_0="2", change_note="Two years")
    text = body(page)
    assert "No longer" in text
    assert "<del>It holds for 1 year, counted from the day it is completed.</del>" in text
    assert "It holds for 2 years" in text
    assert "Whom it reaches" in text
    publish(client, phone, page)
    version = phone.versions.order_by("-number").first()
    assert (version.number, version.change_note) == (2, "Two years")
    assert version.policy == YEARLY | {
        "active": "P2Y",
        "before_window": "extend",
        "late": "renewal",
        "due_soon": "P14D",
    }
    assert set(version.impact) >= {"reached", "gains", "loses", "moves", "branches"}
    page = body(client.get(reverse("sb_certifications:inspect", args=[phone.pk])))
    assert "Two years" in page
    assert str(hr) in page


def test_evidence_keeps_its_identity_in_the_next_version(client, hr, phone):
    write(client, phone, "add")
    more = {"rows-1-what": "evidence:new", "rows-1-label": "Course elsewhere"}
    publish(client, phone, write(client, phone, "publish", **more))
    made = read_drafts(phone.versions.get(number=2))[1].target
    assert typed(phone)["rows-1-what"] == f"evidence:{made}"
    publish(client, phone, write(client, phone, "publish", active_0="3"))
    assert read_drafts(phone.versions.get(number=3))[1].target == made


@pytest.mark.parametrize(
    ("changes", "label", "words"),
    [
        ({"effective_on": "soon"}, "In force from", "Enter a valid date"),
        ({"effective_on": "2020-06-01"}, "In force from", "is past"),
        ({"effective_on": "2019-01-01"}, "In force from", "newest version takes effect"),
        ({"active_0": "two"}, "It holds for", "Write a whole number"),
        ({"active_0": ""}, "It holds for", "Say how long it holds"),
        ({"active_0": "0"}, "It holds for", "at least one day"),
        ({"window_0": "13"}, "Renewal opens before the last day", "make it shorter"),
        ({"method": "calendar"}, "At least", "Fixed days need the least time"),
        ({"method": "moon"}, "The period counts", "Select a valid choice"),
        (
            {"method": "calendar", "min_active_0": "1", "min_active_1": "M",
             "calendar_day_0": "29", "calendar_day_1": "02"},
            "Last day for everybody", "a day that exists in every year",
        ),
        ({"late": "full_if_lapsed_over"}, "Everything again after", "Say after how long"),
        ({"zone": "Moon/Base"}, "Days begin and end", "Select a valid choice"),
        ({"delta_questions": "many"}, "Questions about the change", "whole number"),
        ({"rows-0-what": "quiz:nonsense"}, "Requirement 1, What", "no longer exists"),
        ({"rows-0-since": "9"}, "Requirement 1, Version", "no version 9 yet"),
        ({"rows-0-group": "A", "needs_A": "2"}, "Requirement 1, Alternatives", "offers only 1"),
        ({"rows-0-path": "first"}, "What must be done", "Nothing is asked at a renewal"),
        ({"rows-TOTAL": "0"}, "What must be done", "a version needs a requirement"),
        ({"rows-TOTAL": "-1"}, "What must be done", "a version needs a requirement"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field_kept_and_not_published(
    client, hr, phone, changes, label, words
):
    page = write(client, phone, "publish", **changes)
    assert page.redirect_chain[-1][0].endswith("/version/#check")
    problems = [(problem.label, problem.message) for problem in page.context["checked"].problems]
    assert any(name == label and words in message for name, message in problems), problems
    draft = VersionDraft.objects.get().fields
    kept = {name: value for name, value in changes.items() if name != "rows-TOTAL"}
    assert kept.items() <= draft.items()
    assert phone.versions.count() == 1


def test_a_past_day_is_taken_when_it_is_meant(client, hr, phone):
    page = write(client, phone, "publish", effective_on="2020-06-01", past_is_meant="on")
    publish(client, phone, page)
    assert phone.versions.count() == 2


def test_fields_that_do_not_matter_are_neither_checked_nor_kept(client, hr, phone):
    page = write(
        client, phone, "publish", never_lapses="on", window_0="many", min_active_0="x", due_0="4"
    )
    publish(client, phone, page)
    policy = phone.versions.get(number=2).policy
    assert policy == {"active": None, "method": "completion", "due": "P4D", "due_soon": "P14D"}


def test_rows_are_added_moved_and_removed_by_buttons(client, hr, phone):
    write(client, phone, "add")
    write(client, phone, **{"rows-1-what": "sign_off:new", "rows-1-label": "Greets"})
    write(client, phone, "down:0")
    fields = VersionDraft.objects.get().fields
    assert (fields["rows-0-label"], fields["rows-TOTAL"]) == ("Greets", "2")
    write(client, phone, "remove:0")
    fields = VersionDraft.objects.get().fields
    assert fields["rows-TOTAL"] == "1"
    assert "rows-1-label" not in fields
    for nonsense in ("remove:9", "up:x", "down:", "dance:0"):
        assert write(client, phone, nonsense).status_code == 200
    assert VersionDraft.objects.get().fields == fields


def test_the_panel_answers_while_typing_and_keeps_the_draft(client, hr, phone):
    fields = typed(phone, active_0="2", sample_assigned_on="2026-01-05")
    response = client.post(address("check", phone), fields)
    text = body(response)
    assert "It holds for 2 years" in text
    assert "5 January 2026" in text
    assert "<svg" in text
    assert "Draft saved" in text
    assert VersionDraft.objects.get().fields["active_0"] == "2"
    assert client.get(address("check", phone)).status_code == 405


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"rows-TOTAL": "999999999"},
        {"rows-TOTAL": "²"},
        {"sample_assigned_on": "9999-12-31"},
        {"sample_completed_on": "0001-01-01"},
        {"sample_days": "99999999999999"},
        {"active_0": "9999", "active_1": "Y"},
        {"active_0": "", "active_1": "P99999D"},
        {"active_0": "", "active_1": "PX"},
        {"effective_on": "9999-12-31"},
        {"rows-0-since": "²"},
        {"rows-0-label": "\x00" * 900},
        {"seen_at": "2026-99-99T99:99"},
    ],
)
def test_nonsense_is_answered_in_words(client, hr, phone, fields):
    full = typed(phone) | fields if fields else {}
    assert client.post(address("check", phone), full).status_code == 200
    assert client.get(address("write", phone)).status_code == 200


def test_a_draft_of_somebody_else_is_not_overwritten_unseen(client, hr, phone):
    other = make_granted("hr")
    save_draft(
        certification=phone,
        fields=typed(phone, change_note="Theirs"),
        actor=other,
        now=timezone.now(),
    )
    fields = typed(phone, change_note="Mine") | {"do": "check", "seen_at": ""}
    response = client.post(address("write", phone), fields)
    assert response.status_code == 409
    assert "is writing at this draft too" in body(response)
    assert 'value="Mine"' in body(response)
    assert VersionDraft.objects.get().fields["change_note"] == "Theirs"
    assert "is writing at this draft too" in body(client.post(address("check", phone), fields))
    write(client, phone, change_note="Seen both")
    assert VersionDraft.objects.get().fields["change_note"] == "Seen both"


def test_nothing_is_published_over_what_nobody_saw(client, hr, phone):
    page = write(client, phone, "publish", active_0="2")
    publish_version(
        certification=phone,
        policy=YEARLY,
        requirements=read_drafts(phone.versions.get()),
        effective_on=timezone.localdate(),
        actor=None,
        now=timezone.now(),
    )
    save_draft(
        certification=phone, fields=typed(phone), actor=hr, now=timezone.now()
    )  # the publication took the draft with it
    answer = publish(client, phone, page)
    assert "changed meanwhile" in body(answer)
    draft = VersionDraft.objects.get()
    fields = {"seen_at": draft.saved_at.isoformat(), "after_number": "1", "impact": "x"}
    answer = client.post(address("publish", phone), fields, follow=True)
    assert "Somebody published version 2 meanwhile" in body(answer)
    assert phone.versions.count() == 2


def test_a_draft_is_announced_and_can_be_thrown_away(client, hr, phone):
    write(client, phone, active_0="2")
    page = reverse("sb_certifications:inspect", args=[phone.pk])
    assert "Go on with the draft" in body(client.get(page))
    write(client, phone, "discard")
    assert not VersionDraft.objects.exists()
    assert "Write the next version" in body(client.get(page))
    assert client.get(address("publish", phone)).status_code == 302


def test_retiring_says_what_it_does_and_asks_twice(client, hr, phone):
    url, today = address("retire", phone), timezone.localdate()
    text = body(client.get(url))
    assert "Whoever holds it keeps it" in text
    refused = client.post(url, {"on": today.isoformat()})
    assert "This field is required" in body(refused)
    past = {"on": (today - timedelta(days=1)).isoformat(), "understood": "on"}
    assert "This day is over" in body(client.post(url, past))
    coming = {"on": (today + timedelta(days=3)).isoformat(), "understood": "on"}
    assert "is retired from" in body(client.post(url, coming, follow=True))
    client.post(url, {"do": "keep"})
    phone.refresh_from_db()
    assert phone.retired_on is None
    client.post(url, {"on": today.isoformat(), "understood": "on"})
    page = body(client.get(reverse("sb_certifications:inspect", args=[phone.pk])))
    assert "Write the next version" not in page


def test_the_editor_asks_few_questions_however_much_is_written(client, hr, phone):
    client.get(address("write", phone))
    with CaptureQueriesContext(connection) as few:
        client.get(address("write", phone))
    assert len(few) <= 40  # the admin's own menu takes about half of them
    for _n in range(6):
        write(client, phone, "add")
    with CaptureQueriesContext(connection) as many:
        client.get(address("write", phone))
    assert len(many) <= len(few)
