"""Role-plays to start from: whole ones, about the standards that the site has."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from lms.api import Standard

if TYPE_CHECKING:
    from django.utils.functional import Promise

_FOLDER = Path(__file__).resolve().parent.parent / "starter"
# How a starter names the standards it is about; the site's own take their place.
_PLACES = ("A", "B")


@dataclass(frozen=True, slots=True)
class StarterCard:
    """What an author is told of a role-play to start from."""

    name: str
    icon: str
    title: str | Promise
    about: str | Promise


STARTERS = (
    StarterCard("complaint", "warning", _("A complaint"), _("Something broke for the third time.")),
    StarterCard(
        "refund",
        "rotate",
        _("A refund without receipt"),
        _("The rule, and how to keep the customer within it."),
    ),
    StarterCard("queue", "group", _("A queue"), _("One till, four people, and a second till.")),
    StarterCard(
        "caller", "comment", _("An upset caller"), _("A promise was not kept, and time is short.")
    ),
    StarterCard(
        "privacy",
        "lock",
        _("A caller who wants data"),
        _("A friendly voice asks about somebody else."),
    ),
    StarterCard(
        "offer", "tag", _("An extra offer"), _("One offer that fits, once, and taking a no.")
    ),
)


@cache
def read_starter(name: str) -> Mapping[str, Any]:
    """Return a starter as its file holds it. Raises: KeyError for an unknown one."""
    if name not in {card.name for card in STARTERS}:
        raise KeyError(name)
    found: Mapping[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def build_starter(name: str) -> dict[str, Any]:
    """Return a starter as a document about standards that the site has. One query.

    Where the site has no standard of that kind, any other takes its place; without standards
    the points are left out. Raises: KeyError.
    """
    starter = read_starter(name)
    rows = list(
        Standard.objects.filter(live=True).order_by("code").values_list("code", "category__slug")
    )
    found: dict[str, str] = {}
    for place in _PLACES:
        free = [row for row in rows if row[0] not in found.values()]
        code = _pick_standard(free, starter["prefer"][place])
        if code:
            found[place] = code
    graph = starter["graph"]
    return {
        **{field: starter[field] for field in ("title", "briefing", "customer")},
        "standards": sorted(found.values()),
        "graph": {
            **graph,
            "pass": {**graph["pass"], "standards": _rename(graph["pass"]["standards"], found)},
            "nodes": {key: _rename_points(node, found) for key, node in graph["nodes"].items()},
        },
    }


def _pick_standard(rows: Sequence[tuple[str, str]], wanted: Sequence[str]) -> str:
    """Return the code that fits best: by code, then by category, in the order wanted."""
    for name in wanted:
        for code, category in rows:
            if name in (code, category):
                return code
    return rows[0][0] if rows else ""


def _rename(values: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, Any]:
    return {found[place]: value for place, value in values.items() if place in found}


def _rename_points(node: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, Any]:
    choices = [{**choice, "points": _rename(choice["points"], found)} for choice in node["choices"]]
    return {**node, "choices": choices}
