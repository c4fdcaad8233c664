"""One action on many people: one reason, one preview, and ten minutes to take it back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BulkAction(models.Model):
    """What was done to many people at once, and whether it was taken back.

    Mails about it wait until ``undo_until``; taking it back adds compensating facts.
    """

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("assign")
        UNASSIGN = "unassign", _("end an assignment")
        EXEMPT = "exempt", _("exempt")
        EXTEND = "extend", _("extend")
        REMIND = "remind", _("remind")
        REVOKE = "revoke", _("revoke")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("action"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=400)
    values = models.JSONField(_("details"), default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    undo_until = models.DateTimeField(_("can be taken back until"))
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("action on many people")
        verbose_name_plural = _("actions on many people")
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.recorded_at:%Y-%m-%d %H:%M}"


class BulkItem(models.Model):
    """One person of an action on many: the fact that was added, or why nothing was."""

    bulk = models.ForeignKey(BulkAction, on_delete=models.PROTECT, related_name="items")
    employee = models.ForeignKey("sb_lms.Employee", on_delete=models.PROTECT, related_name="+")
    fact_kind = models.CharField(max_length=20, blank=True)
    fact_uuid = models.UUIDField(null=True, blank=True)
    refusal = models.CharField(_("why not"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("person of an action on many")
        verbose_name_plural = _("people of an action on many")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.bulk}: {self.employee}"
