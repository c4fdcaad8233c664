"""The quizzes app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizzesConfig(AppConfig):
    """Label sb_quizzes, so that a host's own app of that name does not collide."""

    name = "quizzes"
    label = "sb_quizzes"
    verbose_name = _("Quizzes and role-play")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to publications; tell where standards are practised."""
        from lms.api import registry
        from quizzes.attempts import receivers as attempt_receivers
        from quizzes.attempts.reads import find_quiz_uses
        from quizzes.marking.reads import PROVIDER, ResultNotices
        from quizzes.questions import reads as question_reads
        from quizzes.questions import receivers as question_receivers
        from quizzes.scenarios import receivers as scenario_receivers
        from quizzes.scenarios.reads import list_practising_scenarios

        question_receivers.connect()
        attempt_receivers.connect()
        scenario_receivers.connect()
        registry.standard_links.register(list_practising_scenarios)
        registry.notice_providers.register(PROVIDER, ResultNotices())
        if find_quiz_uses not in question_reads.use_finders:
            question_reads.use_finders.append(find_quiz_uses)
