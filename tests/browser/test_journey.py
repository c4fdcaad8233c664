"""From a roster file to a certificate that HR, the manager and the public see."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.chromium import DESK, check_axe
from tests.browser.hands import Pointer, press
from tests.browser.steps import (
    BEST,
    WORST,
    answer_quiz,
    fetch_mails,
    link_in,
    mail_to,
    open_next,
    parse_outbox,
    play,
    read_lessons,
    sign_in,
    text_of,
)

HEADER = (
    "employee_number,given_name,family_name,email,branch_code,job_role_code,"
    "manager_number,hired_on,left_on,locale"
)
ADDRESS = "rahel.tadesse@harbourfinch.example"
NEW_PASSWORD = "kettle-bus-umbrella"
# At branch 0412, certified for the counter until a day within the month.
LAPSING = "Franziska Lorenz"
LAPSING_ADDRESS = "franziska.lorenz@harbourfinch.example"
# Nothing in Wagtail's own frame is known to displease axe.
WAGTAIL_SHELL: frozenset[str] = frozenset()


def import_newcomer(folder: Path) -> None:
    """Import the roster file that HR sends on a cashier's first day."""
    file = folder / "roster-new.csv"
    row = f"HF00601,Rahel,Tadesse,{ADDRESS},0412,cashier,HF00064,2026-11-21,,en"
    file.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    call_command("import_roster", str(file), verbosity=0)


def counter_cell(page: Page) -> str:
    """Return what HR's matrix says of branch 0412 and counter service."""
    page.goto("/admin/certification/?view=branches&certification=COUNTER")
    row = page.locator("tr").filter(has=page.locator("th", has_text="0412"))
    for _number in range(3):
        if row.count():
            break
        press(page.get_by_role("link", name="Next"))
    return row.locator("td").last.inner_text()


def open_branch(page: Page) -> None:
    """Open the manager's own branch, choosing it where there is a choice."""
    page.goto("/branch/")
    own = page.locator("main a").filter(has_text="0412")
    if own.count():
        press(own)
    expect(page.get_by_role("heading", name="Who may work today")).to_be_visible()


def counter_roster(page: Page) -> str:
    """Return what the manager's page says of who may serve at the counter today."""
    open_branch(page)
    card = page.locator("section[aria-labelledby=today] .card").filter(has_text="Counter service")
    found = re.search(r"\d+ of \d+", card.inner_text())
    assert found is not None
    return found.group()


def choose_password(page: Page) -> None:
    """Follow the first mail to where a password is chosen, ask for the link, and choose one."""
    first = mail_to(fetch_mails(), ADDRESS)
    assert "Counter service" in text_of(first)
    page.goto(link_in(first))
    page.get_by_label("E-mail address").fill(ADDRESS)
    check_axe(page)
    press(page.get_by_role("button", name="Send me the link"))
    page.goto(link_in(mail_to(parse_outbox(), ADDRESS)))
    check_axe(page)
    page.locator("[name=new_password1]").fill(NEW_PASSWORD)
    page.locator("[name=new_password2]").fill(NEW_PASSWORD)
    press(page.get_by_role("button", name="Save the password"))
    expect(page.locator("h1")).to_have_text("Your new password is set")


def learn(page: Page, demo_site) -> None:
    """Read, play badly and then well, fail one standard, wait, pass."""
    hand = Pointer(page)
    open_next(hand)
    read_lessons(hand, check_axe, until="angry")
    press(page.get_by_role("link", name="To the role-play"))
    play(hand, WORST)
    expect(page.locator("h1")).to_have_text("Not passed yet")
    press(page.get_by_role("link", name="A full queue and an upset caller"))
    play(hand, BEST, check_axe)
    expect(page.locator("h1")).to_have_text("Passed. Well done!")
    open_next(hand)
    read_lessons(hand, until="check")
    press(page.get_by_role("link", name="To the quiz"))
    first = answer_quiz(hand, wrong=["QUEUE-01"], check=check_axe)
    see_what_was_missing(page)
    quiz = page.get_by_role("link", name="About this quiz").get_attribute("href") or ""
    page.goto(quiz)
    expect(page.locator("button[form=start]")).to_have_count(0)
    demo_site.wait(minutes=31)
    page.goto(quiz)
    second = answer_quiz(hand)
    expect(page.locator("h1")).to_have_text("Passed. Well done!")
    check_axe(page)
    assert len(first - second) >= 6
    open_next(hand)
    hand.press(page.locator("button[form=finish]"))
    check_axe(page)


