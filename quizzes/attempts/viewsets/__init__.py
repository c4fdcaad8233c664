"""Quizzes, attempts and arrangements in Wagtail's admin."""

from quizzes.attempts.viewsets.arrangements import (
    AccommodationPolicy,
    AccommodationViewSet,
    OverridePolicy,
    OverrideViewSet,
)
from quizzes.attempts.viewsets.attempts import AttemptPolicy, AttemptViewSet
from quizzes.attempts.viewsets.certainties import make_menu_item as make_certainty_item
from quizzes.attempts.viewsets.certainties import urlpatterns as certainty_urls
from quizzes.attempts.viewsets.quizzes import QuizViewSet

__all__ = [
    "AccommodationPolicy",
    "AccommodationViewSet",
    "AttemptPolicy",
    "AttemptViewSet",
    "OverridePolicy",
    "OverrideViewSet",
    "QuizViewSet",
    "certainty_urls",
    "make_certainty_item",
]
