"""The plugin's addresses, all four apps', relative to where a site mounts this module."""

from django.urls import include, path

from certification.views import HomeView

own_patterns = [
    path("", HomeView.as_view(), name="home"),
]

urlpatterns = [
    path("", include((own_patterns, "sb_certification"))),
    path("", include("quizzes.urls")),
    path("", include("courses.urls")),
    path("", include("lms.urls")),
    path("api/v1/", include("certification.rest.urls")),
]
