"""What one can be certified in: certifications, their versions and requirements, who needs them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CertificationQuerySet(models.QuerySet["Certification"]):
    """Certifications. Every method chains; none writes."""

    def active_on(self, day: date) -> Self:
        """Return the certifications that are not retired on a day."""
        return self.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=day))


class Certification(models.Model):
    """Something an employee can hold for a period. Its rules stand in its versions.

    ``reminder_days`` are the days before the due day on which people are reminded.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("what it shows"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    reminder_days = models.JSONField(_("remind … days before"), default=list, blank=True)
    name_as_initials = models.BooleanField(
        _("shorten names to initials on the public check"), default=False
    )
    design = models.ForeignKey(
        "sb_certification.CertificateDesign",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certifications",
        verbose_name=_("design of the certificate"),
    )
    in_catalogue = models.BooleanField(
        _("people may ask for it themselves"),
        default=False,
        help_text=_("It is then shown in everybody's catalogue."),
    )
    needs_approval = models.BooleanField(
        _("somebody approves who asks"),
        default=True,
        help_text=_("The manager, the branch manager or HR. Without this it is assigned at once."),
    )
    assessor_may_train = models.BooleanField(
        _("the trainer may sign off"),
        default=False,
        help_text=_("Otherwise whoever owns a course that is required never signs off for it."),
    )
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects = CertificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class CertificationVersionQuerySet(models.QuerySet["CertificationVersion"]):
    """Versions of certifications. Every method chains; none writes."""

    def in_force_on(self, day: date) -> Self:
        """Return versions that have taken effect by a day, the newest first."""
        return self.filter(effective_on__lte=day).order_by("-effective_on", "-number")


class CertificationVersion(models.Model):
    """The rule of a certification from a day on: dates (policy) and what must be done.

    Immutable once a cycle has opened under it. ``policy`` is the mapping that
    ``certification.rules.timeline`` reads.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("number"))
    effective_on = models.DateField(_("in force from"))
    policy = models.JSONField(_("rule of dates"))
    change_note = models.CharField(_("what changed"), max_length=200, blank=True)
    delta_lapses_at_once = models.BooleanField(
        _("a material change of a standard suspends at once"), default=False
    )
    delta_questions = models.PositiveSmallIntegerField(
        _("questions after a material change"), default=5
    )
    impact = models.JSONField(_("whom it reached, as previewed"), default=dict)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CertificationVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a certification")
        verbose_name_plural = _("versions of certifications")
        ordering = ["certification_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["certification", "number"],
                name="sb_certification_version_number_once",
                violation_error_message=_(
                    "This certification already has a version of that number."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certification} v{self.number}"


class Requirement(models.Model):
    """One thing to be done: it names an identity and the lowest material number accepted.

    Evidence and sign-offs have no thing of their own: ``target`` is then an identity that later
    versions of the same certification keep, so that work done once goes on counting.
    Requirements of one ``group`` are alternatives of which ``group_needs`` must be met; an empty
    group means that this one must be met.
    """

    class Kind(models.TextChoices):
        COURSE = "course", _("course completed")
        QUIZ = "quiz", _("quiz passed")
        SCENARIO = "scenario", _("role-play passed")
        ACKNOWLEDGEMENT = "acknowledgement", _("standard acknowledged")
        EVIDENCE = "evidence", _("evidence accepted")
        SIGN_OFF = "sign_off", _("practice signed off by an assessor")
        CERTIFICATION = "certification", _("another certification held")

    class Path(models.TextChoices):
        FIRST = "first", _("first time")
        RENEWAL = "renewal", _("renewal")
        BOTH = "both", _("first time and renewal")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(
        CertificationVersion, on_delete=models.PROTECT, related_name="requirements"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    target = models.UUIDField(_("what"))
    lowest_material_number = models.PositiveIntegerField(_("lowest version accepted"), default=1)
    label = models.CharField(_("label"), max_length=160)
    path = models.CharField(_("path"), max_length=10, choices=Path.choices, default=Path.BOTH)
    group = models.CharField(_("group of alternatives"), max_length=40, blank=True)
    group_needs = models.PositiveSmallIntegerField(_("how many of the group"), default=1)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["version_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "target", "path"],
                name="sb_certification_requirement_once",
                violation_error_message=_("This is already required."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class AudienceRule(models.Model):
    """Who needs a certification: a subtree of regions or a branch, job roles, tenure.

    Shown to the learner as the reason. Ended, never edited: a change is a new rule.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="audience_rules"
    )
    region = models.ForeignKey(
        "sb_lms.Region", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    branch = models.ForeignKey(
        "sb_lms.Branch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    job_roles = models.ManyToManyField("sb_lms.JobRole", blank=True, related_name="+")
    tenure_days = models.PositiveIntegerField(_("days employed at least"), default=0)
    optional = models.BooleanField(_("offered, not required"), default=False)
    reason = models.CharField(_("reason shown to people"), max_length=200)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("audience rule")
        verbose_name_plural = _("audience rules")
        ordering = ["certification_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=True) | Q(branch__isnull=True),
                name="sb_certification_audience_one_place",
                violation_error_message=_("Choose a region or a branch, not both."),
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="sb_certification_audience_ends_after_start",
                violation_error_message=_("A rule must end after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class AudienceRuleEnd(models.Model):
    """The day from which an audience rule no longer asks, and why. Written once."""

    rule = models.OneToOneField(AudienceRule, on_delete=models.PROTECT, related_name="end")
    on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("end of an audience rule")
        verbose_name_plural = _("ends of audience rules")

    def __str__(self) -> str:
        return f"{self.rule} → {self.on}"


class VersionDraft(models.Model):
    """A version that is being written: what somebody typed, checked or not, so nothing is lost."""

    certification = models.OneToOneField(
        Certification, on_delete=models.CASCADE, related_name="draft"
    )
    fields = models.JSONField(_("as typed"), default=dict)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("draft of a version")
        verbose_name_plural = _("drafts of versions")

    def __str__(self) -> str:
        return f"{self.certification}"


class CoverageRuleQuerySet(models.QuerySet["CoverageRule"]):
    """Coverage rules. Every method chains; none writes."""

    def in_force_on(self, day: date) -> Self:
        """Return the rules that hold on a day; those of retired certifications do not."""
        return self.filter(
            Q(end__isnull=True) | Q(end__on__gt=day),
            Q(certification__retired_on__isnull=True) | Q(certification__retired_on__gt=day),
            from_on__lte=day,
        )


class CoverageRule(models.Model):
    """At least so many people of each branch must hold a certification: a region's or one's.

    Neither region nor branch means every branch. Ended, never edited.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification, on_delete=models.PROTECT, related_name="coverage_rules"
    )
    region = models.ForeignKey(
        "sb_lms.Region", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    branch = models.ForeignKey(
        "sb_lms.Branch", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at_least = models.PositiveSmallIntegerField(_("at least"))
    reason = models.CharField(_("reason"), max_length=200)
    from_on = models.DateField(_("from"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = CoverageRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage rule")
        verbose_name_plural = _("coverage rules")
        ordering = ["certification_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=True) | Q(branch__isnull=True),
                name="sb_certification_coveragerule_one_place",
                violation_error_message=_("Choose a region or a branch, not both."),
            ),
            models.CheckConstraint(
                condition=Q(at_least__gte=1),
                name="sb_certification_coveragerule_asks_for_somebody",
                violation_error_message=_("Ask for one person at least."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class CoverageRuleEnd(models.Model):
    """The day from which a coverage rule no longer holds, and why."""

    rule = models.OneToOneField(CoverageRule, on_delete=models.PROTECT, related_name="end")
    on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("end of a coverage rule")
        verbose_name_plural = _("ends of coverage rules")

    def __str__(self) -> str:
        return f"{self.rule} → {self.on}"
