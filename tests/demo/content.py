"""Reads the demo company's files once for all tests about them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

DEMO = Path(__file__).resolve().parents[2] / "demo"
ILLUSTRATIONS = DEMO / "illustrations"
ALLOWED_TAGS = {"p", "b", "i", "ul", "ol", "li", "a"}
LONG_SENTENCE = 8
STANDARD_CODES = {
    "PHONE-01",
    "REPLY-01",
    "SOLVE-01",
    "QUEUE-01",
    "GREET-01",
    "REFUND-01",
    "COMPLAINT-01",
    "PRIVACY-01",
}
"""Those that courses teach and questions ask about."""
READ_CODES = {"CASH-01", "CONDUCT-01", "FIRE-01", "OFFER-01"}
"""Those that are only read and confirmed, so far."""
CATEGORIES = {
    "communication",
    "appearance",
    "knowledge",
    "conduct",
    "document_handling",
    "prohibited_actions",
    "complaints",
    "refunds",
    "privacy",
    "safety",
    "extra_offers",
}
SCHEMES = {
    "exact",
    "fractions",
    "every_decision",
    "halves",
    "all_right_none_wrong",
    "right_minus_wrong",
}
Json = dict[str, Any]


def load(name: str) -> Any:
    return json.loads((DEMO / name).read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


STANDARDS: list[Json] = load("standards.json")
COURSES: list[Json] = load("courses.json")
QUESTION_FILE: Json = load("questions.json")
CERTIFICATIONS: list[Json] = load("certifications.json")
SCENARIOS: list[Json] = [
    load(f"scenarios/{path.name}") for path in sorted((DEMO / "scenarios").glob("*.json"))
]
BANKS: dict[str, list[Json]] = {bank["code"]: bank["questions"] for bank in QUESTION_FILE["banks"]}
QUESTIONS: list[Json] = [question for bank in BANKS.values() for question in bank]
QUIZZES: list[Json] = QUESTION_FILE["quizzes"]
LESSONS: list[Json] = [lesson for course in COURSES for lesson in course["lessons"]]
BRANCHES = rows("branches.csv")
ROLES = rows("job_roles.csv")
ROSTER = rows("roster.csv")


def plain(html: str) -> str:
    """Text of HTML, one line per block element."""
    return re.sub(r"<[^>]+>", "", re.sub(r"</(p|li)>", "\n", html))


def blocks(lesson: Json, kind: str) -> list[Json]:
    return [block for block in lesson["blocks"] if block["type"] == kind]


def teaching_words(lesson: Json) -> int:
    return sum(len(plain(block["html"]).split()) for block in blocks(lesson, "text"))


def texts(value: object) -> Iterator[str]:
    """Every string below ``value``, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def long_sentences(lesson: Json) -> set[str]:
    """Sentences of eight words or more in a lesson, without case and punctuation."""
    return find_long_sentences(lesson["blocks"])


def find_long_sentences(value: object) -> set[str]:
    """Sentences of eight words or more below ``value``, without case and punctuation."""
    found = set()
    for text in texts(value):
        for sentence in re.split(r"[.!?:…\n]+", plain(text)):
            words = re.findall(r"\w+", sentence.casefold())
            if len(words) >= LONG_SENTENCE:
                found.add(" ".join(words))
    return found


def is_right(option: Json) -> bool:
    return bool(option.get("correct")) or Fraction(option.get("fraction", 0)) > 0


def key_is_longest(question: Json) -> bool:
    options = question.get("options", [])
    longest = max((len(option["text"]) for option in options), default=0)
    return any(is_right(option) and len(option["text"]) == longest for option in options)


class TagCollector(HTMLParser):
    """Collects the tags and attributes of a piece of HTML, and whether they close."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_clean_html(html: str) -> None:
    collector = TagCollector()
    collector.feed(html)
    assert collector.tags <= ALLOWED_TAGS
    assert collector.attributes <= {"href"}
    assert collector.open == []
