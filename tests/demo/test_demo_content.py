"""The demo company has standards, lessons and certifications worth showing."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lms.standards.rules import (
    COMPARISONS,
    MEASURE_TYPES,
    find_measure_problems,
    measure_sentence,
)
from tests.demo.content import (
    BRANCHES,
    CATEGORIES,
    CERTIFICATIONS,
    COURSES,
    DEMO,
    ILLUSTRATIONS,
    LESSONS,
    QUIZZES,
    READ_CODES,
    ROLES,
    SCENARIOS,
    STANDARD_CODES,
    STANDARDS,
    Json,
    assert_clean_html,
    blocks,
    find_long_sentences,
    long_sentences,
    teaching_words,
)

PLAYED = {scenario["code"] for scenario in SCENARIOS}


def test_there_are_at_least_24_standards_across_all_categories() -> None:
    codes = [standard["code"] for standard in STANDARDS]
    assert len(codes) == len(set(codes)) >= 24
    assert set(codes) >= STANDARD_CODES | READ_CODES
    assert {standard["category"] for standard in STANDARDS} == CATEGORIES
    assert len({standard["title"] for standard in STANDARDS}) == len(codes)
    for name in ("force", "kind", "journey_stage", "basis", "former_form"):
        assert len({standard[name] for standard in STANDARDS}) >= 2, name


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda standard: standard["code"])
def test_a_standard_can_be_measured_and_says_why_and_how(standard: Json) -> None:
    assert standard["measures"]
    for measure in standard["measures"]:
        assert find_measure_problems(measure) == []
    for name in ("title", "statement", "promise", "rationale_staff", "rationale_customer"):
        assert standard[name].strip(), name
    for name in ("evidence", "basis_reference", "basis_edition"):
        assert standard[name].strip(), name
    assert len(standard["steps"]) >= 4
    assert standard["do"]
    assert standard["dont"]
    lines = [*standard["steps"], *standard["do"], *standard["dont"]]
    assert len(lines) == len(set(lines))


def test_the_measures_of_the_standards_that_everybody_quotes() -> None:
    sentences = {row["code"]: measure_sentence(row["measures"][0]) for row in STANDARDS}
    assert sentences["PHONE-01"] == "Phone answered within 3 rings"
    assert sentences["REPLY-01"] == "Inquiries answered within 60 minutes of working time"
    assert sentences["SOLVE-01"] == "Problems solved within 4 working hours"
    assert sentences["QUEUE-01"] == "When more than 3 customers wait, open another till"
    assert sentences["GREET-01"] == "Customer greeted by name, every time"
    assert sentences["BELT-01"] == "Seat belt checked, every time, without exception"


def test_every_kind_of_measure_and_comparison_is_used() -> None:
    measures = [measure for row in STANDARDS for measure in row["measures"]]
    assert {measure["type"] for measure in measures} == {code for code, _ in MEASURE_TYPES}
    assert {measure["comparison"] for measure in measures} == {code for code, _ in COMPARISONS}


def test_no_sentence_stands_in_two_standards() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for standard in STANDARDS:
        for sentence in find_long_sentences(standard):
            found[sentence].add(standard["code"])
    assert len(found) > 250
    assert {text: where for text, where in found.items() if len(where) > 1} == {}


def test_policies_are_acknowledged_and_carry_their_rules() -> None:
    by_code = {standard["code"]: standard for standard in STANDARDS}
    acknowledged = {code for code, row in by_code.items() if row["needs_acknowledgement"]}
    assert acknowledged == {"REFUND-01", "COMPLAINT-01", "PRIVACY-01"} | READ_CODES
    assert len(by_code["REFUND-01"]["eligibility"]) >= 4
    levels = [row["level"] for row in by_code["COMPLAINT-01"]["escalation"]]
    assert levels == [1, 2, 3, 4]
    assert "Independent" in by_code["COMPLAINT-01"]["escalation"][-1]["who"]
    queue = by_code["QUEUE-01"]["measures"][0]
    assert queue["trigger"]
    assert queue["action"]


def test_every_role_play_has_its_place_in_a_lesson_or_a_certification() -> None:
    used = {block["code"] for lesson in LESSONS for block in blocks(lesson, "scenario")}
    needs = [need for row in CERTIFICATIONS for need in row["requirements"]]
    used |= {need["target"] for need in needs if need["kind"] == "scenario"}
    assert used == PLAYED


def test_no_file_says_iso_certified() -> None:
    for path in DEMO.rglob("*.json"):
        assert not re.search(r"iso[ -]certif", path.read_text(encoding="utf-8"), re.IGNORECASE)


def test_there_are_three_courses_of_three_to_five_lessons() -> None:
    assert len(COURSES) == 3
    for course in COURSES:
        assert 3 <= len(course["lessons"]) <= 5
        assert course["minutes"] == sum(lesson["minutes"] for lesson in course["lessons"])
        assert set(course["standards"]) <= STANDARD_CODES
    slugs = [course["slug"] for course in COURSES] + [lesson["slug"] for lesson in LESSONS]
    assert len(slugs) == len(set(slugs))
    taught = {code for course in COURSES for code in course["standards"]}
    assert taught == STANDARD_CODES


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson["slug"])
def test_a_lesson_teaches_in_at_least_250_words(lesson: Json) -> None:
    assert teaching_words(lesson) >= 250


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson["slug"])
def test_a_lesson_has_one_picture_with_a_real_description(lesson: Json) -> None:
    (image,) = blocks(lesson, "image")
    assert len(image["alt"].split()) >= 8
    assert image["caption"]
    assert image["alt"] != image["caption"]


def test_no_two_lessons_or_covers_share_a_picture_and_none_is_left_over() -> None:
    used = [block["file"] for lesson in LESSONS for block in blocks(lesson, "image")]
    used += [course["cover"]["file"] for course in COURSES]
    assert len(used) == len(set(used))
    assert set(used) == {path.name for path in ILLUSTRATIONS.iterdir()}
    assert all(len(course["cover"]["alt"].split()) >= 8 for course in COURSES)


def test_no_long_sentence_stands_in_two_lessons() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for lesson in LESSONS:
        for sentence in long_sentences(lesson):
            found[sentence].add(lesson["slug"])
    assert len(found) > 300
    assert {text: where for text, where in found.items() if len(where) > 1} == {}


def test_lesson_html_uses_only_the_plain_tags() -> None:
    for lesson in LESSONS:
        for block in lesson["blocks"]:
            if "html" in block:
                assert_clean_html(block["html"])


def test_every_block_of_a_lesson_points_at_something_that_exists() -> None:
    quizzes = {quiz["code"] for quiz in QUIZZES}
    targets = {"standard": STANDARD_CODES, "quiz": quizzes, "scenario": PLAYED}
    for lesson in LESSONS:
        for kind, codes in targets.items():
            assert {block["code"] for block in blocks(lesson, kind)} <= codes
        policies = {block["standard"] for block in blocks(lesson, "acknowledgement")}
        assert policies <= {row["code"] for row in STANDARDS if row["needs_acknowledgement"]}


def test_each_course_ends_with_its_own_quiz() -> None:
    ends = [course["lessons"][-1]["blocks"][-1] for course in COURSES]
    assert [block["type"] for block in ends] == ["quiz"] * 3
    assert len({block["code"] for block in ends}) == 3
    assert {block["code"] for block in ends} <= {quiz["code"] for quiz in QUIZZES}
    inside = [b for course in COURSES for part in course["lessons"] for b in blocks(part, "quiz")]
    assert {block["code"] for block in inside} - {block["code"] for block in ends} == {
        "PHONE-CHECK",
        "PRIVACY-CHECK",
    }
    assert len(inside) == 5


def test_every_standard_is_shown_in_a_lesson_and_every_policy_acknowledged_there() -> None:
    shown = {block["code"] for lesson in LESSONS for block in blocks(lesson, "standard")}
    signed = [b["standard"] for lesson in LESSONS for b in blocks(lesson, "acknowledgement")]
    assert shown == STANDARD_CODES
    assert sorted(signed) == ["COMPLAINT-01", "PRIVACY-01", "REFUND-01"]
    assert sum(len(blocks(lesson, "scenario")) for lesson in LESSONS) == 4


@pytest.mark.parametrize("path", sorted(ILLUSTRATIONS.glob("*")), ids=lambda path: path.name)
def test_an_illustration_is_a_drawing_and_nothing_else(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(source)
    assert root.get("viewBox") == "0 0 640 360"
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "g", "rect", "circle", "ellipse", "path"}
    assert not re.search(r"href|url\(|style=|\son\w+=", source)
    ground = root[0]
    assert ground.tag.endswith("rect")
    assert (ground.get("width"), ground.get("height")) == ("640", "360")


def test_the_nine_certifications_ask_for_things_that_exist() -> None:
    targets = {
        "course": {course["slug"] for course in COURSES},
        "quiz": {quiz["code"] for quiz in QUIZZES},
        "scenario": PLAYED,
        "acknowledgement": STANDARD_CODES | READ_CODES,
        "certification": {row["code"] for row in CERTIFICATIONS},
    }
    assert len(CERTIFICATIONS) == 9
    for certification in CERTIFICATIONS:
        for requirement in certification["requirements"]:
            kind = requirement["kind"]
            assert kind in {"evidence", "sign_off"} or requirement["target"] in targets[kind]
            assert requirement["label"]
        for rule in certification["audience"]:
            assert set(rule["job_roles"]) <= {role["code"] for role in ROLES}
            assert rule["region_path"] in {None} | {row["region_path"] for row in BRANCHES}
            assert rule["reason"].endswith(".")


def test_the_nine_certifications_have_different_rules() -> None:
    rules = [row["policy"] for row in CERTIFICATIONS]
    assert len({tuple(sorted(map(str, rule.items()))) for rule in rules}) == 9
    assert {rule["method"] for rule in rules} == {"completion", "anniversary", "calendar"}
    assert {rule.get("before_window", "extend") for rule in rules} == {"extend", "keep", "restart"}
    assert {rule.get("late", "renewal") for rule in rules} == {
        "renewal",
        "full",
        "full_if_lapsed_over",
    }
    assert {rule["counts_grace"] for rule in rules if "counts_grace" in rule} == {True}
    for name in ("window", "tolerance", "grace", "due", "closes", "look_back", "calendar_day"):
        assert any(name in rule for rule in rules), name
        assert not all(name in rule for rule in rules), name
    assert any(rule["active"] is None for rule in rules)
    kinds = {need["kind"] for row in CERTIFICATIONS for need in row["requirements"]}
    assert len(kinds) == 7
    assert any(need.get("group") for row in CERTIFICATIONS for need in row["requirements"])
