"""While the database is away, people get a plain answer, and the next request is served."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    """A client that looks at the answer instead of at the error."""
    return Client(raise_request_exception=False)


def refuse(execute, sql, params, many, context):
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize("path", ["/", "/login/", "/standards/", "/verify/ABCD-EFGH/"])
def test_pages_answer_503_while_the_database_is_away(patient, path, django_user_model):
    patient.force_login(django_user_model.objects.create_user("ann"))
    with connection.execute_wrapper(refuse):
        response = patient.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response["Cache-Control"] == "no-store"
    assert "What you saved is safe" in response.text
    assert patient.get("/login/").status_code in {200, 302, 303}


def test_the_api_says_it_as_a_problem(patient, django_user_model):
    patient.force_login(django_user_model.objects.create_user("ann"))
    with connection.execute_wrapper(refuse):
        response = patient.get("/api/v1/branches/", headers={"accept": "application/json"})
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "unavailable"
    assert response["Retry-After"] == "5"


def test_other_errors_are_not_called_an_outage(patient, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("lms.views.JsonResponse", fail)
    response = patient.get("/healthz")
    assert response.status_code == 500
    assert "Retry-After" not in response


def test_a_cache_that_does_not_answer_is_an_outage_too(patient, monkeypatch):
    redis = pytest.importorskip("redis", reason="without Redis there is no such outage")

    def fail(*_args, **_kwargs):
        raise redis.exceptions.TimeoutError

    monkeypatch.setattr("lms.views.JsonResponse", fail)
    assert patient.get("/healthz").status_code == 503
