"""Each notice ends in exactly one state, each mail goes out once."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend

from lms import registry
from lms.errors import RuleError
from lms.messages.actions import deliver_due, plan_notices, retry_unknown_mail
from lms.messages.actions.failpoints import watch
from lms.messages.actions.sending import LEASE, claim_mails
from lms.messages.models import Mail, Notice
from lms.messages.rules import NoticeWish
from lms.registry import NoticeText, NoticeVerdict
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Speaker:
    """A provider whose notices are true until they are listed in ``untrue``."""

    def __init__(self):
        self.untrue = set()

    def check(self, notices, now):
        return {
            n.pk: NoticeVerdict(
                n.subject not in self.untrue, "renewed" * (n.subject in self.untrue)
            )
            for n in notices
        }

    def reason_for(self, notice):
        return "renewed" if notice.subject in self.untrue else ""

    def write(self, notices):
        return {n.pk: NoticeText(f"{n.kind} {n.subject}", "Please.", why="Test.") for n in notices}


class Refusing(EmailBackend):
    """A mail server that answers with the given error."""

    def __init__(self, error, *, fail_open=False):
        super().__init__()
        self.error, self.fail_open = error, fail_open

    def open(self):
        if self.fail_open:
            raise self.error

    def send_messages(self, messages):
        raise self.error


class Knowing(EmailBackend):
    """A transport that knows which Message-IDs it has taken."""

    def __init__(self, known):
        super().__init__()
        self.known = known

    def lookup(self, message_id):
        return message_id in self.known


@pytest.fixture(autouse=True)
def speaker(monkeypatch):
    speaker = Speaker()
    monkeypatch.setitem(registry.notice_providers._items, "test", [speaker])
    return speaker


def wish(person, subject="test:a", kind="due_in", offset=-7, **fields):
    values = {"target_on": NOW.date(), "due_at": NOW - HOUR} | fields
    plan_notices(
        wanted=[NoticeWish(subject, kind, offset, recipient_id=person.pk, **values)], now=NOW
    )


def states():
    return sorted(Mail.objects.values_list("state", flat=True))


class Killed(BaseException):
    """The process is gone."""


def die_at(place):
    def watcher(name):
        if name == place:
            raise Killed

    return watch(watcher)


def kill(place):
    stop = die_at(place)
    try:
        with pytest.raises(Killed):
            deliver_due(now=NOW)
    finally:
        stop()


def test_a_planned_notice_goes_out_once():
    wish(make_person())
    wish(make_person())
    assert deliver_due(now=NOW).sent == 2
    assert deliver_due(now=NOW).sent == 0
    assert len(outbox.outbox) == 2
    message = outbox.outbox[0]
    assert message.extra_headers["Message-ID"] == Mail.objects.earliest("pk").message_id
    assert message.alternatives[0][1] == "text/html"


def test_planning_twice_makes_one_notice():
    person = make_person()
    wish(person)
    wish(person)
    assert Notice.objects.count() == 1


def test_one_day_is_one_mail_with_all_its_notices():
    person = make_person()
    wish(person, "test:a")
    wish(person, "test:b")
    deliver_due(now=NOW)
    assert len(outbox.outbox) == 1
    assert "test:a" in outbox.outbox[0].body
    assert "test:b" in outbox.outbox[0].body


def test_what_falls_due_after_the_days_mail_waits_for_tomorrow():
    person = make_person()
    wish(person, "test:a")
    deliver_due(now=NOW)
    wish(person, "test:b")
    deliver_due(now=NOW + HOUR)
    assert len(outbox.outbox) == 1
    deliver_due(now=NOW + 24 * HOUR)
    assert len(outbox.outbox) == 2


def test_urgent_notices_do_not_wait_and_go_together():
    person = make_person()
    wish(person, "test:a")
    deliver_due(now=NOW)
    wish(person, "test:b", kind="assigned", urgent=True)
    wish(person, "test:c", kind="assigned", urgent=True)
    deliver_due(now=NOW + HOUR)
    assert len(outbox.outbox) == 2


def test_what_is_no_longer_true_is_not_sent_and_says_why(speaker):
    wish(make_person())
    speaker.untrue.add("test:a")
    assert deliver_due(now=NOW).withdrawn == 1
    notice = Notice.objects.get()
    assert (notice.state, notice.reason) == ("suppressed", "renewed")
    assert not outbox.outbox


def test_people_without_an_address_and_leavers_are_not_written_to():
    wish(make_person(email="", user=None))
    wish(make_person(left_on=NOW.date()))
    deliver_due(now=NOW)
    assert sorted(Notice.objects.values_list("reason", flat=True)) == ["left", "no_address"]
    assert not outbox.outbox


def test_of_several_missed_days_only_the_latest_goes_out():
    person = make_person()
    for offset in (-30, -7, -1):
        wish(person, offset=offset)
    deliver_due(now=NOW)
    assert dict(Notice.objects.values_list("offset_days", "state")) == {
        -30: "superseded",
        -7: "superseded",
        -1: "in_mail",
    }
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize("place", ["after_claim", "before_intent"])
def test_killed_before_the_intent_it_goes_out_once_when_the_lease_is_over(place):
    wish(make_person())
    kill(place)
    assert deliver_due(now=NOW + timedelta(minutes=1)).sent == 0
    assert deliver_due(now=NOW + LEASE).sent == 1
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize("place", ["after_intent", "after_send"])
def test_killed_after_the_intent_it_is_unknown_and_never_sent_again_by_itself(place):
    wish(make_person())
    kill(place)
    before = len(outbox.outbox)
    assert deliver_due(now=NOW + LEASE).unknown == 1
    deliver_due(now=NOW + 48 * HOUR)
    assert len(outbox.outbox) == before
    assert states() == ["unknown"]


def test_a_transport_that_knows_settles_what_was_intended():
    wish(make_person())
    kill("after_intent")
    message_id = Mail.objects.get().message_id
    assert deliver_due(now=NOW + LEASE, transport=Knowing({message_id})).sent == 1
    assert states() == ["sent"]
    assert not outbox.outbox


def test_a_transport_that_does_not_know_it_sends_it():
    wish(make_person())
    kill("after_intent")
    assert deliver_due(now=NOW + LEASE, transport=Knowing(set())).sent == 1
    assert len(outbox.outbox) == 1


def test_a_sender_that_lost_its_fence_sends_nothing():
    wish(make_person())

    def overtake(name):
        if name == "after_intent":
            Mail.objects.update(fence=99)

    stop = watch(overtake)
    try:
        assert deliver_due(now=NOW).sent == 0
    finally:
        stop()
    assert not outbox.outbox


def test_a_claimed_mail_is_nobody_elses_until_the_lease_is_over():
    wish(make_person())
    from lms.messages.actions.closing import open_mails

    open_mails(now=NOW)
    assert len(claim_mails(now=NOW, limit=10, lease=LEASE)) == 1
    assert claim_mails(now=NOW, limit=10, lease=LEASE) == []
    assert len(claim_mails(now=NOW + LEASE, limit=10, lease=LEASE)) == 1


def test_a_refusal_for_good_is_dead_at_once():
    wish(make_person())
    refused = SMTPRecipientsRefused({"a@example.com": (550, b"no such user")})
    assert deliver_due(now=NOW, transport=Refusing(refused)).dead == 1
    assert states() == ["dead"]


def test_a_refusal_for_now_is_tried_again_and_dies_after_five_tries():
    wish(make_person())
    busy = Refusing(SMTPResponseException(451, "busy"))
    now, tries = NOW, 0
    while states() != ["dead"]:
        deliver_due(now=now, transport=busy)
        now += HOUR
        tries += 1
    assert tries == 5


def test_a_broken_line_while_handing_over_is_unknown():
    wish(make_person())
    broken = Refusing(SMTPServerDisconnected("gone"))
    assert deliver_due(now=NOW, transport=broken).unknown == 1
    assert states() == ["unknown"]


def test_a_server_that_cannot_be_reached_loses_nothing():
    wish(make_person())
    down = Refusing(ConnectionRefusedError("down"), fail_open=True)
    assert deliver_due(now=NOW, transport=down).put_off == 1
    assert deliver_due(now=NOW + HOUR).sent == 1


def test_only_a_person_sends_an_unknown_mail_again():
    wish(make_person())
    kill("after_intent")
    deliver_due(now=NOW + LEASE)
    mail = retry_unknown_mail(mail=Mail.objects.get(), now=NOW + HOUR)
    assert deliver_due(now=NOW + HOUR).sent == 1
    mail.refresh_from_db()
    with pytest.raises(RuleError):
        retry_unknown_mail(mail=mail, now=NOW + HOUR)


def test_a_mail_is_in_its_readers_language(speaker, monkeypatch):
    from django.utils.translation import get_language

    seen = []
    monkeypatch.setattr(
        speaker, "write", lambda notices: seen.append(get_language()) or Speaker().write(notices)
    )
    wish(make_person(locale="de"))
    deliver_due(now=NOW)
    assert seen == ["de"]


def test_ten_people_cost_hardly_more_than_one_in_queries(django_assert_max_num_queries):
    for _ in range(10):
        wish(make_person())
    # Per mail: close, join its notices, intend, look at the fence, mark; and a constant.
    with django_assert_max_num_queries(10 * 5 + 25):
        deliver_due(now=NOW)
