"""Standards through the API."""

from __future__ import annotations

import pytest

from tests.lms.factories import UserFactory
from tests.lms.standards.factories import draft_standard, make_category, publish_standard, revise

pytestmark = pytest.mark.django_db
URL = "/api/v1/standards/"


@pytest.fixture
def reader(client):
    client.force_login(UserFactory())
    return client


def read_codes(response):
    return [row["code"] for row in response.json()["results"]]


def test_nobody_reads_without_signing_in(client):
    publish_standard()
    assert client.get(URL).status_code in {401, 403}


def test_what_is_in_force_is_listed_with_its_measures_as_sentences(reader):
    standard = publish_standard()
    revise(standard, title="CANARY")
    draft_standard("DRAFT-01")
    response = reader.get(URL)
    assert read_codes(response) == ["PHONE-01"]
    row = response.json()["results"][0]
    assert row["uuid"] == str(standard.uuid)
    assert row["measures"][0]["sentence"] == "Phone answered within 3 rings"
    assert row["measures"][0]["target"] == "3"
    assert row["category"] == {"slug": "communication", "name": "Communication"}
    assert row["number"] == 1
    assert "CANARY" not in response.content.decode()


def test_one_standard_is_read_by_its_code(reader):
    publish_standard()
    assert reader.get(f"{URL}PHONE-01/").json()["title"] == "Answer the phone within three rings"
    for code in ("NONE-01", "%00", "x" * 300):
        response = reader.get(f"{URL}{code}/")
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"


def test_filters_are_those_of_the_screen(reader):
    publish_standard()
    publish_standard("SOCIAL-01", channels=["social"], category=make_category("conduct", "Conduct"))
    assert read_codes(reader.get(URL, {"channel": "social"})) == ["SOCIAL-01"]
    assert read_codes(reader.get(URL, {"category": "conduct"})) == ["SOCIAL-01"]
    assert read_codes(reader.get(URL, {"q": "comunication"})) == ["PHONE-01"]


@pytest.mark.parametrize("query", [{"owner": "1"}, {"channel": "fax"}])
def test_what_cannot_be_filtered_is_refused(reader, query):
    publish_standard()
    response = reader.get(URL, query)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_nothing_is_written_through_the_api(reader, verb):
    publish_standard()
    assert getattr(reader, verb)(f"{URL}PHONE-01/").status_code in {403, 405}


def test_the_list_takes_few_queries_whatever_its_length(reader, django_assert_max_num_queries):
    for at in range(12):
        publish_standard(f"S-{at:02}")
    with django_assert_max_num_queries(5):
        reader.get(URL, {"channel": "phone"})
