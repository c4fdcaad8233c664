"""The certification app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificationConfig(AppConfig):
    """Label ``sb_certification``, so that a host's own app of that name does not collide."""

    name = "certification"
    label = "sb_certification"
    verbose_name = _("Certification")
    default_auto_field = "django.db.models.BigAutoField"
