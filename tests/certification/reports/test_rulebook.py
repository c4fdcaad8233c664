"""A certification's rule as sentences, and the thresholds a site may set."""

import pytest

from certification.catalogue.actions import RequirementDraft, publish_version
from certification.policy.rules.policy import parse_policy
from certification.reports.reads import current_thresholds
from certification.reports.reads.rulebook import (
    describe_certification,
    describe_policy,
    length_words,
)
from certification.reports.rules import Thresholds
from quizzes.api import QuizVersion
from tests.certification.reports.company import NOW, TODAY, make_certification, make_live_quiz


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ("P1Y", "1 year"),
        ("P18M", "1 year 6 months"),
        ("P14D", "2 weeks"),
        ("P30D", "30 days"),
        ("P1M1D", "1 month 1 day"),
        ("P0D", "0 days"),
    ],
)
def test_lengths_read_as_people_say_them(interval, words):
    assert length_words(interval) == words


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ({"active": None}, "Once earned, it never lapses."),
        ({"active": "P1Y"}, "It holds for 1 year, counted from the day it is completed."),
        (
            {"active": "P1Y", "method": "anniversary"},
            "It holds for 1 year; who renews on time keeps the same day.",
        ),
        (
            {
                "active": "P1Y",
                "method": "calendar",
                "calendar_day": "03-31",
                "min_active": "P6M",
            },
            "It holds until 03-31 (month-day), for at least 6 months.",
        ),
        ({"active": "P1Y", "window": "P30D"}, "The renewal opens 30 days before the last day."),
        (
            {"active": "P1Y", "window": "P30D", "before_window": "restart"},
            "Who renews before that starts anew from that day.",
        ),
        (
            {"active": "P1Y", "tolerance": "P3M"},
            "A renewal is on time from 3 months before the last day to 3 months after.",
        ),
        ({"active": "P1Y", "due": "P14D"}, "It is due 2 weeks after it was assigned."),
        (
            {"active": "P1Y", "grace": "P10D", "counts_grace": True},
            "After the last day there is a grace of 10 days, in which people count as certified.",
        ),
        ({"active": "P1Y", "late": "full"}, "Who is late takes the full path again."),
        (
            {"active": "P1Y", "zone": "Europe/Lisbon"},
            "Days are those of Europe/Lisbon everywhere.",
        ),
    ],
)
def test_every_part_of_a_rule_has_its_sentence(policy, sentence):
    assert sentence in list(describe_policy(parse_policy(policy)))


@pytest.mark.django_db
def test_versions_tell_alternatives_versions_and_paths(django_assert_num_queries):
    phone = make_certification()
    quizzes = [make_live_quiz(code) for code in ("check", "calls", "caller", "short")]
    QuizVersion.objects.create(
        quiz=quizzes[0], number=2, material_number=2, body={}, published_at=NOW
    )
    check, calls, caller, short = (quiz.uuid for quiz in quizzes)
    publish_version(
        certification=phone,
        policy={"active": "P1Y"},
        requirements=[
            RequirementDraft("quiz", check, "Phone check", lowest_material_number=2),
            RequirementDraft("quiz", calls, "Calls", group="learn"),
            RequirementDraft("quiz", caller, "Upset caller", group="learn"),
            RequirementDraft("quiz", short, "Short check", path="renewal"),
        ],
        effective_on=TODAY,
        actor=None,
        now=NOW,
    )
    with django_assert_num_queries(2):
        newest, oldest = describe_certification(phone)
    assert (newest.version.number, oldest.version.number) == (2, 1)
    assert newest.requirements == (
        "Quiz passed: Phone check (version 2 or later)",
        "1 of: Quiz passed: Calls; Quiz passed: Upset caller",
        "Quiz passed: Short check – only renewal",
    )


def test_a_site_may_set_its_own_thresholds(settings):
    settings.STANDARDBEARER = {"THRESHOLDS": (90, 70)}
    assert current_thresholds() == Thresholds(90, 70)
    settings.STANDARDBEARER = {}
    assert current_thresholds() == Thresholds(95, 80)
