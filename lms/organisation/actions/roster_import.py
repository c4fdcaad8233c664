"""Bring in the roster: who joined, moved, left and came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import RuleError
from lms.organisation.actions.homes import tell_followers
from lms.organisation.actions.imports import (
    IncomingFile,
    count_all,
    find_repeat,
    parse_or_explain,
    put_in_words,
    record_import,
)
from lms.organisation.actions.roster_state import RosterState, load_state
from lms.organisation.actions.roster_write import write_changes
from lms.organisation.models import RosterImport
from lms.organisation.permissions import require
from lms.organisation.rules import Rejection, check_roster, local_day, parse_roster
from lms.organisation.rules.results import ImportResult
from lms.organisation.rules.roster import CheckedRoster, ParsedRoster
from lms.organisation.rules.roster_plan import Change, ChangeKind, plan_absent, plan_row
from lms.organisation.rules.tables import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    User = AbstractBaseUser

REMOVALS_ALLOWED: Final = 0.10
KINDS: Final = tuple(kind.value for kind in ChangeKind)


def import_roster(
    *,
    content: bytes,
    file_name: str,
    actor: User | None,
    now: datetime,
    today: date | None = None,
    full: bool = False,
    all_or_nothing: bool = False,
    confirm_removals: bool = False,
    dry_run: bool = False,
    invite: bool = True,
) -> ImportResult:
    """Follow a roster file: good rows go in, bad rows are named, the same file twice is nothing.

    ``full`` means that whoever is not in the file has left. ``invite`` makes a login for joiners
    with an e-mail address. ``today`` (default: the UTC day of ``now``) is the day on which moves
    take effect. A person who imports writes only within their reach; others' branches are
    unknown to them. Rows that say nothing new write nothing; statements grow only by batch.

    Raises:
        InvalidInputError: the file as a whole cannot be read.
        RuleError: ``full`` would remove more than one in ten and that was not confirmed.
        NotAllowedError: the roster is not the actor's to import.

    """
    verb = "dry_run" if dry_run else "create"
    require(actor, verb, "roster_import")
    today = today or local_day(now, "UTC")
    parsed = parse_or_explain(parse_roster, content)
    with transaction.atomic():
        state = load_state(actor, verb)
        options = {"full": full, "invite": invite, "reach": state.reach_text}
        file = IncomingFile(RosterImport.Kind.ROSTER, content, file_name, actor, now, options)
        if find_repeat(file):
            return describe_repeat(parsed)
        checked = check_roster(parsed, state.known)
        changes, refused = plan(checked, parsed, state, today, full=full)
        errors = put_in_words([*parsed.rejections, *checked.rejections, *refused])
        held = bool(errors) and all_or_nothing
        applied = not dry_run and not held
        if not dry_run and not confirm_removals:
            check_removals(changes, state)
        result = ImportResult(
            counts=count_all(KINDS, (c.kind.value for c in changes), rejected=len(errors)),
            row_errors=errors,
            warnings=put_in_words(checked.warnings),
            unknown_columns=parsed.unknown_columns,
            dry_run=dry_run,
            applied=applied,
            changes=list_changes(changes),
        )
        if applied:
            by = actor.pk if actor else None
            touched = write_changes(
                changes, state, parsed.columns, today, now, actor_id=by, invite=invite
            )
            record_import(file, result)
            tell_followers(employee_ids=touched, today=today, now=now)
    return result


def describe_repeat(parsed: ParsedRoster) -> ImportResult:
    """Return the result of a file that is already in."""
    unchanged = [ChangeKind.UNCHANGED.value] * len(parsed.rows)
    return ImportResult(
        count_all(KINDS, unchanged, rejected=0),
        unknown_columns=parsed.unknown_columns,
        repeated=True,
    )


def plan(
    checked: CheckedRoster, parsed: ParsedRoster, state: RosterState, today: date, *, full: bool
) -> tuple[list[Change], list[Rejection]]:
    """Return what changes for whom, and rows that history stands against."""
    changes: list[Change] = []
    refused: list[Rejection] = []
    for row in checked.rows:
        place = (
            state.branches[fold(row.branch_code)],
            state.job_roles[fold(row.job_role_code)],
        )
        found = plan_row(row, state.people.get(row.key), place, parsed.columns, today)
        if isinstance(found, Change):
            changes.append(found)
        else:
            refused.append(found)
    if full:
        changes.extend(plan_absent(state.people_within_reach(), parsed.keys, today))
    return changes, refused


def check_removals(changes: list[Change], state: RosterState) -> None:
    """Stop a full file that would remove more than one in ten: it is more likely half a file."""
    removed = sum(change.row is None for change in changes)
    employed = len(state.people_within_reach())
    if removed > employed * REMOVALS_ALLOWED:
        raise RuleError(
            _(
                "The file leaves out %(removed)s of %(employed)s people. Nothing was changed. "
                "Confirm if they have really left."
            )
            % {"removed": removed, "employed": employed},
            code="too_many_removals",
        )


def list_changes(changes: list[Change]) -> Mapping[str, tuple[str, ...]]:
    """Return employee numbers per kind of change, without the unchanged."""
    numbers: dict[str, list[str]] = {}
    for change in changes:
        if change.kind is ChangeKind.UNCHANGED:
            continue
        subject = change.row or change.state
        if subject is not None:
            numbers.setdefault(change.kind.value, []).append(subject.employee_number)
    return {kind: tuple(found) for kind, found in numbers.items()}
