"""API addresses of quizzes."""

from rest_framework.routers import SimpleRouter

from quizzes.rest.attempts import AttemptViewSet
from quizzes.rest.plays import PlayViewSet

router = SimpleRouter(use_regex_path=False)
router.register("attempts", AttemptViewSet, basename="sb-attempt")
router.register("plays", PlayViewSet, basename="sb-play")
urlpatterns = router.urls
