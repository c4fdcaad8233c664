"""The auditor's question: who was certified at a branch on a day, as it was known then."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from certification.awards.actions import revoke_award
from certification.models import Award
from lms.api import Branch, Employee, transfer_employee
from tests.browser.chromium import DESK, check_axe
from tests.browser.hands import Pointer, press
from tests.browser.steps import sign_in

AUDITOR = "auditor@harbourfinch.example"
ON, KNOWN = "2026-03-14", "2026-11-21T08:30"


def ask_the_terminal(*more: str) -> list[dict[str, str]]:
    """Return the holders that the command names."""
    out = io.StringIO()
    call_command(
        "holders",
        "COMPLAINTS",
        f"--on={ON}",
        "--branch=0412",
        "--format=json",
        *more,
        stdout=out,
        stderr=io.StringIO(),
    )
    found: list[dict[str, str]] = json.loads(out.getvalue())
    return found


def learn_later(moved: str, revoked: str) -> None:
    """Record now that one had moved by the day, and that another's award is not true."""
    now = timezone.now()
    person = Employee.objects.get(employee_number=moved)
    transfer_employee(
        employee=person,
        branch=Branch.objects.exclude(code="0412").order_by("code")[0],
        job_role=person.home_job_role,
        from_on=now.date().replace(month=3, day=1),
        actor=None,
        now=now,
        today=now.date(),
    )
    for award in Award.objects.filter(
        employee__employee_number=revoked, certification__code="COMPLAINTS"
    ):
        revoke_award(
            award=award,
            effective_on=max(award.valid_from, now.date().replace(month=3, day=10)),
            reason="The paper was somebody else's",
            actor=None,
            now=now,
        )


def ask_the_screen(page: Page, known: str = "") -> list[str]:
    """Ask on the screen; return the numbers of the holders."""
    page.goto("/admin/certified-on/")
    page.get_by_label("Complaint handling").check()
    page.get_by_label("On the day").fill(ON)
    page.get_by_label("As known at").fill(known)
    page.get_by_label("Branch code").fill("0412")
    press(page.get_by_role("button", name="Answer"))
    return page.locator("section[aria-labelledby=sb-held] tbody th span").all_inner_texts()


def fetch_evidence(page: Page, folder: Path) -> dict[str, bytes]:
    """Press the button; return the files of the zip."""
    with page.expect_download() as started:
        page.get_by_role("link", name="Download evidence").click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_auditor_gets_the_answer_of_then_and_the_file_that_proves_it(
    open_page, demo_site, tmp_path
):
    known_then = [row["employee_number"] for row in ask_the_terminal()]
    moved, revoked = known_then[0], known_then[-1]
    demo_site.wait(hours=1)
    learn_later(moved, revoked)
    page = open_page(viewport=DESK, accept_downloads=True)
    sign_in(Pointer(page), AUDITOR)
    page.goto("/admin/certified-on/")
    check_axe(page)

    shown = ask_the_screen(page, KNOWN)

    check_axe(page)
    terminal = ask_the_terminal(f"--known-at={KNOWN}+00:00")
    assert sorted(shown) == sorted(row["employee_number"] for row in terminal)
    assert sorted(shown) == sorted(known_then)
    changed = page.locator("tbody tr").filter(has_text=moved)
    expect(changed).to_contain_text("At 0412 Hamburg Hafenstraße until 28 Feb 2026.")
    expect(page.locator("tbody tr").filter(has_text=revoked)).to_contain_text("Award revoked")
    files = fetch_evidence(page, tmp_path)
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    lines = csv.DictReader(io.StringIO(files["holders.csv"].decode("utf-8-sig")))
    assert sorted(line["employee_number"] for line in lines) == sorted(shown)
    assert json.loads(files["facts.json"])["question"]["on"] == ON
    assert files["summary.pdf"].startswith(b"%PDF-")

    now = ask_the_screen(page)

    assert set(shown) - set(now) == {moved, revoked}
    assert sorted(now) == sorted(row["employee_number"] for row in ask_the_terminal())
