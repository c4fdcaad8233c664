"""Where a reader stands in the company's tree, and what lies below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from lms import api as lms_api
from lms.api import Branch, Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Place:
    """A region or branch as a link: ``kind`` is "region" or "branch"; regions have no code."""

    kind: str
    uuid: UUID
    name: str
    code: str = ""

    @property
    def label(self) -> str:
        """Code and name."""
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class RegionNode:
    """A region with its tree path."""

    pk: int
    uuid: UUID
    name: str
    path: str

    @property
    def place(self) -> Place:
        """The region as a link."""
        return Place("region", self.uuid, self.name)

    def is_inside(self, outer: RegionNode) -> bool:
        """Return whether this region lies below another one."""
        return self.path != outer.path and self.path.startswith(outer.path)


@dataclass(frozen=True)
class Forest:
    """The regions a reader sees, in tree order. A grant for a branch alone shows none."""

    nodes: tuple[RegionNode, ...]

    def find(self, uuid: UUID) -> RegionNode:
        """Return a region.

        Raises:
            NotFoundError: unknown, or out of scope.

        """
        for node in self.nodes:
            if node.uuid == uuid:
                return node
        raise not_found()

    def above(self, path: str) -> tuple[RegionNode, ...]:
        """Return the visible regions that contain a path, the outermost first, itself included."""
        return tuple(node for node in self.nodes if path.startswith(node.path))

    def trail(self, path: str) -> tuple[Place, ...]:
        """Return the way down to a path as links, without the one region that holds all others."""
        tops = self.below(None)
        alone = tops[0] if len(tops) == 1 else None
        return tuple(node.place for node in self.above(path) if node != alone)

    def below(self, node: RegionNode | None) -> tuple[RegionNode, ...]:
        """Return the regions one visible step below a region, or the outermost ones."""
        inside = [n for n in self.nodes if node is None or n.is_inside(node)]
        found: list[RegionNode] = []
        for candidate in inside:  # in tree order: whatever contains it came just before
            if not found or not candidate.is_inside(found[-1]):
                found.append(candidate)
        return tuple(found)


def read_forest(user: User) -> Forest:
    """Return the regions a user sees. Two queries."""
    rows = Region.objects.visible_to(user).order_by("path")
    return Forest(tuple(RegionNode(*row) for row in rows.values_list("pk", "uuid", "name", "path")))


def find_branch(user: User, uuid: UUID) -> Branch:
    """Return a branch with its region. Two queries.

    Raises:
        NotFoundError: unknown, or out of scope.

    """
    branch = Branch.objects.visible_to(user).filter(uuid=uuid).select_related("region").first()
    if branch is None:
        raise not_found()
    return branch


def place_of(branch: Branch) -> Place:
    """Return a branch as a link."""
    return Place("branch", branch.uuid, branch.name, branch.code)


def not_found() -> lms_api.NotFoundError:
    """Return the error that says no more than that there is nothing."""
    return lms_api.NotFoundError(_("There is nothing here, or it is not yours to see."))
