"""The written pages stay short, and what they point at exists."""

import re

from django.core.management import get_commands

from tests.architecture.sources import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_links_between_the_pages_lead_somewhere():
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page, target in links
        if not (page.parent / target).exists()
    ]
    assert links
    assert not broken


def test_decisions_are_numbered_and_fit_on_a_screen():
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n + 1:04d}" for n in range(len(pages))]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 60, page.name
        for heading in ("Context", "Decision", "Consequences", "Rejected"):
            assert f"## {heading}" in text, page.name


def test_pages_name_only_commands_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        word
        for page in PAGES
        for word in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), re.MULTILINE)
    }
    assert {"demo", "test"} <= named
    assert named - targets == set()
    asked = {
        word for page in PAGES for word in re.findall(r"manage\.py ([a-z_]+)", page.read_text())
    }
    assert {"advance", "deliver"} <= asked
    assert asked - set(get_commands()) == set()


def test_architecture_names_every_room_in_order():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for path in ROOT.glob("*/*/rules*"):
        if path.parent.name != "__pycache__":
            assert path.parent.name in text, path
