"""A part of a graph, copied: a step and all that only it leads to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from quizzes.scenarios.rules.drafts import Block, read_block_id
from quizzes.scenarios.rules.graphs import Scenario
from quizzes.scenarios.rules.spaces import successors


def find_branch(scenario: Scenario, step: str) -> list[str]:
    """Return a step and those below it that no play reaches without it, in the order of the graph.

    Where the branch comes together with the rest, it ends: what follows there is shared.
    """
    if step not in scenario.steps:
        return []
    below = _reach(scenario, step, without=None)
    others = _reach(scenario, scenario.start, without=step) if scenario.start != step else set()
    return [name for name in scenario.steps if name in below and name not in others - {step}]


def _reach(scenario: Scenario, start: str, without: str | None) -> set[str]:
    met: set[str] = set()
    waiting = [start] if start in scenario.steps and start != without else []
    while waiting:
        name = waiting.pop()
        if name not in met:
            met.add(name)
            waiting += [to for to in successors(scenario, scenario.steps[name]) if to != without]
    return met


def copy_branch(
    blocks: Sequence[Block],
    branch: Collection[str],
    new_id: Callable[[], str],
    rename: Callable[[str], str],
) -> list[dict[str, Any]]:
    """Return a branch in copies with new ids; choices within it lead to the copies."""
    originals = [block for block in blocks if read_block_id(block.get("id") or "") in branch]
    ids = {str(block["id"]): new_id() for block in originals}
    copies = []
    for block in originals:
        value = _copy(block["value"], ids, new_id)
        value["title"] = rename(value.get("title") or "")
        copies.append({"type": block["type"], "id": ids[str(block["id"])], "value": value})
    return copies


def _copy(value: Any, ids: Mapping[str, str], new_id: Callable[[], str]) -> Any:
    if isinstance(value, list):
        return [_copy(part, ids, new_id) for part in value]
    if not isinstance(value, Mapping):
        return value
    copied = {name: _copy(part, ids, new_id) for name, part in value.items()}
    for name in ("to", "step"):
        if isinstance(copied.get(name), str):
            copied[name] = ids.get(copied[name], copied[name])
    if "type" in copied and "value" in copied:
        copied["id"] = new_id()
    return copied
