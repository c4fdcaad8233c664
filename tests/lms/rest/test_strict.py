import pytest
from django.test import RequestFactory
from rest_framework import serializers
from rest_framework.exceptions import (
    ParseError,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)

from lms.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleError
from lms.rest.errors import answer_problem, answer_unknown_address
from lms.rest.strict import StrictSerializer


class TripSerializer(StrictSerializer):
    uuid = serializers.UUIDField(read_only=True)
    place = serializers.CharField()


@pytest.mark.parametrize("body", [{"uuid": "1", "place": "x"}, {"place": "x", "bonus": 1}])
def test_what_cannot_be_written_is_refused_and_not_passed_over(body):
    serializer = TripSerializer(data=body)

    assert not serializer.is_valid()
    assert {error.code for found in serializer.errors.values() for error in found} == {
        "not_writable"
    }


def test_what_can_be_written_is_read():
    serializer = TripSerializer(data={"place": "x"})

    assert serializer.is_valid()
    assert serializer.validated_data == {"place": "x"}


@pytest.mark.parametrize("body", [[], "x", None, 3])
def test_a_body_of_another_shape_is_refused(body):
    assert not TripSerializer(data=body).is_valid()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuleError("No.", code="window_closed"), 409, "window_closed"),
        (NotFoundError("No."), 404, "not_found"),
        (NotAllowedError("No."), 403, "not_allowed"),
        (InvalidInputError("No.", field="day"), 422, "invalid_input"),
        (ParseError(), 400, "parse_error"),
        (UnsupportedMediaType("text/csv"), 415, "unsupported_media_type"),
        (Throttled(wait=3), 429, "throttled"),
        (ValidationError({"rows": [{}, {"day": ["No."]}]}), 400, "invalid_input"),
    ],
)
@pytest.mark.django_db
def test_every_error_is_a_problem_with_its_code(error, status, code):
    response = answer_problem(error, {})

    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert (response.data["status"], response.data["code"]) == (status, code)
    assert response.data["title"]


@pytest.mark.django_db
def test_refused_fields_are_listed_by_their_path():
    response = answer_problem(ValidationError({"trip": {"day": ["No."], "to": ["No."]}}), {})

    assert [found["field"] for found in response.data["errors"]] == ["trip.day", "trip.to"]


@pytest.mark.django_db
def test_how_long_to_wait_is_told():
    assert answer_problem(Throttled(wait=3), {}).headers["Retry-After"] == "3"


def test_a_mistake_in_the_program_is_no_problem_of_the_caller():
    assert answer_problem(KeyError("x"), {}) is None


def test_an_unknown_address_answers_in_the_same_form():
    response = answer_unknown_address(RequestFactory().get("/api/v1/nothing/"))

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
