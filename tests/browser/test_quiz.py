"""Quizzes on a server of their own that is killed and started again, with and without a network."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from quizzes.attempts.models import Attempt, AttemptResult, ResponseEvent
from tests.browser.chromium import DESK, check_axe, open_context
from tests.browser.hands import Pointer, press
from tests.browser.site import ROOT, STORE
from tests.browser.steps import sign_in
from tests.databases import digest_schema, forget_what_was_read
from tests.lms.factories import PASSWORD, make_granted, make_person
from tests.quizzes.factories import make_questions, make_quiz, single, token_of

SHOTS = ROOT / "shots"


class Server:
    """The site in a process of its own, on a file of its own."""

    def __init__(self, database: Path) -> None:
        self.database = database
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = ["manage.py", "runserver", "--noreload", "--insecure", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "lms.config.settings.test",
                "DATABASE_URL": f"sqlite:///{self.database}",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + 90
        while time.monotonic() < end:
            try:
                urlopen(f"{self.url}/healthz", timeout=5).close()
            except (URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError("The server does not start")

    def kill(self) -> None:
        """End it as the power does."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)


@pytest.fixture
def server(
    tmp_path: Path, django_test_environment, django_db_setup, django_db_blocker
) -> Iterator[Server]:
    """A running site without any data, and this process on the same database."""
    copy = tmp_path / "quiz.sqlite3"
    shutil.copy(STORE / f"template-{digest_schema()}.sqlite3", copy)
    connection = connections["default"]
    with django_db_blocker.unblock():
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = str(copy)
        forget_what_was_read()
        running = Server(copy)
        try:
            yield running
        finally:
            running.kill()
            connection.close()
            connection.settings_dict["NAME"] = before
            forget_what_was_read()


@pytest.fixture
def visit(chromium, server: Server):
    """Return a function that opens a page; what it complains about fails the test."""
    opened = []

    def open_one(**options: object) -> Page:
        context, watch = open_context(chromium, base_url=server.url, **options)
        opened.append((context, watch))
        page = context.new_page()
        page.watch = watch
        return page

    yield open_one
    for context, _watch in opened:
        context.close()
    assert [problem for _context, watch in opened for problem in watch.problems] == []


def choose(page: Page, attempt: Attempt, part: str = "b") -> None:
    """Tick an option of the question that is shown, given by its id in the bank."""
    number = int(page.url.rstrip("/").rsplit("/", 1)[1])
    token = token_of(attempt.items.get(number=number), part)
    page.locator(f"input[name=choice][value='{token}']").check()


def state_of(page: Page):
    """Return where the page says whether the answer is saved."""
    return page.locator("[data-state]")


