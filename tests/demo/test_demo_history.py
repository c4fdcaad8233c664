"""The loaded demo company: each kind of fact and badge, in more than one region."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing

import pytest

from certification.awards.models import Award, AwardEvent, Cycle, EvidenceReview, RequestDecision
from certification.models import Standing
from lms.api import BADGES
from tests.browser.site import find_template
from tests.demo.content import BRANCHES, CERTIFICATIONS, ROSTER

# Built once for these tests and the journeys in the browser.
pytestmark = pytest.mark.xdist_group("browser")
PLACES = {row["branch_code"]: row["region_path"] for row in BRANCHES}
REGION = {row["employee_number"]: PLACES[row["branch_code"]] for row in ROSTER}
PEOPLE = "JOIN sb_lms_employee e ON e.id = {}.employee_id"


@pytest.fixture(scope="module")
def company() -> Iterator[sqlite3.Connection]:
    """The database of the loaded company, read only."""
    path = find_template() / "demo.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield connection


def find_regions(company: sqlite3.Connection, query: str) -> dict[str, set[str]]:
    """Return in which regions each kind of a query's (kind, employee number) was found."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind, number in company.execute(query):
        found[kind].add(REGION[number])
    return found


def assert_in_two_regions(found: dict[str, set[str]], wanted: set[str]) -> None:
    rare = {kind: sorted(found[kind]) for kind in wanted if len(found[kind]) < 2}
    assert rare == {}


def test_every_badge_is_worn_in_two_regions(company):
    table = Standing._meta.db_table
    query = f"SELECT s.badge, e.employee_number FROM {table} s {PEOPLE.format('s')}"
    assert_in_two_regions(find_regions(company, query), set(BADGES))


def test_every_event_of_an_award_happened_in_two_regions(company):
    events, awards = AwardEvent._meta.db_table, Award._meta.db_table
    query = (
        f"SELECT v.kind, e.employee_number FROM {events} v"
        f" JOIN {awards} a ON a.id = v.award_id {PEOPLE.format('a')}"
    )
    assert_in_two_regions(find_regions(company, query), set(AwardEvent.Kind.values))


def test_every_basis_of_an_award_occurs_in_two_regions(company):
    table = Award._meta.db_table
    query = f"SELECT a.basis, e.employee_number FROM {table} a {PEOPLE.format('a')}"
    assert_in_two_regions(find_regions(company, query), set(Award.Basis.values))


def test_every_method_of_a_rule_made_awards_in_two_regions(company):
    table = Award._meta.db_table
    query = (
        f"SELECT c.code, e.employee_number FROM {table} a {PEOPLE.format('a')}"
        " JOIN sb_certification_certification c ON c.id = a.certification_id"
    )
    by_code = find_regions(company, query)
    found: dict[str, set[str]] = defaultdict(set)
    for row in CERTIFICATIONS:
        found[row["policy"]["method"]] |= by_code[row["code"]]
    assert_in_two_regions(found, {"completion", "anniversary", "calendar"})
    assert len(by_code) == 9


def test_every_kind_and_end_of_a_cycle_occurs_in_two_regions(company):
    table = Cycle._meta.db_table
    for field, wanted in (("kind", Cycle.Kind.values), ("state", Cycle.State.values)):
        query = f"SELECT c.{field}, e.employee_number FROM {table} c {PEOPLE.format('c')}"
        assert_in_two_regions(find_regions(company, query), set(wanted))


def test_open_cycles_are_in_every_state_of_a_task(company):
    table = Standing._meta.db_table
    query = f"SELECT s.task, e.employee_number FROM {table} s {PEOPLE.format('s')}"
    wanted = {"none", "scheduled", "open", "due_soon", "overdue", "closed"}
    assert_in_two_regions(find_regions(company, query), wanted)


@pytest.mark.parametrize(
    ("rows", "decisions", "link", "wanted"),
    [
        ("evidencesubmission", "evidencereview", "submission", {"accepted", "refused", "waiting"}),
        ("assignmentrequest", "requestdecision", "request", {"approved", "refused", "waiting"}),
    ],
)
def test_proofs_and_wishes_are_decided_both_ways_and_some_wait(
    company, rows, decisions, link, wanted
):
    assert wanted - {"waiting"} <= {*EvidenceReview.Kind.values, *RequestDecision.Kind.values}
    query = (
        f"SELECT coalesce(d.kind, 'waiting'), e.employee_number FROM sb_certification_{rows} r"
        f" LEFT JOIN sb_certification_{decisions} d ON d.{link}_id = r.id {PEOPLE.format('r')}"
    )
    assert_in_two_regions(find_regions(company, query), wanted)


