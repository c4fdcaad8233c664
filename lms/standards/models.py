"""Service standards: drafted as snippets, frozen as versions, acknowledged by name."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.search import index

from lms.organisation.models import Employee
from lms.standards.blocks import EscalationStreamBlock, LinesBlock, MeasureStreamBlock

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest
    from wagtail.models import Revision


# Relief: the stubs cannot follow managers of models that come from untyped Wagtail mixins.
class StandardCategory(models.Model):  # type: ignore[django-manager-missing]
    """What a standard is about, for example complaints. The list is the company's to edit."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("category of standards")
        verbose_name_plural = _("categories of standards")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StandardQuerySet(models.QuerySet["Standard"]):
    """Standards. Every method chains; none writes."""

    def in_force(self) -> Self:
        """Return the standards that are live for everybody."""
        return self.filter(live=True)


class Standard(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    ClusterableModel,
):
    """One rule of service, as its author drafts it. What holds is its latest version."""

    class Force(models.TextChoices):
        MANDATORY = "mandatory", _("mandatory")
        ADVISORY = "advisory", _("advisory")

    class Kind(models.TextChoices):
        REQUIREMENT = "requirement", _("requirement")
        PROHIBITION = "prohibition", _("prohibition")
        RECOMMENDATION = "recommendation", _("recommendation")

    class Stage(models.TextChoices):
        BEFORE = "before", _("before the purchase")
        DURING = "during", _("during the purchase")
        AFTER = "after", _("after the purchase")

    class FormerForm(models.TextChoices):
        MEMO = "memo", _("memo")
        QUICK_REPLY = "quick_reply", _("quick reply")
        DOCUMENT = "document", _("document")
        HANDBOOK = "handbook", _("handbook")
        UNWRITTEN = "unwritten", _("unwritten")

    class Basis(models.TextChoices):
        COMPANY = "company", _("company rule")
        LAW = "law", _("law")
        CONTRACT = "contract", _("contract")
        ISO = "iso", _("ISO clause")

    class Change(models.TextChoices):
        EDITORIAL = "editorial", _("Editorial: wording only, nobody must learn anything new")
        MATERIAL = "material", _("Material: people must do something differently")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=160)
    statement = RichTextField(_("the rule"), features=["bold", "italic", "ol", "ul", "link"])
    force = models.CharField(
        _("force"), max_length=10, choices=Force.choices, default=Force.MANDATORY
    )
    kind = models.CharField(
        _("kind"), max_length=15, choices=Kind.choices, default=Kind.REQUIREMENT
    )
    category = models.ForeignKey(
        StandardCategory,
        on_delete=models.PROTECT,
        related_name="standards",
        verbose_name=_("category"),
    )
    channels = models.JSONField(_("channels"), default=list, blank=True)
    journey_stage = models.CharField(
        _("stage of the journey"), max_length=10, choices=Stage.choices, blank=True
    )
    needs = models.JSONField(_("customer needs it serves"), default=list, blank=True)
    promise = models.TextField(_("what the customer can expect"), blank=True)
    rationale_staff = models.TextField(_("why, for staff"), blank=True)
    rationale_customer = models.TextField(_("why, for the customer"), blank=True)
    measures = StreamField(MeasureStreamBlock(), blank=True, verbose_name=_("measures"))
    steps = StreamField(LinesBlock(), blank=True, verbose_name=_("steps, in order"))
    wording_do = StreamField(LinesBlock(), blank=True, verbose_name=_("say"))
    wording_dont = StreamField(LinesBlock(), blank=True, verbose_name=_("don't say"))
    eligibility = StreamField(LinesBlock(), blank=True, verbose_name=_("who is eligible"))
    escalation = StreamField(
        EscalationStreamBlock(), blank=True, verbose_name=_("escalation levels")
    )
    former_form = models.CharField(
        _("where it was written before"), max_length=15, choices=FormerForm.choices, blank=True
    )
    branch_kinds = models.JSONField(_("applies to kinds of branch"), default=list, blank=True)
    # Parental, so that a draft keeps its own choice: a plain many-to-many would go live at once.
    job_roles = ParentalManyToManyField(
        "sb_lms.JobRole", blank=True, verbose_name=_("applies to job roles"), related_name="+"
    )
    basis = models.CharField(
        _("basis"), max_length=10, choices=Basis.choices, default=Basis.COMPANY
    )
    basis_reference = models.CharField(_("reference"), max_length=200, blank=True)
    basis_edition = models.CharField(_("edition"), max_length=40, blank=True)
    evidence = models.TextField(_("how the need was found"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    review_months = models.PositiveSmallIntegerField(_("review every … months"), default=12)
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    safety_critical = models.BooleanField(_("safety-critical"), default=False)
    needs_acknowledgement = models.BooleanField(
        _("policy: everybody confirms having read it"), default=False
    )
    # Filled in for each publication, empty again once the version is made.
    change = models.CharField(
        _("this change is"), max_length=10, choices=Change.choices, blank=True
    )
    change_note = models.CharField(_("what changed, in one line"), max_length=200, blank=True)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="standard")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="standard",
        for_concrete_model=False,
    )

    objects = StandardQuerySet.as_manager()

    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("statement"),
        index.SearchField("promise"),
        index.AutocompleteField("title"),
        index.AutocompleteField("code"),
        index.FilterField("live"),
        index.FilterField("category_id"),
    ]

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def publish(
        self, revision: Revision, user: AbstractBaseUser | None = None, **options: object
    ) -> None:
        """Publish a revision and make its version in one transaction, or neither.

        Wagtail saves first and signals after, so a failing receiver would leave the object live
        without its version. The signal names no user: the revision carries the publisher.
        """
        revision.publishing_user = user
        with transaction.atomic():
            super().publish(revision, user=user, **options)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """Show the staff page of the draft."""
        return "standardbearer/lms/standards/preview.html"


