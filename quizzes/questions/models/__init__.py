"""Questions: drafted as snippets, frozen as versions that attempts point at."""

from quizzes.questions.models.drafting import Drafted
from quizzes.questions.models.keys import read_share
from quizzes.questions.models.questions import Question, QuestionBank
from quizzes.questions.models.versions import QuestionVersion, digest_body

__all__ = ["Drafted", "Question", "QuestionBank", "QuestionVersion", "digest_body", "read_share"]
