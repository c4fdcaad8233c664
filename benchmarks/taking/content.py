"""A learner, quizzes and role-plays to measure with, of several lengths."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client

from lms.api import Employee, Standard
from lms.models import StandardCategory
from quizzes.api import Attempt, Play, Quiz, start_attempt
from quizzes.attempts.actions import import_quiz
from quizzes.questions.actions import import_questions
from quizzes.questions.models import Question, QuestionVersion
from quizzes.scenarios.actions import import_scenario, start_play
from quizzes.scenarios.models import PlayStep

BANK: Final = "BENCH"
STANDARD: Final = "BENCH-01"


@dataclass(frozen=True)
class Learner:
    """Somebody who learns, and a browser that is signed in."""

    employee: Employee
    user: AbstractBaseUser
    client: Client


def make_learner() -> Learner:
    """Give the first person of the company a login; make what the questions are about."""
    employee = Employee.objects.select_related("home_branch").earliest("pk")
    users = get_user_model()._default_manager  # noqa: SLF001
    user = users.create_user("bench-learner", "learner@company.example", None)
    employee.user = user
    employee.save(update_fields=["user"])
    category, _ = StandardCategory.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    fields = {"title": "Answers", "statement": "<p>Answer.</p>", "category": category}
    Standard.objects.get_or_create(code=STANDARD, defaults=fields)
    client = Client()
    client.force_login(user)
    return Learner(employee, user, client)


def make_pool(count: int, now: datetime) -> None:
    """Fill the bank: one question through the importer, copies of it in bulk."""
    first = import_questions(
        bank_code=BANK, questions=[write_question("BENCH-0")], actor=None, now=now
    )[0]
    version = QuestionVersion.objects.get(question=first)
    copies = []
    for number in range(1, count):
        question = Question.objects.get(pk=first.pk)
        question.pk, question.uuid, question.code = None, uuid.uuid4(), f"BENCH-{number}"
        copies.append(question)
    Question.objects.bulk_create(copies, batch_size=1000)
    versions = [
        QuestionVersion(
            question=question,
            number=1,
            body=version.body | {"code": question.code},
            digest=version.digest,
            tags=version.tags,
            standard_codes=version.standard_codes,
            published_at=now,
        )
        for question in copies
    ]
    QuestionVersion.objects.bulk_create(versions, batch_size=1000)


def write_question(code: str) -> dict[str, Any]:
    """Return a question with four options, as long as questions are."""
    words = "Somebody waits at the counter while the phone rings. What do you do first?"
    options = [
        {"id": name, "text": f"{words[:60]} ({name})", "fraction": "1" if name == "b" else "0"}
        for name in "abcd"
    ]
    return {
        "code": code,
        "type": "single",
        "prompt": f"<p>{words}</p><p>{words}</p>",
        "options": options,
        "standards": {STANDARD: 1},
    }


def make_quiz(questions: int, now: datetime, *, name: str = "BENCH") -> Quiz:
    """Return a live quiz that draws so many."""
    document = {
        "code": f"{name}-{questions}",
        "title": f"{questions} questions",
        "intro": "Take your time.",
        "pass_percent": 75,
        "standard_marks": {},
        "attempts_allowed": None,
        "time_limit_minutes": None,
        "slots": [{"draw": {"bank": BANK, "count": questions}}],
    }
    return import_quiz(quiz=document, actor=None, now=now)


def begin_attempt(learner: Learner, questions: int, now: datetime) -> Attempt:
    """Return an attempt at so many questions."""
    quiz = make_quiz(questions, now)
    return start_attempt(employee=learner.employee, quiz=quiz, actor=learner.user, now=now)


def begin_play(learner: Learner, steps: int, now: datetime) -> Play:
    """Return a play of so many steps that stands at the last but one."""
    nodes = {
        f"n{n}": {
            "title": f"Step {n}",
            "line": "“I have waited for ten minutes. Can anybody here help me?”",
            "choices": [
                {
                    "id": f"{side}{n}",
                    "text": f"Say that you are sorry, and ask what happened ({side}).",
                    "to": f"n{n + 1}" if n + 1 < steps else "end",
                    "points": {STANDARD: points},
                }
                for side, points in (("left", 1), ("right", 0))
            ],
        }
        for n in range(steps)
    }
    graph = {
        "start": "n0",
        "pass": {"percent": 50},
        "nodes": nodes,
        "endings": {"end": {"title": "The end", "outcome": "success"}},
    }
    texts = {"code": f"BENCH-{steps}", "title": f"{steps} steps", "briefing": "Listen first."}
    scenario = import_scenario(document={**texts, "graph": graph}, actor=None, now=now)
    play = start_play(
        employee=learner.employee,
        scenario=scenario,
        purpose=Play.Purpose.SCORED,
        actor=learner.user,
        now=now,
    )
    PlayStep.objects.bulk_create(
        PlayStep(play=play, sequence=n + 1, node=f"n{n}", choice=f"left{n}", chosen_at=now)
        for n in range(steps - 2)
    )
    return play
