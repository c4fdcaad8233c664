"""The evidence of an answer: one file, the same bytes each time, nothing learnt later in it."""

import csv
import hashlib
import io
import json
import sys
import zipfile
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from certification.awards.actions import revoke_award
from certification.reports.reads.as_of import Question, TooManyPeopleError, pack_evidence
from lms.api import Employee
from tests.certification.reports.test_admin import open_admin
from tests.certification.reports.test_as_of import (
    KNOWN,
    LATER,
    ON,
    SCREEN,
    auditor,
    certify,
    company,
    move_ann,
    query,
)
from tests.lms.factories import make_granted

__all__ = ["auditor", "company"]
pytestmark = pytest.mark.django_db
FILE = f"{SCREEN}evidence/"


def pack(company, known_at=KNOWN):
    question = Question(
        certifications=(company.complaints,), on=ON, known_at=known_at, branch=company.branch
    )
    return pack_evidence(question=question, people=Employee.objects.all())


def unpack(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_lines(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_it_holds_summary_lists_facts_and_sums_that_fit(company):
    files = unpack(pack(company))

    assert set(files) == {
        "README.txt",
        "SHA256SUMS",
        "facts.json",
        "holders.csv",
        "required_not_certified.csv",
        "summary.pdf",
    }
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "SHA256SUMS"
    }
    assert files["summary.pdf"].startswith(b"%PDF-")
    (holder,) = read_lines(files["holders.csv"])
    assert (holder["employee_number"], holder["branch_code"]) == ("E1", "0412")
    assert (holder["valid_until"], holder["last_valid_day"]) == ("2026-09-01", "2026-08-31")
    (missing,) = read_lines(files["required_not_certified.csv"])
    assert missing["employee_number"] == "E2"
    assert "0412 Harbour" in files["README.txt"].decode()
    assert "sha256sum --check" in files["README.txt"].decode()


def test_the_facts_carry_their_moments_and_the_rules_their_digests(company):
    facts = json.loads(unpack(pack(company))["facts.json"])

    assert facts["question"]["branch"] == "0412"
    assert facts["totals"][0]["percent"] == 50
    ann = next(one for one in facts["people"] if one["employee_number"] == "E1")
    assert ann["postings"][0]["branch_code"] == "0412"
    (award,) = ann["certifications"]["complaints"]["awards"]
    assert award["uuid"] == str(company.award.uuid)
    assert award["trace"] == company.award.trace
    assert award["frozen"]["certification"] == "Complaint handling"
    (version,) = facts["rules"]
    told = version.pop("sha256")
    text = json.dumps(version, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert told == hashlib.sha256(text.encode()).hexdigest()
    assert version["requirements"][0]["label"] == "Quiz Complaint handling"


def test_the_same_question_gives_the_same_bytes_whatever_is_learnt_later(company):
    before = pack(company)
    move_ann(company)
    revoke_award(award=company.award, effective_on=ON, reason="Wrong paper", actor=None, now=LATER)
    certify(company.bo, company.complaints, now=LATER)

    assert pack(company) == before
    after = unpack(pack(company, LATER + timedelta(days=1)))
    assert [row["employee_number"] for row in read_lines(after["holders.csv"])] == ["E2"]


def test_a_server_without_pdf_says_so(company, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    files = unpack(pack(company))

    assert "summary.pdf" not in files
    assert "cannot make PDF files" in files["README.txt"].decode()


def test_cells_that_look_like_formulas_are_text(company):
    Employee.objects.filter(pk=company.ann.pk).update(given_name="=1+1")

    (holder,) = read_lines(unpack(pack(company))["holders.csv"])

    assert holder["name"] == "'=1+1 Berg"


def test_more_people_than_fit_are_refused_with_what_to_do(company, auditor, monkeypatch):
    monkeypatch.setattr("certification.reports.reads.as_of.answer.AT_ONCE", 2)

    with pytest.raises(TooManyPeopleError, match="Choose a branch"):
        pack(company)
    page = auditor.get(FILE, query(), follow=True)
    assert "Choose a branch or a smaller region." in page.content.decode()


def test_its_facts_cost_the_same_for_one_and_for_ten(company, django_assert_max_num_queries):
    from tests.lms.factories import EmployeeFactory

    for size in (1, 10):
        for _n in range(size):
            person = EmployeeFactory(home_branch=company.branch, home_job_role=company.role)
            certify(person, company.complaints)
        with django_assert_max_num_queries(34):
            pack(company)


def test_the_button_fetches_what_the_screen_shows(company, auditor):
    page = auditor.get(SCREEN, query())
    (button,) = page.context["header_buttons"]
    asked = parse_qs(urlsplit(button.url).query)
    assert asked["known"]

    answer = auditor.get(button.url)

    assert answer["Content-Type"] == "application/zip"
    assert 'filename="certified-complaints-0412-2026-03-14.zip"' in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert answer.content == auditor.get(button.url).content
    facts = json.loads(unpack(answer.content)["facts.json"])
    shown = {row.employee_number for row in page.context["answer"].held}
    told = {row["employee_number"] for row in facts["answer"] if row["standing"] == "valid"}
    assert shown == told == {"E1"}


def test_nonsense_leads_back_to_the_question(auditor):
    answer = auditor.get(FILE, query(on="soon"), follow=True)

    assert "Enter a valid date" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "may"),
    [("hr", True), ("auditor", True), ("regional_hr", True), ("branch_manager", False)],
)
def test_who_reads_evidence(client, company, role, may):
    place = {"region": company.region} if role == "regional_hr" else {}
    place = {"branch": company.branch} if role == "branch_manager" else place
    client.force_login(open_admin(make_granted(role, **place)))

    answer = client.get(FILE, query())

    assert (answer.status_code == 200) is may
    assert bool(client.get(SCREEN, query()).context["header_buttons"]) is may
