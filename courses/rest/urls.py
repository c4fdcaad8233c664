"""API addresses of courses."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()
urlpatterns = router.urls
