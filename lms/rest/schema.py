"""The OpenAPI schema tells of this API alone, not of Wagtail's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

OWN_PATH = "/api/v1/"


def keep_own_endpoints(endpoints: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the endpoints (path first) below the API's own path, wherever it is mounted."""
    return [endpoint for endpoint in endpoints if OWN_PATH in endpoint[0]]
