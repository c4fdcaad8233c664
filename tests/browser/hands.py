"""Two ways to use a page: with a pointer, and with the keyboard alone."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page

# What a sighted person needs: something has the focus, and one can see what.
TELL_FOCUS = """async () => {
  // A menu that slides in is judged where it comes to rest.
  const moves = document.getAnimations().filter(move => move.effect?.getTiming().iterations === 1);
  await Promise.allSettled(moves.map(move => move.finished));
  const item = document.activeElement;
  if (!item || item === document.body) return 'nothing has the focus';
  const outer = item.closest('.opt') ?? item;
  const shows = [item, outer].some(part => {
    const style = getComputedStyle(part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  // A page that scrolls to it does so in one of the next frames.
  const frame = () => new Promise(requestAnimationFrame);
  let box, top;
  do {
    top = outer.getBoundingClientRect().top;
    await frame();
    await frame();
    await frame();
    box = outer.getBoundingClientRect();
  } while (box.top !== top);
  const name = item.outerHTML.slice(0, 80);
  if (!shows) return `no focus ring: ${name}`;
  if (box.bottom <= 0 || box.top >= innerHeight) return `out of sight: ${name}`;
  const middle = side => Math.min(Math.max((box[side[0]] + box[side[1]]) / 2, 0), side[2] - 1);
  const above = document.elementFromPoint(
    middle(['left', 'right', innerWidth]), middle(['top', 'bottom', innerHeight]));
  if (!outer.contains(above) && !above?.contains(outer)) {
    return `hidden behind something: ${name}`;
  }
  return '';
}"""
MOST_TABS = 90


class Hand(Protocol):
    """What a person does to a page."""

    page: Page

    def press(self, target: Locator) -> None:
        """Activate a link or button, and wait for what comes."""

    def choose(self, target: Locator) -> None:
        """Choose a radio, or tick a box."""

    def write(self, target: Locator, text: str) -> None:
        """Write into a field."""

    def toggle(self, target: Locator) -> None:
        """Press what changes something on the page itself."""

    def pick(self, target: Locator, label: str) -> None:
        """Choose an option of a list by its words."""


class Pointer:
    """A finger or a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Click."""
        with self.page.expect_navigation():
            target.click()

    def choose(self, target: Locator) -> None:
        """Click its label's box."""
        target.check()

    def write(self, target: Locator, text: str) -> None:
        """Fill in."""
        target.fill(text)

    def toggle(self, target: Locator) -> None:
        """Click."""
        target.click()

    def pick(self, target: Locator, label: str) -> None:
        """Select it."""
        target.select_option(label=label)


def press(target: Locator) -> None:
    """Click a link or button and wait for what comes."""
    Pointer(target.page).press(target)


class Keyboard:
    """Tab, Enter, Space and the number keys; looks at each stop whether the focus can be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops = 0

    def go_to(self, target: Locator) -> None:
        """Tab until the target has the focus; fail when it is lost or unseen on the way."""
        wanted = target.element_handle()
        assert wanted is not None
        # On a new page the first Tab finds a stop.
        lost = self.page.evaluate("document.activeElement === document.body")
        for _number in range(MOST_TABS):
            if wanted.evaluate("item => item === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            self.stops += 1
            trouble = self.page.evaluate(TELL_FOCUS)
            # After the last stop a browser's own frame has the focus, for one Tab.
            if trouble == "nothing has the focus" and not lost:
                lost = True
                continue
            assert trouble == "", f"{self.page.url}: {trouble}"
        raise AssertionError(f"{self.page.url}: {target} cannot be reached with the Tab key")

    def press(self, target: Locator) -> None:
        """Tab there and press Enter."""
        self.go_to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, target: Locator) -> None:
        """Press its number if it has one; boxes and radios are also reached by Tab and Space."""
        number = target.evaluate(
            "item => item.closest('.opt')?.querySelector('kbd')?.textContent ?? ''"
        )
        assert number, "The choice shows no number key"
        if not target.is_checked():
            self.page.keyboard.press(number)
        assert target.is_checked()
        assert self.page.evaluate(TELL_FOCUS) == ""

    def write(self, target: Locator, text: str) -> None:
        """Tab there and type."""
        self.go_to(target)
        self.page.keyboard.type(text)

    def toggle(self, target: Locator) -> None:
        """Tab to what opens and closes on the page itself, press Enter, and stay there."""
        self.go_to(target)
        self.page.keyboard.press("Enter")
        self.look_where_i_am(target)

    def pick(self, target: Locator, label: str) -> None:
        """Tab to a list and go down it with the arrow key to an option."""
        self.go_to(target)
        self.page.keyboard.press("Home")
        for _number in range(target.locator("option").count()):
            if target.locator("option:checked").inner_text() == label:
                break
            self.page.keyboard.press("ArrowDown")
        assert target.locator("option:checked").inner_text() == label
        self.look_where_i_am(target)

    def look_where_i_am(self, target: Locator) -> None:
        """Assert that the focus stayed where something was done, and can be seen."""
        assert target.evaluate("item => item === document.activeElement"), (
            f"{self.page.url}: {target} lost the focus"
        )
        assert self.page.evaluate(TELL_FOCUS) == ""
