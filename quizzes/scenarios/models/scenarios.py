"""Role-plays: scenarios, their frozen versions, and what people did in them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin
from wagtail.search import index

from lms.api import Employee, Standard
from quizzes.questions.models import Drafted
from quizzes.scenarios.blocks import ScenarioStreamBlock, StandardMarkStreamBlock
from quizzes.scenarios.rules import Scenario as GraphOfVersion
from quizzes.scenarios.rules import read_graph

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.http import HttpRequest

    User = AbstractBaseUser | AnonymousUser


# A play that takes longer is no play any more.
LONGEST_PLAY_MINUTES = 240
PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Scenarios. Every method chains; none writes."""

    def playable(self) -> Self:
        """Return the scenarios that are open and have a version to play."""
        return self.filter(live=True, versions__isnull=False).distinct()


class Scenario(PreviewableMixin, Drafted):
    """A branching role-play as its author drafts it. What is played is its latest version.

    ``standards`` repeats what the latest version practises, for questions about standards.
    """

    class Change(models.TextChoices):
        EDITORIAL = "editorial", _("Editorial: wording only, nobody must learn anything new")
        MATERIAL = "material", _("Material: earlier passes are of the old matter")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)
    briefing = models.TextField(_("briefing"), max_length=4_000)
    customer = models.TextField(_("who the customer is"), max_length=2_000, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_PLAY_MINUTES)],
    )
    body = StreamField(ScenarioStreamBlock(), blank=True, verbose_name=_("steps and endings"))
    # Empty only in a draft, like the mark below: it is refused when published.
    meter_start = models.DecimalField(
        _("mood at the start"),
        null=True,
        max_digits=6,
        decimal_places=3,
        default=50,
        validators=PERCENT,
    )
    pass_percent = models.DecimalField(
        _("percent needed to pass"),
        null=True,
        max_digits=6,
        decimal_places=3,
        default=70,
        validators=PERCENT,
    )
    standard_marks = StreamField(
        StandardMarkStreamBlock(), blank=True, verbose_name=_("standards it practises")
    )
    # Filled in for each publication, empty again once the version is made.
    change = models.CharField(
        _("this change is"), max_length=10, choices=Change.choices, blank=True
    )
    standards = models.ManyToManyField(
        Standard,
        blank=True,
        editable=False,
        related_name="scenarios",
        verbose_name=_("standards it practises"),
    )

    objects = ScenarioQuerySet.as_manager()

    search_fields = [
        index.SearchField("title"),
        index.SearchField("code"),
        index.AutocompleteField("title"),
        index.AutocompleteField("code"),
        index.FilterField("live"),
    ]

    class Meta:
        verbose_name = _("role-play")
        verbose_name_plural = _("role-plays")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    def list_blocks(self) -> list[dict[str, Any]]:
        """Return the steps and endings in their plain form, as typed so far."""
        blocks: list[dict[str, Any]] = self.body.get_prep_value()
        return blocks

    def list_marks(self) -> dict[str, object]:
        """Return the percent typed for each standard; empty where it needs no mark."""
        rows = self.list_mark_rows()
        return {row["standard"]: row.get("percent") for row in rows if row.get("standard")}

    def list_mark_rows(self) -> list[dict[str, Any]]:
        """Return the standard and percent of each row, as typed so far."""
        return [block["value"] for block in self.standard_marks.get_prep_value()]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """Show the briefing, as learners see it before they begin."""
        return "standardbearer/quizzes/scenarios/preview.html"


class ScenarioVersionQuerySet(models.QuerySet["ScenarioVersion"]):
    """Versions. Every method chains; none writes."""

    def latest(self) -> Self:  # type: ignore[override]
        """Return the newest version of each scenario."""
        newer = ScenarioVersion.objects.filter(
            scenario_id=OuterRef("scenario_id"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))


class ScenarioVersion(models.Model):
    """A graph that was fit to be played. Never changed; a play obeys its own version for ever.

    ``body`` holds title, briefing, customer and minutes; ``bounds`` (shares as ``n/d``) and
    ``best_walk`` (pairs of step and choice) are worked out once from the graph.
    ``standard_versions`` gives uuid and number per standard code as they were in force.
    ``material_number`` counts the versions that changed what people must be able to do.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    material_number = models.PositiveIntegerField(_("material number"))
    revision_id = models.BigIntegerField(_("revision"), null=True)
    body = models.JSONField(_("text"))
    graph = models.JSONField(_("graph"))
    bounds = models.JSONField(_("bounds"))
    best_walk = models.JSONField(_("best path"))
    standard_versions = models.JSONField(_("standards in force"), default=dict)
    digest = models.CharField(_("digest"), max_length=64)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ScenarioVersionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("version of a role-play")
        verbose_name_plural = _("versions of role-plays")
        ordering = ["scenario_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "number"],
                name="sb_quizzes_scenarioversion_number_once",
                violation_error_message=_("This version exists already."),
            ),
            # Publishing fires twice for a scheduled revision: one version is made of it.
            models.UniqueConstraint(
                fields=["scenario", "revision_id"],
                condition=Q(revision_id__isnull=False),
                name="sb_quizzes_scenarioversion_revision_once",
                violation_error_message=_("This revision of the role-play is already a version."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario.code} v{self.number}"

    def read(self) -> GraphOfVersion:
        """Return the graph as the rules know it, read once for many requests."""
        return read_frozen_graph(FrozenGraph(self.digest, self.graph))


@dataclass(frozen=True)
class FrozenGraph:
    """The graph of a version, told apart by the version's digest, which covers it."""

    digest: str
    graph: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=128)
