"""A role-play written in Wagtail's admin in Chromium, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from quizzes.api import Scenario, ScenarioVersion
from tests.browser.chromium import DESK, check_axe
from tests.browser.hands import Pointer
from tests.browser.steps import sign_in

EDITOR = "/admin/snippets/sb_quizzes/scenario"
NEW_STEP = "He asks for the manager"
# An editor has many stops; what follows is counted in key strokes, not in pages.
MOST_STOPS = 400
# What Wagtail's own shell leaves open.
OF_WAGTAIL = {
    "page-has-heading-one html",
    "scrollable-region-focusable .w-minimap__list",
}


def go_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has the focus."""
    # Looked up anew each time: the panel is drawn anew while one goes there.
    for _number in range(MOST_STOPS):
        if target.evaluate("item => item === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{target} cannot be reached with the Tab key")


def press(page: Page, target: Locator, key: str = "Tab") -> None:
    """Go there and press Enter."""
    go_to(page, target, key)
    page.keyboard.press("Enter")


def pick(page: Page, target: Locator, label: str) -> None:
    """Go to a list and down it to an option."""
    go_to(page, target)
    page.keyboard.press("Home")
    for _number in range(target.locator("option").count()):
        if target.locator("option:checked").inner_text() == label:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{label} is not in the list")


def find_block(page: Page, title: str) -> Locator:
    """Return the block of a step by its title."""
    titles = page.locator("input[name^='body-'][name$='-value-title']")
    values = titles.evaluate_all("items => items.map(item => item.value)")
    return titles.nth(values.index(title)).locator("xpath=ancestor::*[@data-streamfield-child][1]")


def open_panel(page: Page) -> None:
    """Show the check beside the form; Wagtail remembers which panel was open."""
    if page.locator("[data-side-panel='role-play']").is_hidden():
        press(page, page.locator("[data-side-panel-toggle='role-play']"))
    expect(page.locator("#sb-findings")).to_be_visible()


def try_to_publish(page: Page) -> None:
    """Open the menu at the foot and publish."""
    press(page, page.locator("footer .w-dropdown__toggle"))
    button = page.locator("button[name='action-publish']")
    expect(button).to_be_visible()
    with page.expect_navigation():
        press(page, button)


def add_step(page: Page, place: int, title: str) -> None:
    """Add an empty step after so many blocks."""
    stream = page.locator("[data-streamfield-stream-container]").first
    press(page, stream.locator("xpath=./div/button[@title='Insert a block']").nth(place))
    search = page.locator(".w-combobox input")
    expect(search).to_be_visible()
    go_to(page, search)
    page.keyboard.type("Step")
    page.keyboard.press("Enter")
    field = stream.locator("xpath=./div[@data-streamfield-child]").nth(place)
    go_to(page, field.locator("input[name$='-value-title']"))
    page.keyboard.type(title)


def add_choice(page: Page, step: Locator, text: str, to: str) -> None:
    """Give a step its first choice."""
    press(page, step.locator("[data-streamfield-list-add]").first)
    area = step.locator("textarea[name$='-value-text']").first
    go_to(page, area)
    page.keyboard.type(text)
    pick(page, step.locator("select[name$='-value-to']").first, to)


def open_step(page: Page, title: str) -> Locator:
    """Press a step in the outline: its title gets the focus. Return its block."""
    press(page, page.locator(".sb-outline .sb-open[data-sb-open]").filter(has_text=title).first)
    block = find_block(page, title)
    expect(block.locator("input[name$='-value-title']")).to_be_focused()
    return block


