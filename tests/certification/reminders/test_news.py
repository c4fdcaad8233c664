"""Facts that change what people hold or by when, told once in a mail, or not when taken back."""

from datetime import date, timedelta

import pytest
from django.core import mail as outbox

from certification.awards.actions import (
    PastAward,
    advance,
    correct_award,
    end_exemption,
    exempt_employee,
    extend_award,
    record_past_awards,
    refresh_people,
    reinstate_award,
    revoke_award,
    suspend_award,
    take_extension_back,
    void_award,
)
from certification.models import Certification, Standing
from lms.api import Notice, end_absence, record_absence
from lms.messages.actions import deliver_due
from tests.certification.factories import NOW, assign, make_simple_certification
from tests.certification.people import make_award
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TODAY = NOW.date()
NEXT = NOW + DAY
UNTIL = date(2027, 1, 10)


def do(verb, award, now=NEXT, **values):
    values.setdefault("effective_on", now.date())
    return verb(award=award, reason="Rule broken", actor=None, now=now, **values)


def subjects():
    return [message.subject for message in outbox.outbox]


def tell(now=NEXT + 2 * HOUR):
    """Send what is due and return the subjects of these mails."""
    before = len(outbox.outbox)
    deliver_due(now=now)
    return subjects()[before:]


def unsent():
    return list(
        Notice.objects.filter(state="suppressed").order_by("pk").values_list("kind", "reason")
    )


def asked(until=None, **fields):
    """Return a person who was told of what is asked, and the certification."""
    person, (certification, _) = make_person(), make_simple_certification()
    assign(person, certification, **fields)
    tell(NOW)
    return person, certification


@pytest.fixture
def award():
    """An award of somebody of whom it is not asked."""
    return make_award(until=UNTIL)


def test_whoever_loses_it_is_told_at_once_also_when_nothing_is_asked(award):
    do(revoke_award, award)
    notice = Notice.objects.get()
    assert (notice.kind, notice.urgent, notice.due_at) == ("revoked", True, NEXT)
    assert tell(NEXT) == ["No longer certified: Title of CERT"]
    message = outbox.outbox[0]
    html = message.alternatives[0][0]
    for text in (message.body, html):
        assert "It was taken back and does not count any more." in text
        assert "/my/why/CERT/" in text
    assert "because you have earned" in message.body


def test_a_suspension_that_begins_later_is_told_by_the_sweep_once(award):
    do(suspend_award, award, effective_on=TODAY + 5 * DAY)
    assert not Notice.objects.exists()
    for hours in (0, 1, 30):
        advance(now=NOW + 5 * DAY + hours * HOUR)
    assert Notice.objects.get().kind == "suspended"
    assert tell(NOW + 5 * DAY) == ["On hold: Title of CERT"]
    do(reinstate_award, award, NOW + 7 * DAY)
    assert tell(NOW + 7 * DAY) == ["It counts again: Title of CERT"]
    assert "You hold it until 9 January 2027." in outbox.outbox[-1].body


def test_what_is_taken_back_before_the_mail_has_left_is_not_told_at_all(award):
    do(revoke_award, award)
    do(reinstate_award, award, NEXT + HOUR)
    assert tell() == []
    assert unsent() == [("revoked", "taken_back")]
    do(revoke_award, award, NEXT + 3 * HOUR)
    assert tell(NEXT + 3 * HOUR) == ["No longer certified: Title of CERT"]
    # Told by now: the way back is told too, and a further one the same day as well.
    do(reinstate_award, award, NEXT + 4 * HOUR)
    assert tell(NEXT + 4 * HOUR) == ["It counts again: Title of CERT"]
    do(revoke_award, award, NEXT + 5 * HOUR)
    assert tell(NEXT + 5 * HOUR) == ["No longer certified: Title of CERT"]


class DownTransport:
    def open(self):
        raise OSError("refused")


