"""The demo company has taken quizzes for three years, and its results are true."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from tests.browser.site import find_template
from tests.demo.content import rows

pytestmark = pytest.mark.xdist_group("browser")
ATTEMPTS = """
SELECT a.id, a.number, a.state, a.started_at, a.submitted_at, q.code, e.employee_number,
       r.passed, r.reasons, r.percent_float, e.id AS employee, a.quiz_id
FROM sb_quizzes_attempt a JOIN sb_quizzes_quiz q ON q.id = a.quiz_id
JOIN sb_lms_employee e ON e.id = a.employee_id
LEFT JOIN sb_quizzes_attemptresult r ON r.attempt_id = a.id
 AND r.number = (SELECT max(number) FROM sb_quizzes_attemptresult WHERE attempt_id = a.id)
ORDER BY a.employee_id, a.quiz_id, a.number
"""


@pytest.fixture(scope="module")
def company() -> Iterator[sqlite3.Connection]:
    """The database of the loaded company, read only."""
    path = find_template() / "demo.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@pytest.fixture(scope="module")
def attempts(company: sqlite3.Connection) -> list[sqlite3.Row]:
    """Every attempt with its last result."""
    return list(company.execute(ATTEMPTS))


def count(company: sqlite3.Connection, query: str) -> int:
    """Return the number that a query gives."""
    return int(company.execute(query).fetchone()[0])


def test_nearly_everybody_has_taken_a_quiz(attempts):
    assert len({row["employee_number"] for row in attempts}) >= 520
    assert len(attempts) >= 1_400
    assert len({row["code"] for row in attempts}) == 7


def test_some_fail_some_try_again_and_some_fail_by_one_critical_question(attempts):
    failed = [row for row in attempts if row["passed"] == 0]
    assert 0.1 <= len(failed) / len(attempts) <= 0.4
    assert sum(row["number"] > 1 for row in attempts) >= 150
    only_critical = [
        row
        for row in failed
        if "critical_question" in row["reasons"] and "below_pass_mark" not in row["reasons"]
    ]
    assert len(only_critical) >= 10
    assert 0 < sum(row["state"] == "open" for row in attempts) <= 10


def test_numbers_run_on_and_moments_follow_each_other(attempts):
    before = None
    for row in attempts:
        same = before is not None and (before["employee"], before["quiz_id"]) == (
            row["employee"],
            row["quiz_id"],
        )
        assert row["number"] == (before["number"] + 1 if same else 1)
        assert row["submitted_at"] is None or row["started_at"] < row["submitted_at"]
        assert not same or before["submitted_at"] < row["started_at"]
        before = row


def test_who_holds_a_certificate_passed_its_quiz_on_the_day_it_was_awarded(company):
    """Of the awards since the quizzes exist; whom ``activity.csv`` names did it before or after."""
    awards = """
        SELECT e.employee_number, a.employee_id, req.target, max(a.awarded_at) AS at
        FROM sb_certification_award a
        JOIN sb_certification_requirement req ON req.version_id = a.version_id
        JOIN sb_lms_employee e ON e.id = a.employee_id
        WHERE req.kind = 'quiz' AND a.awarded_at > '2024-06' GROUP BY a.employee_id, req.target,
              a.certification_id
    """
    passed = {
        (row["employee_id"], row["uuid"].replace("-", ""), row["submitted_at"][:10])
        for row in company.execute(
            "SELECT a.employee_id, q.uuid, a.submitted_at FROM sb_quizzes_attempt a"
            " JOIN sb_quizzes_quiz q ON q.id = a.quiz_id JOIN sb_quizzes_attemptresult r"
            " ON r.attempt_id = a.id WHERE r.quiz_passed"
        )
    }
    busy = {row["employee_number"] for row in rows("activity.csv")}
    found = [row for row in company.execute(awards) if row["employee_number"] not in busy]
    # An award begins at midnight at the branch, which may be the day before in UTC.
    near = [
        (row["employee_id"], str(row["target"]).replace("-", ""), row["at"][:10]) for row in found
    ]
    days = {(person, quiz): set() for person, quiz, _day in passed}
    for person, quiz, day in passed:
        days[person, quiz].add(day)
    missing = [
        one
        for one in near
        if not any(abs(_days(one[2], day)) <= 1 for day in days.get(one[:2], ()))
    ]
    assert len(near) >= 1_000
    assert len(missing) <= len(near) * 0.01


def _days(first: str, second: str) -> int:
    return (date.fromisoformat(second) - date.fromisoformat(first)).days


def test_answers_in_words_wait_and_are_marked(company):
    turns = dict(
        company.execute("SELECT turn, count(*) FROM sb_quizzes_openanswer GROUP BY turn").fetchall()
    )
    assert turns["done"] >= 8
    assert turns["first"] >= 10


def test_people_are_sure_and_wrong_now_and_then(company):
    query = """
        SELECT count(*) FROM sb_quizzes_responseevent v
        JOIN sb_quizzes_itemgrade g ON g.item_id = v.item_id
        WHERE v.certainty = 'sure' AND g.state = 'wrong'
    """
    assert count(company, query) >= 50


def test_the_settings_of_quizzes_are_all_in_use_somewhere(company):
    assert count(company, "SELECT count(*) FROM sb_quizzes_accommodation") == 1
    assert count(company, "SELECT count(*) FROM sb_quizzes_quizoverride") == 1
    assert count(company, "SELECT count(*) FROM sb_quizzes_release WHERE attempt_id IS NULL") == 1
    assert count(company, "SELECT count(*) FROM sb_quizzes_release") >= 30
    quizzes = list(
        company.execute(
            "SELECT navigation, admission, ask_certainty, feedback FROM sb_quizzes_quiz"
        )
    )
    assert {row["navigation"] for row in quizzes} == {"free", "sequential"}
    assert {row["admission"] for row in quizzes} == {"open", "supervisor"}
    assert any(row["ask_certainty"] for row in quizzes)
    assert len({row["feedback"] for row in quizzes}) >= 2
