"""What the company looks like: places, rules of dates, and the careers people have had. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any, Final

AREAS: Final = (
    ("Central Europe", "Europe/Berlin"),
    ("Atlantic", "Europe/London"),
    ("North America", "America/New_York"),
    ("South America", "America/Sao_Paulo"),
    ("South Asia", "Asia/Kolkata"),
    ("Pacific", "Australia/Sydney"),
)
"""The outermost regions, each in one time zone; Kolkata is half an hour off, Sydney south."""

ROLES: Final = ("Cashier", "Sales", "Stock", "Adviser", "Shift lead", "Branch manager")
GIVEN: Final = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gia", "Hugo", "Ines", "Jon", "Kira")
FAMILY: Final = ("Abel", "Berg", "Cruz", "Diaz", "Ekdal", "Frey", "Gupta", "Hale", "Ito", "Jung")

POLICIES: Final[tuple[dict[str, Any], ...]] = (
    {"active": "P1Y", "window": "P1M", "due": "P30D"},
    {
        "method": "anniversary",
        "active": "P1Y",
        "window": "P60D",
        "due": "P30D",
        "grace": "P14D",
        "counts_grace": True,
    },
    {"active": "P2Y", "tolerance": "P30D", "due": "P60D"},
    {
        "method": "calendar",
        "active": "P1Y",
        "min_active": "P6M",
        "window": "P90D",
        "due": "P30D",
    },
    {"active": None, "due": "P14D"},
    {"method": "anniversary", "active": "P3Y", "window": "P90D", "due": "P90D"},
    {"active": "P6M", "window": "P14D", "due": "P14D", "closes": "P30D"},
    {
        "method": "anniversary",
        "active": "P1Y",
        "window": "P30D",
        "due": "P30D",
        "before_window": "keep",
        "late": "full_if_lapsed_over",
        "lapsed_over": "P60D",
        "look_back": "P30D",
    },
)
"""The rules of dates, in turn; every third certification has a second version as well."""

YOUNGEST_RULE: Final = 150
"""Days since the newest certification was introduced; whoever left did so later than that."""


CAREERS: Final = 40
"""How many careers people draw from: one in twenty has left, one in twelve takes leave."""


@dataclass(frozen=True)
class Size:
    """How large the company is, and the seed of everything that is drawn."""

    branches: int
    employees: int
    certifications: int
    seed: int = 1

    @property
    def pairs(self) -> int:
        """The number of people times certifications: one standing each."""
        return self.employees * self.certifications


@dataclass(frozen=True)
class Career:
    """One way through the company; ``until`` days are exclusive. People draw one of these."""

    number: int
    hired_on: date
    left_on: date | None
    moved_on: date | None
    absent_from: date | None
    absent_until: date | None


def draw_careers(size: Size, today: date) -> list[Career]:
    """Return the careers that people draw from."""
    return [draw_career(size.seed, number, today) for number in range(CAREERS)]


def draw_career(seed: int, number: int, today: date) -> Career:
    """Return one career: most people stay, some move, take leave or have just left."""
    rng = Random(f"{seed}:career:{number}")  # noqa: S311  (drawn, not secret)
    hired_on = today - timedelta(days=rng.choice((rng.randint(5, 400), rng.randint(400, 4000))))
    days = (today - hired_on).days
    left_on = moved_on = absent_from = absent_until = None
    if number % 20 == 7:
        hired_on, days = today - timedelta(days=900), 900
        left_on = today - timedelta(days=rng.randint(0, 100))
    if days > YOUNGEST_RULE and rng.random() < 0.2:
        moved_on = hired_on + timedelta(days=rng.randint(30, days - 110))
    if number % 12 == 5:
        absent_from = max(hired_on, today - timedelta(days=rng.randint(-20, 200)))
        absent_until = absent_from + timedelta(days=rng.randint(20, 150))
    return Career(number, hired_on, left_on, moved_on, absent_from, absent_until)


def spread_people(size: Size) -> list[int]:
    """Return how many people each branch has: uneven, at least one each where it can be."""
    rng = Random(f"{size.seed}:branches")  # noqa: S311
    weights = [rng.uniform(0.4, 1.6) for _branch in range(size.branches)]
    scale = size.employees / sum(weights)
    edges = [0]
    total = 0.0
    for weight in weights:
        total += weight * scale
        edges.append(round(total))
    edges[-1] = size.employees
    return [after - before for before, after in pairwise(edges)]


def introduced_on(number: int, today: date) -> date:
    """Return since when a certification (numbered from 0) has been asked for."""
    return today - timedelta(days=YOUNGEST_RULE + number * 97 % 450)


def list_versions(number: int, today: date) -> list[tuple[date, dict[str, Any]]]:
    """Return the versions of a certification (numbered from 0): since when, and the policy."""
    policy = POLICIES[number % len(POLICIES)]
    versions = [(introduced_on(number, today) - timedelta(days=2000), dict(policy))]
    if number % 3 == 2:
        changed = policy | {"due_soon": "P7D"}
        if policy.get("window"):
            changed["window"] = "P21D"
        versions.append((today - timedelta(days=90), changed))
    return versions
