"""What other apps may use of ``courses``: explicit names, nothing else."""
# ruff: noqa: PLC0414  (re-exports say so by their form)

from courses.content.models import Course as Course
from courses.content.models import CourseVersion as CourseVersion
from courses.content.models import Lesson as Lesson
from courses.learning.models import CourseCompletion as CourseCompletion
from courses.learning.models import Enrolment as Enrolment
