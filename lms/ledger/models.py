"""Domain events: facts on their way up from a lower app to the one that acts on them."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DomainEventQuerySet(models.QuerySet["DomainEvent"]):
    """Events, oldest first."""

    def waiting(self) -> Self:
        """Return the events that no consumer has finished yet, in order of arrival."""
        return self.filter(consumed_at__isnull=True).order_by("pk")


class DomainEvent(models.Model):
    """Something that happened below and must cause something above.

    Written in the transaction of the action it tells of; consumed right after commit, in the
    request, and by ``advance`` when the process died between the two.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    payload = models.JSONField(default=dict)
    occurred_at = models.DateTimeField(_("occurred at"))
    consumed_at = models.DateTimeField(_("consumed at"), null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    objects = DomainEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("domain event")
        verbose_name_plural = _("domain events")
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(consumed_at__isnull=True),
                name="sb_lms_domainevent_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d %H:%M}"
