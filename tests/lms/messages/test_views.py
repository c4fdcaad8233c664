"""The mails one was sent, and messages in the admin."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from lms.messages.models import KIND_WORDS, REASON_WORDS, Mail, Notice
from lms.messages.reads import STATE_WORDS
from tests.lms.factories import BranchFactory, UserFactory, make_granted, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIST, MAIL = "sb_lms:messages", "sb_lms:message"


def make_mail(person, n=0, *, state=Mail.State.SENT, subject="Overdue: Counter service", **fields):
    values = {
        "recipient": person,
        "channel": "email",
        "local_on": date(2026, 3, 2) + timedelta(days=n),
        "slot": "daily",
        "message_id": f"<{person.pk}-{n}@test>",
        "state": state,
        "due_at": NOW + timedelta(days=n),
        "address": person.email,
        "subject": subject,
        "text": f"Hello, it was due.\nhttps://training.example/?a=1&b=2\nmail {n}.",
    }
    return Mail.objects.create(**(values | fields))


def make_notice(person, **fields):
    values = {
        "subject": "certification:a:b:c",
        "kind": "overdue",
        "offset_days": 7,
        "target_on": date(2026, 3, 2),
        "recipient": person,
        "channel": "email",
        "due_at": NOW,
        "planned_at": NOW,
        "state": Notice.State.SUPPRESSED,
        "reason": "renewed",
    }
    return Notice.objects.create(**(values | fields))


@pytest.fixture
def person(client):
    person = make_person()
    client.force_login(person.user)
    return person


def test_my_messages_are_listed_the_newest_first_with_day_and_state(client, person):
    make_mail(person, 0, subject="The older one")
    make_mail(person, 1, subject="The newer one", state=Mail.State.DEAD)
    page = client.get(reverse(LIST)).content.decode()
    assert page.index("The newer one") < page.index("The older one")
    assert "3 March 2026" in page
    assert "could not be delivered" in page
    assert "· sent" in page


@pytest.mark.parametrize("state", [Mail.State.OPEN, Mail.State.WITHDRAWN])
def test_what_was_never_written_is_not_shown(client, person, state):
    mail = make_mail(person, state=state, subject="Half a mail")
    assert "Half a mail" not in client.get(reverse(LIST)).content.decode()
    assert client.get(reverse(MAIL, args=[mail.uuid])).status_code == 404


def test_a_mail_reads_as_it_was_sent(client, person):
    mail = make_mail(person)
    page = client.get(reverse(MAIL, args=[mail.uuid])).content.decode()
    assert "Hello, it was due.<br>" in page
    assert 'href="https://training.example/?a=1&amp;b=2"' in page
    assert person.email in page


def test_the_text_of_a_mail_is_text(client, person):
    mail = make_mail(person, text="<script>alert(1)</script>", subject="<b>x</b>")
    page = client.get(reverse(MAIL, args=[mail.uuid])).content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_other_peoples_mails_are_unknown(client, person):
    mail = make_mail(make_person(person.home_branch), subject="Not yours")
    assert client.get(reverse(MAIL, args=[mail.uuid])).status_code == 404
    assert "Not yours" not in client.get(reverse(LIST)).content.decode()


def test_without_mails_it_says_so_and_leads_on(client, person):
    page = client.get(reverse(LIST)).content.decode()
    assert "No message yet" in page
    assert "Go to my training" in page


def test_messages_need_a_login_and_a_roster_entry(client):
    assert reverse("sb_lms:login") in client.get(reverse(LIST)).url
    client.force_login(UserFactory())
    assert client.get(reverse(LIST)).status_code == 404


def test_the_menu_offers_messages_to_people_on_the_roster(client, person):
    assert f'href="{reverse(LIST)}"' in client.get(reverse("sb_lms:standards")).content.decode()
    client.force_login(UserFactory())
    assert f'href="{reverse(LIST)}"' not in client.get(reverse("sb_lms:standards")).content.decode()


def test_thirty_mails_take_few_queries_and_two_pages(client, person, django_assert_max_num_queries):
    for n in range(30):
        make_mail(person, n, subject=f"Subject {n:02d}")
    with django_assert_max_num_queries(9):
        first = client.get(reverse(LIST)).content.decode()
    assert "Subject 29" in first
    assert "Subject 09" not in first
    assert "Subject 09" in client.get(reverse(LIST), {"page": 2}).content.decode()
    assert client.get(reverse(LIST), {"page": "x"}).status_code == 200


def test_every_state_reads_in_words():
    assert set(STATE_WORDS) == set(Mail.State.values)
    assert all(KIND_WORDS.values())
    assert all(REASON_WORDS.values())


@pytest.fixture
def here():
    return BranchFactory(name="Here")


def test_hr_sees_mails_and_notices_in_words(client, here):
    client.force_login(make_granted("hr"))
    person = make_person(here, family_name="Nwosu")
    mail = make_mail(person, state=Mail.State.DEAD)
    notice = make_notice(person)
    mails = client.get(reverse("sb-mails:index")).content.decode()
    assert "Nwosu" in mails
    assert "Could not be delivered" in mails
    address = reverse("sb-mails:inspect", args=[mail.pk])
    assert f'href="{address}"' in mails
    assert "Hello, it was due.<br>" in client.get(address).content.decode()
    for name, args in [("index", []), ("inspect", [notice.pk])]:
        page = client.get(reverse(f"sb-notices:{name}", args=args)).content.decode()
        assert "It has been renewed" in page
        assert "Overdue" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [({"state": "dead"}, "Dead one"), ({"state": "sent"}, "Sent one"), ({"q": "Dead"}, "Dead one")],
)
def test_mails_are_narrowed_by_state_and_searched(client, here, query, shown):
    client.force_login(make_granted("hr"))
    person = make_person(here)
    make_mail(person, 0, subject="Sent one")
    make_mail(person, 1, subject="Dead one", state=Mail.State.DEAD)
    page = client.get(reverse("sb-mails:index"), query).content.decode()
    hidden = ({"Sent one", "Dead one"} - {shown}).pop()
    assert shown in page
    assert hidden not in page


def test_notices_are_narrowed_by_kind(client, here):
    client.force_login(make_granted("hr"))
    make_notice(make_person(here, family_name="Late"))
    make_notice(make_person(here, family_name="Fresh"), kind="assigned")
    page = client.get(reverse("sb-notices:index"), {"kind": "assigned"}).content.decode()
    assert "Fresh" in page
    assert "Late" not in page


def test_messages_of_other_places_are_unknown(client, here):
    elsewhere = make_person(family_name="Elsewhere")
    mail, notice = make_mail(elsewhere, state=Mail.State.UNKNOWN), make_notice(elsewhere)
    client.force_login(make_granted("regional_hr", region=here.region))
    for name, row in [("sb-mails", mail), ("sb-notices", notice)]:
        assert "Elsewhere" not in client.get(reverse(f"{name}:index")).content.decode()
        assert client.get(reverse(f"{name}:inspect", args=[row.pk])).status_code == 404
    assert client.post(reverse("sb-mails:send_again", args=[mail.pk])).status_code == 404
    mail.refresh_from_db()
    assert mail.state == Mail.State.UNKNOWN


def test_nobody_writes_or_deletes_messages(client, here):
    client.force_login(make_granted("hr"))
    mail = make_mail(make_person(here))
    for name, args in [("add", []), ("edit", [mail.pk]), ("delete", [mail.pk])]:
        response = client.post(reverse(f"sb-mails:{name}", args=args))
        assert response.status_code in (302, 403, 404)
    assert Mail.objects.get() == mail


def test_a_mail_of_unknown_fate_goes_out_again_by_one_button(client, here):
    client.force_login(make_granted("regional_hr", region=here.region))
    mail = make_mail(make_person(here), state=Mail.State.UNKNOWN)
    address = reverse("sb-mails:send_again", args=[mail.pk])
    assert address in client.get(reverse("sb-mails:inspect", args=[mail.pk])).content.decode()
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True).content.decode()
    assert "goes out again within a minute" in page
    assert address not in page
    mail.refresh_from_db()
    assert mail.state == Mail.State.CLOSED
    again = client.post(address, follow=True).content.decode()
    assert "It is known what became of this mail." in again


def test_an_auditor_reads_but_sends_nothing_again(client, here):
    client.force_login(make_granted("auditor"))
    mail = make_mail(make_person(here), state=Mail.State.UNKNOWN)
    address = reverse("sb-mails:send_again", args=[mail.pk])
    assert address not in client.get(reverse("sb-mails:inspect", args=[mail.pk])).content.decode()
    client.post(address)
    mail.refresh_from_db()
    assert mail.state == Mail.State.UNKNOWN


@pytest.mark.parametrize("name", ["sb-mails", "sb-notices"])
def test_twenty_rows_take_as_many_queries_as_two(client, here, name, django_assert_max_num_queries):
    client.force_login(make_granted("hr"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (2, 18):
        for n in range(number):
            person = make_person(here)
            make_mail(person, n)
            make_notice(person)
        client.get(reverse(f"{name}:index"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"{name}:index"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
