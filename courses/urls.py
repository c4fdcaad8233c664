"""Addresses of courses, relative to where the plugin is mounted.

The pages themselves are Wagtail's; here are only the buttons on them.
"""

from django.urls import path

from courses.learning import views

app_name = "sb_courses"
urlpatterns = [
    path(
        "learning/courses/<uuid:course>/start/",
        views.StartCourseView.as_view(),
        name="start_course",
    ),
    path(
        "learning/lessons/<uuid:lesson>/finish/",
        views.FinishLessonView.as_view(),
        name="finish_lesson",
    ),
    path(
        "learning/lessons/<uuid:lesson>/confirm/<uuid:standard>/",
        views.ConfirmPolicyView.as_view(),
        name="acknowledge",
    ),
]
