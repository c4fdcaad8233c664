"""Where a request came from."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the IP address of who asks, behind ``STANDARDBEARER["TRUSTED_PROXIES"]`` proxies.

    Every proxy writes whom it heard at the end of ``X-Forwarded-For``; what stands further left
    than the trusted ones wrote may be made up. Without a usable entry it is the peer's address.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    options: Mapping[str, Any] = getattr(settings, "STANDARDBEARER", {})
    proxies = int(options.get("TRUSTED_PROXIES", 0))
    heard = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if not 0 < proxies <= len(heard):
        return peer
    try:
        return str(ip_address(heard[-proxies].strip()))
    except ValueError:
        return peer
