"""Facts of certification, only ever added: assignments, cycles, evidence, awards, their events."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import (
    AudienceRule,
    Certification,
    CertificationVersion,
    Requirement,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def make_public_code() -> str:
    """Return 26 characters of Crockford base32 that carry 128 random bits."""
    number = secrets.randbits(128)
    letters = []
    for _position in range(26):
        number, digit = divmod(number, 32)
        letters.append(CROCKFORD[digit])
    return "".join(reversed(letters))


class Assignment(models.Model):
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


class AssignmentEnd(models.Model):
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


class Exemption(models.Model):
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


class Cycle(models.Model):
    """One go at earning or renewing a certification. Its rule and dates freeze as it opens.

    Work done at or after ``counts_from`` counts for it. ``baseline_until`` is the day the award
    it renews runs out without extensions.
    """

    class Kind(models.TextChoices):
        FIRST = "first", _("first time")
        RENEWAL = "renewal", _("renewal")
        DELTA = "delta", _("change of a standard")
        VOLUNTARY = "voluntary", _("voluntary")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("no longer asked for")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey("sb_lms.Employee", on_delete=models.PROTECT, related_name="cycles")
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="cycles"
    )
    version = models.ForeignKey(
        CertificationVersion, on_delete=models.PROTECT, related_name="cycles"
    )
    seq = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    baseline_until = models.DateField(null=True, blank=True)
    counts_from = models.DateTimeField(_("work counts from"))
    started_at = models.DateTimeField(_("work begun at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    finished_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        ordering = ["employee_id", "certification_id", "seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "certification", "seq"],
                name="sb_certification_cycle_seq_once",
                violation_error_message=_("This person already has a cycle of that number."),
            ),
            # Two open cycles would earn two awards for one piece of work.
            models.UniqueConstraint(
                fields=["employee", "certification"],
                condition=Q(state="open"),
                name="sb_certification_cycle_one_open",
                violation_error_message=_(
                    "This person already has an open cycle of this certification."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.certification} #{self.seq}"


class CycleEvidence(models.Model):
    """Which finished piece of work met which requirement of a cycle, and when it was done."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="evidence")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=20, choices=Requirement.Kind.choices)
    uuid = models.UUIDField(_("piece of work"))
    material_number = models.PositiveIntegerField(default=1)
    done_at = models.DateTimeField(_("done at"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "requirement"],
                name="sb_certification_evidence_once",
                violation_error_message=_("This evidence already counts in that cycle."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.requirement}"


class AwardQuerySet(models.QuerySet["Award"]):
    """Awards. Every method chains; none writes."""

    def visible_to(self, user: User) -> Self:
        """Return the awards of the people whose records ``user`` may see."""
        from lms.api import Employee

        return self.filter(employee__in=Employee.objects.visible_to(user))


class Award(models.Model):
    """The dated fact that a certification was earned, with everything it was derived from.

    ``valid_until`` is the first day it no longer holds (null: never lapses) as it was when made;
    later extensions and revocations are events. ``anchor_on`` and ``intervals`` say where the
    next on-time renewal counts from; ``anchor_active`` is the interval they count in.
    """

    class Basis(models.TextChoices):
        COMPLETED = "completed", _("completed here")
        IMPORTED = "imported", _("imported")
        EVIDENCE = "evidence", _("evidence accepted")
        WAIVED = "waived", _("waived")
        MANUAL = "manual", _("granted")
        CORRECTED = "corrected", _("corrected")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    public_code = models.CharField(
        _("code of the public check"), max_length=26, unique=True, default=make_public_code
    )
    employee = models.ForeignKey("sb_lms.Employee", on_delete=models.PROTECT, related_name="awards")
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="awards"
    )
    version = models.ForeignKey(
        CertificationVersion, on_delete=models.PROTECT, related_name="awards"
    )
    cycle = models.OneToOneField(
        Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="award"
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis.choices)
    awarded_at = models.DateTimeField(_("awarded at"))
    zone = models.CharField(_("time zone"), max_length=60)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    anchor_on = models.DateField(null=True, blank=True)
    anchor_active = models.CharField(max_length=20, blank=True)
    intervals = models.PositiveIntegerField(default=0)
    branch = models.ForeignKey(
        "sb_lms.Branch", on_delete=models.PROTECT, null=True, related_name="+"
    )
    frozen = models.JSONField(_("as it was"), default=dict)
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence_note = models.TextField(_("evidence"), blank=True)
    trace = models.JSONField(_("why these dates"), default=list)
    idempotency_key = models.CharField(max_length=120, unique=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = ["-awarded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="sb_certification_award_ends_after_start",
                violation_error_message=_("An award must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.certification} {self.valid_from}"


class AwardName(models.Model):
    """The name an award was made out to, apart from it so that erasure can replace it."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="name")
    full_name = models.CharField(_("name"), max_length=240)

    class Meta:
        verbose_name = _("name on an award")
        verbose_name_plural = _("names on awards")

    def __str__(self) -> str:
        return self.full_name


class AwardEvent(models.Model):
    """What happened to an award later. Two clocks: when it counts from, when it was written."""

    class Kind(models.TextChoices):
        REVOKED = "revoked", _("revoked")
        SUSPENDED = "suspended", _("suspended")
        REINSTATED = "reinstated", _("reinstated")
        EXTENDED = "extended", _("extended")
        VOIDED = "voided", _("voided")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    effective_on = models.DateField(_("from"))
    until_on = models.DateField(_("extended until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=400)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("event of an award")
        verbose_name_plural = _("events of awards")
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="extended") | Q(until_on__gt=F("effective_on")),
                name="sb_certification_awardevent_extends_forward",
                violation_error_message=_("An extension must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award}: {self.kind}"