def read_frozen_graph(frozen: FrozenGraph) -> GraphOfVersion:
    """Return the scenario of a version's graph. Versions never change: it is kept."""
    return read_graph(frozen.graph)


class PlayQuerySet(models.QuerySet["Play"]):
    """Plays, narrowed by what a person may see. Every method chains; none writes."""

    def visible_to(self, user: User) -> Self:
        """Return the plays of the people whose records ``user`` may see."""
        return self.filter(employee__in=Employee.objects.visible_to(user))

    def own(self, user: User) -> Self:
        """Return the plays that ``user`` may act on: only ever the person's own."""
        return self.filter(employee__user_id=user.pk)

    def counted(self, since: datetime | None = None) -> Self:
        """Return the scored plays that were finished, from a moment on."""
        done = self.filter(purpose=Play.Purpose.SCORED, state=Play.State.FINISHED)
        return done if since is None else done.filter(finished_at__gte=since)


class Play(models.Model):
    """One person's walk through a scenario. ``number`` runs on for ever.

    ``opening`` are choices given at the start: practice may begin at a later decision.
    ``result`` is empty until the end; its shares are ``n/d`` with a float beside them.
    """

    class Purpose(models.TextChoices):
        SCORED = "scored", _("scored")
        PRACTICE = "practice", _("practice")

    class State(models.TextChoices):
        OPEN = "open", _("under way")
        FINISHED = "finished", _("finished")
        ABANDONED = "abandoned", _("begun again")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey("sb_lms.Employee", on_delete=models.PROTECT, related_name="plays")
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="plays")
    scenario_version = models.ForeignKey(
        ScenarioVersion, on_delete=models.PROTECT, related_name="plays"
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    branch = models.ForeignKey(
        "sb_lms.Branch",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("branch at the start"),
    )
    opening = models.JSONField(_("choices given at the start"), default=list)
    seed = models.CharField(_("seed of the option tokens"), max_length=64)
    passed = models.BooleanField(_("passed"), null=True)
    result = models.JSONField(_("result"), default=dict)
    rules_version = models.PositiveSmallIntegerField(_("rules"), null=True)

    objects = PlayQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("play")
        verbose_name_plural = _("plays")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "scenario", "number"],
                name="sb_quizzes_play_number_once",
                violation_error_message=_("This play exists already."),
            ),
            # Two open plays would make "go on" ambiguous and let one try out the other's choices.
            models.UniqueConstraint(
                fields=["employee", "scenario", "purpose"],
                condition=Q(state="open"),
                name="sb_quizzes_play_one_open",
                violation_error_message=_("A play of this role-play is already under way."),
            ),
            # A finished play without moment or verdict could be neither dated nor counted.
            models.CheckConstraint(
                condition=Q(state="finished", finished_at__isnull=False, passed__isnull=False)
                | Q(~Q(state="finished"), finished_at__isnull=True, passed__isnull=True),
                name="sb_quizzes_play_finished_has_result",
                violation_error_message=_("A finished play needs its moment and its result."),
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="sb_quizzes_play_ends_after_start",
                violation_error_message=_("A play cannot end before it began."),
            ),
        ]
        indexes = [
            # What certification asks again and again: who passed what.
            models.Index(
                fields=["employee", "finished_at"],
                condition=Q(state="finished", purpose="scored", passed=True),
                name="sb_quizzes_play_passed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee} – {self.scenario} ({self.number})"

    @property
    def is_open(self) -> bool:
        """Whether choices may still be made."""
        return self.state == self.State.OPEN

    @property
    def is_finished(self) -> bool:
        """Whether an ending was reached."""
        return self.state == self.State.FINISHED


class PlayStep(models.Model):
    """One choice made. Added, never changed; ``sequence`` counts from 1, the opening included."""

    play = models.ForeignKey(Play, on_delete=models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField(_("sequence"))
    node = models.CharField(_("step"), max_length=200)
    choice = models.CharField(_("choice"), max_length=200)
    chosen_at = models.DateTimeField(_("chosen at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("choice of a play")
        verbose_name_plural = _("choices of plays")
        ordering = ["play_id", "sequence"]
        constraints = [
            # A double tap must not say the same sentence twice.
            models.UniqueConstraint(
                fields=["play", "sequence"],
                name="sb_quizzes_playstep_sequence_once",
                violation_error_message=_("This decision was already made."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.play_id} #{self.sequence}"
