"""The courses app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """Label sb_courses, so that a host's own app of that name does not collide."""

    name = "courses"
    label = "sb_courses"
    verbose_name = _("Courses")
    default_auto_field = "django.db.models.BigAutoField"
