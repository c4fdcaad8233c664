"""Extension points: what upper apps tell ``lms`` without ``lms`` importing them.

An upper app registers in ``AppConfig.ready()``; ``lms`` and lower rooms ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest

    from lms.ledger.models import DomainEvent
    from lms.messages.models import Notice
    from lms.organisation.models import Employee
    from lms.standards.models import Standard

P = TypeVar("P")


@dataclass
class Providers(Generic[P]):
    """A list of callables that answer one question; registering twice is harmless."""

    name: str
    _items: list[P] = field(default_factory=list)

    def register(self, provider: P) -> P:
        """Add a provider; return it, so that this also works as a decorator."""
        if provider not in self._items:
            self._items.append(provider)
        return provider

    def __iter__(self) -> Iterator[P]:
        """Return the providers in order of registration."""
        return iter(tuple(self._items))


@dataclass
class KeyedProviders(Generic[P]):
    """Providers looked up by a key such as an event's kind or a notice's subject prefix."""

    name: str
    _items: dict[str, list[P]] = field(default_factory=dict)

    def register(self, key: str, provider: P) -> P:
        """Add a provider under a key."""
        items = self._items.setdefault(key, [])
        if provider not in items:
            items.append(provider)
        return provider

    def of(self, key: str) -> Sequence[P]:
        """Return the providers of a key, in order of registration."""
        return tuple(self._items.get(key, ()))


@dataclass(frozen=True)
class Impact:
    """Whom a material change of a standard reaches.

    ``learners`` are still on their way to what the others hold, and learn it with the rest.
    ``warnings`` say in words what the author should see to before publishing it.
    """

    people: int
    branches: int
    certifications: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    learners: int = 0


@dataclass(frozen=True)
class Link:
    """Where a standard is taught, asked, played or required."""

    kind: str
    label: str
    url: str


@dataclass(frozen=True)
class NoticeText:
    """What a notice says: one paragraph of a mail, with one link."""

    title: str
    body: str
    action_label: str = ""
    action_path: str = ""
    why: str = ""


@dataclass(frozen=True)
class NoticeVerdict:
    """Whether a notice is still true; if not, the reason that the log keeps."""

    still_true: bool
    reason: str = ""


@dataclass(frozen=True)
class NavItem:
    """One entry of the people's top bar."""

    label: str
    url: str
    order: int = 100
    icon: str = ""


class NoticeProvider(Protocol):
    """Says what a notice says and whether it is still true."""

    def check(self, notices: Sequence[Notice], now: datetime) -> dict[int, NoticeVerdict]:
        """Return a verdict per notice id; asked again right before sending."""

    def write(self, notices: Sequence[Notice]) -> dict[int, NoticeText]:
        """Return the text per notice id, in the active language."""


EventConsumer = Callable[["DomainEvent", datetime], None]
RosterFollower = Callable[[Sequence[int], date, datetime], None]
"""Called inside the transaction of a roster change with the employee ids it touched."""
ImpactProvider = Callable[["Standard"], Impact]
LinkProvider = Callable[["Standard"], Iterable[Link]]
CountsFromProvider = Callable[["Employee", str, str], "datetime | None"]
"""(employee, kind, uuid of the work) → since when attempts count; the latest answer wins."""
LearntStandardsProvider = Callable[["Employee", datetime], Mapping[UUID, datetime]]
"""(employee, now) → the standards learned in what is assigned, and when first."""
AssignedCoursesProvider = Callable[["Employee", date], "set[str]"]
AssignedQuizzesProvider = Callable[["Employee", date], "set[str]"]
"""(employee, day) → the uuids, as text, of the quizzes that somebody has to pass."""
SweepFollower = Callable[[datetime], int]
"""Called at the end of a sweep with its instant; returns how much it found to do."""
NavProvider = Callable[["AbstractBaseUser", "HttpRequest"], Iterable[NavItem]]

event_consumers: KeyedProviders[EventConsumer] = KeyedProviders("event consumers")
notice_providers: KeyedProviders[NoticeProvider] = KeyedProviders("notice providers")
roster_followers: Providers[RosterFollower] = Providers("what follows a roster change")
standard_impacts: Providers[ImpactProvider] = Providers("impact of a standard's change")
standard_links: Providers[LinkProvider] = Providers("links of a standard")
counts_from: Providers[CountsFromProvider] = Providers("since when attempts count")
assigned_courses: Providers[AssignedCoursesProvider] = Providers("which courses are assigned")
assigned_quizzes: Providers[AssignedQuizzesProvider] = Providers("which quizzes are assigned")
learnt_standards: Providers[LearntStandardsProvider] = Providers("which standards were learned")
sweep_followers: Providers[SweepFollower] = Providers("what follows a sweep")
navigation: Providers[NavProvider] = Providers("entries of the top bar")
