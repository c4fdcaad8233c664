"""The pages: an index of courses, a course, its lessons. They hold content only.

Each is an abstract mixin with its fields plus a concrete page, so that a site with its own base
page can build its own concrete pages from the mixins.
"""

from __future__ import annotations

from typing import Any, ClassVar

import swapper
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail.url_routing import RouteResult

from courses.content.blocks import LessonStreamBlock

swapper.set_app_prefix("wagtailcore", "wagtail")
_BASE_PAGE = swapper.get_model_name("wagtailcore", "Page")


def make_parent_link(name: str) -> models.OneToOneField[Any, Any]:
    """Return the link to the base page under a name that no host's page of that name takes."""
    return models.OneToOneField(
        _BASE_PAGE,
        on_delete=models.CASCADE,
        parent_link=True,
        primary_key=True,
        related_name=name,
        serialize=False,
    )


class Change(models.TextChoices):
    """Whether a publication asks people to learn something anew."""

    EDITORIAL = "", _("wording only: nobody has to learn anything new")
    MATERIAL = "material", _("material: people have to learn it anew")


class ChangeMixin(models.Model):
    """What an author says about a change; empty again once a version was made of it."""

    change = models.CharField(
        _("this change is"), max_length=10, choices=Change.choices, default="", blank=True
    )
    change_note = models.CharField(
        _("what changed, in one line"),
        max_length=200,
        blank=True,
        help_text=_("Learners read this. Needed for a material change."),
    )

    change_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("change"), FieldPanel("change_note")], heading=_("What this changes")
        )
    ]

    class Meta:
        abstract = True

    def check_change(self) -> None:
        """Refuse a material change that nobody is told about."""
        if self.change == Change.MATERIAL and not self.change_note.strip():
            raise ValidationError(
                {"change_note": _("Say in one line what people have to learn anew.")}
            )


class RoutedMixin(models.Model):
    """A page that its list found, privacy included, in one query.

    ``may_be_restricted`` is only there on a page that was routed; False means that no restriction
    can apply, so that Wagtail's own check has nothing to ask.
    """

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """Return Wagtail's restrictions; none, without a query, when there cannot be any."""
        if self.__dict__.get("may_be_restricted") is False:
            nothing: models.QuerySet[PageViewRestriction] = PageViewRestriction.objects.none()
            return nothing
        found: models.QuerySet[PageViewRestriction] = super().get_view_restrictions()  # type: ignore[misc]
        return found


def find_possible_restrictions() -> models.Exists:
    """Return whether a restriction can apply to a page: one on it or above it.

    A restricted page that has aliases anywhere counts too: then Wagtail has to follow them.
    """
    rows = PageViewRestriction.objects.alias(
        below=models.ExpressionWrapper(models.OuterRef("path"), models.CharField())
    )
    return models.Exists(
        rows.filter(
            models.Q(below__startswith=models.F("page__path"))
            | models.Q(page__aliases__isnull=False)
        )
    )


class CourseIndexPageMixin(models.Model):
    """Fields of the page that lists courses."""

    intro = models.TextField(_("introduction"), blank=True, max_length=500)

    class Meta:
        abstract = True


