"""Take in a quiz as data, through the same publication as the editor's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import InvalidInputError, Standard, parse_instant
from quizzes.attempts.actions.versions import freeze_quiz
from quizzes.attempts.models import Quiz, QuizVersion
from quizzes.attempts.reads import find_quiz_fault
from quizzes.questions.models import Question, QuestionBank, digest_body

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# What a file may say about a quiz, and the field that keeps it.
PLAIN_FIELDS = (
    "title",
    "intro",
    "pass_percent",
    "attempts_allowed",
    "cool_down_minutes",
    "later_cool_down_minutes",
    "time_limit_minutes",
    "counting",
    "navigation",
    "admission",
    "feedback",
    "reveal_early",
    "second_marking",
    "ask_certainty",
)


@transaction.atomic
def import_quiz(
    *,
    quiz: Mapping[str, Any],
    actor: AbstractBaseUser | None,
    now: datetime,
    owner: AbstractBaseUser | None = None,
) -> Quiz:
    """Write and publish a quiz given as data, by code; the same data twice changes nothing.

    A new quiz belongs to ``owner``, else to the actor.

    Raises:
        InvalidInputError: it names an unknown bank, question or standard, or cannot be taken;
            nothing was written.

    """
    code = quiz.get("code")
    if not isinstance(code, str) or not code.strip():
        raise InvalidInputError(_("A quiz needs a code."), field="code")
    author = owner or actor
    found = Quiz.objects.filter(code=code).first() or Quiz(
        code=code, live=False, owner_id=author.pk if author else None
    )
    _fill_quiz(found, quiz)
    body = found.to_body()
    if found.live and _is_published(found, body):
        return found
    if fault := find_quiz_fault(body):
        raise _refuse(code, fault[1], fault[0])
    if found.pk is None:
        found.save()
    revision = found.save_revision(user=actor, clean=False)
    # Frozen first, so that it carries the moment of this import.
    freeze_quiz(quiz=found, revision_id=revision.pk, actor=actor, now=now)
    revision.publish(user=actor, skip_permission_checks=True)
    return Quiz.objects.get(pk=found.pk)


def _refuse(code: str, words: str, field: str) -> InvalidInputError:
    message = _("Quiz %(code)s: %(words)s") % {"code": code, "words": words}
    return InvalidInputError(message, code="quiz", field=field)


def _is_published(quiz: Quiz, body: Mapping[str, Any]) -> bool:
    last = QuizVersion.objects.latest().filter(quiz=quiz).first()
    return (
        last is not None
        and last.digest == digest_body(dict(body))
        and last.password_hash == quiz.password_hash
    )


def _fill_quiz(quiz: Quiz, row: Mapping[str, Any]) -> None:
    for name in PLAIN_FIELDS:
        if name in row:
            setattr(quiz, name, row[name])
    quiz.change = Quiz.Change.EDITORIAL
    _fill_moments(quiz, row)
    _fill_password(quiz, row.get("password"))
    try:
        standards = Standard.objects.in_bulk(field_name="code")
        quiz.standard_marks = json.dumps(
            [
                _block(
                    "mark", code, {"standard": _pk(standards, code, "standard"), "percent": percent}
                )
                for code, percent in (row.get("standard_marks") or {}).items()
            ]
        )
        quiz.slots = json.dumps(_slots_to_raw(row.get("slots") or [], standards))
        quiz.clean_fields(exclude=["slots", "standard_marks"])
    except KeyError as error:
        words = _("There is no %(thing)s.") % {"thing": error.args[0]}
        raise _refuse(quiz.code, words, "slots") from error
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise _refuse(quiz.code, f"{field}: {problems[0]}", field) from error


def _fill_moments(quiz: Quiz, row: Mapping[str, Any]) -> None:
    for name in ("opens_at", "closes_at"):
        if name not in row:
            continue
        try:
            setattr(quiz, name, parse_instant(row[name]) if row[name] else None)
        except ValueError as error:
            raise _refuse(quiz.code, _("This is no moment."), name) from error


def _fill_password(quiz: Quiz, password: str | None) -> None:
    """Keep the digest of a password; the same one again leaves the digest as it is."""
    if password and not check_password(password, quiz.password_hash):
        quiz.password_hash = make_password(password)
    if quiz.admission == Quiz.Admission.PASSWORD and not quiz.password_hash:
        raise _refuse(quiz.code, _("Say which password people are told."), "password")


def _slots_to_raw(
    slots: list[Mapping[str, Any]], standards: Mapping[str, Standard]
) -> list[dict[str, Any]]:
    banks = QuestionBank.objects.in_bulk(field_name="code")
    fixed = [slot["question"] for slot in slots if "question" in slot]
    questions = {question.code: question for question in Question.objects.filter(code__in=fixed)}
    raw = []
    for place, slot in enumerate(slots, start=1):
        if "question" in slot:
            value: Any = _pk(questions, slot["question"], "question")
            raw.append(_block("question", str(place), value))
            continue
        wanted = slot["draw"]
        standard = wanted.get("standard")
        value = {
            "count": wanted.get("count", 1),
            "bank": _pk(banks, wanted["bank"], "bank"),
            "standard": _pk(standards, standard, "standard") if standard else None,
            "tag": wanted.get("tag") or "",
            "difficulty": str(wanted.get("difficulty") or ""),
            "least_exposed": bool(wanted.get("least_exposed")),
        }
        raw.append(_block("draw", str(place), value))
    return raw


def _pk(known: Mapping[str, Any], code: str, thing: str) -> int:
    if code not in known:
        raise KeyError(f"{thing} {code}")
    return int(known[code].pk)


def _block(kind: str, name: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "id": name, "value": value}
