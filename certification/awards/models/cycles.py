"""Goes at earning, renewing or catching up, and the work that counted for them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.catalogue.models import Certification, CertificationVersion, Requirement
from lms.api import PlainRow


class Cycle(PlainRow):
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


class CycleMove(models.Model):
    """An open cycle moved to another version of its certification, with the dates it then had.

    The cycle carries the latest; the moves keep what was before. ``undoes`` names the move that
    this one takes back. ``migration`` is shared by all moves of one previewed migration.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="moves")
    migration = models.UUIDField(_("migration"), db_index=True)
    from_version = models.ForeignKey(
        CertificationVersion, on_delete=models.PROTECT, related_name="+"
    )
    to_version = models.ForeignKey(CertificationVersion, on_delete=models.PROTECT, related_name="+")
    due_before_on = models.DateField(null=True, blank=True)
    due_after_on = models.DateField(null=True, blank=True)
    closes_before_on = models.DateField(null=True, blank=True)
    closes_after_on = models.DateField(null=True, blank=True)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    reason = models.CharField(_("reason"), max_length=400)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("move of a cycle")
        verbose_name_plural = _("moves of cycles")
        ordering = ["recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.from_version.number} → {self.to_version.number}"


class Delta(models.Model):
    """A material change of a standard that a certification covers: what holders must catch up on.

    ``lapses_at_once`` is copied from the version in force: holders are suspended until they have
    caught up, instead of only once the due day has passed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="deltas"
    )
    standard_version = models.ForeignKey(
        "sb_lms.StandardVersion", on_delete=models.PROTECT, related_name="deltas"
    )
    effective_on = models.DateField(_("in force from"))
    lapses_at_once = models.BooleanField(_("suspends at once"), default=False)
    change_note = models.CharField(_("what changed"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("change to catch up on")
        verbose_name_plural = _("changes to catch up on")
        ordering = ["effective_on", "pk"]
        constraints = [
            # A version that is published twice must not ask for the same lessons twice.
            models.UniqueConstraint(
                fields=["certification", "standard_version"],
                name="sb_certification_delta_once",
                violation_error_message=_("This change is already known."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certification}: {self.standard_version}"


class DeltaNeed(models.Model):
    """One thing to do to catch up: a lesson that teaches the standard, or a short quiz on it."""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("lesson done")
        QUIZ = "quiz", _("quiz passed")
        ACKNOWLEDGEMENT = "acknowledgement", _("standard acknowledged")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delta = models.ForeignKey(Delta, on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    target = models.UUIDField(_("what"))
    lowest_material_number = models.PositiveIntegerField(_("lowest version accepted"), default=1)
    label = models.CharField(_("label"), max_length=160)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("thing to catch up on")
        verbose_name_plural = _("things to catch up on")
        ordering = ["delta_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["delta", "kind", "target"],
                name="sb_certification_deltaneed_once",
                violation_error_message=_("This is already asked for."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class CycleDelta(models.Model):
    """A change that joined a cycle: a delta cycle opened for it, or one that was under way."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="changes")
    delta = models.ForeignKey(Delta, on_delete=models.PROTECT, related_name="cycles")
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("change that joined a cycle")
        verbose_name_plural = _("changes that joined cycles")
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "delta"],
                name="sb_certification_cycledelta_once",
                violation_error_message=_("This change already joined the cycle."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} + {self.delta}"


class CycleEvidence(models.Model):
    """Which finished piece of work met which requirement of a cycle, and when it was done."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="evidence")
    requirement = models.ForeignKey(
        Requirement, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    delta_need = models.ForeignKey(
        DeltaNeed, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    kind = models.CharField(_("kind"), max_length=20)
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
            models.UniqueConstraint(
                fields=["cycle", "delta_need"],
                name="sb_certification_evidence_of_delta_once",
                violation_error_message=_("This evidence already counts in that cycle."),
            ),
            # Evidence for nothing, or for two things, could never be traced back.
            models.CheckConstraint(
                condition=Q(requirement__isnull=True) ^ Q(delta_need__isnull=True),
                name="sb_certification_evidence_for_one_thing",
                violation_error_message=_("Evidence meets one requirement."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.label}"

    @property
    def label(self) -> str:
        """What was met, in the words it was asked for. Needs what it points to selected."""
        return str(self.requirement or self.delta_need)