def see_what_was_missing(page: Page) -> None:
    """The result names the standard, says why, and links the lesson that teaches it."""
    expect(page.locator("h1")).to_have_text("Not passed yet")
    why = page.locator("main")
    expect(why).to_contain_text("At least 50 % are needed.")
    lesson = page.get_by_role("link", name="When the queue grows")
    expect(lesson).to_have_attribute("href", "/courses/counter-service/when-the-queue-grows/")


def test_new_cashier_becomes_certified_and_everybody_sees_it(open_page, demo_site, tmp_path):
    import_newcomer(tmp_path)
    hr, manager, learner, guest = (
        open_page(viewport=DESK),
        open_page(),
        open_page(),
        open_page(),
    )
    sign_in(Pointer(hr), "hr@harbourfinch.example", at="/admin/login/")
    sign_in(Pointer(manager), "HF00064")
    before = counter_cell(hr), counter_roster(manager)
    choose_password(learner)
    sign_in(Pointer(learner), "HF00601", NEW_PASSWORD)
    expect(learner.locator("h1")).to_contain_text("Rahel")
    check_axe(learner)
    learn(learner, demo_site)
    see_certificate(learner, guest)
    after = counter_cell(hr), counter_roster(manager)
    assert after[0] != before[0]
    assert one_more(before[1], after[1])
    see_screens_of_hr(hr)
    remind(manager)


def one_more(before: str, after: str) -> bool:
    """Return whether one more of the same people may serve."""
    (may, everybody), (may_now, everybody_now) = (
        map(int, text.split(" of ")) for text in (before, after)
    )
    return (may_now, everybody_now) == (may + 1, everybody)


def see_screens_of_hr(hr: Page) -> None:
    """Down from the regions to the person, and why each date is what it is."""
    hr.goto("/admin/certification/")
    check_axe(hr, WAGTAIL_SHELL)
    press(hr.locator("th a").filter(has_text="Germany"))
    check_axe(hr, WAGTAIL_SHELL)
    press(hr.locator("th a").filter(has_text="0412"))
    check_axe(hr, WAGTAIL_SHELL)
    press(hr.locator("th a").filter(has_text="Rahel Tadesse"))
    expect(hr.locator("main")).to_contain_text("21 November 2026")
    check_axe(hr, WAGTAIL_SHELL)


def remind(manager: Page) -> None:
    """Remind somebody who lapses soon by one button; the mail goes out, to that person only."""
    fetch_mails()
    open_branch(manager)
    check_axe(manager)
    soon = manager.locator("section[aria-labelledby=lapsing]")
    press(soon.get_by_role("button", name=f"Remind {LAPSING}"))
    expect(manager.locator("main")).to_contain_text("A reminder goes out now to 1 person.")
    check_axe(manager)
    mails = fetch_mails()
    assert [message["To"] for message in mails] == [LAPSING_ADDRESS]
    assert "A reminder from your manager" in text_of(mails[0])


def see_certificate(learner: Page, guest: Page) -> None:
    """The record leads to the certificate, its PDF and the public check, open to anybody."""
    learner.goto("/my/record/")
    check_axe(learner)
    pdf = learner.get_by_role("link", name="PDF").get_attribute("href") or ""
    answer = learner.request.get(pdf)
    assert answer.ok
    assert answer.body().startswith(b"%PDF")
    press(learner.get_by_role("link", name="Certificate"))
    expect(learner.locator(".cert")).to_contain_text("Rahel Tadesse")
    check_axe(learner)
    public = learner.get_by_role("link", name="Public check").get_attribute("href") or ""
    guest.goto(public)
    expect(guest.locator("main")).to_contain_text("Valid today")
    expect(guest.locator("main")).to_contain_text("Rahel Tadesse")
    check_axe(guest)
