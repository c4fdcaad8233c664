"""What a version cannot ask for, as a table."""

from datetime import date
from uuid import UUID

import pytest

from certification.catalogue.rules import (
    RequirementDraft,
    Target,
    find_date_fault,
    find_requirement_faults,
)

QUIZ, COURSE, OTHER, THIRD, OWN = (UUID(int=n) for n in range(1, 6))
TARGETS = {
    ("quiz", QUIZ): Target("quiz", QUIZ, "Phone check", newest=2),
    ("course", COURSE): Target("course", COURSE, "Calls", is_open=False),
    ("certification", OTHER): Target("certification", OTHER, "Other"),
    ("certification", OWN): Target("certification", OWN, "Own"),
}


def ask(kind="quiz", target=QUIZ, **fields):
    return RequirementDraft(kind, target, fields.pop("label", "Label"), **fields)


def proof(number, **fields):
    return ask("evidence", UUID(int=100 + number), **fields)


def find(*drafts, asks=()):
    faults = find_requirement_faults(drafts, TARGETS, own=OWN, asks=dict(asks))
    return [(fault.code, fault.row, fault.field) for fault in faults]


@pytest.mark.parametrize(
    ("drafts", "faults"),
    [
        ([], [("nothing_required", None, "requirements")]),
        ([ask()], []),
        ([ask(target=UUID(int=99))], [("unknown_target", 0, "target")]),
        ([ask(), ask("course", COURSE)], [("closed_target", 1, "target")]),
        ([ask(lowest_material_number=2)], []),
        ([ask(lowest_material_number=3)], [("no_such_version", 0, "since")]),
        ([ask(lowest_material_number=0)], [("no_such_version", 0, "since")]),
        ([proof(1, label=" ")], [("no_label", 0, "label")]),
        ([proof(1), proof(2)], []),
        ([proof(1), proof(1)], [("asked_twice", 1, "target")]),
        ([ask(path="first"), ask(path="renewal")], []),
        ([ask(path="both"), ask(path="renewal")], [("asked_twice", 1, "target")]),
        ([ask(path="renewal")], [("nothing_first", None, "requirements")]),
        ([ask(path="first")], [("nothing_renewal", None, "requirements")]),
        ([ask("certification", OWN)], [("asks_itself", 0, "target")]),
        ([ask("certification", OTHER)], []),
    ],
)
def test_what_cannot_be_met_is_found_in_its_row_and_field(drafts, faults):
    assert find(*drafts) == faults


@pytest.mark.parametrize(
    "asks",
    [
        {OTHER: frozenset({OWN})},
        {OTHER: frozenset({THIRD}), THIRD: frozenset({OWN})},
    ],
)
def test_certifications_that_wait_for_each_other_are_found(asks):
    assert find(ask("certification", OTHER), asks=asks) == [("circle", 0, "target")]


def test_a_circle_of_others_does_not_matter_and_ends():
    asks = {OTHER: frozenset({THIRD}), THIRD: frozenset({OTHER})}
    assert find(ask("certification", OTHER), asks=asks) == []


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ([{}, {}], None),
        ([{"group_needs": 2}, {"group_needs": 2}], None),
        ([{"group_needs": 3}, {"group_needs": 3}], "group_too_small"),
        ([{"group_needs": 0}, {"group_needs": 0}], "group_asks_nothing"),
        ([{"group_needs": 1}, {"group_needs": 2}], "group_disagrees"),
        ([{"group_needs": 2}, {"group_needs": 2, "path": "first"}], "group_too_small"),
    ],
)
def test_a_group_asks_for_no_more_than_it_offers_on_either_path(members, fault):
    drafts = [proof(n, group="A", **more) for n, more in enumerate(members)]
    assert find(*drafts) == ([(fault, 0, "group")] if fault else [])


@pytest.mark.parametrize(
    ("effective_on", "newest_on", "past_is_meant", "code"),
    [
        (date(2020, 1, 1), None, False, None),
        (date(2026, 3, 2), date(2026, 1, 1), False, None),
        (date(2026, 3, 1), date(2026, 1, 1), False, "in_the_past"),
        (date(2026, 3, 1), date(2026, 1, 1), True, None),
        (date(2025, 12, 31), date(2026, 1, 1), True, "before_newest"),
        (date(2026, 6, 1), date(2026, 6, 1), False, None),
        (date(2026, 5, 31), date(2026, 6, 1), False, "before_newest"),
    ],
)
def test_a_version_comes_after_the_newest_and_not_in_the_past_by_mistake(
    effective_on, newest_on, past_is_meant, code
):
    fault = find_date_fault(
        effective_on, newest_on=newest_on, today=date(2026, 3, 2), past_is_meant=past_is_meant
    )
    assert (fault.code if fault else None) == code
