"""Questions about quizzes and attempts: for starting, for pages, for the apps above."""

from quizzes.attempts.reads.answers import read_last_responses
from quizzes.attempts.reads.arrangements import (
    Candidate,
    list_candidates,
    list_guarded_quizzes,
    read_leeways,
    read_own_terms,
    read_time_factor,
)
from quizzes.attempts.reads.asking import (
    count_questions_naming,
    find_quizzes_asking,
    share_among_banks,
)
from quizzes.attempts.reads.chances import (
    Chance,
    History,
    QuizCard,
    is_passed,
    judge_chance,
    may_practise,
    read_histories,
    read_quiz_cards,
)
from quizzes.attempts.reads.draws import (
    count_exposures,
    count_fitting,
    find_quiz_fault,
    read_pool,
    read_slots,
)
from quizzes.attempts.reads.finished import read_finished_quizzes
from quizzes.attempts.reads.marks import build_mark, read_item_marks
from quizzes.attempts.reads.pages import (
    QuestionPage,
    QuizPage,
    ReviewPage,
    read_attempt_questions,
    read_next_number,
    read_question_page,
    read_quiz_page,
    read_review_page,
    split_prompt,
)
from quizzes.attempts.reads.results import (
    ResultPage,
    read_result_page,
    read_weak_standards,
)
from quizzes.attempts.reads.uses import find_quiz_uses
from quizzes.attempts.reads.verify import WrongResult, find_wrong_results
from quizzes.attempts.reads.waiting import (
    WaitingPage,
    WaitingQuiz,
    list_waiting_quizzes,
    read_waiting_page,
)

__all__ = [
    "Candidate",
    "Chance",
    "History",
    "QuestionPage",
    "QuizCard",
    "QuizPage",
    "ResultPage",
    "ReviewPage",
    "WaitingPage",
    "WaitingQuiz",
    "WrongResult",
    "build_mark",
    "count_exposures",
    "count_fitting",
    "count_questions_naming",
    "find_quiz_fault",
    "find_quiz_uses",
    "find_quizzes_asking",
    "find_wrong_results",
    "is_passed",
    "judge_chance",
    "list_candidates",
    "list_guarded_quizzes",
    "list_waiting_quizzes",
    "may_practise",
    "read_attempt_questions",
    "read_finished_quizzes",
    "read_histories",
    "read_item_marks",
    "read_last_responses",
    "read_leeways",
    "read_next_number",
    "read_own_terms",
    "read_pool",
    "read_question_page",
    "read_quiz_cards",
    "read_quiz_page",
    "read_result_page",
    "read_review_page",
    "read_slots",
    "read_time_factor",
    "read_waiting_page",
    "read_weak_standards",
    "share_among_banks",
    "split_prompt",
]
