"""Chromium as the tests drive it: pages that remember what went wrong on them, and axe."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
SCHEMES = ("light", "dark")
TELL_OF_VIOLATIONS = """addEventListener('securitypolicyviolation', event => console.error(
    'securitypolicyviolation', event.violatedDirective, event.blockedURI, event.sourceFile))"""
# What fades from one colour to the other is judged where it comes to rest.
SETTLE = """async () => {
  const moves = document.getAnimations().filter(move => move.effect?.getTiming().iterations === 1);
  await Promise.allSettled(moves.map(move => move.finished));
}"""
axe = Axe()
EVERY_RULE = {"resultTypes": ["violations"]}
COLOUR_RULES = EVERY_RULE | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}


class ChromiumMissingError(RuntimeError):
    """There is no browser to test with."""


@contextmanager
def run_chromium() -> Iterator[Browser]:
    """Run the Chromium of the system.

    Raises: ChromiumMissingError, with the line that installs it.
    """
    path = shutil.which("chromium")
    if path is None:
        raise ChromiumMissingError("Chromium is missing: apt-get install -y chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """Listens to a context: whatever a page complains about is kept."""

    def __init__(self, context: BrowserContext) -> None:
        self.problems: list[str] = []
        self.expected: list[str] = []
        context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.problems.append(f"page error: {error.error}"))

    def hear(self, message: ConsoleMessage) -> None:
        """Keep errors; an answer that a test asked for by ``expect`` is none."""
        if message.type != "error":
            return
        address = (message.location or {}).get("url", "")
        refused = message.text.startswith("Failed to load resource")
        if not (refused and any(part in address for part in self.expected)):
            self.problems.append(f"{message.text} ({address})")

    def expect(self, address: str) -> None:
        """Say that an address with this part will answer with an error."""
        self.expected.append(address)


def open_context(browser: Browser, **options: Any) -> tuple[BrowserContext, Watch]:
    """Open a context of its own: nothing of another is in it."""
    context = browser.new_context(**({"viewport": PHONE, "locale": "en-GB"} | options))
    context.set_default_timeout(15_000)
    return context, Watch(context)


def find_violations(page: Page, known: Collection[str] = ()) -> list[str]:
    """Return what axe finds in both colour schemes, without what is known, as readable lines.

    Every rule looks at the first scheme; at the others only the rules that colours can break.
    """
    found = []
    for scheme in SCHEMES:
        options = EVERY_RULE if scheme == SCHEMES[0] else COLOUR_RULES
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(SETTLE)
        for rule in axe.run(page, options=options).response["violations"]:
            for node in rule["nodes"]:
                target = " ".join(map(str, node["target"]))
                line = f"{rule['id']} {target}"
                if line not in known:
                    detail = node["failureSummary"].splitlines()[-1].strip()
                    found.append(f"{scheme}: {line} | {detail}")
    page.emulate_media(color_scheme="light")
    return found


def check_axe(page: Page, known: Collection[str] = ()) -> None:
    """Assert that axe finds nothing on this page, light and dark, and that it fits its width."""
    found = find_violations(page, known)
    assert not found, "\n".join([page.url, *found])
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"{page.url} scrolls sideways by {overflow} px"
