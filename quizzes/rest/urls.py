"""API addresses of quizzes."""

from rest_framework.routers import SimpleRouter

from quizzes.rest.attempts import AttemptViewSet

router = SimpleRouter()
router.register("attempts", AttemptViewSet, basename="sb-attempt")
urlpatterns = router.urls
