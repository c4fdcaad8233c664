"""What other apps may use of ``courses``: explicit names, nothing else."""
# ruff: noqa: PLC0414  (re-exports say so by their form)

from courses.content.actions import import_courses as import_courses
from courses.content.actions import make_missing_course_versions as make_missing_course_versions
from courses.content.models import Course as Course
from courses.content.models import CourseIndexPage as CourseIndexPage
from courses.content.models import CoursePage as CoursePage
from courses.content.models import CourseVersion as CourseVersion
from courses.content.models import Lesson as Lesson
from courses.content.models import LessonPage as LessonPage
from courses.content.reads import TaughtLesson as TaughtLesson
from courses.content.reads import find_courses_teaching as find_courses_teaching
from courses.content.reads import list_taught_lessons as list_taught_lessons
from courses.learning.actions import enrol as enrol
from courses.learning.actions import finish_lesson as finish_lesson
from courses.learning.actions import start_again as start_again
from courses.learning.models import CourseCompletion as CourseCompletion
from courses.learning.models import Enrolment as Enrolment
from courses.learning.models import LessonEvent as LessonEvent
from courses.learning.reads import read_course_cards as read_course_cards
from courses.learning.reads import read_finished_lessons as read_finished_lessons
from courses.learning.reads import read_finished_work as read_finished_work
from courses.learning.reads import read_lesson_cards as read_lesson_cards
from courses.learning.rules import CourseCard as CourseCard
from courses.learning.rules import FinishOutcome as FinishOutcome
from courses.learning.rules import LessonCard as LessonCard
