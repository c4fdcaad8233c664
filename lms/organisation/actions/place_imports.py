"""Bring in branches (with their regions) and job roles from files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lms.errors import NotAllowedError
from lms.organisation.actions.imports import (
    BATCH,
    IncomingFile,
    count_all,
    find_repeat,
    parse_or_explain,
    put_in_words,
    record_import,
)
from lms.organisation.models import Branch, JobRole, Region, RosterImport
from lms.organisation.permissions import scope_of
from lms.organisation.rules import GrantRole, parse_branches, parse_job_roles
from lms.organisation.rules.places import BranchRow, JobRoleRow
from lms.organisation.rules.results import ImportResult
from lms.organisation.rules.tables import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    User = AbstractBaseUser

KINDS: Final = ("created", "changed", "unchanged")
BRANCH_FIELDS: Final = ("name", "region_id", "time_zone", "kind", "opened_on", "closed_on")


def import_branches(
    *,
    content: bytes,
    file_name: str,
    actor: User | None,
    now: datetime,
    dry_run: bool = False,
    all_or_nothing: bool = False,
) -> ImportResult:
    """Create and change branches by code, and the regions their paths name.

    Branches that the file does not name stay as they are. Statements do not grow with rows,
    except one insert per 2,000 and per new region.

    Raises:
        InvalidInputError: the file as a whole cannot be read.
        NotAllowedError: only HR of the whole company brings in branches.

    """
    require_whole_company(actor)
    file = IncomingFile(RosterImport.Kind.BRANCHES, content, file_name, actor, now)
    parsed = parse_or_explain(parse_branches, content)
    errors = put_in_words(parsed.rejections)
    with transaction.atomic():
        if find_repeat(file):
            counts = count_all(KINDS, ["unchanged"] * len(parsed.rows), rejected=0)
            return ImportResult(counts, unknown_columns=parsed.unknown_columns, repeated=True)
        held = bool(errors) and all_or_nothing
        follow = preview_branches if dry_run or held else write_branches
        kinds = follow(parsed.rows)
        result = ImportResult(
            counts=count_all(KINDS, kinds.values(), rejected=len(errors)),
            row_errors=errors,
            unknown_columns=parsed.unknown_columns,
            dry_run=dry_run,
            applied=not dry_run and not held,
        )
        if result.applied:
            record_import(file, result)
    return result


def import_job_roles(
    *, content: bytes, file_name: str, actor: User | None, now: datetime, dry_run: bool = False
) -> ImportResult:
    """Create and rename job roles by code (columns ``code,name``). Three statements.

    Raises:
        InvalidInputError: the file as a whole cannot be read.
        NotAllowedError: only HR of the whole company brings in job roles.

    """
    require_whole_company(actor)
    file = IncomingFile(RosterImport.Kind.JOB_ROLES, content, file_name, actor, now)
    parsed = parse_or_explain(parse_job_roles, content)
    errors = put_in_words(parsed.rejections)
    with transaction.atomic():
        repeated = find_repeat(file)
        known = {fold(role.code): role for role in JobRole.objects.all()}
        kinds = [name_role_change(row, known) for row in parsed.rows]
        result = ImportResult(
            counts=count_all(KINDS, kinds, rejected=len(errors)),
            row_errors=errors,
            unknown_columns=parsed.unknown_columns,
            repeated=repeated,
            dry_run=dry_run,
            applied=not dry_run and not repeated,
        )
        if result.applied:
            write_job_roles(parsed.rows, known)
            record_import(file, result)
    return result


def require_whole_company(actor: User | None) -> None:
    """Let the system, the site's owner and HR of the whole company pass."""
    if actor is None or scope_of(actor).reach_of(GrantRole.HR).everything:
        return
    raise NotAllowedError(_("Only HR of the whole company may do this."))


def name_role_change(row: JobRoleRow, known: Mapping[str, JobRole]) -> str:
    """Return under which word a job role's row is counted."""
    role = known.get(fold(row.code))
    if role is None:
        return "created"
    return "changed" if role.name != row.name else "unchanged"


