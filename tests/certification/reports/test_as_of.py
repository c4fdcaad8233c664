"""Who was certified on a day, as it was known at a moment: the answer and its screen."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.awards.actions import PastAward, record_past_awards, revoke_award
from certification.awards.models import Award
from certification.reports.reads.as_of import Question, answer_question
from lms.api import Employee, transfer_employee
from tests.canary import assert_no_canary, build_canary
from tests.certification.reports.company import assign, make_certification
from tests.certification.reports.test_admin import open_admin
from tests.lms.factories import (
    BranchFactory,
    EmployeeFactory,
    GrantFactory,
    JobRoleFactory,
    RegionFactory,
    UserFactory,
    make_granted,
)

pytestmark = pytest.mark.django_db
# Everything below was recorded on this morning, and later facts after it.
KNOWN = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = KNOWN + timedelta(days=20)
ON = date(2026, 3, 14)
SCREEN = "/admin/certified-on/"


def certify(person, certification, until=date(2026, 9, 1), now=KNOWN, **fields):
    """Record a past award of the first of September."""
    start = fields.get("start", date(2025, 9, 1))
    row = PastAward(person.pk, certification.pk, start, start, until, "register")
    record_past_awards(rows=[row], actor=None, now=now)
    return Award.objects.get(employee=person, certification=certification, valid_from=start)


@pytest.fixture
def company(db):
    """A branch of three: one holds complaint handling, one does not, one is helping out."""

    class Company:
        region = RegionFactory(name="North")
        branch = BranchFactory(code="0412", name="Harbour", region=region)
        other = BranchFactory(code="0500", name="Hill")
        role = JobRoleFactory(code="cashier")
        complaints = make_certification("complaints", "Complaint handling", window=None)

    for number, name in enumerate(("Ann", "Bo", "Cy"), start=1):
        person = EmployeeFactory(
            given_name=name,
            family_name="Berg",
            employee_number=f"E{number}",
            home_branch=Company.branch,
            home_job_role=Company.role,
        )
        setattr(Company, name.lower(), person)
    Company.award = certify(Company.ann, Company.complaints)
    assign([Company.ann, Company.bo], Company.complaints, from_on=date(2026, 1, 10), now=KNOWN)
    return Company


def ask(company, known_at=None, on=ON, people=None, **place):
    """Return the answer for everybody."""
    place = place or {"branch": company.branch}
    question = Question(
        certifications=(company.complaints,),
        on=on,
        known_at=known_at or datetime(2027, 1, 1, tzinfo=UTC),
        is_present=known_at is None,
        **place,
    )
    return answer_question(question=question, people=people or Employee.objects.all())


def names(rows):
    return [row.name for row in rows]


def move_ann(company, now=LATER):
    """Learn on 22 March that Ann had moved on the tenth."""
    transfer_employee(
        employee=company.ann,
        branch=company.other,
        job_role=company.role,
        from_on=date(2026, 3, 10),
        actor=None,
        now=now,
        today=now.date(),
    )


def test_it_says_who_held_it_and_of_whom_it_was_required(company):
    answer = ask(company)

    assert (names(answer.held), names(answer.missing)) == (["Ann Berg"], ["Bo Berg"])
    (row,) = answer.held
    assert (row.branch, row.valid_from) == ("0412 Harbour", date(2025, 9, 1))
    assert (row.last_day, row.basis) == (date(2026, 8, 31), "imported")
    assert row.award_id == company.award.pk
    assert answer.missing[0].why_missing == "no award has begun"
    (total,) = answer.totals
    assert (answer.people, total.held) == (3, 1)
    assert (total.counts.counted, total.counts.compliant, total.counts.percent) == (2, 1, 50)


def test_a_transfer_recorded_later_leaves_the_old_answer_and_says_what_changed(company):
    before = ask(company, KNOWN)
    move_ann(company)

    again, now = ask(company, KNOWN), ask(company)

    assert names(again.held) == names(before.held) == ["Ann Berg"]
    assert again.held[0].branch_code == "0412"
    assert [change.words for change in again.held[0].changes] == [
        "At 0412 Harbour until 9 Mar 2026.",
        "At 0500 Hill from 10 Mar 2026.",
    ]
    assert {change.recorded_at for change in again.held[0].changes} == {LATER}
    assert (names(now.held), now.held) == ([], ())
    assert names(ask(company, branch=company.other).held) == ["Ann Berg"]


def test_who_turned_out_to_have_been_there_is_named_apart(company):
    move_ann(company)

    answer = ask(company, KNOWN, branch=company.other)

    assert answer.held == ()
    assert names(answer.later) == ["Ann Berg"]
    assert "At 0500 Hill from 10 Mar 2026." in [c.words for c in answer.later[0].changes]


def test_a_revocation_and_an_award_recorded_later_are_told_and_change_nothing(company):
    revoke_award(
        award=company.award,
        effective_on=date(2026, 3, 5),
        reason="Wrong paper",
        actor=None,
        now=LATER,
    )
    certify(company.bo, company.complaints, now=LATER + timedelta(hours=1))

    answer = ask(company, KNOWN)

    assert (names(answer.held), names(answer.missing)) == (["Ann Berg"], ["Bo Berg"])
    assert [change.words for change in answer.held[0].changes] == [
        "Award revoked from 5 Mar 2026: Wrong paper"
    ]
    assert [change.words for change in answer.missing[0].changes] == [
        "Award recorded (imported), valid from 1 Sep 2025."
    ]
    assert names(ask(company).held) == ["Bo Berg"]


def test_what_took_effect_only_after_the_day_is_no_change(company):
    revoke_award(
        award=company.award,
        effective_on=ON + timedelta(days=1),
        reason="Later",
        actor=None,
        now=LATER,
    )

    assert ask(company, KNOWN).held[0].changes == ()


def test_who_had_left_by_then_is_not_there_whatever_columns_say_today(company):
    company.ann.postings.get().ends.create(until_on=date(2026, 3, 1), recorded_at=LATER)
    company.ann.postings.update(until_on=date(2026, 3, 1))

    assert names(ask(company).held) == []
    assert names(ask(company, KNOWN).held) == ["Ann Berg"]


def test_the_cost_does_not_grow_with_people(company, django_assert_max_num_queries):
    for size in (1, 20):
        for _n in range(size):
            person = EmployeeFactory(home_branch=company.branch, home_job_role=company.role)
            certify(person, company.complaints)
        for known_at in (None, KNOWN):
            with django_assert_max_num_queries(18):
                ask(company, known_at)


def test_a_place_with_too_many_people_is_answered_page_by_page(company, monkeypatch):
    monkeypatch.setattr("certification.reports.reads.as_of.answer.AT_ONCE", 2)
    monkeypatch.setattr("certification.reports.reads.as_of.answer.PAGE_SIZE", 1)
    certify(company.bo, company.complaints)
    for known_at in (None, KNOWN):
        first = ask(company, known_at)
        assert (first.is_whole, names(first.held), first.totals) == (False, ["Ann Berg"], ())
        assert first.following == ("0412", "E1")
        second = answer_question(
            question=first.question, people=Employee.objects.all(), after=first.following
        )
        assert (names(second.held), second.following) == (["Bo Berg"], None)


def test_the_terminal_gives_the_same_people(company):
    move_ann(company)
    for known_at in (None, KNOWN):
        for branch in (company.branch, company.other):
            out = StringIO()
            options = {"known_at": known_at} if known_at else {}
            call_command(
                "holders",
                "complaints",
                on=ON,
                branch=branch.code,
                format="json",
                stdout=out,
                stderr=StringIO(),
                **options,
            )
            told = [row["employee_number"] for row in json.loads(out.getvalue())]
            found = ask(company, known_at, branch=branch)
            assert told == [row.employee_number for row in found.held]


def test_explaining_agrees_at_both_moments(company):
    revoke_award(
        award=company.award,
        effective_on=date(2026, 3, 5),
        reason="Wrong paper",
        actor=None,
        now=LATER,
    )
    move_ann(company)
    found = {}
    for known_at in (KNOWN.isoformat(), ""):
        out = StringIO()
        more = [f"--known-at={known_at}"] if known_at else []
        call_command(
            "explain", "E1", "complaints", "--on=2026-03-14", "--format=json", *more, stdout=out
        )
        told = json.loads(out.getvalue())
        found[known_at] = (told["standing"], told["branch"], told["valid_until"])

    assert found[KNOWN.isoformat()] == ("valid", "0412", "2026-09-01")
    assert found[""] == ("revoked", "0500", None)
    assert ask(company, KNOWN).held[0].reasons


# The screen


@pytest.fixture
def auditor(client, company):
    client.force_login(open_admin(make_granted("auditor")))
    return client


def query(**fields):
    given = {"certification": "complaints", "on": "2026-03-14", "branch": "0412"}
    return {**given, **fields}


def test_an_auditor_asks_and_reads_the_answer(auditor, company):
    page = auditor.get(SCREEN, query())

    text = page.content.decode()
    assert page.status_code == 200
    for words in ("0412 Harbour", "Ann Berg", "31 August 2026", "Bo Berg", "no award has begun"):
        assert words.casefold() in text.casefold()
    assert "Of 2 required and due, 1 were certified: 50" in text
    assert reverse("sb_awards:inspect", args=[company.award.pk]) in text


def test_the_screen_knows_both_clocks(auditor, company):
    move_ann(company)

    then = auditor.get(SCREEN, query(known="2026-03-03T09:00")).content.decode()
    now = auditor.get(SCREEN, query()).content.decode()

    assert "At 0500 Hill from 10 Mar 2026." in then
    assert "Certified on that day (1)" in then
    assert "Certified on that day (0)" in now


def test_without_a_question_it_explains_itself(auditor):
    assert "Ask who was certified" in auditor.get(SCREEN).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"on": "2999-01-01"}, "This day lies in the future"),
        ({"on": "1066-10-14"}, "This day is too long ago"),
        ({"on": "soon"}, "Enter a valid date"),
        ({"known": "2999-01-01T00:00"}, "must not lie in the future"),
        ({"known": "yesterday"}, "Enter a valid date/time"),
        ({"known": "0001-01-01T00:00+14:00"}, "future"),
        ({"branch": "9999"}, "There is no such branch"),
        ({"branch": "04\x0012"}, "Null characters"),
        ({"region": "North"}, "There is no such region"),
        ({"certification": "nope"}, "no certification with the code “nope”"),
        ({"certification": []}, "Choose at least one certification"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(auditor, fields, words):
    page = auditor.get(SCREEN, query(**fields))

    assert page.status_code == 200
    assert words in page.content.decode()
    assert "Certified on that day" not in page.content.decode()


def test_a_branch_and_a_region_together_are_refused(auditor, company):
    page = auditor.get(SCREEN, query(region=company.region.uuid))

    assert "Choose a region or a branch, not both." in page.content.decode()


def test_a_moment_before_the_day_is_fine(auditor):
    page = auditor.get(SCREEN, query(known="2026-03-03T09:00"))

    assert "Certified on that day (1)" in page.content.decode()


def test_rows_are_narrowed_ordered_and_paged(auditor, company, monkeypatch):
    certify(company.cy, company.complaints, until=date(2026, 4, 1))
    monkeypatch.setattr("certification.reports.viewsets.as_of.PAGE_SIZE", 1)

    by_day = auditor.get(SCREEN, query(sort="until")).context["held"]
    second = auditor.get(SCREEN, query(page="2")).context["held"]
    beyond = auditor.get(SCREEN, query(page="99")).context["held"]
    found = auditor.get(SCREEN, query(text="e1")).context["held"]
    only = auditor.get(SCREEN, query(show="missing")).context

    assert names(by_day["rows"]) == ["Cy Berg"]
    assert names(second["rows"]) == names(beyond["rows"]) == ["Cy Berg"]
    assert (names(found["rows"]), found["count"]) == (["Ann Berg"], 1)
    assert (only["held"], names(only["missing"]["rows"])) == (None, ["Bo Berg"])
    follow = parse_qs(urlsplit(by_day["pages"]["next"]).query)
    assert (follow["page"], follow["sort"]) == (["2"], ["until"])


def test_regional_hr_sees_the_own_region_and_finds_no_other_branch(client, company):
    canary = build_canary()
    assign([canary.employee], company.complaints, from_on=date(2026, 1, 10), now=KNOWN)
    certify(canary.employee, company.complaints)
    client.force_login(open_admin(make_granted("regional_hr", region=company.region)))

    whole = client.get(SCREEN, query(branch=""))
    outside = client.get(SCREEN, query(branch=canary.branch.code))

    assert names(whole.context["held"]["rows"]) == ["Ann Berg"]
    assert "There is no such branch" in outside.content.decode()
    assert_no_canary(whole)


@pytest.mark.parametrize("role", ["trainer", "assessor", None])
def test_who_sees_no_reports_is_refused(client, company, role):
    user = UserFactory()
    if role:
        GrantFactory(user=user, role=role)
    client.force_login(open_admin(user))

    for address in (SCREEN, f"{SCREEN}evidence/"):
        assert client.get(address, query()).status_code in (302, 403)


def test_the_screen_costs_the_same_for_one_and_for_twenty(auditor, company):
    auditor.get(SCREEN, query())
    costs = set()
    for size in (1, 20):
        for _n in range(size):
            certify(
                EmployeeFactory(home_branch=company.branch, home_job_role=company.role),
                company.complaints,
            )
        with CaptureQueriesContext(connection) as asked:
            auditor.get(SCREEN, query())
        costs.add(len(asked))

    # How much of it is the admin's own menu is no matter of this screen.
    assert len(costs) == 1
    assert costs.pop() <= 60
