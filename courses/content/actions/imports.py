"""Bring courses in from data: pages, pictures and blocks, published as an author would."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import nh3
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.utils.file import hash_filelike

from courses.content.actions.versions import make_course_version
from courses.content.models import CourseIndexPage, CoursePage, LessonPage
from courses.content.rules import strip_block_ids
from lms.api import InvalidInputError, Standard

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from wagtail.models import Page

_TAGS = {"a", "b", "h2", "h3", "i", "li", "ol", "p", "ul"}


@dataclass
class CourseImport:
    """What an import did: slugs of courses and lessons made, changed, and left as they were."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Source:
    """Where pictures come from, on whose behalf, and which part is being read, for errors."""

    media_folder: Path
    actor: User | None
    owner: User | None = None
    place: str = ""

    def at(self, place: str) -> _Source:
        """Return the same source, one part further in."""
        return replace(self, place=place)

    def refuse(self, message: str) -> InvalidInputError:
        """Return the error that names this part."""
        return InvalidInputError(f"{self.place}: {message}", field=self.place)


@transaction.atomic
def import_courses(
    *,
    document: Sequence[Mapping[str, Any]],
    site_root_page: Page,
    media_folder: Path,
    actor: User | None,
    now: datetime,
    owner: User | None = None,
) -> CourseImport:
    """Create or update courses and lessons by slug and publish them; equal content is left alone.

    ``media_folder`` holds the pictures that the document names. New pages belong to ``owner``,
    else to the actor. Nothing is removed.

    Raises:
        InvalidInputError: something in it is missing or unknown; nothing was written.

    """
    done = CourseImport()
    source = _Source(media_folder, actor, owner or actor)
    index = _find_index(site_root_page, source)
    for entry in document:
        page = _import_course(index, entry, source.at(str(entry.get("slug", "?"))), done)
        make_course_version(course_uuid=page.translation_key, actor=actor, now=now)
    return done


def _find_index(root: Page, source: _Source) -> CourseIndexPage:
    index = CourseIndexPage.objects.child_of(root).order_by("path").first()
    if index is None:
        index = CourseIndexPage(
            title=_("Courses"),
            slug="courses",
            live=False,
            owner=source.owner,
            intro=_("Everything you can learn here, in pieces of about five minutes."),
        )
        root.add_child(instance=index)
        _publish(index, source.actor)
    found: CourseIndexPage = index
    return found


def _import_course(
    index: CourseIndexPage, entry: Mapping[str, Any], source: _Source, done: CourseImport
) -> CoursePage:
    wanted = _read_course(entry, source)
    standards = _find_standards(entry.get("standards", []), source)
    page: CoursePage | None = CoursePage.objects.child_of(index).filter(slug=entry["slug"]).first()
    is_new = page is None
    if page is None:
        page = CoursePage(slug=entry["slug"], live=False, owner=source.owner, **wanted)
        index.add_child(instance=page)
    for lesson in entry.get("lessons", []):
        place = f"{source.place}/{lesson.get('slug', '?')}"
        _import_lesson(page, lesson, source.at(place), done)
    same_standards = {s.pk for s in page.standards.all()} == {s.pk for s in standards}
    if not is_new and same_standards and _holds(page, wanted):
        done.unchanged.append(source.place)
        return page
    for name, value in wanted.items():
        setattr(page, name, value)
    page.standards = standards
    _publish_checked(page, source)
    (done.created if is_new else done.updated).append(source.place)
    return page


def _import_lesson(
    course: CoursePage, entry: Mapping[str, Any], source: _Source, done: CourseImport
) -> None:
    body = [_read_block(block, source) for block in entry.get("blocks", [])]
    wanted = {"title": _text(entry, "title", source), "minutes": int(entry.get("minutes", 5))}
    page = LessonPage.objects.child_of(course).filter(slug=entry["slug"]).first()
    if page is not None and _holds(page, wanted) and _has_body(page, body):
        done.unchanged.append(source.place)
        return
    is_new = page is None
    if page is None:
        page = LessonPage(slug=entry["slug"], live=False, owner=source.owner, **wanted)
        course.add_child(instance=page)
    for name, value in wanted.items():
        setattr(page, name, value)
    page.body = json.dumps(body)
    _publish_checked(page, source)
    (done.created if is_new else done.updated).append(source.place)


def _holds(page: Any, wanted: Mapping[str, Any]) -> bool:
    return page.live and all(getattr(page, name) == value for name, value in wanted.items())


def _has_body(page: LessonPage, body: list[dict[str, Any]]) -> bool:
    return strip_block_ids(list(page.body.raw_data)) == strip_block_ids(body)


def _publish_checked(page: CoursePage | LessonPage, source: _Source) -> None:
    try:
        if isinstance(page, LessonPage):
            page.body.stream_block.clean(page.body)
        _publish(page, source.actor)
    except ValidationError as error:
        raise source.refuse("; ".join(error.messages)) from error


