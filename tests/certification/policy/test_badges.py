"""The badge table, row by row, and that exactly one row fits anything."""

from itertools import product

import pytest

from certification.policy.rules.status import BADGES, REQUIREMENTS, STANDINGS, TASKS, badge_of


@pytest.mark.parametrize(
    ("standing", "task", "required", "badge"),
    [
        ("revoked", "none", "exempt", "exempt"),
        ("valid", "none", "exempt", "exempt"),
        ("revoked", "open", "absent", "on_leave"),
        ("never", "overdue", "absent", "on_leave"),
        ("revoked", "open", "required", "revoked"),
        ("revoked", "none", "not_required", "revoked"),
        ("suspended", "overdue", "required", "suspended"),
        ("suspended", "none", "not_required", "suspended"),
        ("grace", "overdue", "required", "in_grace"),
        ("grace", "none", "not_required", "in_grace"),
        ("valid", "open", "required", "expiring"),
        ("valid", "due_soon", "optional", "expiring"),
        ("valid", "overdue", "required", "expiring"),
        ("valid", "scheduled", "required", "certified"),
        ("valid", "closed", "required", "certified"),
        ("valid", "none", "not_required", "certified"),
        ("expired", "none", "not_required", "not_required"),
        ("never", "none", "not_required", "not_required"),
        ("expired", "overdue", "required", "expired"),
        ("expired", "open", "optional", "expired"),
        ("never", "overdue", "required", "overdue"),
        ("never", "closed", "required", "overdue"),
        ("never", "open", "required", "not_started"),
        ("never", "due_soon", "optional", "not_started"),
    ],
)
def test_each_row_of_the_table(standing: str, task: str, required: str, badge: str) -> None:
    assert badge_of(standing=standing, task=task, required=required) == badge


@pytest.mark.parametrize(
    ("task", "badge"),
    [("open", "in_progress"), ("due_soon", "in_progress"), ("overdue", "overdue")],
)
def test_work_begun_shows_until_it_is_overdue(task: str, badge: str) -> None:
    assert badge_of(standing="never", task=task, required="required", has_begun=True) == badge


def test_only_a_renewal_makes_a_valid_one_expiring() -> None:
    found = badge_of(standing="valid", task="open", required="required", is_renewal=False)
    assert found == "certified"


def test_every_combination_has_a_badge_and_every_badge_occurs() -> None:
    seen = {
        badge_of(standing=standing, task=task, required=required, has_begun=begun)
        for standing, task, required in product(STANDINGS, TASKS, REQUIREMENTS)
        for begun in (False, True)
    }
    assert seen == set(BADGES)