class StandardVersionQuerySet(models.QuerySet["StandardVersion"]):
    """Versions. Every method chains; none writes."""

    def newest(self) -> Self:
        """Return the newest version of each standard."""
        newer = StandardVersion.objects.filter(
            standard_id=OuterRef("standard_id"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))

    def in_force(self) -> Self:
        """Return the newest version of each standard that is live."""
        return self.newest().filter(standard__live=True)


class StandardVersion(models.Model):
    """What a standard said while it held. Written when a draft goes live; never changed.

    ``material_number`` counts the versions that changed what people must do: requirements name
    the lowest one they accept. ``body`` is the frozen text with measures as data.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    material_number = models.PositiveIntegerField(_("material number"))
    change = models.CharField(_("kind of change"), max_length=10, choices=Standard.Change.choices)
    change_note = models.CharField(_("what changed"), max_length=200, blank=True)
    effective_on = models.DateField(_("in force from"))
    revision_id = models.BigIntegerField(_("revision"), null=True)
    body = models.JSONField(_("text"))
    digest = models.CharField(_("digest"), max_length=64)
    impact = models.JSONField(_("whom it reached"), default=dict)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = StandardVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a standard")
        verbose_name_plural = _("versions of standards")
        ordering = ["standard_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "number"],
                name="sb_lms_standardversion_number_once",
                violation_error_message=_("This standard already has a version of that number."),
            ),
            # Publishing fires twice for a scheduled revision: one version is made of it.
            models.UniqueConstraint(
                fields=["standard", "revision_id"],
                condition=Q(revision_id__isnull=False),
                name="sb_lms_standardversion_revision_once",
                violation_error_message=_("This revision of the standard is already a version."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard.code} v{self.number}"


class Acknowledgement(models.Model):
    """“I have read version 3”, with the name as written and the moment. Never changed.

    ``round`` is 1 the first time, and more where something above asked for it again.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        Employee, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    version = models.ForeignKey(
        StandardVersion, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    name_as_written = models.CharField(_("name"), max_length=240)
    acknowledged_at = models.DateTimeField(_("acknowledged at"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            # Two clicks are one confirmation.
            models.UniqueConstraint(
                fields=["employee", "version", "round"],
                name="sb_lms_acknowledgement_once",
                violation_error_message=_("You have already confirmed this version."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} ✓ {self.version}"
