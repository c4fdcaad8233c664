"""Django looks for models only here: the rooms' models, nothing else."""

from courses.content.models import (
    Course,
    CourseIndexPage,
    CoursePage,
    CourseVersion,
    Lesson,
    LessonLink,
    LessonPage,
)
from courses.learning.models import CourseCompletion, Enrolment, LessonEvent

__all__ = [
    "Course",
    "CourseCompletion",
    "CourseIndexPage",
    "CoursePage",
    "CourseVersion",
    "Enrolment",
    "Lesson",
    "LessonEvent",
    "LessonLink",
    "LessonPage",
]
