"""Freeze what a role-play demands when it goes live."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from wagtail.models import Revision

from lms.api import Standard, read_latest_versions
from quizzes.questions.models import digest_body
from quizzes.scenarios.models import Scenario, ScenarioVersion
from quizzes.scenarios.reads import build_draft_graph, list_faults
from quizzes.scenarios.rules import best_path, bounds, estimate_minutes, read_graph, write_bounds

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)


def make_scenario_version(
    *,
    scenario: Scenario,
    revision: Revision | None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> ScenarioVersion | None:
    """Freeze a live role-play; the same revision gives the same version, however often asked.

    Returns None for one that is not live, and for one that cannot be played: publishing must not
    fail here, the editor's form has already said so to whoever published by hand.
    """
    if not scenario.live or not scenario.body:
        return None
    if faults := list_faults(scenario):
        logger.warning("Role-play %s went live unplayed: %s", scenario.code, faults[0].words)
        return None
    with transaction.atomic():
        version = freeze_draft(
            scenario=scenario, revision_id=revision.pk if revision else None, actor=actor, now=now
        )
        _forget_answer(scenario, revision)
    return version


def freeze_draft(
    *, scenario: Scenario, revision_id: int | None, actor: AbstractBaseUser | None, now: datetime
) -> ScenarioVersion:
    """Compile a draft that is known to be whole into the next version, unless it says the same."""
    graph = build_draft_graph(scenario, final=True)
    codes = {*read_graph(graph).standards, *scenario.list_marks()}
    texts = {name: getattr(scenario, name) for name in ("code", "title", "briefing", "customer")}
    material = scenario.change == Scenario.Change.MATERIAL
    return freeze_graph(
        scenario=scenario,
        texts=texts,
        minutes=scenario.minutes,
        graph=graph,
        standards=find_standards(codes),
        material=material,
        revision_id=revision_id,
        actor=actor,
        now=now,
    )


@transaction.atomic
def freeze_graph(
    *,
    scenario: Scenario,
    texts: Mapping[str, str],
    minutes: int | None,
    graph: Mapping[str, Any],
    standards: Mapping[str, Standard],
    material: bool,
    revision_id: int | None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> ScenarioVersion:
    """Write the next version of a graph that is fit to be played; the same gives the same one."""
    # The row of the role-play queues everybody who would take the same number.
    Scenario.objects.select_for_update(no_key=True).filter(pk=scenario.pk).values("pk").first()
    versions = ScenarioVersion.objects.filter(scenario_id=scenario.pk)
    found = versions.filter(revision_id=revision_id, revision_id__isnull=False).first()
    if found is not None:
        return found
    walk = best_path(graph) or ()
    steps = len(walk) or 1
    body = {
        **texts,
        "minutes": minutes or estimate_minutes(steps),
        "standards": sorted(standards),
    }
    scenario.standards.set(standards.values())
    last = versions.order_by("-number").first()
    if last is not None and _says_the_same(last, body, graph):
        return last
    return ScenarioVersion.objects.create(
        scenario_id=scenario.pk,
        number=(last.number if last else 0) + 1,
        material_number=(last.material_number if last else 0) + int(material or last is None),
        revision_id=revision_id,
        body=body,
        graph=graph,
        bounds=write_bounds(bounds(graph)),
        best_walk=[list(pair) for pair in walk],
        standard_versions=_find_versions_in_force(standards),
        digest=digest_body({"body": body, "graph": graph}),
        published_at=now,
        published_by_id=actor.pk if actor else None,
    )


def make_missing_scenario_versions(*, now: datetime) -> int:
    """Make the versions of live role-plays whose live revision has none; return how many."""
    versions = ScenarioVersion.objects.filter(
        scenario_id=OuterRef("pk"), revision_id=OuterRef("live_revision_id")
    )
    waiting = Scenario.objects.filter(~Exists(versions), live=True, live_revision_id__isnull=False)
    made = [
        make_scenario_version(
            scenario=scenario, revision=scenario.live_revision, actor=None, now=now
        )
        for scenario in waiting.select_related("live_revision")
    ]
    # One that says what its newest version says keeps that one.
    return sum(version is not None and version.published_at == now for version in made)


def find_standards(codes: set[str]) -> dict[str, Standard]:
    """Return standards by code. One query."""
    return {row.code: row for row in Standard.objects.filter(code__in=codes)}


def _says_the_same(last: ScenarioVersion, body: Mapping[str, Any], graph: object) -> bool:
    """Return whether a version already demands this, whatever way its numbers are written."""
    return bool(last.body == body and last.read() == read_graph(graph))


def _find_versions_in_force(standards: Mapping[str, Standard]) -> dict[str, dict[str, Any]]:
    """Return uuid and number of the version of each standard that holds now."""
    return {
        str(code): {"uuid": str(text.version_uuid), "number": text.number}
        for code, text in read_latest_versions(list(standards)).items()
    }


def _forget_answer(scenario: Scenario, revision: Revision | None) -> None:
    """Empty what was said of this change, also where newer drafts carried it along."""
    answer, scenario.change = scenario.change, ""
    Scenario.objects.filter(pk=scenario.pk).update(change="")
    if revision is None or not answer:
        return
    carried = Revision.objects.for_instance(scenario).filter(created_at__gte=revision.created_at)
    for draft in carried:
        if draft.content.get("change") == answer:
            draft.content["change"] = ""
            Revision.objects.filter(pk=draft.pk).update(content=draft.content)
