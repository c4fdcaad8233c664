"""What a marker sees, and what is told of results that people decided."""

from quizzes.marking.reads.notices import (
    PROVIDER,
    RESULT_IN,
    FreshResult,
    ResultNotices,
    list_fresh_results,
)
from quizzes.marking.reads.pages import (
    MarkingPage,
    describe_day,
    describe_mark,
    find_answer,
    find_next,
    list_queue,
    read_marking_page,
    read_scales,
    shorten_prompt,
)
from quizzes.marking.reads.verify import find_wrong_marks

__all__ = [
    "PROVIDER",
    "RESULT_IN",
    "FreshResult",
    "MarkingPage",
    "ResultNotices",
    "describe_day",
    "describe_mark",
    "find_answer",
    "find_next",
    "find_wrong_marks",
    "list_fresh_results",
    "list_queue",
    "read_marking_page",
    "read_scales",
    "shorten_prompt",
]
