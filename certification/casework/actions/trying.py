"""Try a fact out: write it, look what it would change, and take the transaction back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from certification.awards.reads import load_rulebook
from certification.casework.reads.outlook import compare, read_outlooks
from certification.casework.rules import Effect
from lms.api import Employee


def try_out(*, employee: Employee, act: Callable[[], object], now: datetime) -> list[Effect]:
    """Return what an action would change for its person. Nothing of it stays.

    What the action refuses, it refuses here already.
    """
    rulebook = load_rulebook()
    before = read_outlooks([employee], rulebook, now=now)
    with transaction.atomic():
        act()
        after = read_outlooks([employee], rulebook, now=now)
        transaction.set_rollback(True)
    return compare(before, after, rulebook)
