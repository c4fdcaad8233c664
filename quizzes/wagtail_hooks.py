"""What Wagtail's admin is told of ``quizzes``: registrations, no logic."""

from typing import Any

from django.urls import URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from quizzes.attempts.actions.readings import READ_ANSWERS
from quizzes.attempts.models import Accommodation, Attempt, OpenAnswer, Quiz, QuizOverride
from quizzes.attempts.viewsets import (
    AccommodationPolicy,
    AccommodationViewSet,
    AttemptPolicy,
    AttemptViewSet,
    OverridePolicy,
    OverrideViewSet,
    QuizViewSet,
    certainty_urls,
    make_certainty_item,
)
from quizzes.marking.permissions import MarkingPolicy
from quizzes.marking.viewsets import OpenAnswerViewSet
from quizzes.questions.actions.retiring import RETIRED
from quizzes.questions.models import Question, QuestionBank
from quizzes.questions.permissions import AuthorPolicy
from quizzes.questions.viewsets import QuestionBankViewSet, QuestionViewSet
from quizzes.scenarios.models import Scenario
from quizzes.scenarios.permissions import ScenarioPolicy
from quizzes.scenarios.viewsets import PlayReportViewSet, ScenarioViewSet, list_report_buttons


class TrainingViewSetGroup(SnippetViewSetGroup):
    """One entry of the admin's menu for what people are asked, and how it went."""

    menu_label = _("Training")
    menu_icon = "help"
    menu_name = "training"
    menu_order = 220
    items: list[Any] = [
        QuestionViewSet,
        QuestionBankViewSet,
        QuizViewSet,
        ScenarioViewSet,
        AttemptViewSet,
        OpenAnswerViewSet,
        OverrideViewSet,
        AccommodationViewSet,
    ]


# Policies first: Wagtail keeps a fallback of its own for a model it was asked about too early.
register_permission_policy(Question, AuthorPolicy(Question))
register_permission_policy(QuestionBank, AuthorPolicy(QuestionBank))
register_permission_policy(Quiz, AuthorPolicy(Quiz))
register_permission_policy(Scenario, ScenarioPolicy(Scenario))
register_permission_policy(Attempt, AttemptPolicy(Attempt))
register_permission_policy(QuizOverride, OverridePolicy(QuizOverride))
register_permission_policy(Accommodation, AccommodationPolicy(Accommodation))
register_permission_policy(OpenAnswer, MarkingPolicy(OpenAnswer))
register_snippet(TrainingViewSetGroup)

hooks.register("register_reports_menu_item", make_certainty_item)


@hooks.register("register_admin_urls")
def register_reports() -> list[URLResolver]:
    """Add the addresses of the reports."""
    return [path("reports/sure-and-wrong/", include((certainty_urls, "sb_certainty")))]


@hooks.register("register_log_actions")
def register_own_log_actions(actions: Any) -> None:
    """Name what the log keeps beside Wagtail's own: answers read, questions retired."""
    actions.register_action(RETIRED, _("Retire"), _("Retired"))
    actions.register_action(READ_ANSWERS, _("Read answers"), _("Answers read"))


hooks.register("register_admin_viewset", PlayReportViewSet)
hooks.register("register_snippet_listing_buttons", list_report_buttons)
