"""API addresses of quizzes."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()
urlpatterns = router.urls
