"""Scores, bounds and tokens in the form in which they are kept: exact shares as ``n/d``."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from quizzes.scenarios.rules.plays import ScenarioScore
from quizzes.scenarios.rules.spaces import Bounds

# What decided a stored result; raised when the rules of scoring change.
RULES_VERSION = 1
_TOKEN_BYTES = 12

Pair = tuple[Fraction, Fraction]


def write_fraction(value: Fraction) -> str:
    """Return a number as it is stored: ``n/d``, also for whole numbers."""
    return f"{value.numerator}/{value.denominator}"


def write_bounds(found: Bounds) -> dict[str, Any]:
    """Return bounds as plain data; ``read_bounds`` gives them back."""
    return {
        "total": _write_pair(found.total),
        "standards": {code: _write_pair(pair) for code, pair in found.standards.items()},
    }


def read_bounds(stored: Mapping[str, Any]) -> Bounds:
    """Return the bounds that were stored."""
    standards = {code: _read_pair(pair) for code, pair in stored["standards"].items()}
    return Bounds(_read_pair(stored["total"]), standards)


def write_score(score: ScenarioScore) -> dict[str, Any]:
    """Return a score as plain data, each share as ``n/d`` with a float to sort by."""
    return {
        "points": write_fraction(score.points),
        "percent": _write_share(score.percent),
        "standards": {code: _write_share(share) for code, share in score.standards.items()},
        "critical": score.critical,
        "meter": [write_fraction(value) for value in score.meter],
        "ending": score.ending,
        "passed": score.passed,
    }


def read_share(stored: Mapping[str, Any] | None) -> Fraction | None:
    """Return a share that ``write_score`` wrote, 0..1; None when it was undefined."""
    return None if stored is None else Fraction(stored["share"])


def make_token(seed: str, sequence: int, choice: str) -> str:
    """Return the name under which a choice is sent to one player at one decision.

    It tells nothing of the author's id, differs in every play and at every decision, and needs
    no storage.
    """
    message = f"{sequence}/{choice}".encode("utf-8", "surrogatepass")
    digest = hmac.new(seed.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode()


def _write_share(share: Fraction | None) -> dict[str, Any] | None:
    return None if share is None else {"share": write_fraction(share), "float": float(share)}


def _write_pair(pair: Pair | None) -> list[str] | None:
    return None if pair is None else [write_fraction(value) for value in pair]


def _read_pair(stored: list[str] | None) -> Pair | None:
    return None if stored is None else (Fraction(stored[0]), Fraction(stored[1]))