@pytest.mark.parametrize("also_told", [False, True])
def test_what_is_taken_back_while_the_mail_server_is_down_is_not_told_at_all(award, also_told):
    do(suspend_award, award)
    if also_told:
        do(revoke_award, make_award(award.employee, make_simple_certification("NEXT")[0]))
    assert deliver_due(now=NEXT, transport=DownTransport()).put_off == 1
    do(reinstate_award, award, NEXT + HOUR)
    assert tell(NEXT + 2 * HOUR) == ["No longer certified: Title of NEXT"] * also_told
    assert ("suspended", "taken_back") in unsent()
    assert not Notice.objects.filter(kind="reinstated").exists()
    assert "CERT" not in "".join(message.body for message in outbox.outbox)


def test_a_sender_that_holds_the_mail_loses_it_when_its_news_is_taken_back(award):
    class Slow(DownTransport):
        def open(self):
            do(reinstate_award, award, NEXT + HOUR)

        def close(self):
            pass

    do(suspend_award, award)
    deliver_due(now=NEXT, transport=Slow())
    assert tell() == []
    assert unsent() == [("suspended", "taken_back")]


def test_an_extension_is_told_with_the_day_before(award):
    do(extend_award, award, until_on=UNTIL + 30 * DAY)
    refresh_people(employee_ids=[award.employee_id], now=NEXT + HOUR)
    assert Notice.objects.get().kind == "date_moved"
    assert tell() == ["New date: you hold Title of CERT until 8 February 2027"]
    assert "Before, it was 9 January 2027." in outbox.outbox[0].body


def test_of_an_extension_that_is_taken_back_in_time_nobody_hears(award):
    event = do(extend_award, award, until_on=UNTIL + 30 * DAY)
    take_extension_back(extension=event, reason="Mistake", actor=None, now=NEXT + HOUR)
    refresh_people(employee_ids=[award.employee_id], now=NEXT + HOUR)
    assert tell() == []
    assert unsent() == [("date_moved", "taken_back")]


def test_taken_back_later_it_is_told_again(award):
    event = do(extend_award, award, until_on=UNTIL + 30 * DAY)
    tell()
    take_extension_back(extension=event, reason="Mistake", actor=None, now=NEXT + DAY)
    refresh_people(employee_ids=[award.employee_id], now=NEXT + DAY)
    assert tell(NEXT + DAY) == ["New date: you hold Title of CERT until 9 January 2027"]


def test_two_moves_before_one_mail_are_told_as_one(award):
    do(extend_award, award, until_on=UNTIL + 30 * DAY)
    do(extend_award, award, NEXT + HOUR, until_on=UNTIL + 60 * DAY)
    assert tell() == ["New date: you hold Title of CERT until 10 March 2027"]
    assert "Before, it was 9 January 2027." in outbox.outbox[0].body
    assert unsent() == [("date_moved", "replaced")]


def test_a_move_that_a_revocation_overtakes_is_not_told(award):
    do(extend_award, award, until_on=UNTIL + 30 * DAY)
    do(revoke_award, award, NEXT + HOUR)
    assert tell() == ["No longer certified: Title of CERT"]
    assert unsent() == [("date_moved", "no_longer_held")]


def test_leave_moves_the_due_day_and_coming_back_early_moves_it_again():
    person, certification = asked()
    common = {"actor": None, "reason": "Birth"}
    leave = record_absence(
        employee=person, kind="parental", from_on=TODAY + DAY, until_on=TODAY + 21 * DAY,
        now=NOW, today=TODAY, **common,
    )  # fmt: skip
    advance(now=NEXT)
    assert tell(NEXT) == ["New date: Title of CERT is due on 21 April 2026"]
    assert "Before, it was due on 1 April 2026." in outbox.outbox[-1].body
    back = NOW + 11 * DAY
    end_absence(absence=leave, on=back.date(), now=back, today=back.date(), **common)
    advance(now=back)
    assert tell(back) == ["New date: Title of CERT is due on 11 April 2026"]
    assert Standing.objects.get(certification=certification).due_on == date(2026, 4, 11)


def test_the_end_of_an_exemption_tells_the_due_day_again():
    person, certification = asked()
    row = exempt_employee(
        employee=person, certification=certification, from_on=TODAY + DAY,
        until_on=TODAY + 90 * DAY, reason="Stock only", actor=None, now=NEXT,
    )  # fmt: skip
    assert tell(NEXT) == []
    back = NOW + 10 * DAY
    end_exemption(exemption=row, on=back.date(), reason="Back", actor=None, now=back)
    assert tell(back) == ["New date: Title of CERT is due on 1 April 2026"]
    assert "It is asked of you with this day from now on." in outbox.outbox[-1].body


