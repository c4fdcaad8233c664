"""The courses app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """Label sb_courses, so that a host's own app of that name does not collide."""

    name = "courses"
    label = "sb_courses"
    verbose_name = _("Courses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect Wagtail's signals and tell ``lms`` what courses know."""
        from courses.content import receivers as content_receivers
        from courses.content.reads import list_lessons_teaching
        from courses.learning import receivers as learning_receivers
        from courses.learning.reads import find_assigned_quizzes, find_learnt_standards
        from lms.api import registry

        content_receivers.connect()
        learning_receivers.connect()
        registry.standard_links.register(list_lessons_teaching)
        registry.learnt_standards.register(find_learnt_standards)
        registry.assigned_quizzes.register(find_assigned_quizzes)
