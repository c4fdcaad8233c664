import pytest
from django.core.mail import EmailMultiAlternatives
from django.http import HttpResponse, StreamingHttpResponse

from tests.canary import assert_no_canary, build_canary


@pytest.mark.parametrize(
    "source",
    [
        "see CANARY-family",
        b"canary@example.com",
        HttpResponse("<td>CANARY-given</td>"),
        HttpResponse("", headers={"X-Name": "CANARY-1"}),
        StreamingHttpResponse([b"a;", b"CANARY-1"]),
        EmailMultiAlternatives("CANARY-subject", "body", to=["a@example.com"]),
        ["fine", "CANARY-1"],
    ],
)
def test_a_leak_is_found_wherever_it_is(source):
    with pytest.raises(AssertionError, match="leaked"):
        assert_no_canary(source)


def test_what_holds_no_mark_passes():
    assert_no_canary([HttpResponse("fine"), "fine", b"fine"])


@pytest.mark.django_db
def test_identifiers_leak_too():
    canary = build_canary()

    with pytest.raises(AssertionError, match="identifier"):
        assert_no_canary(f"/people/{canary.employee.uuid}/", canary)
