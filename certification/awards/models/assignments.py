"""Why somebody needs a certification, for a while not, or wants it: facts that are only added."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import AudienceRule, Certification
from lms.api import PlainRow


class Assignment(PlainRow):
    """Why somebody needs a certification. Ended by an ``AssignmentEnd``, never edited."""

    class Source(models.TextChoices):
        RULE = "rule", _("rule")
        PERSON = "person", _("person")
        IMPORT = "import", _("import")
        SELF = "self", _("own wish")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="assignments"
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="assignments"
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    rule = models.ForeignKey(
        AudienceRule, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    optional = models.BooleanField(_("optional"), default=False)
    from_on = models.DateField(_("from"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("from_on")),
                name="sb_certification_assignment_due_after_start",
                violation_error_message=_("The due day cannot be before the first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.certification}"


class AssignmentEnd(PlainRow):
    """The day from which an assignment no longer holds, and why."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="end")
    on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("end of an assignment")
        verbose_name_plural = _("ends of assignments")

    def __str__(self) -> str:
        return f"{self.assignment} → {self.on}"


class Exemption(PlainRow):
    """Days ``[from_on, until_on)`` on which a certification is not asked of somebody."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="exemptions"
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="exemptions"
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gt=F("from_on")),
                name="sb_certification_exemption_ends_after_start",
                violation_error_message=_("An exemption must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.certification}"


class ExemptionEnd(models.Model):
    """An earlier last day of an exemption; the last one recorded holds. Never edited.

    An end on or before the exemption's first day says that it never was.
    """

    exemption = models.ForeignKey(Exemption, on_delete=models.PROTECT, related_name="ends")
    on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("end of an exemption")
        verbose_name_plural = _("ends of exemptions")
        ordering = ["recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.exemption} → {self.on}"


class AssignmentRequest(models.Model):
    """Somebody's wish to earn an optional certification of the catalogue, until it is decided."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="assignment_requests"
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="assignment_requests"
    )
    reason = models.CharField(_("why"), max_length=400, blank=True)
    requested_at = models.DateTimeField(_("asked for at"))

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["requested_at", "pk"]

    def __str__(self) -> str:
        return f"{self.employee}: {self.certification}"


class RequestDecision(models.Model):
    """What became of a wish: approved with its assignment, refused with a reason, taken back."""

    class Kind(models.TextChoices):
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("taken back")

    request = models.OneToOneField(
        AssignmentRequest, on_delete=models.PROTECT, related_name="decision"
    )
    kind = models.CharField(_("decision"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, null=True, blank=True, related_name="request_decision"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision on a wish")
        verbose_name_plural = _("decisions on wishes")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="approved") | Q(assignment__isnull=False),
                name="sb_certification_requestdecision_approves_something",
                violation_error_message=_("An approval must come with its assignment."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request}: {self.kind}"