class CourseIndexPage(CourseIndexPageMixin, Page):  # type: ignore[django-manager-missing]  # noqa: DJ008
    """Lists the courses below it."""

    page_ptr = make_parent_link("sb_courseindexpage")

    template = "standardbearer/courses/course_index_page.html"
    subpage_types = ["sb_courses.CoursePage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    api_fields = [APIField("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]

    class Meta:
        verbose_name = _("list of courses")
        verbose_name_plural = _("lists of courses")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a course or a lesson in one query instead of two for every step of the path."""
        if not path_components:
            return super().route(request, path_components)
        models_by_depth: dict[int, Any] = {1: CoursePage, 2: LessonPage}
        model = models_by_depth.get(len(path_components))
        if model is None:
            return super().route(request, path_components)
        wanted = f"{self.url_path}{'/'.join(path_components)}/"
        pages = model.objects.live().annotate(may_be_restricted=find_possible_restrictions())
        page = (
            pages.filter(path__startswith=self.path, url_path=wanted)
            .select_related(*model.served_with)
            .first()
        )
        if page is None:
            # Another kind of page below, added by the host, is routed as Wagtail does.
            return super().route(request, path_components)
        return RouteResult(page)


class CoursePageMixin(ChangeMixin, models.Model):
    """Fields of a course."""

    summary = models.TextField(
        _("summary"), blank=True, max_length=600, help_text=_("What one can do afterwards.")
    )
    cover = models.ForeignKey(
        get_image_model_string(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover"),
    )
    cover_alt = models.CharField(
        _("what the cover shows"),
        max_length=255,
        blank=True,
        help_text=_("For people who cannot see it."),
    )
    standards = ParentalManyToManyField(
        "sb_lms.Standard", blank=True, related_name="+", verbose_name=_("standards taught")
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    sequential = models.BooleanField(
        _("lessons in order"),
        default=False,
        help_text=_("A lesson opens when the one before it is done."),
    )
    open_catalogue = models.BooleanField(
        _("open to everybody"),
        default=True,
        help_text=_("Otherwise only people to whom it is assigned can open it."),
    )

    class Meta:
        abstract = True


class CoursePage(CoursePageMixin, RoutedMixin, Page):  # type: ignore[django-manager-missing]  # noqa: DJ008
    """A course: what it is for, and its lessons below it in order."""

    page_ptr = make_parent_link("sb_coursepage")
    served_with: ClassVar[tuple[str, ...]] = ("cover",)

    template = "standardbearer/courses/course_page.html"
    parent_page_types = ["sb_courses.CourseIndexPage"]
    subpage_types = ["sb_courses.LessonPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Cover")),
        FieldPanel("standards"),
        MultiFieldPanel(
            [FieldPanel("minutes"), FieldPanel("sequential"), FieldPanel("open_catalogue")],
            heading=_("How it is taken"),
        ),
        *ChangeMixin.change_panels,
    ]
    api_fields = [APIField("summary"), APIField("minutes"), APIField("sequential")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.AutocompleteField("title"),
    ]

    class Meta:
        verbose_name = _("course page")
        verbose_name_plural = _("course pages")

    def clean(self) -> None:
        """Refuse a cover that nobody describes."""
        super().clean()
        self.check_change()
        if self.cover_id and not self.cover_alt.strip():
            raise ValidationError({"cover_alt": _("Say what the cover shows.")})


class LessonPageMixin(ChangeMixin, models.Model):
    """Fields of a lesson."""

    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5)
    body = StreamField(LessonStreamBlock(), blank=True, verbose_name=_("content"))

    class Meta:
        abstract = True


class LessonPage(LessonPageMixin, RoutedMixin, Page):  # type: ignore[django-manager-missing]  # noqa: DJ008
    """One lesson: about five minutes, one thing learnt."""

    page_ptr = make_parent_link("sb_lessonpage")
    served_with: ClassVar[tuple[str, ...]] = ()

    template = "standardbearer/courses/lesson_page.html"
    parent_page_types = ["sb_courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("minutes"),
        FieldPanel("body"),
        *ChangeMixin.change_panels,
    ]
    # A quiz or scenario appears as its uuid: what is behind it never leaves by this road.
    api_fields = [APIField("minutes"), APIField("body")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("body"),
        index.AutocompleteField("title"),
    ]

    class Meta:
        verbose_name = _("lesson page")
        verbose_name_plural = _("lesson pages")

    def clean(self) -> None:
        """Refuse a material change without words."""
        super().clean()
        self.check_change()

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Nothing lies below a lesson."""
        if path_components:
            raise Http404
        return super().route(request, path_components)
