"""The lms app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LmsConfig(AppConfig):
    """Label sb_lms, so that a host's own app of that name does not collide."""

    name = "lms"
    label = "sb_lms"
    verbose_name = _("Organisation, standards and messages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect receivers and providers of the rooms."""
        from lms import registry
        from lms.standards import receivers  # noqa: F401
        from lms.standards.views import list_navigation

        registry.navigation.register(list_navigation)
