"""API addresses of lms."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()
urlpatterns = router.urls
