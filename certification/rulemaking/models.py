"""Previews that are being computed, so that a reload or a restart loses nothing."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import Certification


class ImpactPreview(models.Model):
    """Whom a draft would reach, counted batch by batch; a changed draft has another ``digest``.

    Derived, so it may be deleted at any time. ``last_id`` is the last person counted.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification, on_delete=models.CASCADE, related_name="impact_previews"
    )
    digest = models.CharField(_("digest of the draft"), max_length=64)
    draft = models.JSONField(_("the draft"), default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    total = models.PositiveIntegerField(_("people to look at"), default=0)
    done = models.PositiveIntegerField(_("people looked at"), default=0)
    last_id = models.BigIntegerField(default=0)
    result = models.JSONField(_("result"), default=dict)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked for at"))
    computed_at = models.DateTimeField(_("computed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("preview of a rule")
        verbose_name_plural = _("previews of rules")
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["certification", "digest"],
                name="sb_certification_impactpreview_once",
                violation_error_message=_("This draft is being looked at already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certification} {self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 if self.state == self.State.READY else self.done * 100 // max(self.total, 1)
