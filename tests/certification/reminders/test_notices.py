"""Notices from a changed standing to the words of a mail."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from certification.awards.actions import advance, exempt_employee, refresh_people
from certification.reminders.reads import CertificationNotices
from certification.standing.models import Standing
from lms.api import Notice
from lms.messages.actions import deliver_due
from tests.certification.factories import NOW, YEARLY, assign, confirm, make_simple_certification
from tests.lms.factories import BranchFactory, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DUE = date(2026, 4, 1)
PROVIDER = CertificationNotices()


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def kinds():
    return list(Notice.objects.order_by("pk").values_list("kind", "offset_days", "target_on"))


def assigned(code="CERT", person=None, **options):
    """Return a person of whom a certification has just been asked, and the certification."""
    certification, standard = make_simple_certification(code, **options)
    person = person or make_person(given_name="Amara")
    assign(person, certification)
    return person, certification, standard


def make_notice(person, certification, kind, *, target_on=DUE, offset=0):
    return Notice.objects.create(
        subject=f"certification:{person.uuid}:{certification.uuid}:{person.uuid}",
        kind=kind, offset_days=offset, target_on=target_on, recipient=person, channel="email",
        due_at=NOW, planned_at=NOW,
    )  # fmt: skip


def test_an_assignment_is_told_once_and_at_once():
    assigned()
    assert kinds() == [("assigned", 0, DUE)]
    notice = Notice.objects.get()
    assert (notice.urgent, notice.due_at) == (True, NOW)


def test_an_assignment_thirty_days_before_the_due_day_is_the_only_notice_of_that_day():
    person, _, _ = assigned()
    refresh_people(employee_ids=[person.pk], now=NOW + timedelta(hours=1))
    refresh_people(employee_ids=[person.pk], now=NOW + DAY)
    advance(now=NOW + DAY)
    assert kinds() == [("assigned", 0, DUE)]


def test_the_sweep_plans_each_reminder_on_its_day_and_only_once():
    assigned()
    for days in range(70):
        advance(now=NOW + days * DAY)
        advance(now=NOW + days * DAY + timedelta(hours=2))
    assert kinds() == [
        ("assigned", 0, DUE),
        ("due_in", -7, DUE),
        ("due_in", -1, DUE),
        ("due", 0, DUE),
        ("overdue", 1, DUE),
        ("overdue", 7, DUE),
        ("overdue", 30, DUE),
    ]


def test_a_reminder_goes_out_from_eight_in_the_morning_at_the_branch():
    person = make_person(BranchFactory(time_zone="America/New_York"))
    assigned(person=person)
    advance(now=datetime(2026, 3, 25, 6, tzinfo=UTC))
    notice = Notice.objects.get(kind="due_in")
    assert notice.due_at == datetime(2026, 3, 25, 12, tzinfo=UTC)


def test_history_that_is_loaded_later_reminds_nobody_of_days_gone_by():
    certification, _ = make_simple_certification()
    person = make_person()
    assign(person, certification, now=NOW + 90 * DAY, from_on=NOW.date())
    assert [kind for kind, _, _ in kinds()] in ([], ["assigned"])


def test_leavers_are_told_nothing():
    person = make_person(left_on=NOW.date() + DAY)
    certification, _ = make_simple_certification()
    assign(person, certification)
    Notice.objects.all().delete()
    advance(now=NOW + 40 * DAY)
    assert not Notice.objects.exists()


def test_the_mail_of_an_assignment_names_the_day_and_why():
    assigned()
    deliver_due(now=NOW)
    message = outbox.outbox[0]
    assert message.subject == "New for you: Title of CERT"
    assert "Please finish it by 1 April 2026." in message.body
    assert "belongs to your job" in message.body


def test_a_mail_is_signed_by_the_company(settings):
    settings.STANDARDBEARER = {"COMPANY_NAME": "Harbour & Finch"}
    assigned()
    deliver_due(now=NOW)
    assert "\nHarbour & Finch\n" in outbox.outbox[0].body
    assert "Harbour &amp; Finch" in outbox.outbox[0].alternatives[0][0]


def test_an_award_is_told_and_what_was_waiting_is_not(commit):
    person, _, standard = assigned()
    with commit():
        confirm(person, standard, NOW + timedelta(hours=1))
    deliver_due(now=NOW + timedelta(hours=2))
    assert [message.subject for message in outbox.outbox] == ["You are certified: Title of CERT"]
    assert "until 1 March 2027" in outbox.outbox[0].body
    assert Notice.objects.get(kind="assigned").reason == "done"


def test_three_certifications_are_one_mail():
    person = make_person()
    for code in ("A", "B", "C"):
        certification, _ = make_simple_certification(code)
        assign(person, certification)
    advance(now=NOW + 29 * DAY)
    Notice.objects.filter(kind="assigned").update(state="in_mail")
    deliver_due(now=NOW + 29 * DAY)
    assert len(outbox.outbox) == 1
    for code in "ABC":
        assert f"Title of {code}" in outbox.outbox[0].body


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        ("due_in", {}, ""),
        ("due_in", {"due_on": DUE + DAY}, "date_moved"),
        ("due_in", {"due_on": None, "standing": "valid", "task": "none"}, "renewed"),
        ("due", {"due_on": None, "standing": "valid", "task": "scheduled"}, "renewed"),
        ("overdue", {"task": "overdue"}, ""),
        ("overdue", {"required": "exempt"}, "exempt"),
        ("overdue", {"required": "absent"}, "absent"),
        ("due", {"required": "not_required"}, "not_required"),
        ("due", {"required": "optional"}, "optional"),
        ("assigned", {}, ""),
        ("assigned", {"standing": "valid"}, "done"),
        ("assigned", {"required": "not_required"}, "not_required"),
        ("expired", {"standing": "expired"}, ""),
        ("expired", {"standing": "grace"}, ""),
        ("expired", {"standing": "valid"}, "renewed"),
        ("certified", {"standing": "valid", "required": "not_required"}, ""),
        ("certified", {"standing": "revoked"}, "no_longer_held"),
        ("certified", {"standing": "suspended"}, "no_longer_held"),
        ("reminded", {"task": "overdue"}, ""),
        ("reminded", {"standing": "valid", "task": "due_soon", "valid_until": DUE}, ""),
        ("reminded", {"standing": "valid", "task": "scheduled", "valid_until": DUE + DAY}, ""),
        (
            "reminded",
            {"standing": "valid", "task": "scheduled", "valid_until": DUE + 365 * DAY},
            "done",
        ),
        ("reminded", {"standing": "valid", "task": "none", "valid_until": None}, "done"),
    ],
)
def test_a_notice_is_asked_again_whether_it_is_still_true(kind, fields, reason):
    person, certification, _ = assigned()
    Standing.objects.update(**fields)
    notice = make_notice(person, certification, kind)
    verdict = PROVIDER.check([notice], NOW)[notice.pk]
    assert (verdict.still_true, verdict.reason) == (not reason, reason)


def test_what_is_retired_or_gone_is_not_told():
    person, certification, _ = assigned()
    notice = make_notice(person, certification, "due")
    other = make_notice(make_person(), certification, "due")
    certification.retired_on = NOW.date()
    certification.save()
    verdicts = PROVIDER.check([notice, other], NOW)
    assert verdicts[notice.pk].reason == "retired"
    assert verdicts[other.pk].reason == "unknown"
    assert other.pk not in PROVIDER.write([notice, other])


@pytest.mark.parametrize(
    ("kind", "fields", "title", "body"),
    [
        ("assigned", {}, "New for you: Title of CERT", "Please finish it by 1 April 2026."),
        ("assigned", {"due_on": None}, "New for you: Title of CERT", "You can learn in small"),
        ("due_in", {}, "Title of CERT is due on 1 April 2026", "Take the next step now"),
        ("due", {}, "Title of CERT is due on 1 April 2026", "Take the next step now"),
        ("overdue", {}, "Overdue: Title of CERT", "It was due on 1 April 2026."),
        (
            "expired",
            {"standing": "expired", "covered_until": DUE},
            "Title of CERT has run out",
            "You held it until 31 March 2026. Renew it",
        ),
        (
            "expired",
            {"standing": "grace", "covered_until": DUE},
            "Title of CERT has run out",
            "You are in the days of grace",
        ),
        (
            "certified",
            {"standing": "valid", "valid_until": DUE},
            "You are certified: Title of CERT",
            "You hold it until 31 March 2026.",
        ),
        ("certified", {"standing": "valid"}, "You are certified: Title of CERT", "not run out"),
        ("reminded", {}, "A reminder from your manager: Title of CERT", "It is due on 1 April"),
        ("reminded", {"task": "overdue"}, "A reminder from your manager", "It was due on 1 April"),
        (
            "reminded",
            {"due_on": None, "standing": "valid", "valid_until": DUE},
            "A reminder from your manager",
            "You hold it until 31 March 2026. Please renew it",
        ),
        ("reminded", {"due_on": None}, "A reminder from your manager", "Please take the next step"),
    ],
)
def test_every_kind_says_what_it_means(kind, fields, title, body):
    person, certification, _ = assigned()
    Standing.objects.update(**fields)
    notice = make_notice(person, certification, kind)
    text = PROVIDER.write([notice])[notice.pk]
    assert text.title.startswith(title)
    assert body in text.body
    assert "%(" not in text.title + text.body + text.why
    assert text.action_path.startswith("/")


def test_a_title_with_signs_stays_as_it_is():
    person, certification, _ = assigned()
    certification.title = "100 %(due)s {x} <b>"
    certification.save()
    notice = make_notice(person, certification, "overdue")
    assert PROVIDER.write([notice])[notice.pk].title == "Overdue: 100 %(due)s {x} <b>"


def test_whoever_was_not_asked_is_not_told_that_it_belongs_to_the_job():
    person, certification, _ = assigned()
    Standing.objects.update(required="not_required", standing="valid")
    notice = make_notice(person, certification, "certified")
    assert "because you have earned" in PROVIDER.write([notice])[notice.pk].why


def test_an_exemption_after_the_planning_stops_the_mail():
    person, certification, _ = assigned()
    exempt_employee(
        employee=person, certification=certification, from_on=NOW.date(),
        until_on=date(2026, 9, 1), reason="Stock only", actor=None, now=NOW,
    )  # fmt: skip
    deliver_due(now=NOW)
    assert not outbox.outbox
    assert Notice.objects.get().reason == "exempt"


def test_twenty_notices_take_as_many_queries_as_two():
    certification, _ = make_simple_certification(policy=YEARLY)
    people = [make_person() for _ in range(20)]
    for person in people:
        assign(person, certification)
    notices = list(Notice.objects.order_by("pk"))
    counts = []
    for group in (notices[:2], notices):
        with CaptureQueriesContext(connection) as queries, translation.override("en"):
            PROVIDER.check(group, NOW)
            PROVIDER.write(group)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_a_newcomer_is_led_to_a_password_and_everybody_else_to_the_training():
    known, newcomer = make_person(), make_person()
    newcomer.user.set_unusable_password()
    newcomer.user.save()
    labels = {}
    for person in (known, newcomer):
        certification, _ = make_simple_certification(f"C{person.pk}")
        assign(person, certification)
        notice = Notice.objects.get(recipient=person, kind="assigned")
        labels[person] = CertificationNotices().write([notice])[notice.pk].action_path
    assert labels == {known: "/", newcomer: "/password-reset/"}
