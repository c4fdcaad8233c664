"""The demo company on a real server, and a real Chromium that complains aloud."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Watch, open_context, run_chromium
from tests.browser.site import Site, run_site

HERE = Path(__file__).parent
FAILED = HERE.parents[1] / "shots" / "failed"
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, and keep it on one worker: one browser is enough."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A running Chromium.

    Playwright keeps an event loop in this thread, and Django refuses the database there unless
    told that it is meant. Both end with the module: no other test runs beside them.
    """
    with pytest.MonkeyPatch.context() as patch, run_chromium() as browser:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def demo_site(tmp_path: Path, django_test_environment, django_db_blocker) -> Iterator[Site]:
    """A fresh copy of the demo company on a server."""
    with django_db_blocker.unblock(), run_site(tmp_path / "site") as site:
        yield site


@pytest.fixture
def open_page(
    chromium: Browser, demo_site: Site, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Return a function that opens a page for somebody new; at the end nothing may have broken."""
    watches: list[Watch] = []
    contexts = []

    def open_one(**options: object) -> Page:
        context, watch = open_context(chromium, base_url=demo_site.url, **options)
        contexts.append(context)
        watches.append(watch)
        page = context.new_page()
        page.watch = watch
        return page

    yield open_one
    failed = getattr(request.node, "rep_call", None) is None or request.node.rep_call.failed
    for number, context in enumerate(contexts):
        if failed:
            for page in context.pages:
                page.screenshot(path=FAILED / f"{request.node.name[:60]}-{number}.png")
        context.close()
    assert [problem for watch in watches for problem in watch.problems] == []
