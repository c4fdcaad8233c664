"""Write a role-play given as data into its draft: the way back of ``reads.drafts``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import InvalidInputError
from quizzes.scenarios.models import Scenario, ScenarioVersion
from quizzes.scenarios.reads import build_starter
from quizzes.scenarios.rules import read_graph, write_blocks, write_marks, write_terms

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_STEP = Decimal("0.001")


def fill_draft(scenario: Scenario, graph: Mapping[str, Any], named: Iterable[str]) -> None:
    """Put a graph into the draft, not yet saved. ``named`` are standards without a mark.

    Raises:
        InvalidInputError: the graph holds what the editor could not keep.

    """
    read = read_graph(graph)
    if read.malformed:
        places = ", ".join(sorted(str(place) for place in read.malformed if place)) or _(
            "the graph"
        )
        words = _("Something here cannot be read: %(places)s.") % {"places": places}
        raise InvalidInputError(words, field="graph")
    terms = write_terms(read, named)
    scenario.body = json.dumps(write_blocks(read))
    scenario.standard_marks = json.dumps(write_marks(terms))
    scenario.meter_start = _read_decimal(terms.meter_start)
    scenario.pass_percent = _read_decimal(terms.pass_percent)


def fill_missing_draft(scenario: Scenario) -> None:
    """Give a role-play that came in before there were drafts its newest version to edit.

    Nothing is saved: its next draft keeps it. One query where something is missing.
    """
    if scenario.body or scenario.pk is None:
        return
    version = ScenarioVersion.objects.latest().filter(scenario_id=scenario.pk).first()
    if version is not None:
        fill_draft(scenario, version.graph, version.body.get("standards", ()))
        scenario.minutes = version.body.get("minutes")


def begin_from(name: str) -> Scenario:
    """Return a new role-play filled in by a starter, not saved, with a free code. Two queries.

    Raises: KeyError for an unknown starter.
    """
    document = build_starter(name)
    scenario = Scenario(live=False, code=_find_free_code(name))
    for field in ("title", "briefing", "customer"):
        setattr(scenario, field, document[field])
    fill_draft(scenario, document["graph"], document["standards"])
    return scenario


def _find_free_code(name: str) -> str:
    taken = set(Scenario.objects.filter(code__startswith=name).values_list("code", flat=True))
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (name, *numbered) if code not in taken)


@transaction.atomic
def save_draft(*, scenario: Scenario, actor: AbstractBaseUser | None) -> Scenario:
    """Keep a role-play that was filled in as a draft: new and closed, or beside what is live."""
    if scenario.pk is None:
        scenario.live = False
        scenario.save()
    scenario.save_revision(user=actor, clean=False, log_action=True)
    return scenario


def _read_decimal(number: object) -> Decimal:
    exact = Fraction(str(number))
    try:
        decimal = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_STEP)
    except InvalidOperation:
        decimal = Decimal(-1)
    if Fraction(decimal) != exact:
        words = _("Marks and moods have at most three digits after the point.")
        raise InvalidInputError(words, field="graph")
    return decimal
