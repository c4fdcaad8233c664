"""Questions and their banks in Wagtail's admin."""

from quizzes.questions.viewsets.authors import AuthorChooserViewSet, AuthorViewSet
from quizzes.questions.viewsets.banks import QuestionBankViewSet
from quizzes.questions.viewsets.questions import QuestionViewSet

__all__ = ["AuthorChooserViewSet", "AuthorViewSet", "QuestionBankViewSet", "QuestionViewSet"]
