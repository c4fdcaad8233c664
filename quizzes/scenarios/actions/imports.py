"""Take in a role-play as data. A graph that is not fit to be played is refused with its faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import InvalidInputError, NotAllowedError, Standard
from quizzes.scenarios.actions.drafts import fill_draft, save_draft
from quizzes.scenarios.actions.versions import find_standards, freeze_graph
from quizzes.scenarios.models import LONGEST_PLAY_MINUTES, Scenario, ScenarioVersion
from quizzes.scenarios.permissions import may_open
from quizzes.scenarios.reads import write_finding
from quizzes.scenarios.rules import read_graph, validate

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# Fields of the file, whether they must be filled in, and how long they may be.
TEXTS = (
    ("code", True, 80),
    ("title", True, 160),
    ("briefing", True, 4_000),
    ("customer", False, 2_000),
)
# Ids of steps and choices are kept with every play.
LONGEST_ID = 200


class ScenarioFaultsError(InvalidInputError):
    """The graph cannot be played; ``faults`` are sentences, the worst first."""

    def __init__(self, code: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        head = _("The role-play “%(code)s” cannot be played yet.") % {"code": code}
        super().__init__(" ".join([head, *faults]), code="scenario_faults", field="graph")


@transaction.atomic
def import_scenario(
    *, document: Mapping[str, Any], actor: AbstractBaseUser | None, now: datetime
) -> Scenario:
    """Write a role-play by code and make the next version of it; the same data changes nothing.

    ``document`` has code, title, briefing, customer, standards (codes), graph, and may have
    minutes and change (editorial or material). People under way stay on their version. What an
    author who may not publish brings in is closed until somebody opens it.

    Raises:
        InvalidInputError: a field is missing or makes no sense, or a standard is unknown.
        NotAllowedError: the role-play is live and the actor may not publish.
        ScenarioFaultsError: the graph is not fit to be played. Nothing was written.

    """
    texts = _read_texts(document)
    graph = _read_graph(document)
    standards = _find_standards(document, graph)
    _refuse_faults(texts["code"], graph)
    minutes = _read_minutes(document)
    scenario = _write_scenario(texts, opens=may_open(actor))
    fill_draft(scenario, graph, standards)
    scenario.minutes = minutes
    version = freeze_graph(
        scenario=scenario,
        texts=texts,
        minutes=minutes,
        graph=graph,
        standards=standards,
        material=_read_change(document) == Scenario.Change.MATERIAL,
        revision_id=None,
        actor=actor,
        now=now,
    )
    if version.published_at == now or scenario.latest_revision_id is None:
        _keep_draft(scenario, version, actor)
    return scenario


@transaction.atomic
def import_draft(
    *, document: Mapping[str, Any], actor: AbstractBaseUser | None, replaces: bool = False
) -> Scenario:
    """Write a role-play by code into its draft, to be finished in the editor and published there.

    Its graph may still have faults, except what cannot be read at all. What is live stays as it
    is until the draft is published. ``replaces`` says that a draft of this code may be changed.

    Raises:
        InvalidInputError: a field is missing or makes no sense, a standard is unknown, or there
            is such a role-play already and nobody said that it may be changed.
        NotAllowedError: it is locked for the actor.

    """
    texts = _read_texts(document)
    graph = _read_graph(document)
    standards = _find_standards(document, graph)
    minutes = _read_minutes(document)
    change = _read_change(document) if "change" in document else ""
    scenario = _find_draft(texts["code"], actor, replaces=replaces)
    for name, text in texts.items():
        setattr(scenario, name, text)
    fill_draft(scenario, graph, standards)
    scenario.minutes, scenario.change = minutes, change
    return save_draft(scenario=scenario, actor=actor)


def _find_draft(code: str, actor: AbstractBaseUser | None, *, replaces: bool) -> Scenario:
    """Return the role-play whose draft a file changes, or a new one."""
    scenario = Scenario.objects.select_for_update(of=("self",)).filter(code=code).first()
    if scenario is None:
        return Scenario(live=False)
    lock = scenario.get_lock()
    if lock and actor and lock.for_user(actor):
        words = _("“%(title)s” is locked. Have it unlocked first, then bring the file in again.")
        raise NotAllowedError(words % {"title": scenario.title}, field="code")
    if not replaces:
        words = _("This changes the draft of “%(title)s”, which has the code “%(code)s” already.")
        named = {"title": scenario.title, "code": scenario.code}
        raise InvalidInputError(words % named, code="exists_already", field="code")
    return scenario


def _keep_draft(
    scenario: Scenario, version: ScenarioVersion, actor: AbstractBaseUser | None
) -> None:
    """Let the editor begin with what was brought in, as what is live now."""
    revision = scenario.save_revision(user=actor, clean=False, changed=False)
    scenario.has_unpublished_changes = False
    scenario.live_revision = revision if scenario.live else None
    scenario.save()
    if version.revision_id is None:
        ScenarioVersion.objects.filter(pk=version.pk).update(revision_id=revision.pk)


def _read_texts(document: object) -> dict[str, str]:
    if not isinstance(document, Mapping):
        raise InvalidInputError(_("A role-play is an object with a code, a title and a graph."))
    texts = {}
    for name, needed, longest in TEXTS:
        value = document.get(name, "")
        if not isinstance(value, str) or "\0" in value or (needed and not value.strip()):
            words = _("“%(field)s” is missing or is not text.") % {"field": name}
            raise InvalidInputError(words, field=name)
        if len(value) > longest:
            words = _("“%(field)s” is longer than %(most)d characters.")
            raise InvalidInputError(words % {"field": name, "most": longest}, field=name)
        texts[name] = value.strip()
    return texts


def _read_graph(document: Mapping[str, Any]) -> dict[str, Any]:
    graph = document.get("graph")
    if not isinstance(graph, Mapping):
        raise InvalidInputError(_("The role-play has no graph."), field="graph")
    scenario = read_graph(graph)
    ids = [*scenario.steps, *(c.id for s in scenario.steps.values() for c in s.choices)]
    if any(not 0 < len(name) <= LONGEST_ID or "\0" in name for name in ids):
        words = _("The id of a step or choice is empty or longer than %(most)d characters.")
        raise InvalidInputError(words % {"most": LONGEST_ID}, field="graph")
    return dict(graph)


def _read_minutes(document: Mapping[str, Any]) -> int | None:
    minutes = document.get("minutes")
    if minutes is None:
        return None
    whole = isinstance(minutes, int) and not isinstance(minutes, bool)
    if not whole or not 1 <= minutes <= LONGEST_PLAY_MINUTES:
        words = _("“minutes” must be a whole number from 1 to %(most)d.")
        raise InvalidInputError(words % {"most": LONGEST_PLAY_MINUTES}, field="minutes")
    return int(minutes)


def _read_change(document: Mapping[str, Any]) -> str:
    change = document.get("change", "editorial")
    if change not in ("editorial", "material"):
        raise InvalidInputError(_("“change” is “editorial” or “material”."), field="change")
    return str(change)


def _find_standards(document: Mapping[str, Any], graph: Mapping[str, Any]) -> dict[str, Standard]:
    """Return the standards that the file names or the graph scores, by code."""
    named = document.get("standards", [])
    if not isinstance(named, (list, tuple)) or not all(isinstance(code, str) for code in named):
        raise InvalidInputError(_("“standards” is a list of codes."), field="standards")
    codes = {*named, *read_graph(graph).standards}
    found = find_standards(codes)
    missing = sorted(codes - found.keys())
    if missing:
        words = _("There is no standard %(codes)s.") % {"codes": ", ".join(missing)}
        raise InvalidInputError(words, code="unknown_standard", field="standards")
    return found


def _refuse_faults(code: str, graph: Mapping[str, Any]) -> None:
    findings = [found for found in validate(graph) if found.severity == "error"]
    if findings:
        read = read_graph(graph)
        raise ScenarioFaultsError(code, [write_finding(found, read) for found in findings])


def _write_scenario(texts: Mapping[str, str], *, opens: bool) -> Scenario:
    Scenario.objects.get_or_create(code=texts["code"], defaults={**texts, "live": opens})
    # The row queues everybody who would make the next version.
    scenario = Scenario.objects.select_for_update().get(code=texts["code"])
    if scenario.live and not opens:
        words = _("“%(code)s” is open. Ask HR to close it or to bring in the new version.")
        raise NotAllowedError(words % {"code": scenario.code}, field="code")
    for name in ("title", "briefing", "customer"):
        setattr(scenario, name, texts[name])
    return scenario
