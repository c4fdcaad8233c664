"""Sentences of measures, search, digests: tables without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.standards.rules import (
    Searchable,
    digest_body,
    find_measure_problems,
    measure_notes,
    measure_sentence,
    plan_review,
    search,
    write_number,
)


def measure(**parts):
    return {"type": "count", "subject": "", "comparison": "at_most", "target": None, **parts}


SENTENCES = [
    (
        measure(subject="phone answered", target="3", unit="rings"),
        "Phone answered within 3 rings",
    ),
    (
        measure(type="duration", subject="inquiries answered", target="60", unit="minutes"),
        "Inquiries answered within 60 minutes",
    ),
    (
        measure(type="duration", subject="problems solved", target="4", unit="hours"),
        "Problems solved within 4 hours",
    ),
    (
        measure(
            type="duration", subject="problems solved", target="4", unit="hours", clock="working"
        ),
        "Problems solved within 4 working hours",
    ),
    (
        measure(
            type="duration",
            subject="inquiries answered",
            target=60,
            unit="minutes",
            clock="working",
        ),
        "Inquiries answered within 60 minutes of working time",
    ),
    (
        measure(
            subject="customers waiting",
            target="3",
            unit="customers",
            trigger="more than 3 customers wait",
            action="open a new till",
        ),
        "When more than 3 customers wait, open a new till",
    ),
    (
        measure(
            type="duration",
            target="2",
            unit="minutes",
            trigger="more than 3 customers wait",
            action="open a new till",
        ),
        "When more than 3 customers wait, open a new till within 2 minutes",
    ),
    (
        measure(type="yes_no", comparison="every", subject="every customer greeted by name"),
        "Every customer greeted by name, every time",
    ),
    (
        measure(type="yes_no", comparison="no_exception", subject="each seat belt checked"),
        "Each seat belt checked, every time, without exception",
    ),
    (
        measure(type="percent", comparison="at_least", subject="customers content", target="90"),
        "Customers content: at least 90 %",
    ),
    (
        measure(type="level", comparison="at_least", subject="spoken English", target="2"),
        "Spoken English: at least level 2",
    ),
    (
        measure(type="money", subject="refund without a signature", target="250", unit="euros"),
        "Refund without a signature: at most 250 euros",
    ),
    (
        measure(
            type="rate", comparison="at_least", subject="parcels", target="12.50", unit="an hour"
        ),
        "Parcels: at least 12.5 an hour",
    ),
    (
        measure(comparison="exactly", subject="seals on a parcel", target="1", unit="times"),
        "Seals on a parcel: exactly 1 time",
    ),
]


@pytest.mark.parametrize(("given_measure", "sentence"), SENTENCES)
def test_a_measure_prints_as_a_sentence(given_measure, sentence):
    assert measure_sentence(given_measure) == sentence
    assert find_measure_problems(given_measure) == []


def test_a_sentence_is_put_together_in_the_readers_language():
    german = {"%(subject)s within %(amount)s": "%(subject)s innerhalb von %(amount)s"}
    german |= {"%(number)s %(unit)s": "%(number)s %(unit)s", "rings": "Mal Klingeln"}
    sentence = measure_sentence(SENTENCES[0][0], lambda message: german[message])
    assert sentence == "Phone answered innerhalb von 3 Mal Klingeln"


def test_what_the_author_writes_is_never_taken_for_a_placeholder():
    odd = measure(subject="100% %(amount)s done", target="1", unit="%s")
    assert measure_sentence(odd) == "100% %(amount)s done: at most 1 %s"


def test_notes_tell_what_is_better_and_what_is_just_acceptable():
    given_measure = measure(
        type="duration", subject="solved", target="4", stretch="1", minimum="8", unit="hours"
    )
    assert measure_notes(given_measure) == ("Even better: 1 hour", "Just acceptable: 8 hours")


@pytest.mark.parametrize(
    ("broken", "part"),
    [
        (measure(subject="phone answered"), "target"),
        (measure(subject="", target="3"), "subject"),
        (measure(subject="phone", target="a lot"), "target"),
        (measure(subject="phone", target="-1"), "target"),
        (measure(subject="till", trigger="four wait"), "action"),
        (measure(subject="till", action="open another"), "trigger"),
        (measure(type="percent", comparison="at_least", subject="x", target="101"), "target"),
        (measure(type="yes_no", subject="greeted", target="1"), "comparison"),
        (measure(subject="x", target="3", stretch="4"), "stretch"),
        (measure(subject="x", target="3", minimum="2"), "minimum"),
        (measure(comparison="at_least", subject="x", target="90", stretch="80"), "stretch"),
    ],
)
def test_a_measure_without_sense_names_the_part_to_mend(broken, part):
    assert [problem.part for problem in find_measure_problems(broken)] == [part]


DOCUMENTS = [
    Searchable("PHONE-01", {"PHONE-01 Answer the phone within three rings": 1.0, "caller": 0.5}),
    Searchable("REPLY-01", {"REPLY-01 Answer inquiries within 60 minutes": 1.0, "e-mail": 0.5}),
    Searchable("QUEUE-01", {"QUEUE-01 Open another till when more than three wait": 1.0}),
    Searchable("GREET-01", {"GREET-01 Greet every customer by name": 1.0, "greeting": 0.5}),
    Searchable("REFUND-01", {"REFUND-01 Refund policy": 1.0, "receipt": 0.5}),
    Searchable("COMPLAINT-01", {"COMPLAINT-01 Complaint policy": 1.0, "apologise": 0.5}),
    Searchable("PRIVACY-01", {"PRIVACY-01 Privacy policy": 1.0, "Señor Müller": 0.5}),
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("refnd", "REFUND-01"),
        ("refudn", "REFUND-01"),
        ("complant", "COMPLAINT-01"),
        ("complaitn polciy", "COMPLAINT-01"),
        ("privasy", "PRIVACY-01"),
        ("inqiries", "REPLY-01"),
        ("qeue", "QUEUE-01"),
        ("telphone", "PHONE-01"),
        ("custommer", "GREET-01"),
        ("recipt", "REFUND-01"),
        ("appologise", "COMPLAINT-01"),
        ("MULLER", "PRIVACY-01"),
        ("greet-01", "GREET-01"),
        ("ring", "PHONE-01"),
        ("answer the fone", "PHONE-01"),
    ],
)
def test_a_misspelling_finds_what_was_meant_first(typed, meant):
    assert search(typed, DOCUMENTS)[0] == meant


@pytest.mark.parametrize("typed", ["", "  ", "?!", "xyzzy", "\x00", "zebra crossing lights"])
def test_strangers_and_nothing_find_nothing(typed):
    assert search(typed, DOCUMENTS) == []


def test_the_title_weighs_more_than_the_body():
    documents = [
        Searchable("body", {"x": 1.0, "refund": 0.5}),
        Searchable("title", {"refund": 1.0}),
    ]
    assert search("refund", documents) == ["title", "body"]


@given(st.text(max_size=200))
def test_no_query_breaks_the_search(typed):
    assert len(search(typed, DOCUMENTS)) <= len(DOCUMENTS)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_the_digest_does_not_depend_on_the_order_of_fields(body):
    assert digest_body(body) == digest_body(dict(reversed(body.items())))


def test_another_word_is_another_digest():
    assert digest_body({"title": "a"}) != digest_body({"title": "b"})


@pytest.mark.parametrize(
    ("value", "text"),
    [("3.00", "3"), (Decimal("2.50"), "2.5"), ("100", "100"), (None, None), ("", None), ("0", "0")],
)
def test_numbers_freeze_as_their_shortest_text(value, text):
    assert write_number(value) == text


@pytest.mark.parametrize(
    ("on", "months", "due"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
    ],
)
def test_the_next_review_is_clamped_to_the_months_end(on, months, due):
    assert plan_review(on, months) == due
