"""Courses: the pages that teach, and the identity rows that learners' records point at."""

from courses.content.models.identity import Course, CourseVersion, Lesson, LessonLink
from courses.content.models.pages import (
    CourseIndexPage,
    CourseIndexPageMixin,
    CoursePage,
    CoursePageMixin,
    LessonPage,
    LessonPageMixin,
)

__all__ = [
    "Course",
    "CourseIndexPage",
    "CourseIndexPageMixin",
    "CoursePage",
    "CoursePageMixin",
    "CourseVersion",
    "Lesson",
    "LessonLink",
    "LessonPage",
    "LessonPageMixin",
]
