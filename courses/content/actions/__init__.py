"""Every write of course content."""

from courses.content.actions.imports import import_courses
from courses.content.actions.versions import (
    follow_publication,
    make_course_version,
    make_missing_course_versions,
    retire_lesson,
)

__all__ = [
    "follow_publication",
    "import_courses",
    "make_course_version",
    "make_missing_course_versions",
    "retire_lesson",
]
