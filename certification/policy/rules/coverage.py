"""Which days awards cover: pieces of each award, joined where they touch, never across a gap."""

from datetime import date
from typing import NamedTuple

from certification.policy.rules.history import Held

_LOST = frozenset({"revoked"})
_LOST_OR_PAUSED = frozenset({"revoked", "suspended"})


class Span(NamedTuple):
    """Days from ``starts_on`` up to, not including, ``until``; null has no end.

    ``is_natural``: it ends at its award's own ``valid_until``, not by a revocation or suspension.
    ``held`` is the award that reaches its end.
    """

    starts_on: date
    until: date | None
    is_natural: bool
    held: Held


def expiry_as_of(held: Held, on: date) -> date | None:
    """Return the first day the award no longer holds, by the extensions in effect on a day."""
    until = held.validity.valid_until
    for extended_on, extended_until in held.extensions:
        if extended_on <= on and until is not None and extended_until > until:
            until = extended_until
    return until


def coverage_on(awards: list[Held], on: date) -> list[Span]:
    """Return the spans in which the awards are valid, by the facts in effect on a day."""
    pieces = []
    for held in awards:
        if held.changes or held.extensions:
            pieces += [piece for piece in _pieces(held, on, _LOST_OR_PAUSED) if _has_days(piece)]
        else:
            piece = _whole(held)
            if _has_days(piece):
                pieces.append(piece)
    return _join(pieces)


def holding_on(awards: list[Held], on: date) -> list[Span]:
    """Return the spans as if nothing were suspended: what renewals and cycles follow.

    An award revoked before its first day leaves an empty span there: something was lost.
    """
    pieces: list[Span] = []
    for held in awards:
        if held.changes or held.extensions:
            pieces += _pieces(held, on, _LOST)
        else:
            pieces.append(_whole(held))
    return _join(pieces)


def span_begun_by(spans: list[Span], on: date) -> Span | None:
    """Return the last span that has begun by a day."""
    for span in reversed(spans):
        if span.starts_on <= on:
            return span
    return None


def is_within(span: Span, on: date) -> bool:
    """Tell whether a day lies in a span."""
    return span.starts_on <= on and (span.until is None or on < span.until)


def state_on(held: Held, on: date) -> str:
    """Return ``revoked``, ``suspended`` or ``""`` for an award on a day."""
    state = ""
    for change in held.changes:
        if change.on > on:
            break
        if change.kind == "reinstated":
            state = ""
        elif state != "revoked":
            state = change.kind
    return state


def _whole(held: Held) -> Span:
    until = held.validity.valid_until
    if until is not None and until < held.starts_on:
        until = held.starts_on
    return Span(held.starts_on, until, is_natural=True, held=held)


def _has_days(piece: Span) -> bool:
    return piece.starts_on != piece.until


def _pieces(held: Held, on: date, cutting: frozenset[str]) -> list[Span]:
    blocks = _blocks(held, on, cutting)
    pieces = _extended(held, on)
    if not blocks:
        return pieces
    return [rest for piece in pieces for rest in _cut(piece, blocks)]


def _extended(held: Held, on: date) -> list[Span]:
    pieces = [_whole(held)]
    for extended_on, until in held.extensions:
        last = pieces[-1]
        if extended_on > on or last.until is None or until <= last.until:
            continue
        if extended_on <= last.until:
            pieces[-1] = last._replace(until=until)
        else:
            # Extended after it had run out: the days between stay uncovered.
            pieces.append(Span(extended_on, until, is_natural=True, held=held))
    return pieces


def _blocks(held: Held, on: date, cutting: frozenset[str]) -> list[tuple[date, date | None]]:
    blocks: list[tuple[date, date | None]] = []
    start: date | None = None
    for change in held.changes:
        if change.on > on:
            break
        if change.kind == "reinstated":
            if start is not None and start < change.on:
                blocks.append((start, change.on))
            start = None
        elif start is None and change.kind in cutting:
            start = change.on
    if start is not None:
        blocks.append((start, None))
    return blocks


def _cut(piece: Span, blocks: list[tuple[date, date | None]]) -> list[Span]:
    rest = []
    start = piece.starts_on
    for block_from, block_until in blocks:
        if piece.until is not None and block_from >= piece.until:
            break
        if block_until is not None and block_until <= start:
            continue
        rest.append(Span(start, max(start, block_from), is_natural=False, held=piece.held))
        if block_until is None or (piece.until is not None and block_until >= piece.until):
            return rest
        start = block_until
    rest.append(piece._replace(starts_on=start))
    return rest


def _join(pieces: list[Span]) -> list[Span]:
    if len(pieces) < 2:
        return pieces
    joined: list[Span] = []
    for piece in sorted(pieces, key=_start_of):
        last = joined[-1] if joined else None
        if last is not None and (last.until is None or piece.starts_on <= last.until):
            joined[-1] = _merge(last, piece)
        else:
            joined.append(piece)
    return joined


def _start_of(piece: Span) -> date:
    return piece.starts_on


def _merge(one: Span, other: Span) -> Span:
    if one.until == other.until:
        held = max((one.held, other.held), key=_baseline_of)
        is_natural = one.is_natural or other.is_natural
        return Span(one.starts_on, one.until, is_natural, held)
    if one.until is None or (other.until is not None and other.until < one.until):
        return one
    return other._replace(starts_on=one.starts_on)


def _baseline_of(held: Held) -> tuple[date, int]:
    return (held.validity.baseline_until or date.max, held.order)
