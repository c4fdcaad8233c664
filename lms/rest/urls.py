"""API addresses of lms."""

from rest_framework.routers import SimpleRouter

from lms.rest.standards import StandardViewSet

router = SimpleRouter()
router.register("standards", StandardViewSet, basename="standard")
urlpatterns = router.urls