def _publish(page: Any, actor: User | None) -> None:
    page.save_revision(user=actor).publish(user=actor, skip_permission_checks=True)


def _read_course(entry: Mapping[str, Any], source: _Source) -> dict[str, Any]:
    cover = entry.get("cover") or {}
    image = _find_image(cover, source) if cover else None
    return {
        "title": _text(entry, "title", source),
        "summary": str(entry.get("summary", "")),
        "minutes": int(entry.get("minutes", 0)),
        "sequential": bool(entry.get("sequential", False)),
        "open_catalogue": bool(entry.get("open_catalogue", True)),
        "cover_id": image.pk if image else None,
        "cover_alt": str(cover.get("alt", "")),
    }


def _text(entry: Mapping[str, Any], name: str, source: _Source) -> str:
    value = str(entry.get(name, "")).strip()
    if not value:
        raise source.refuse(_("“%(name)s” is missing.") % {"name": name})
    return value


def _find_standards(codes: Sequence[str], source: _Source) -> list[Standard]:
    found = {standard.code: standard for standard in Standard.objects.filter(code__in=codes)}
    for code in codes:
        if code not in found:
            raise source.refuse(_("there is no standard “%(code)s”.") % {"code": code})
    return [found[code] for code in codes]


def _find_image(entry: Mapping[str, Any], source: _Source) -> Any:
    """Return the picture in the library, added if this very file is not there yet."""
    path = (source.media_folder / str(entry.get("file", ""))).resolve()
    if not path.is_file() or source.media_folder.resolve() not in path.parents:
        raise source.refuse(_("the picture “%(file)s” is missing.") % {"file": path.name})
    model, title = get_image_model(), path.stem.replace("-", " ")
    with path.open("rb") as stream:
        digest = hash_filelike(stream)
        known = model.objects.filter(file_hash=digest, title=title).first()
        if known is not None:
            return known
        image = model(title=title, description=str(entry.get("alt", ""))[:255])
        image.file_hash, image.file_size = digest, path.stat().st_size
        image.file = File(stream, name=path.name)
        image.save()
    return image


def _read_block(block: Mapping[str, Any], source: _Source) -> dict[str, Any]:
    kind = str(block.get("type"))
    read = _READERS.get(kind)
    if read is None:
        raise source.refuse(_("“%(kind)s” is not a kind of block.") % {"kind": kind})
    return {"type": kind, "value": read(block, source)}


def _read_text(block: Mapping[str, Any], source: _Source) -> str:
    return _clean_html(_text(block, "html", source))


def _clean_html(html: str) -> str:
    return nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, link_rel=None)


def _read_image(block: Mapping[str, Any], source: _Source) -> dict[str, Any]:
    image = _find_image(block, source)
    alt = _text(block, "alt", source)
    return {
        "image": {"image": image.pk, "decorative": False, "alt_text": alt},
        "caption": str(block.get("caption", "")),
    }


def _read_do_dont(block: Mapping[str, Any], source: _Source) -> dict[str, Any]:
    return {"do": _read_lines(block, "do"), "dont": _read_lines(block, "dont")}


def _read_steps(block: Mapping[str, Any], source: _Source) -> dict[str, Any]:
    return {"title": str(block.get("title", "")), "items": _read_lines(block, "items")}


def _read_lines(block: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    lines = [str(line) for line in block.get(name, [])]
    return [
        {"type": "item", "value": line, "id": str(uuid5(NAMESPACE_URL, f"{name}/{number}/{line}"))}
        for number, line in enumerate(lines)
    ]


def _read_callout(block: Mapping[str, Any], source: _Source) -> dict[str, Any]:
    return {
        "tone": str(block.get("tone", "tip")),
        "title": str(block.get("title", "")),
        "text": _read_text(block, source),
    }


def _read_target(block: Mapping[str, Any], source: _Source) -> str:
    """Return the uuid of what a block names by code, as published under that code."""
    kind = str(block["type"])
    code = str(block.get("standard" if kind == "acknowledgement" else "code", ""))
    model = LessonPage.body.field.stream_block.child_blocks[kind].model_class
    target = model.objects.filter(code=code).first()
    if target is None:
        raise source.refuse(_("there is no %(kind)s “%(code)s”.") % {"kind": kind, "code": code})
    return str(target.uuid)


_READERS: dict[str, Callable[[Mapping[str, Any], _Source], Any]] = {
    "text": _read_text,
    "image": _read_image,
    "do_dont": _read_do_dont,
    "steps": _read_steps,
    "callout": _read_callout,
    "standard": _read_target,
    "quiz": _read_target,
    "scenario": _read_target,
    "acknowledgement": _read_target,
}
