"""Proof from outside a course: training taken elsewhere, and practice seen by an assessor."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certification.awards.models.awards import Award
from certification.awards.models.storage import find_private_storage
from certification.catalogue.models import Certification


class EvidenceSubmission(models.Model):
    """A proof that somebody handed in: for one requirement, or for a whole certification.

    ``target`` is the identity that a requirement of kind "evidence" names; null stands for the
    whole certification. ``done_on`` is the local day on which the training was finished.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="evidence_submissions"
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="evidence_submissions"
    )
    target = models.UUIDField(_("requirement"), null=True, blank=True)
    title = models.CharField(_("what it is"), max_length=160)
    issuer = models.CharField(_("who issued it"), max_length=160, blank=True)
    done_on = models.DateField(_("finished on"))
    file = models.FileField(
        _("file"),
        upload_to="standardbearer/evidence/%Y/%m/",
        storage=find_private_storage,
        max_length=240,
        blank=True,
    )
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    file_digest = models.CharField(_("digest"), max_length=64, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2_000)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("handed in at"))

    class Meta:
        verbose_name = _("proof handed in")
        verbose_name_plural = _("proofs handed in")
        ordering = ["submitted_at", "pk"]

    def __str__(self) -> str:
        return f"{self.employee}: {self.title}"


class EvidenceReview(models.Model):
    """What a reviewer decided of a proof, once.

    An accepted proof of a whole certification carries the award that was made of it.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("taken back")

    submission = models.OneToOneField(
        EvidenceSubmission, on_delete=models.PROTECT, related_name="review"
    )
    kind = models.CharField(_("decision"), max_length=10, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    award = models.OneToOneField(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence_review"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision on a proof")
        verbose_name_plural = _("decisions on proofs")

    def __str__(self) -> str:
        return f"{self.submission}: {self.kind}"


class SignOff(models.Model):
    """An assessor saw somebody do it well. ``target`` is what a requirement "sign-off" names."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        "sb_lms.Employee", on_delete=models.PROTECT, related_name="sign_offs"
    )
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="sign_offs"
    )
    target = models.UUIDField(_("what was shown"))
    label = models.CharField(_("what was shown"), max_length=160)
    remark = models.TextField(_("what went well, what to practise"), blank=True, max_length=2_000)
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = ["signed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.employee}: {self.label}"
