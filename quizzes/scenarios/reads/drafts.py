"""A role-play's draft as a graph, and what still stands against publishing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from lms.api import Standard
from quizzes.scenarios.models import Scenario
from quizzes.scenarios.reads.findings import write_finding
from quizzes.scenarios.rules import (
    Finding,
    Terms,
    build_graph,
    find_slips,
    read_graph,
    validate,
)
from quizzes.scenarios.rules.drafts import read_block_id

_WIDEST_PICTURE = "max-960x720"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that stands against publishing.

    ``field`` is a field of the editor; ``place`` the number of its block, None for the whole.
    """

    field: str
    words: str
    place: int | None = None


def build_draft_graph(scenario: Scenario, *, final: bool = False) -> dict[str, Any]:
    """Return the graph of a draft. ``final`` writes pictures in the size they are played with.

    One query for each picture and recording.
    """
    show = _show_final if final else _show_draft
    return build_graph(scenario.list_blocks(), _read_terms(scenario), show)


def find_draft_slips(scenario: Scenario) -> list[Finding]:
    """Return the errors of a draft that its graph does not show any more. No query."""
    return find_slips(scenario.list_blocks(), scenario.list_mark_rows(), _read_terms(scenario))


def _read_terms(scenario: Scenario) -> Terms:
    return Terms(scenario.meter_start, scenario.pass_percent, scenario.list_marks())


def write_document(scenario: Scenario) -> dict[str, Any]:
    """Return a draft as a file holds it; bringing it in gives the same draft."""
    texts = {name: getattr(scenario, name) for name in ("code", "title", "briefing", "customer")}
    minutes = {"minutes": scenario.minutes} if scenario.minutes else {}
    standards = sorted(scenario.list_marks())
    return {**texts, **minutes, "standards": standards, "graph": build_draft_graph(scenario)}


def list_faults(scenario: Scenario) -> list[Fault]:
    """Return what stands against publishing a draft, the worst first. One query for standards."""
    graph = build_draft_graph(scenario)
    read = read_graph(graph)
    places = {
        read_block_id(block.get("id") or str(place)): place - 1
        for place, block in enumerate(scenario.list_blocks(), start=1)
    }
    faults = [
        Fault(_find_field(found), write_finding(found, read), places.get(found.node or ""))
        for found in [*find_draft_slips(scenario), *validate(graph)]
        if found.severity == "error"
    ]
    if unknown := find_unknown_standards(graph, scenario.list_marks()):
        words = _("There is no standard %(codes)s.") % {"codes": ", ".join(unknown)}
        faults.append(Fault("standard_marks", words))
    return faults


def find_unknown_standards(graph: Mapping[str, Any], marks: Mapping[str, object]) -> list[str]:
    """Return the codes of standards that a draft names and nobody has written. One query."""
    codes = {*read_graph(graph).standards, *marks}
    return sorted(
        codes - set(Standard.objects.filter(code__in=codes).values_list("code", flat=True))
    )


def _find_field(found: Finding) -> str:
    if found.detail or found.code == "mark_without_standard":
        return "standard_marks"
    if found.code == "meter_start_empty":
        return "meter_start"
    return "pass_percent" if found.code in {"cannot_pass", "pass_percent_empty"} else "body"


def _show_draft(kind: str, key: Any) -> str:
    found = _find_file(kind, key)
    if found is None:
        return ""
    return str(found.url if kind == "document" else found.file.url)


def _show_final(kind: str, key: Any) -> str:
    found = _find_file(kind, key)
    if found is None or kind == "document":
        return str(found.url) if found else ""
    return str(found.get_rendition(_WIDEST_PICTURE).url)


def _find_file(kind: str, key: Any) -> Any:
    model = get_document_model() if kind == "document" else get_image_model()
    try:
        return model.objects.get(pk=key)
    except (ObjectDoesNotExist, ValueError, TypeError):
        return None
