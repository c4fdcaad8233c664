"""Load everything, in the order in which a company would bring it in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from certification.awards.actions import advance
from certification.catalogue.actions import import_certifications
from courses import api as courses_api
from demo.loader.agenda import load_roster, replay
from demo.loader.attempts import load_attempts
from demo.loader.changes import load_designs
from demo.loader.files import FOLDER, Calendar, read_json
from demo.loader.indexes import index_once
from demo.loader.logins import make_logins, make_office
from demo.loader.plays import load_plays
from demo.loader.scenarios import load_scenarios
from lms import api as lms_api
from lms.api import Employee
from quizzes import api as quizzes_api

Say = Callable[[str], None]


def load_company(*, now: datetime, say: Say) -> bool:
    """Load the demo company; return False when it is there already.

    Everything comes in through importers and actions, each at the moment it would have happened.
    One transaction: a demo that was interrupted is not there at all.
    """
    company = read_json("company.json")
    newest = read_json("company.json")["shown"][0]["employee_number"]
    if Employee.objects.filter(employee_number=newest).exists():
        return False
    as_of = datetime.fromisoformat(company["as_of"]).date()
    calendar = Calendar(as_of=as_of, today=timezone.localdate(now))
    with transaction.atomic():
        begin = calendar.morning(company["rosters_on"][0], hour=6)
        say("branches and job roles …")
        load_places(begin)
        say("standards, questions, role-plays and courses …")
        with index_once():
            load_content(begin, owner=make_office(begin))
        say("certifications and certificates …")
        load_rules(begin)
        say("three years of history …")
        replay(calendar, now)
        # Nobody wants to be reminded of last year; what the last roster asks for is news.
        advance(now=now)
        lms_api.suppress_planned(planned_before=now + timedelta(seconds=1), now=now)
        say("quizzes of three years, role-plays of the last months …")
        load_attempts(now)
        load_plays(now)
        say("this week’s roster …")
        load_roster(company["rosters_on"][-1], calendar)
        make_logins()
        advance(now=now)
    return True


def load_rules(now: datetime) -> None:
    """Bring in the certifications and what their certificates look like."""
    import_certifications(
        documents=read_json("certifications.json"), effective_on=now.date(), actor=None, now=now
    )
    load_designs(now)


def load_places(now: datetime) -> None:
    """Bring in branches, their regions and the job roles."""
    for name, load in (
        ("branches.csv", lms_api.import_branches),
        ("job_roles.csv", lms_api.import_job_roles),
    ):
        load(content=(FOLDER / name).read_bytes(), file_name=name, actor=None, now=now)


def load_content(now: datetime, owner: Any) -> None:
    """Bring in standards, questions, quizzes, role-plays and the courses.

    They are the trainer's: whoever writes sees only drafts of their own.
    """
    lms_api.import_standards(
        documents=read_json("standards.json"), actor=None, now=now, owner=owner
    )
    bank = read_json("questions.json")
    for row in bank["banks"]:
        quizzes_api.import_questions(
            bank_code=row["code"],
            bank_title=row["title"],
            questions=row["questions"],
            actor=None,
            now=now,
            owner=owner,
        )
    for quiz in bank["quizzes"]:
        quizzes_api.import_quiz(quiz=quiz, actor=None, now=now, owner=owner)
    load_scenarios(now)
    courses_api.import_courses(
        document=read_json("courses.json"),
        site_root_page=prepare_site(),
        media_folder=FOLDER / "illustrations",
        actor=None,
        now=now,
        owner=owner,
    )


def prepare_site() -> Page:
    """Name the site after the company and return its root page."""
    site = Site.objects.get(is_default_site=True)
    site.site_name = read_json("company.json")["name"]
    site.save()
    root: Page = site.root_page
    return root
