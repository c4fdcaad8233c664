"""Somebody who learned standards, and questions on them that may be practised."""

from datetime import timedelta

from lms.api import registry
from quizzes.practice.actions import answer_refresher, start_round
from tests.quizzes.factories import NOW, make_questions, make_standard, single

LEARNT = NOW - timedelta(days=2)


def make_refreshing(codes=("PHONE-01", "PHONE-02", "PHONE-03"), each=3):
    """Return the questions of standards, ``each`` of every one, live in a bank."""
    rows = [single(f"{code}-Q{n}", code) for code in codes for n in range(each)]
    return make_questions(rows, bank="REFRESH")


def learn(monkeypatch, *codes, at=LEARNT):
    """Let everybody have learned these standards."""
    learnt = {make_standard(code).uuid: at for code in codes}
    monkeypatch.setattr(registry.learnt_standards, "_items", [lambda _employee, _now: learnt])


def assign_quiz(monkeypatch, *quizzes):
    """Let everybody have to pass quizzes."""
    uuids = {str(quiz.uuid) for quiz in quizzes}
    monkeypatch.setattr(registry.assigned_quizzes, "_items", [lambda *_asked: uuids])


def begin(person, now=NOW, **options):
    """Return the round of somebody who starts."""
    return start_round(employee=person, actor=person.user, now=now, **options)


def reply(found, number, part="b", certainty="", now=NOW):
    """Answer a question of a round by option id; None for "I do not know"."""
    item = found.items.get(number=number)
    tokens = {name: token for token, name in item.options}
    return answer_refresher(
        found=found,
        number=number,
        raw=None if part is None else tokens[part],
        certainty=certainty,
        actor=found.employee.user,
        now=now,
    )
