"""Monday in HR: from a red cell to the people, and something done about each of them."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from certification.models import AwardEvent, BulkAction, Standing
from lms.api import Absence, Employee, Notice
from tests.browser.chromium import DESK, check_axe
from tests.browser.hands import Pointer, press
from tests.browser.steps import sign_in


def open_red_cell(hr: Page) -> None:
    """From the matrix to those whom a cell counts and finds not certified."""
    hr.goto("/admin/certification/?view=branches&sort=all")
    press(hr.locator("td.sb-cell--bad a").first)
    expect(hr.locator("h1")).to_contain_text("People")
    check_axe(hr)


def look_and_save(hr: Page, button: str) -> None:
    """See what a form changes before it is saved, both pages free of barriers."""
    check_axe(hr)
    press(hr.get_by_role("button", name="Show what it changes"))
    expect(hr.locator("main")).to_contain_text("What this changes")
    check_axe(hr)
    press(hr.locator("button[name=save]").filter(has_text=button))


def record_parental_leave(hr: Page) -> str:
    """See why of the first person, and record leave; return the person's number."""
    press(hr.locator("tbody th a").first)
    number = hr.locator(".sb-facts dd").first.inner_text()
    hr.locator("details.sb-why > summary").first.click()
    expect(hr.locator("details.sb-why[open] li").first).to_be_visible()
    check_axe(hr)
    press(hr.get_by_role("link", name="Record leave"))
    today = hr.locator("[name=from_on]").input_value()
    hr.locator("[name=last_on]").fill(f"{int(today[:4]) + 1}{today[4:8]}15")
    look_and_save(hr, "Record leave")
    expect(hr.locator("main")).to_contain_text("Parental leave")
    return number


def extend_one(hr: Page) -> None:
    """Extend what somebody holds, with a reason; a wrong day is said at its field."""
    row = (
        Standing.objects.filter(standing="valid", valid_until__isnull=False)
        .select_related("employee")
        .order_by("valid_until", "pk")[0]
    )
    hr.goto(f"/admin/certification/people/{row.employee.uuid}/")
    press(hr.get_by_role("link", name="Extend").first)
    hr.locator("[name=last_on]").fill("2020-01-01")
    hr.locator("[name=reason]").fill("The course room was flooded")
    press(hr.get_by_role("button", name="Show what it changes"))
    expect(hr.locator("main")).to_contain_text("An extension must end after the award does.")
    expect(hr.locator("[name=reason]")).to_have_value("The course room was flooded")
    far = row.valid_until + timedelta(days=1500)
    hr.locator("[name=last_on]").fill(far.isoformat())
    look_and_save(hr, "Extend")
    expect(hr.locator("main")).to_contain_text("The course room was flooded")


def remind_the_rest(hr: Page) -> None:
    """Remind all that fit, look at whom, and take it back in time: no mail is left."""
    hr.goto("/admin/certification/people/?lacking=1")
    hr.locator("#sb-what").select_option("remind")
    hr.get_by_label("to all").check()
    press(hr.get_by_role("button", name="Go on"))
    hr.locator("[name=reason]").fill("Monday round")
    check_axe(hr)
    press(hr.get_by_role("button", name="Show what it does"))
    expect(hr.locator("main")).to_contain_text("It is done to")
    check_axe(hr)
    press(hr.locator("button[name=save]"))
    expect(hr.get_by_role("button", name="Take it back")).to_be_visible()
    check_axe(hr)


def test_monday_in_hr_from_a_red_cell_to_everybody_reminded(open_page, demo_site):
    hr = open_page(viewport=DESK)
    sign_in(Pointer(hr), "hr@harbourfinch.example", at="/admin/login/")
    open_red_cell(hr)
    number = record_parental_leave(hr)
    assert Absence.objects.filter(
        employee=Employee.objects.get(employee_number=number), kind="parental"
    ).exists()
    extend_one(hr)
    assert AwardEvent.objects.filter(reason="The course room was flooded").exists()
    remind_the_rest(hr)
    bulk = BulkAction.objects.get()
    waiting = Notice.objects.filter(
        kind="reminded", state="planned", planned_at__gte=bulk.recorded_at
    )
    assert waiting.exists()
    assert all(notice.due_at == bulk.undo_until for notice in waiting)
    press(hr.get_by_role("button", name="Take it back"))
    expect(hr.locator("main")).to_contain_text("Taken back on")
    assert not waiting.all().exists()
    hr.goto("/admin/certification/people/bulk/past/")
    check_axe(hr)
    hr.goto("/admin/certification/proposals/")
    check_axe(hr)
