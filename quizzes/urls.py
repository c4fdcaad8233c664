"""Addresses of quizzes, relative to where the plugin is mounted."""

from django.urls import path

from quizzes.attempts import views
from quizzes.marking import views as marking_views
from quizzes.practice import views as practice_views
from quizzes.scenarios import views as scenario_views

app_name = "sb_quizzes"
urlpatterns = [
    path("quizzes/<uuid:uuid>/", views.QuizView.as_view(), name="quiz"),
    path("branch/releases/", views.ReleasesView.as_view(), name="releases"),
    path("branch/minutes/", views.ExtensionsView.as_view(), name="extensions"),
    path("branch/attempts/<uuid:uuid>/", views.StaffAttemptView.as_view(), name="staff_attempt"),
    path("branch/marking/", marking_views.QueueView.as_view(), name="marking"),
    path("branch/marking/<int:number>/", marking_views.AnswerView.as_view(), name="mark"),
    path("attempts/<uuid:uuid>/", views.AttemptView.as_view(), name="attempt"),
    path("attempts/<uuid:uuid>/<int:number>/", views.QuestionView.as_view(), name="question"),
    path("attempts/<uuid:uuid>/review/", views.ReviewView.as_view(), name="review"),
    path("attempts/<uuid:uuid>/result/", views.ResultView.as_view(), name="result"),
    path("my/practice/", practice_views.RefreshersView.as_view(), name="refreshers"),
    path(
        "my/practice/<uuid:uuid>/<int:number>/",
        practice_views.RefresherView.as_view(),
        name="refresher",
    ),
    path("scenarios/<uuid:uuid>/", scenario_views.ScenarioView.as_view(), name="scenario"),
    path("plays/<uuid:uuid>/", scenario_views.PlayView.as_view(), name="play"),
    path("plays/<uuid:uuid>/debrief/", scenario_views.DebriefView.as_view(), name="debrief"),
]
