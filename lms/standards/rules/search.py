"""Look-up that forgives typing errors: trigrams over a few hundred short texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"\w+")
_LONGEST_QUERY: Final = 12
_SHORT_WORD: Final = 3
_LIKE_ENOUGH: Final = 0.4


@dataclass(frozen=True)
class Searchable:
    """One text to find: its key, and its words by weight (1 = title, less = body)."""

    key: Hashable
    texts: Mapping[str, float]


def search(query: str, documents: Iterable[Searchable]) -> list[Hashable]:
    """Return the keys of the documents that hold the words of the query, best first.

    One word in three may be missing. A word counts when it is there, begins a word that is
    there, or looks much like one (a letter missing, doubled, swapped or wrong). Case and accents
    never matter. Only the first twelve words are read; a query without words finds nothing.
    Equal scores keep the given order.
    """
    wanted = _split(query)[:_LONGEST_QUERY]
    if not wanted:
        return []
    found = [(_score(wanted, document), document.key) for document in documents]
    hits = [(score, key) for score, key in found if score > 0]
    return [key for _score_, key in sorted(hits, key=lambda hit: -hit[0])]


def _score(wanted: list[str], document: Searchable) -> float:
    best = [_best_match(word, document.texts) for word in wanted]
    missing = sum(1 for score in best if not score)
    return sum(best) / len(best) if missing <= len(best) // 3 else 0.0


def _best_match(word: str, texts: Mapping[str, float]) -> float:
    likenesses = (
        _likeness(word, other) * weight for text, weight in texts.items() for other in _split(text)
    )
    return max(likenesses, default=0.0)


@lru_cache(maxsize=50_000)
def _likeness(word: str, other: str) -> float:
    """Return 1 for the same word, less for its beginning and for look-alikes, 0 for strangers."""
    if word == other:
        return 1.0
    if other.startswith(word):
        return 0.9
    if min(len(word), len(other)) <= _SHORT_WORD:
        return 0.0
    mine, theirs = _trigrams(word), _trigrams(other)
    shared = 2 * len(mine & theirs) / (len(mine) + len(theirs))
    # Two swapped letters break up to four trigrams; the letters themselves are all still there.
    if sorted(word) == sorted(other) and word[0] == other[0]:
        shared = max(shared, 0.7)
    return shared if shared >= _LIKE_ENOUGH else 0.0


@lru_cache(maxsize=20_000)
def _trigrams(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


@lru_cache(maxsize=5_000)
def _split(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(mark for mark in plain if not unicodedata.combining(mark)))
