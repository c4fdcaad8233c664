"""Who was certified on a day, as it was known at a moment: the answer, and its evidence."""

from certification.reports.reads.as_of.answer import answer_question, read_people_at
from certification.reports.reads.as_of.evidence import (
    PEOPLE_IN_A_FILE,
    TooManyPeopleError,
    pack_evidence,
)
from certification.reports.reads.as_of.question import Answer, AnswerRow, Change, Question, Total
from certification.reports.reads.as_of.words import SORTS, narrow_rows, total_words

__all__ = [
    "PEOPLE_IN_A_FILE",
    "SORTS",
    "Answer",
    "AnswerRow",
    "Change",
    "Question",
    "TooManyPeopleError",
    "Total",
    "answer_question",
    "narrow_rows",
    "pack_evidence",
    "read_people_at",
    "total_words",
]
