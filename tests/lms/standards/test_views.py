"""The look-up and the staff page, as people meet them, without JavaScript."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lms import registry
from lms.standards.models import Acknowledgement
from tests.lms.factories import UserFactory, make_person
from tests.lms.standards.factories import (
    change_standard,
    draft_standard,
    make_category,
    publish_standard,
)

pytestmark = pytest.mark.django_db
LIST = "/standards/"


@pytest.fixture
def person(client):
    person = make_person()
    client.force_login(person.user)
    return person


def read(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("url", [LIST, "/standards/PHONE-01/"])
def test_strangers_are_sent_to_sign_in(client, url):
    publish_standard()
    response = client.get(url)
    assert response.status_code == 302
    assert response.url.startswith(reverse("sb_lms:login"))


def test_the_list_shows_what_is_in_force_and_no_draft(client, person):
    publish_standard()
    draft_standard("SECRET-01", title="Not yet")
    html = read(client.get(LIST))
    assert "Phone answered within 3 rings" in html
    assert "/standards/PHONE-01/" in html
    assert "Not yet" not in html


def test_a_misspelling_finds_it(client, person):
    publish_standard("REFUND-01", title="Refund policy")
    html = read(client.get(LIST, {"q": "refnd polciy"}))
    assert "Refund policy" in html
    assert "1 standard" in html


def test_links_and_form_narrow_by_channel_and_subject(client, person):
    publish_standard()
    publish_standard("SOCIAL-01", channels=["social"], category=make_category("conduct", "Conduct"))
    assert "PHONE-01" not in read(client.get(LIST, {"channel": "social"}))
    assert "PHONE-01" not in read(client.get(LIST, {"category": "conduct"}))


def test_nothing_found_says_what_to_do(client, person):
    publish_standard()
    assert "Show all standards" in read(client.get(LIST, {"q": "zebra"}))


def test_an_empty_site_says_what_will_be_here(client, person):
    assert "No standards yet" in read(client.get(LIST))


@pytest.mark.parametrize(
    "query",
    [{"channel": "fax"}, {"category": "nope"}, {"q": "x" * 201}, {"q": "\x00"}],
)
def test_a_filter_that_does_not_exist_is_refused_in_words(client, person, query):
    publish_standard()
    response = client.get(LIST, query)
    assert response.status_code == 400
    assert "This search cannot be done" in read(response)


def test_the_list_takes_at_most_eight_queries(client, person, django_assert_max_num_queries):
    for at in range(10):
        publish_standard(f"S-{at:02}", needs_acknowledgement=True)
    with django_assert_max_num_queries(8):
        client.get(LIST, {"q": "phone"})


def test_the_staff_page_shows_everything_of_the_standard(client, person):
    standard = publish_standard(
        "COMPLAINT-01",
        title="Complaint policy",
        promise="I am heard.",
        rationale_staff="It is free advice.",
        rationale_customer="They want to stay.",
        wording_do=[("line", "Thank you.")],
        wording_dont=[("line", "Not my job.")],
        eligibility=[("line", "Everybody.")],
        escalation=[("level", {"level": "1", "who": "Branch manager", "within": "1 day"})],
        basis="iso",
        basis_reference="ISO 10002",
        basis_edition="2018",
        safety_critical=True,
    )
    change_standard(standard, change="editorial", change_note="A comma", title="Complaints policy")
    html = read(client.get("/standards/COMPLAINT-01/"))
    for words in (
        "Complaints policy",
        "Answer by the third ring",
        "Phone answered within 3 rings",
        "I am heard.",
        "Pick up.",
        "Thank you.",
        "Not my job.",
        "Everybody.",
        "Branch manager",
        "within 1 day",
        "It is free advice.",
        "They want to stay.",
        "ISO 10002",
        "edition 2018",
        "version 2",
        "A comma",
        "Only the wording changed",
        "safety-critical",
        "mandatory",
    ):
        assert words in html, words
    assert "certified" not in html.lower()


def test_the_staff_page_takes_at_most_ten_queries(client, person, django_assert_max_num_queries):
    standard = publish_standard(needs_acknowledgement=True)
    for at in range(4):
        standard = change_standard(standard, title=f"Title {at}")
    with django_assert_max_num_queries(10):
        client.get("/standards/PHONE-01/")


def test_links_of_upper_apps_are_shown(client, person):
    publish_standard()
    provide = registry.standard_links.register(
        lambda _standard: [registry.Link(kind="lesson", label="Pick it up", url="/courses/x/")]
    )
    try:
        assert "Pick it up" in read(client.get("/standards/PHONE-01/"))
    finally:
        registry.standard_links._items.remove(provide)


@pytest.mark.parametrize("code", ["NONE-01", "DRAFT-01", "%00", "..", "x" * 300])
def test_an_unknown_code_is_not_found(client, person, code):
    draft_standard("DRAFT-01")
    assert client.get(f"/standards/{code}/").status_code == 404


def confirm(client, **data):
    return client.post("/standards/REFUND-01/acknowledge/", data)


def test_a_policy_is_confirmed_by_name_and_the_page_says_so(client, person):
    publish_standard("REFUND-01", needs_acknowledgement=True)
    assert "I have read version 1" in read(client.get("/standards/REFUND-01/"))
    response = confirm(client, name_as_written="Ada Lovelace", number=1)
    assert response.status_code == 303
    assert response.url == "/standards/REFUND-01/"
    html = read(client.get(response.url))
    assert "Ada Lovelace confirmed on" in html
    assert "I have read version 1" not in html
    assert Acknowledgement.objects.get().employee == person
    assert confirm(client, name_as_written="Ada Lovelace", number=1).status_code == 303
    assert Acknowledgement.objects.count() == 1


def test_a_standard_that_is_no_policy_asks_for_nothing(client, person):
    publish_standard()
    assert '<form method="post" action="/standards/' not in read(client.get("/standards/PHONE-01/"))


def test_a_missing_name_is_said_at_the_field_and_nothing_is_recorded(client, person):
    publish_standard("REFUND-01", needs_acknowledgement=True)
    response = confirm(client, name_as_written="  ", number=1)
    assert response.status_code == 422
    assert "Write your name to confirm." in read(response)
    assert not Acknowledgement.objects.exists()


def test_a_text_that_changed_meanwhile_must_be_read_first_and_the_name_is_kept(client, person):
    standard = publish_standard("REFUND-01", needs_acknowledgement=True)
    change_standard(standard, title="New refunds")
    response = confirm(client, name_as_written="Ada Lovelace", number=1)
    assert response.status_code == 409
    html = read(response)
    assert "changed while you were reading" in html
    assert "New refunds" in html
    assert 'value="Ada Lovelace"' in html
    assert 'name="number" value="2"' in html
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("number", ["", "0", "-1", "1e309", "x", "9" * 40])
def test_a_forged_version_number_records_nothing(client, person, number):
    publish_standard("REFUND-01", needs_acknowledgement=True)
    assert confirm(client, name_as_written="Ada", number=number).status_code in {409, 422}
    assert not Acknowledgement.objects.exists()


def test_only_post_confirms(client, person):
    publish_standard("REFUND-01", needs_acknowledgement=True)
    assert client.get("/standards/REFUND-01/acknowledge/").status_code == 405
    assert not Acknowledgement.objects.exists()


def test_a_login_without_a_roster_entry_may_read_and_cannot_confirm(client):
    client.force_login(UserFactory())
    publish_standard("REFUND-01", needs_acknowledgement=True)
    assert client.get(LIST).status_code == 200
    assert "I have read version" not in read(client.get("/standards/REFUND-01/"))
    assert confirm(client, name_as_written="Ada", number=1).status_code == 404
    assert not Acknowledgement.objects.exists()


def test_script_in_a_standard_is_shown_as_text(client, person):
    publish_standard(promise="<script>alert(1)</script>")
    html = read(client.get("/standards/PHONE-01/"))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_top_bar_leads_to_the_standards(client, person):
    assert '<a href="/standards/" aria-current="page">' in read(client.get(LIST))
