"""Questions about how far people are."""

from courses.learning.reads.changes import (
    list_changes_after,
    list_changes_since_done,
    read_finished_lessons,
)
from courses.learning.reads.outlines import (
    make_course_cards,
    read_course_cards,
    read_lesson_cards,
    read_outline,
)
from courses.learning.reads.pages import (
    CourseView,
    LessonView,
    find_change_since,
    read_cards,
    read_course_view,
    read_lesson_view,
)
from courses.learning.reads.progress import (
    asked_since,
    counts_since,
    find_latest_version,
    find_missing,
    list_live_lessons,
    read_finished_work,
    read_signed,
)
from courses.learning.reads.refreshers import find_assigned_quizzes, find_learnt_standards

__all__ = [
    "CourseView",
    "LessonView",
    "asked_since",
    "counts_since",
    "find_assigned_quizzes",
    "find_change_since",
    "find_latest_version",
    "find_learnt_standards",
    "find_missing",
    "list_changes_after",
    "list_changes_since_done",
    "list_live_lessons",
    "make_course_cards",
    "read_cards",
    "read_course_cards",
    "read_course_view",
    "read_finished_lessons",
    "read_finished_work",
    "read_lesson_cards",
    "read_lesson_view",
    "read_outline",
    "read_signed",
]
