"""What the course pages ask for: one tag each for the list, a course, a lesson and its body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.core.cache import cache
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.images import get_image_model

from courses.content.models import CourseIndexPage, CoursePage, LessonPage
from courses.content.rules import LinkKind
from courses.learning.permissions import list_openable
from courses.learning.reads import (
    CourseView,
    LessonView,
    make_course_cards,
    read_course_view,
    read_lesson_view,
    read_outline,
)
from courses.learning.rules import Outline
from lms.api import find_employee

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()

_LIVE_BLOCKS = frozenset(kind.value for kind in LinkKind)
_BODY_SECONDS = 900


@register.simple_tag(takes_context=True)
def lesson_view(context: Context, page: LessonPage) -> LessonView:
    """Return what a lesson shows to the person looking; in a preview, to nobody in particular."""
    # Three blocks of the template ask; the page object lives for one request.
    known: LessonView | None = page.__dict__.get("_standardbearer_view")
    if known is not None:
        return known
    request = context.get("request")
    view = read_lesson_view(
        page=page,
        outline=_find_outline(request, page),
        employee=_find_learner(request),
        now=timezone.now(),
    )
    page.__dict__["_standardbearer_view"] = view
    return view


@register.simple_tag(takes_context=True)
def course_view(context: Context, page: CoursePage) -> CourseView:
    """Return what a course shows to the person looking."""
    request = context.get("request")
    return read_course_view(
        page=page, outline=_find_outline(request, page), employee=_find_learner(request)
    )


@register.simple_tag(takes_context=True)
def course_list(context: Context, page: CourseIndexPage) -> list[dict[str, Any]]:
    """Return the courses of the list that the person may open, each as page and card."""
    request = context.get("request")
    found = CoursePage.objects.live().child_of(page).select_related("cover").order_by("path")
    if request is None or _is_preview(request):
        pages = [entry for entry in found if entry.open_catalogue]
    else:
        today = timezone.localdate()
        pages = list_openable(request=request, pages=found, today=today)
    prefetch_covers(pages)
    cards = make_course_cards(employee=_find_learner(request), pages=pages)
    return [{"page": entry, "card": cards[entry.translation_key]} for entry in pages]


@register.simple_tag(takes_context=True)
def lesson_body(context: Context, page: LessonPage, view: LessonView) -> SafeString:
    """Return the lesson's blocks as HTML.

    Teaching blocks look the same to everybody and are kept for a while; what is live (standards,
    quizzes, role-plays, confirmations) is made anew each time. A preview keeps nothing.
    """
    values = {**context.flatten(), "cards": view.cards}
    request = context.get("request")
    if request is None or _is_preview(request):
        return mark_safe("".join(block.render(values) for block in page.body))  # noqa: S308
    key = f"sb-lesson-{page.pk}-{page.live_revision_id}-{page.last_published_at}-{get_language()}"
    kept: dict[int, str] = cache.get(_safe_key(key)) or {}
    parts = {
        number: kept[number] if number in kept else page.body[number].render(values)
        for number in range(len(page.body))
    }
    fixed = {n: html for n, html in parts.items() if _type_of(page, n) not in _LIVE_BLOCKS}
    if fixed.keys() != kept.keys():
        cache.set(_safe_key(key), fixed, _BODY_SECONDS)
    return mark_safe("".join(parts[number] for number in sorted(parts)))  # noqa: S308


@register.inclusion_tag("standardbearer/courses/includes/picture.html")
def picture(image: Any, *, alt: str, eager: bool = False) -> dict[str, Any]:
    """Show a library picture: drawings as they are, photographs in a size that suits a phone."""
    if image is None:
        return {}
    is_drawn = image.is_svg()
    shown = image if is_drawn else image.get_rendition("width-1280")
    return {
        "url": image.file.url if is_drawn else shown.url,
        "width": round(shown.width or 640),
        "height": round(shown.height or 360),
        "alt": alt,
        "eager": eager,
    }


def prefetch_covers(pages: list[CoursePage]) -> None:
    """Read the renditions of all photographed covers in two queries instead of one each."""
    photographs = [page for page in pages if page.cover and not page.cover.is_svg()]
    if not photographs:
        return
    ids = [page.cover_id for page in photographs]
    images = get_image_model().objects.filter(pk__in=ids).prefetch_renditions("width-1280")
    covers = {image.pk: image for image in images}
    for page in photographs:
        page.cover = covers[page.cover_id]


def _find_outline(request: HttpRequest | None, page: CoursePage | LessonPage) -> Outline | None:
    known: Outline | None = getattr(request, "standardbearer_outline", None)
    if known is not None:
        return known
    return read_outline(page=page, user_id=None, request=request) if page.path else None


def _find_learner(request: HttpRequest | None) -> Any:
    if request is None or _is_preview(request) or not hasattr(request, "user"):
        return None
    return find_employee(request.user)


def _is_preview(request: HttpRequest) -> bool:
    return bool(getattr(request, "is_preview", False))


def _type_of(page: LessonPage, number: int) -> str:
    return str(page.body.raw_data[number]["type"])


def _safe_key(key: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in key)
