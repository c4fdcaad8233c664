"""What asks about a standard: questions in the banks, quizzes that may draw them."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from lms.api import Standard
from quizzes.attempts.models import QuizVersion
from quizzes.attempts.reads.draws import read_slots
from quizzes.attempts.rules import PoolQuestion, may_ask
from quizzes.questions.models import QuestionVersion


def list_questions_naming(standard: Standard) -> list[PoolQuestion]:
    """Return the questions that name a standard and may be asked. One query, no texts.

    Open ones are left out: nobody is there to mark a short quiz that the system made.
    """
    fields = ("question__uuid", "question__bank__uuid", "tags", "standard_codes", "difficulty")
    askable = QuestionVersion.objects.askable().exclude(body__type="open")
    rows = askable.order_by("question__code").values_list(*fields)
    return [
        PoolQuestion(
            code=str(name),
            bank=str(bank),
            tags=frozenset(tags),
            standards=frozenset(codes),
            difficulty=str(difficulty),
        )
        for name, bank, tags, codes, difficulty in rows
        if standard.code in codes
    ]


def count_questions_naming(standard: Standard) -> int:
    """Return how many questions name a standard and may be asked. One query."""
    return len(list_questions_naming(standard))


def find_quizzes_asking(standard: Standard) -> set[UUID]:
    """Return the uuids of the live quizzes that may ask a question naming a standard.

    Two queries.
    """
    pool = list_questions_naming(standard)
    if not pool:
        return set()
    versions = QuizVersion.objects.latest().filter(quiz__live=True)
    return {
        uuid
        for uuid, body in versions.values_list("quiz__uuid", "body")
        if may_ask(read_slots(body), pool)
    }


def share_among_banks(standard: Standard, questions: int) -> dict[UUID, int]:
    """Return from which banks a short quiz on a standard draws how many questions, by bank.

    In turns, so that no bank is left out; fewer where there are fewer. One query.
    """
    there = Counter(question.bank for question in list_questions_naming(standard))
    shares: Counter[str] = Counter()
    while sum(shares.values()) < questions:
        fuller = [bank for bank in sorted(there) if shares[bank] < there[bank]]
        if not fuller:
            break
        for bank in fuller[: questions - sum(shares.values())]:
            shares[bank] += 1
    return {UUID(bank): count for bank, count in shares.items()}