def test_an_exemption_that_never_was_tells_nothing():
    person, certification = asked()
    facts = {"employee": person, "certification": certification, "reason": "Stock only"}
    exempt_employee(
        **facts, from_on=TODAY, until_on=NEXT.date(), actor=None, now=NOW
    )  # An earlier one, of which it was told when it ended.
    advance(now=NEXT)
    assert tell(NEXT) == ["New date: Title of CERT is due on 1 April 2026"]
    later = NEXT + 2 * DAY
    row = exempt_employee(
        **facts, from_on=later.date(), until_on=TODAY + 90 * DAY, actor=None, now=later
    )
    end_exemption(exemption=row, on=later.date(), reason="Mistake", actor=None, now=later + HOUR)
    assert tell(later + 2 * HOUR) == []


def test_a_correction_tells_the_new_day_and_what_is_lost_by_it_at_once(award):
    right = correct_award(
        award=award, valid_from=award.valid_from, valid_until=UNTIL - 10 * DAY,
        reason="Wrong day", actor=None, now=NEXT,
    )  # fmt: skip
    assert tell() == ["New date: you hold Title of CERT until 30 December 2026"]
    correct_award(
        award=right, valid_from=right.valid_from, valid_until=TODAY - 3 * DAY,
        reason="Wrong year", actor=None, now=NEXT + DAY,
    )  # fmt: skip
    assert Notice.objects.order_by("pk").last().urgent
    assert tell(NEXT + DAY) == ["You no longer hold Title of CERT"]
    assert "You held it until 26 February 2026." in outbox.outbox[-1].body


def test_whose_award_never_was_is_told(award):
    void_award(award=award, reason="Another person", actor=None, now=NEXT)
    assert tell() == ["You no longer hold Title of CERT"]
    assert "What was recorded was corrected." in outbox.outbox[-1].body


def test_an_award_recorded_later_moves_days_without_news(award):
    make_award(award.employee, award.certification, start=date(2026, 2, 10), until=UNTIL + 31 * DAY)
    assert Standing.objects.get().valid_until == UNTIL + 31 * DAY
    assert not Notice.objects.exists()


@pytest.mark.parametrize("state", ["revoked", "suspended"])
def test_an_award_from_elsewhere_after_it_was_taken_tells_to_go_on(award, state):
    do({"revoked": revoke_award, "suspended": suspend_award}[state], award)
    tell()
    now = NEXT + DAY
    row = PastAward(
        award.employee_id, award.certification_id, now.date(), now.date(), UNTIL + DAY, "register"
    )
    record_past_awards(rows=[row], actor=None, now=now)
    assert tell(now) == ["It counts again: Title of CERT"]


def test_of_what_never_lapsed_the_loss_is_told():
    award = make_award(until=None)
    void_award(award=award, reason="Another person", actor=None, now=NEXT)
    assert tell() == ["You no longer hold Title of CERT"]


def test_what_is_retired_asks_nobody_by_a_new_date():
    person, certification = asked()
    record_absence(
        employee=person, kind="parental", from_on=TODAY + DAY, until_on=TODAY + 21 * DAY,
        now=NOW, today=TODAY, actor=None, reason="Birth",
    )  # fmt: skip
    advance(now=NEXT)
    Certification.objects.filter(pk=certification.pk).update(retired_on=TODAY)
    assert tell(NEXT) == []
    assert unsent() == [("date_moved", "retired")]


@pytest.mark.parametrize("size", [2, 8])
def test_news_for_many_cost_three_statements_more(size, django_assert_max_num_queries):
    certification, _ = make_simple_certification()
    awards = [make_award(make_person(), certification) for _number in range(size)]
    Standing.objects.update(standing="suspended")
    people = [row.employee_id for row in awards]
    with django_assert_max_num_queries(32):
        refresh_people(employee_ids=people, now=NEXT)
    assert Notice.objects.filter(kind="reinstated").count() == size
