"""The dated fact that a certification was earned, what happened to it later, and proposals."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certification.awards.models.cycles import Cycle
from certification.catalogue.models import Certification, CertificationVersion
from lms.api import PlainRow

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


class AwardQuerySet(models.QuerySet["Award"]):
    """Awards. Every method chains; none writes."""

    def visible_to(self, user: User) -> Self:
        """Return the awards of the people whose records ``user`` may see."""
        from lms.api import Employee

        return self.filter(employee__in=Employee.objects.visible_to(user))


class Award(PlainRow):
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


class AwardEvent(PlainRow):
    """What happened to an award later. Two clocks: when it counts from, when it was written."""

    class Kind(models.TextChoices):
        REVOKED = "revoked", _("revoked")
        SUSPENDED = "suspended", _("suspended")
        REINSTATED = "reinstated", _("reinstated")
        EXTENDED = "extended", _("extended")
        VOIDED = "voided", _("voided")
        CORRECTED = "corrected", _("corrected")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    effective_on = models.DateField(_("from"))
    until_on = models.DateField(_("extended until"), null=True, blank=True)
    # A correction voids an award and names the one that stands in its place.
    replacement = models.OneToOneField(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="corrects"
    )
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
            models.CheckConstraint(
                condition=~Q(kind="corrected") | Q(replacement__isnull=False),
                name="sb_certification_awardevent_corrects_by_another",
                violation_error_message=_("A correction names the award that replaces this one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award}: {self.kind}"


class AwardProposal(models.Model):
    """One person's proposal to grant a certification by hand. Somebody else must confirm it.

    The days are ``[valid_from, valid_until)``; null never lapses.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="award_proposals"
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="award_proposals"
    )
    basis = models.CharField(
        _("basis"), max_length=10, choices=Award.Basis.choices, default=Award.Basis.MANUAL
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=400)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed at"))

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="sb_certification_awardproposal_ends_after_start",
                violation_error_message=_("An award must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.certification}"


class ProposalDecision(models.Model):
    """What a second person decided of a proposal."""

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("taken back")

    proposal = models.OneToOneField(
        AwardProposal, on_delete=models.PROTECT, related_name="decision"
    )
    kind = models.CharField(_("decision"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    award = models.OneToOneField(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal_decision"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision on a proposal")
        verbose_name_plural = _("decisions on proposals")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="confirmed") | Q(award__isnull=False),
                name="sb_certification_proposaldecision_confirms_an_award",
                violation_error_message=_("A confirmation must come with its award."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.kind}"
