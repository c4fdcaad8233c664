"""What every import shares: the file's digest, its record, and its result in words."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from lms.errors import InvalidInputError
from lms.organisation.actions.wording import explain_file_problem, explain_rejection
from lms.organisation.models import RosterImport
from lms.organisation.rules import FileProblem, Rejection
from lms.organisation.rules.results import ImportResult, RowError

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    User = AbstractBaseUser

T = TypeVar("T")
ERRORS_KEPT: Final = 10_000
BATCH: Final = 2_000


@dataclass(frozen=True)
class IncomingFile:
    """A file with what was asked for: the same file asked for differently is another import."""

    kind: RosterImport.Kind
    content: bytes
    file_name: str
    actor: User | None
    now: datetime
    options: Mapping[str, object] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.content).hexdigest()


def parse_or_explain(parse: Callable[[bytes], T], content: bytes) -> T:
    """Return what a file holds.

    Raises:
        InvalidInputError: the file as a whole cannot be read; says why and what to do.

    """
    try:
        return parse(content)
    except FileProblem as problem:
        raise InvalidInputError(
            explain_file_problem(problem), code=problem.reason.value, field="file"
        ) from problem


def find_repeat(file: IncomingFile) -> bool:
    """Return whether this file was the last of its kind to come in, asked for the same way.

    A file with refused rows may come again: what was missing then may be there now. An earlier
    file may come again too: another one has changed things since.
    """
    last = RosterImport.objects.filter(kind=file.kind).order_by("-imported_at", "-pk").first()
    return (
        last is not None
        and last.digest == file.digest
        and last.options == dict(file.options)
        and not last.row_errors
    )


def record_import(file: IncomingFile, result: ImportResult) -> RosterImport:
    """Keep that a file came in, with its counts and the first 10,000 refused rows."""
    return RosterImport.objects.create(
        kind=file.kind,
        file_name=file.file_name[-200:],
        digest=file.digest,
        options=dict(file.options),
        counts=dict(result.counts),
        row_errors=[vars(error) for error in result.row_errors[:ERRORS_KEPT]],
        actor_id=file.actor.pk if file.actor else None,
        imported_at=file.now,
    )


def put_in_words(rejections: Iterable[Rejection]) -> tuple[RowError, ...]:
    """Return refused rows with their reasons in the active language, in order of the file."""
    return tuple(
        RowError(
            row=rejection.row,
            column=rejection.column,
            value=rejection.value,
            reason=explain_rejection(rejection),
            code=rejection.reason.value,
        )
        for rejection in sorted(rejections, key=lambda found: (found.row, found.column))
    )


def count_all(kinds: Iterable[str], names: Iterable[str], *, rejected: int) -> dict[str, int]:
    """Return how often each kind occurs; kinds that do not are 0."""
    found = Counter(names)
    return {**{kind: found.get(kind, 0) for kind in kinds}, "rejected": rejected}
