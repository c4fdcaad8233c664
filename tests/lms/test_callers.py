"""Where requests come from, with and without proxies in front."""

import pytest
from django.test import RequestFactory

from lms.api import client_address

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, PROXY),
        (0, "192.0.2.7", PROXY),
        (1, None, PROXY),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "made-up, 198.51.100.1, 192.0.2.7", "192.0.2.7"),
        (2, "198.51.100.1, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (3, "192.0.2.7, 10.0.0.2", PROXY),
        (1, "192.0.2.7, unknown", PROXY),
        (1, "", PROXY),
        (1, "2001:DB8::0:1", "2001:db8::1"),
    ],
)
def test_the_entry_of_the_outermost_trusted_proxy_counts(settings, proxies, forwarded, address):
    settings.STANDARDBEARER = {"TRUSTED_PROXIES": proxies}
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY)

    assert client_address(request) == address


def test_without_a_setting_nobody_is_believed(settings):
    settings.STANDARDBEARER = {}
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "192.0.2.7"})

    assert client_address(request) == "127.0.0.1"