def write_job_roles(rows: Iterable[JobRoleRow], known: Mapping[str, JobRole]) -> None:
    """Insert new job roles and rename changed ones. Two statements."""
    new: list[JobRole] = []
    changed: list[JobRole] = []
    for row in rows:
        role = known.get(fold(row.code))
        if role is None:
            new.append(JobRole(code=row.code, name=row.name))
        elif role.name != row.name:
            role.name = row.name
            changed.append(role)
    JobRole.objects.bulk_create(new, batch_size=BATCH)
    JobRole.objects.bulk_update(changed, ["name"], batch_size=BATCH)


def preview_branches(rows: Iterable[BranchRow]) -> dict[str, str]:
    """Return code → kind of change without writing: a new region means a changed branch."""
    regions = load_regions()
    branches = load_branches()
    return {
        row.code: name_branch_change(
            row, branches.get(fold(row.code)), regions.get(fold_path(row.region))
        )
        for row in rows
    }


def write_branches(rows: Iterable[BranchRow]) -> dict[str, str]:
    """Write regions and branches; return code → kind of change."""
    regions = load_regions()
    branches = load_branches()
    kinds: dict[str, str] = {}
    new: list[Branch] = []
    changed: list[Branch] = []
    for row in rows:
        region = grow_region(row.region, regions)
        branch = branches.get(fold(row.code))
        kinds[row.code] = name_branch_change(row, branch, region)
        if branch is None:
            new.append(Branch(code=row.code, **describe_branch(row, region.pk)))
        elif kinds[row.code] == "changed":
            for name, value in describe_branch(row, region.pk).items():
                setattr(branch, name, value)
            changed.append(branch)
    Branch.objects.bulk_create(new, batch_size=BATCH)
    Branch.objects.bulk_update(changed, list(BRANCH_FIELDS), batch_size=BATCH)
    return kinds


def name_branch_change(row: BranchRow, branch: Branch | None, region: Region | None) -> str:
    """Return under which word a branch's row is counted."""
    if branch is None:
        return "created"
    if region is None:
        return "changed"
    wanted = describe_branch(row, region.pk)
    same = all(getattr(branch, name) == value for name, value in wanted.items())
    return "unchanged" if same else "changed"


def describe_branch(row: BranchRow, region_id: int) -> dict[str, Any]:
    """Return a row as fields of the model."""
    return {
        "name": row.name,
        "region_id": region_id,
        "time_zone": row.time_zone,
        "kind": row.kind,
        "opened_on": row.opened_on,
        "closed_on": row.closed_on,
    }


def load_branches() -> dict[str, Branch]:
    """Return all branches by folded code. One query."""
    return {fold(branch.code): branch for branch in Branch.objects.all()}


def load_regions() -> dict[tuple[str, ...], Region]:
    """Return all regions by their folded names from the top of the tree. One query."""
    regions: dict[tuple[str, ...], Region] = {}
    names: dict[str, tuple[str, ...]] = {}
    for region in Region.objects.order_by("path"):
        above = names.get(region.path[: -Region.steplen], ())
        names[region.path] = (*above, fold(region.name))
        regions[names[region.path]] = region
    return regions


def fold_path(path: Iterable[str]) -> tuple[str, ...]:
    """Return a region's path in the form in which two paths are the same."""
    return tuple(fold(name) for name in path)


def grow_region(path: tuple[str, ...], regions: dict[tuple[str, ...], Region]) -> Region:
    """Return the region of a path, making what is missing on the way down."""
    key = fold_path(path)
    if key not in regions:
        if len(path) == 1:
            regions[key] = Region.add_root(name=path[0])
        else:
            parent = grow_region(path[:-1], regions)
            # Treebeard numbers children by what the row says now.
            parent.refresh_from_db()
            regions[key] = parent.add_child(name=path[-1])
    return regions[key]
