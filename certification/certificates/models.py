"""How certificates look. A design is edited; each edit is a version that never changes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CertificateDesign(models.Model):
    """A look that certifications can choose. ``number`` is that of its newest version."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    number = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("certificate design")
        verbose_name_plural = _("certificate designs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CertificateDesignVersion(models.Model):
    """What a design looked like when awards were made with it: texts, colour and logo.

    ``logo`` is a PNG of at most 900 × 300 pixels, kept here so that a certificate of years ago
    is drawn again with the same bytes. ``template_version`` names the templates it is drawn with.
    """

    class Layout(models.TextChoices):
        FRAME = "frame", _("double frame")
        BAND = "band", _("coloured band")
        PLAIN = "plain", _("plain paper")

    class Accent(models.TextChoices):
        PINE = "pine", _("pine green")
        NAVY = "navy", _("navy blue")
        PLUM = "plum", _("plum")
        BRICK = "brick", _("brick red")
        SLATE = "slate", _("slate grey")

    design = models.ForeignKey(CertificateDesign, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    template_version = models.PositiveSmallIntegerField(_("templates"), default=1)
    layout = models.CharField(
        _("layout"), max_length=10, choices=Layout.choices, default=Layout.FRAME
    )
    accent = models.CharField(
        _("colour"), max_length=10, choices=Accent.choices, default=Accent.PINE
    )
    lead = models.CharField(_("line above the name"), max_length=120, blank=True)
    closing = models.CharField(_("line below the summary"), max_length=240, blank=True)
    signatory = models.CharField(_("who signs"), max_length=80, blank=True)
    signatory_role = models.CharField(_("as what"), max_length=80, blank=True)
    logo = models.BinaryField(_("logo"), default=b"", blank=True)
    logo_digest = models.CharField(_("digest of the logo"), max_length=64, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("version of a certificate design")
        verbose_name_plural = _("versions of certificate designs")
        ordering = ["design_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["design", "number"],
                name="sb_certification_designversion_number_once",
                violation_error_message=_("This design already has a version of that number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.design} v{self.number}"
