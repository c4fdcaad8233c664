"""What a person does on the site, step by step, with whatever hand."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Collection, Iterable
from email.message import EmailMessage
from typing import Any

from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from demo.loader.answers import right_answer, wrong_answer
from demo.loader.files import read_json
from quizzes.api import Attempt
from tests.browser.hands import Hand

PASSWORD = read_json("company.json")["password"]
BEST = ["excuse", "listen", "bell", "time", "thanks"]
WORST = ["finish", "later", "out"]
QUEUE = "queue-and-upset-caller"
REFUND = "refund-without-receipt"
BEST_REFUND = ["thanks", "open", "card", "choice", "why", "tell", "full"]
Check = Callable[[Page], None]


def look_away(_page: Page) -> None:
    """Check nothing."""


def sign_in(hand: Hand, login: str, password: str = PASSWORD, at: str = "/login/") -> None:
    """Sign in with a number or address."""
    page = hand.page
    page.goto(at)
    hand.write(page.locator("[name=username]"), login)
    hand.write(page.locator("[name=password]"), password)
    hand.press(page.get_by_role("button", name="Sign in", exact=True))


def fetch_mails() -> list[EmailMessage]:
    """Let the sweep and the sender run; return what was sent, as mail programs read it."""
    mail.outbox.clear()
    call_command("advance", verbosity=0)
    call_command("deliver", verbosity=0)
    return parse_outbox()


def parse_outbox() -> list[EmailMessage]:
    """Empty the outbox; return what was in it."""
    sent = [
        email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
        for message in mail.outbox
    ]
    mail.outbox.clear()
    return sent


def mail_to(mails: Iterable[EmailMessage], address: str) -> EmailMessage:
    """Return the one mail to an address."""
    found = [message for message in mails if message["To"] == address]
    assert len(found) == 1, [message["Subject"] for message in found]
    return found[0]


def text_of(message: EmailMessage) -> str:
    """Return the plain text of a mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content()


def link_in(message: EmailMessage) -> str:
    """Return the one link of a mail; text and HTML must agree on it."""
    plain = re.findall(r"https?://\S+", text_of(message))
    html = message.get_body(("html",))
    assert html is not None
    assert len(plain) == 1, plain
    assert f'href="{plain[0]}"' in html.get_content()
    return plain[0]


def open_next(hand: Hand, code: str = "COUNTER") -> None:
    """Go on with a certification from the home page."""
    page = hand.page
    page.goto("/")
    card = page.locator(f"section:has(#c-{code})")
    hand.press(card.locator("li:has(.dot.now) a"))


def read_lessons(hand: Hand, check: Check = look_away, until: str = "") -> None:
    """Press *Next* from lesson to lesson until one has the text ``until`` in its heading."""
    page = hand.page
    start = page.get_by_role("button", name="Start")
    if start.count():
        check(page)
        hand.press(start.first)
    for _number in range(9):
        heading = page.locator("h1").inner_text()
        check(page)
        if until and until in heading:
            return
        hand.press(page.locator("button[form=finish]"))
        if page.locator("h1").inner_text() == heading:
            return
    raise AssertionError("The lessons never end")


def play(hand: Hand, way: Collection[str], check: Check = look_away, scenario: str = QUEUE) -> None:
    """Play a role-play from its briefing along a way of choices to its debrief."""
    page = hand.page
    graph = read_json(f"scenarios/{scenario}.json")["graph"]
    check(page)
    hand.press(page.locator("button[form=start]"))
    node = graph["start"]
    for number, wanted in enumerate(way):
        choice = next(row for row in graph["nodes"][node]["choices"] if row["id"] == wanted)
        if number < 2:
            check(page)
        hand.press(page.locator("button.opt").filter(has_text=choice["text"]))
        node = choice["to"]
    expect(page.locator("#end")).to_have_text(graph["endings"][node]["title"])
    check(page)
    hand.press(page.get_by_role("link", name="See how you did"))
    check(page)


def answer_quiz(hand: Hand, wrong: Collection[str] = (), check: Check = look_away) -> set[str]:
    """Take a quiz from its first page and hand it in; return the codes of what was asked.

    Questions about a standard in ``wrong`` are answered wrongly.
    """
    page = hand.page
    check(page)
    hand.press(page.locator("button[form=start]"))
    attempt = Attempt.objects.get(uuid=page.url.split("/attempts/")[1].split("/")[0])
    items = list(attempt.items.select_related("question_version__question").order_by("number"))
    for item in items:
        expect(page.locator("main")).to_contain_text(f"Question {item.number} of {len(items)}")
        body, tokens = item.question_version.body, dict(map(tuple, item.options))
        give = wrong_answer if set(body["standards"]) & set(wrong) else right_answer
        answer = give(body, tokens)
        if item.number <= 2:
            check(page)
        give_answer(hand, answer)
        hand.press(page.locator("button[form=answer]"))
    check(page)
    hand.press(page.locator("button[form=submit]"))
    check(page)
    return {item.question_version.question.code for item in items}


def give_answer(hand: Hand, answer: Any) -> None:
    """Answer the question on the page, whatever its type; it is not sent yet."""
    page = hand.page
    if page.locator("[data-order]").count():
        put_in_order(hand, answer)
    elif page.locator("[name=text]").count():
        hand.write(page.locator("[name=text]"), answer)
    elif isinstance(answer, dict):
        for token, value in answer.items():
            fill_part(hand, page.locator(f"[name='part-{token}']"), value)
    else:
        for value in find_values(page, answer):
            hand.choose(page.locator(f"input[name=choice][value='{value}']"))


def put_in_order(hand: Hand, wanted: list[str]) -> None:
    """Move each step up to its place, from the first on."""
    items = hand.page.locator("[data-order] [name=item]")
    for place, token in enumerate(wanted):
        now = items.evaluate_all("items => items.map(item => item.value)")
        for step in range(now.index(token), place, -1):
            hand.toggle(hand.page.locator(f"[name=move][value='up {token}']"))
            # Without JavaScript a new page comes.
            expect(items.nth(step - 1)).to_have_value(token)


def fill_part(hand: Hand, part: Locator, value: str) -> None:
    """Choose from the list of a pair or gap, or type into it."""
    option = part.locator(f"option[value='{value}']")
    if option.count():
        hand.pick(part, option.inner_text())
    else:
        hand.write(part, value)


def find_values(page: Page, answer: object) -> list[str]:
    """Return the values of the inputs that stand for an answer."""
    if isinstance(answer, bool):
        words = "True" if answer else "False"
        option = page.locator("label.opt").filter(has_text=words)
        return [option.locator("input").get_attribute("value") or ""]
    return [str(token) for token in (answer if isinstance(answer, list) else [answer])]