def test_practice_was_signed_off_and_cycles_were_moved_in_two_regions(company):
    for table in ("sb_certification_signoff", "sb_certification_exemption"):
        query = f"SELECT 'row', e.employee_number FROM {table} r {PEOPLE.format('r')}"
        assert_in_two_regions(find_regions(company, query), {"row"})
    query = (
        "SELECT 'row', e.employee_number FROM sb_certification_cyclemove m"
        f" JOIN sb_certification_cycle c ON c.id = m.cycle_id {PEOPLE.format('c')}"
    )
    assert_in_two_regions(find_regions(company, query), {"row"})


def test_a_few_branches_lack_first_aiders_and_most_have_enough(company):
    rows = company.execute(
        "SELECT f.now, f.at_least FROM sb_certification_branchcoverage f"
        " JOIN sb_certification_certification c ON c.id = f.certification_id"
        " WHERE c.code = 'FIRSTAID'"
    ).fetchall()
    below = sum(now < least for now, least in rows)
    assert len(rows) == 40
    assert 1 <= below <= 6


def test_most_of_the_company_is_certified(company):
    rows = company.execute(
        "SELECT c.code, sum(s.compliant), count(*) FROM sb_certification_standing s"
        " JOIN sb_certification_certification c ON c.id = s.certification_id"
        " WHERE s.counted GROUP BY c.code"
    ).fetchall()
    shares = {code: held / counted for code, held, counted in rows}
    assert set(shares) == {
        row["code"] for row in CERTIFICATIONS if row["code"] not in {"OFFERS", "TRUCK"}
    }
    assert {code: share for code, share in shares.items() if not 0.8 <= share < 1} == {}


def test_a_cashier_in_the_first_week_is_asked_for_three_things(company):
    rows = company.execute(
        "SELECT c.code FROM sb_certification_standing s"
        " JOIN sb_certification_certification c ON c.id = s.certification_id"
        " JOIN sb_lms_employee e ON e.id = s.employee_id"
        " WHERE e.employee_number = 'HF00600' AND s.required = 'required'"
    )
    assert {code for (code,) in rows} == {"COUNTER", "COMPLAINTS", "PRIVACY"}


def test_only_this_week_is_told_by_mail(company):
    due = company.execute(
        "SELECT count(*) FROM sb_lms_notice WHERE state = 'planned' AND due_at <= '2026-11-21 23'"
    ).fetchone()[0]
    assert 1 <= due <= 40


def test_an_auditor_of_march_finds_whom_the_register_had_named_by_then(company):
    # Recorded month by month: a question as of then has an answer in every region.
    held = (
        f"SELECT DISTINCT a.certification_id, e.employee_number FROM {Award._meta.db_table} a"
        f" {PEOPLE.format('a')} WHERE a.basis = 'imported' AND a.valid_from <= '2026-03-14'"
        " AND (a.valid_until IS NULL OR a.valid_until > '2026-03-14')"
    )
    known_now = company.execute(held).fetchall()
    known_then = company.execute(f"{held} AND a.recorded_at < '2026-04-01'").fetchall()
    assert {REGION[number] for _certification, number in known_then} == set(REGION.values())
    assert len(known_then) >= 0.95 * len(known_now) > 0


def test_what_the_trainer_wrote_is_found_and_its_use_is_known(company):
    for table, kind in (
        ("wagtailsearch_indexentry", "lessonpage"),
        ("wagtailsearch_indexentry", "question"),
        ("wagtailcore_referenceindex", "lessonpage"),
    ):
        query = (
            f"SELECT count(DISTINCT object_id) FROM {table} i JOIN django_content_type t"
            " ON t.id = i.content_type_id WHERE t.model = ?"
        )
        ((rows,),) = company.execute(query, [kind])
        assert rows >= 10, (table, kind)
