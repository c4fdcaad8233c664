"""What other apps may use of ``quizzes``: explicit names, nothing else."""
# ruff: noqa: PLC0414  (re-exports say so by their form)

from quizzes.attempts.actions import close_overdue_attempts as close_overdue_attempts
from quizzes.attempts.actions import import_quiz as import_quiz
from quizzes.attempts.actions import make_change_quiz as make_change_quiz
from quizzes.attempts.actions import make_missing_quiz_versions as make_missing_quiz_versions
from quizzes.attempts.actions import save_response as save_response
from quizzes.attempts.actions import show_quiz_cards as show_quiz_cards
from quizzes.attempts.actions import start_attempt as start_attempt
from quizzes.attempts.actions import submit_attempt as submit_attempt
from quizzes.attempts.models import Attempt as Attempt
from quizzes.attempts.models import AttemptResult as AttemptResult
from quizzes.attempts.models import Quiz as Quiz
from quizzes.attempts.models import QuizVersion as QuizVersion
from quizzes.attempts.reads import QuizCard as QuizCard
from quizzes.attempts.reads import count_questions_naming as count_questions_naming
from quizzes.attempts.reads import find_quizzes_asking as find_quizzes_asking
from quizzes.attempts.reads import list_waiting_quizzes as list_waiting_quizzes
from quizzes.marking.reads import FreshResult as FreshResult
from quizzes.marking.reads import list_fresh_results as list_fresh_results
from quizzes.practice.reads import has_refreshers as has_refreshers
from quizzes.questions.actions import import_questions as import_questions
from quizzes.questions.actions import (
    make_missing_question_versions as make_missing_question_versions,
)
from quizzes.questions.models import Question as Question
from quizzes.questions.models import QuestionBank as QuestionBank
from quizzes.questions.models import QuestionVersion as QuestionVersion
from quizzes.reads import find_wrong_results as find_wrong_results
from quizzes.reads import read_finished_work as read_finished_work
from quizzes.scenarios.actions import choose as choose
from quizzes.scenarios.actions import import_scenario as import_scenario
from quizzes.scenarios.actions import (
    make_missing_scenario_versions as make_missing_scenario_versions,
)
from quizzes.scenarios.actions import mend_counts as mend_counts
from quizzes.scenarios.actions import start_play as start_play
from quizzes.scenarios.models import Play as Play
from quizzes.scenarios.models import Scenario as Scenario
from quizzes.scenarios.models import ScenarioVersion as ScenarioVersion
from quizzes.scenarios.reads import ScenarioCard as ScenarioCard
from quizzes.scenarios.reads import find_scenarios_playing as find_scenarios_playing
from quizzes.scenarios.reads import find_wrong_counts as find_wrong_counts
from quizzes.scenarios.reads import list_best_choices as list_best_choices
from quizzes.scenarios.reads import read_scenario_cards as read_scenario_cards
