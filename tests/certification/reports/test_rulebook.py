"""A certification's rule as sentences, and the thresholds a site may set."""

from dataclasses import fields

import pytest

from certification.catalogue.actions import RequirementDraft, publish_version
from certification.catalogue.models import CertificationVersion
from certification.policy.rules.policy import Policy, parse_policy
from certification.reports.reads import current_thresholds
from certification.reports.reads.rulebook import (
    describe_certification,
    describe_policy,
    describe_rule,
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
            "It holds until March 31, the first one after at least 6 months.",
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
        ({"active": "P1Y"}, "Who is late takes the renewal path all the same."),
        ({"active": "P1Y"}, "It is shown as due soon from 2 weeks before the due day."),
        ({"active": "P1Y", "due_soon": "P0D"}, "It is never shown as due soon."),
        (
            {"active": "P1Y", "zone": "Europe/Lisbon"},
            "Days are those of Europe/Lisbon everywhere.",
        ),
    ],
)
def test_every_part_of_a_rule_has_its_sentence(policy, sentence):
    assert sentence in list(describe_policy(parse_policy(policy)))


CALENDAR = {"active": "P1Y", "method": "calendar", "min_active": "P3M"}


@pytest.mark.parametrize(
    ("base", "change"),
    [
        ({"active": "P1Y"}, {"active": "P2Y"}),
        ({"active": "P1Y"}, {"active": None}),
        ({"active": "P1Y"}, {"method": "anniversary"}),
        (CALENDAR, {"active": "P2Y"}),
        (CALENDAR, {"min_active": "P4M"}),
        (CALENDAR, {"calendar_day": "03-31"}),
        ({"active": "P1Y"}, {"window": "P1M"}),
        ({"active": "P1Y"}, {"tolerance": "P1M"}),
        ({"active": "P1Y", "window": "P1M"}, {"before_window": "keep"}),
        ({"active": "P1Y", "window": "P1M"}, {"before_window": "restart"}),
        ({"active": "P1Y"}, {"due": "P30D"}),
        ({"active": "P1Y", "due": "P30D"}, {"closes": "P30D"}),
        ({"active": "P1Y"}, {"due_soon": "P7D"}),
        ({"active": "P1Y"}, {"grace": "P14D"}),
        ({"active": "P1Y", "grace": "P14D"}, {"counts_grace": True}),
        ({"active": "P1Y"}, {"late": "full"}),
        ({"active": "P1Y"}, {"late": "full_if_lapsed_over", "lapsed_over": "P1M"}),
        (
            {"active": "P1Y", "late": "full_if_lapsed_over", "lapsed_over": "P1M"},
            {"lapsed_over": "P2M"},
        ),
        ({"active": "P1Y"}, {"look_back": "P1M"}),
        ({"active": "P1Y"}, {"zone": "Europe/Lisbon"}),
    ],
)
def test_every_field_of_a_policy_changes_what_is_said(base, change):
    before = list(describe_policy(parse_policy(base)))
    assert list(describe_policy(parse_policy(base | change))) != before


def test_every_field_of_a_policy_is_among_those():
    marks = [
        mark
        for mark in test_every_field_of_a_policy_changes_what_is_said.pytestmark
        if mark.name == "parametrize"
    ]
    changed = {name for _base, change in marks[0].args[1] for name in change}
    assert changed == {field.name for field in fields(Policy)}


@pytest.mark.parametrize("change", [{"delta_lapses_at_once": True}, {"delta_questions": 9}])
@pytest.mark.parametrize("policy", [{"active": "P1Y"}, {"active": "P1Y", "due": "P30D"}])
def test_what_a_changed_standard_does_is_said(policy, change):
    before = list(describe_rule(CertificationVersion(policy=policy)))
    after = list(describe_rule(CertificationVersion(policy=policy, **change)))
    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]


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
