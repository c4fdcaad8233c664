"""A long answer is typed: kept here at every pause, sent whole now and then, and on leaving."""

from __future__ import annotations

from collections.abc import Iterator
from email.parser import BytesParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from tests.browser.chromium import open_context

SCRIPT = Path("quizzes/static/standardbearer/quizzes/answers.js")
ADDRESS = "http://quiz.example/attempts/1/2/"
PAGE = """<!doctype html><form method="post" data-answers="0">
<input type="hidden" name="csrfmiddlewaretoken" value="x">
<textarea name="text"></textarea><button>Next</button></form>
<p data-state data-saved="saved" data-saving="saving" data-waiting="waiting"></p>
<script type="module" src="/answers.js"></script>"""


def read_form(request: Request) -> dict[str, str]:
    """Return the fields of what was sent."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = BytesParser().parsebytes(head + (request.post_data_buffer or b"")).get_payload()
    return {
        part.get_param("name", header="content-disposition"): part.get_payload().strip()
        for part in parts
    }


@pytest.fixture
def sent() -> list[dict[str, str]]:
    """What reached the server, in order."""
    return []


@pytest.fixture
def page(chromium: Browser, sent: list[dict[str, str]]) -> Iterator[Page]:
    """The page of a question, whose clock the test turns."""
    context, watch = open_context(chromium)

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(read_form(route.request))
            saved = {"sequence": int(sent[-1]["sequence"]), "elsewhere": False, "next": ADDRESS}
            route.fulfill(json=saved)
        elif route.request.url.endswith("answers.js"):
            route.fulfill(body=SCRIPT.read_text(), content_type="text/javascript")
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    context.route("**/*", answer)
    page = context.new_page()
    page.clock.install()
    page.goto(ADDRESS)
    yield page
    assert watch.problems == []
    context.close()


def type_and_pause(page: Page, letters: str, seconds: float = 2) -> None:
    """Type some letters, then think."""
    page.locator("textarea").press_sequentially(letters)
    page.clock.run_for(seconds * 1000)
    page.wait_for_timeout(50)


def kept(page: Page) -> str:
    """Return what waits on this device."""
    return page.evaluate("localStorage.getItem('standardbearer-answers') || ''")


def test_who_types_for_a_minute_with_pauses_sends_a_few_copies_and_the_last_one(page, sent):
    for letter in "abcdefghijklmnopqrstuvwxyz":
        type_and_pause(page, letter)
    page.clock.run_for(20_000)
    page.wait_for_timeout(50)
    assert sent[0]["text"] == "a"
    assert 4 <= len(sent) <= 6
    assert sent[-1]["text"] == "abcdefghijklmnopqrstuvwxyz"
    numbers = [int(form["sequence"]) for form in sent]
    assert numbers == sorted(set(numbers))
    assert page.locator("[data-state]").inner_text() == "saved"


def test_between_two_sendings_the_device_keeps_what_was_typed(page, sent):
    type_and_pause(page, "a")
    type_and_pause(page, "b")
    assert [form["text"] for form in sent] == ["a"]
    assert '"ab"' in kept(page)


def test_leaving_the_field_or_the_page_sends_at_once(page, sent):
    type_and_pause(page, "a")
    type_and_pause(page, "b")
    page.locator("button").focus()
    page.clock.run_for(100)
    page.wait_for_timeout(50)
    assert [form["text"] for form in sent] == ["a", "ab"]
    page.locator("textarea").press_sequentially("c")
    page.evaluate("""Object.defineProperty(document, 'hidden', { value: true });
        document.dispatchEvent(new Event('visibilitychange'))""")
    page.wait_for_timeout(100)
    assert sent[-1]["text"].endswith("c")
    assert kept(page) == "{}"