def build_role_play(page: Page, check: Callable[[Page], None]) -> None:
    """Begin with a card, run into a dead end, mend it from the finding, and publish."""
    page.goto(f"{EDITOR}/add/")
    check(page)
    with page.expect_navigation():
        press(page, page.get_by_role("link", name="A complaint"))
    open_panel(page)
    expect(page.locator("#sb-findings")).to_have_text("Ready to be published")
    add_step(page, 6, NEW_STEP)
    finding = page.locator(".sb-findings").get_by_role("button", name=NEW_STEP)
    expect(finding.filter(has_text="no choices")).to_be_visible()
    block = open_step(page, "Now it gets loud")
    choice = block.locator("[data-streamfield-child]").first
    press(page, choice.locator("[data-panel-toggle]").first)
    pick(page, choice.locator("select[name$='-value-to']").first, NEW_STEP)
    expect(finding).to_have_count(1)
    check(page)
    try_to_publish(page)
    open_panel(page)
    expect(page.locator("#sb-findings")).to_have_text("1 thing to mend before publishing")
    press(page, page.locator(".sb-findings").get_by_role("button", name=NEW_STEP))
    block = find_block(page, NEW_STEP)
    expect(block.locator("input[name$='-value-title']")).to_be_focused()
    add_choice(page, block, "I will fetch her. May I tell her what happened?", "What happened")
    expect(page.locator("#sb-findings")).to_have_text("Ready to be published")
    try_to_publish(page)
    expect(page.locator(".messages")).to_contain_text("published")


def duplicate_branch(page: Page, title: str) -> None:
    """Copy a branch from the outline: the copy is added, and its title gets the focus."""
    page.locator("[data-sb-branch]").filter(has_text=title).press("Enter")
    copies = page.locator("input[name^='body-'][name$='-value-title']:focus")
    expect(copies).to_have_value(f"{title} (copy)")


def lead_to_new_step(page: Page, title: str) -> None:
    """Let the first choice of a step lead to a step that does not exist yet."""
    page.locator(".sb-outline .sb-open[data-sb-open]").filter(has_text=title).first.press("Enter")
    block = find_block(page, title)
    expect(block.locator("input[name$='-value-title']")).to_be_focused()
    choice = block.locator("[data-streamfield-child]").first
    choice.locator("[data-panel-toggle]").first.press("Enter")
    target = choice.locator("select[name$='-value-to']").first
    target.focus()
    pick(page, target, "A new step …")
    page.keyboard.press("Tab")
    made = target.locator("option:checked").inner_text()
    assert made.startswith("Step ")
    finding = page.locator(".sb-findings").get_by_role("button", name=made)
    expect(finding.filter(has_text="no choices")).to_be_visible()


def look(page: Page) -> None:
    """Let axe look at the editor."""
    check_axe(page, OF_WAGTAIL)


def test_a_role_play_is_written_and_published_by_keyboard_alone(open_page):
    page = open_page(viewport=DESK)
    sign_in(Pointer(page), "hr@harbourfinch.example", at="/admin/login/")
    build_role_play(page, look)
    scenario = Scenario.objects.get(code="complaint")
    version = ScenarioVersion.objects.get(scenario=scenario)
    nodes = version.graph["nodes"]
    assert scenario.live
    assert len(nodes) == 7
    new = next(name for name, node in nodes.items() if node["title"] == NEW_STEP)
    assert nodes["blame"]["choices"][0]["to"] == new
    assert nodes[new]["choices"][0]["to"] == "story"


def test_branches_are_duplicated_and_steps_made_from_a_list_by_keyboard(open_page):
    page = open_page(viewport=DESK)
    sign_in(Pointer(page), "hr@harbourfinch.example", at="/admin/login/")
    page.goto(f"{EDITOR}/add/?from=complaint")
    # That all of it is reached by the Tab key is tested above; here only what the keys do.
    if page.locator("[data-side-panel='role-play']").is_hidden():
        page.locator("[data-side-panel-toggle='role-play']").press("Enter")
    expect(page.locator("#sb-findings")).to_be_visible()
    duplicate_branch(page, "Now it gets loud")
    lead_to_new_step(page, "Now it gets loud")
    page.route("**/branch/*", lambda route: route.fulfill(body="<p>Sign in</p>"))
    page.locator("[data-sb-branch]").filter(has_text="What happened").press("Enter")
    expect(page.locator("[data-sb-status]")).to_contain_text("The branch was not duplicated")
    expect(page.locator("[data-sb-status]")).to_be_visible()