def shoot(page: Page, name: str) -> None:
    """Keep a picture for who wants to look."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"quiz-{name}.png", full_page=True)


def begin(page: Page, quiz, person) -> Attempt:
    """Sign in and start a quiz."""
    sign_in(Pointer(page), person.employee_number, PASSWORD)
    page.goto(f"/quizzes/{quiz.uuid}/")
    press(page.locator("button[form=start]"))
    return Attempt.objects.get(employee=person)


def test_a_server_killed_within_a_quiz_and_while_handing_in_loses_nothing(server, visit):
    make_questions([single(f"Q{n}") for n in range(4)])
    quiz, person = make_quiz(time_limit_minutes=None), make_person()
    server.start()
    page = visit()
    attempt = begin(page, quiz, person)
    choose(page, attempt)
    expect(state_of(page)).to_have_text("Your answer is saved.")
    assert ResponseEvent.objects.filter(item__number=1).count() == 1
    check_axe(page)
    press(page.locator("button[form=answer]"))

    server.kill()
    page.watch.expect(server.url)
    choose(page, attempt)
    expect(state_of(page)).to_contain_text("Waiting for a connection")
    page.locator("button[form=answer]").click()
    expect(state_of(page)).to_contain_text("Waiting for a connection")
    check_axe(page)
    shoot(page, "waiting")
    server.start()
    page.wait_for_url("**/3/")
    assert list(ResponseEvent.objects.filter(item__number=2).values_list("response")) == [("b",)]

    for _number in (3, 4):
        choose(page, attempt)
        press(page.locator("button[form=answer]"))
    expect(page.locator("main")).to_contain_text("All questions are answered and saved.")
    # In the middle of handing in: whatever came of it, nothing is lost and nothing counts double.
    page.locator("button[form=submit]").click(no_wait_after=True)
    server.kill()
    server.start()
    page.goto(f"/attempts/{attempt.uuid}/")
    if page.locator("button[form=submit]").count():
        expect(page.locator("main")).to_contain_text("All questions are answered and saved.")
        press(page.locator("button[form=submit]"))
    expect(page.locator("h1")).to_have_text("Passed. Well done!")
    result = AttemptResult.objects.get()
    assert (result.percent, result.passed) == ("1/1", True)


def test_another_device_goes_on_and_each_says_so(server, visit):
    make_questions([single(f"Q{n}") for n in range(4)])
    quiz, person = make_quiz(time_limit_minutes=None), make_person()
    server.start()
    phone, desk = visit(), visit(viewport=DESK)
    attempt = begin(phone, quiz, person)
    choose(phone, attempt, "a")
    expect(state_of(phone)).to_have_text("Your answer is saved.")
    sign_in(Pointer(desk), person.employee_number, PASSWORD)
    desk.goto(f"/attempts/{attempt.uuid}/1/")
    expect(desk.locator("input:checked")).to_have_count(1)
    choose(desk, attempt, "b")
    expect(state_of(desk)).to_have_text("Your answer is saved.")
    phone.watch.expect("/attempts/")
    choose(phone, attempt, "c")
    expect(state_of(phone)).to_contain_text("another device")
    check_axe(phone)
    shoot(phone, "elsewhere")
    phone.reload()
    token = token_of(attempt.items.get(number=1), "b")
    expect(phone.locator(f"input[value='{token}']")).to_be_checked()


def test_an_answer_given_after_the_session_ended_is_sent_after_signing_in_again(server, visit):
    make_questions([single(f"Q{n}") for n in range(4)])
    quiz, person = make_quiz(), make_person()
    server.start()
    page = visit()
    attempt = begin(page, quiz, person)
    page.context.clear_cookies()
    page.watch.expect("/attempts/")
    choose(page, attempt)
    expect(state_of(page)).to_contain_text("You have been signed out")
    check_axe(page)
    shoot(page, "signed-out")
    press(page.get_by_role("link", name="Sign in again"))
    page.locator("[name=username]").fill(person.employee_number)
    page.locator("[name=password]").fill(PASSWORD)
    press(page.get_by_role("button", name="Sign in", exact=True))
    expect(state_of(page)).to_contain_text("Your answer is saved.")
    assert ResponseEvent.objects.get().response == "b"


def test_one_way_and_let_in_by_a_manager_with_extra_time_that_only_the_person_sees(server, visit):
    make_questions([single(f"Q{n}") for n in range(4)])
    quiz = make_quiz(
        navigation="sequential", admission="supervisor", feedback={"during": ["feedback"]}
    )
    person = make_person()
    manager = make_granted("branch_manager", branch=person.home_branch)
    hr = make_granted("hr")
    for user in (manager, hr):
        make_person(person.home_branch, user=user)
    server.start()
    office, learner, boss = visit(viewport=DESK), visit(), visit()
    sign_in(Pointer(office), hr.username, PASSWORD, at="/admin/login/")
    office.goto("/admin/sb_extra_time/new/")
    office.locator("[name=employee_number]").fill(person.employee_number)
    office.locator("[name=factor]").fill("1.5")
    office.locator("[name=reason]").fill("Letter of the doctor")
    shoot(office, "extra-time")
    press(office.locator("button[type=submit]").filter(has_text="Create"))
    expect(office.locator("main")).to_contain_text("1.50")
    shoot(office, "extra-times")
    office.goto(f"/admin/snippets/sb_quizzes/quiz/edit/{quiz.pk}/")
    office.get_by_role("tab", name="Feedback").click()
    shoot(office, "ticks")

    sign_in(Pointer(learner), person.employee_number, PASSWORD)
    learner.goto(f"/quizzes/{quiz.uuid}/")
    expect(learner.locator("main")).to_contain_text("30minutes to answer, with your extra time")
    expect(learner.locator("main")).to_contain_text("A manager or assessor must let you in.")
    check_axe(learner)
    shoot(learner, "supervised")
    sign_in(Pointer(boss), manager.username, PASSWORD)
    boss.goto("/branch/releases/")
    check_axe(boss)
    shoot(boss, "releases")
    press(boss.get_by_role("button", name=f"Let in {person.full_name}"))
    expect(boss.locator("main")).to_contain_text("may start now, within half an hour")
    check_axe(boss)
    press(learner.locator("button[form=start]"))
    attempt = Attempt.objects.get()
    expect(learner.locator("main")).to_contain_text("there is no way back")
    check_axe(learner)
    shoot(learner, "one-way")
    choose(learner, attempt)
    press(learner.locator("button[form=answer]"))
    expect(learner.locator("main")).to_contain_text("b-said")
    check_axe(learner)
    shoot(learner, "told")
    press(learner.locator("button[form=answer]"))
    expect(learner.locator("main")).to_contain_text("Question 2 of 4")
