"""API addresses of courses."""

from rest_framework.routers import SimpleRouter

from courses.rest.views import CourseViewSet

router = SimpleRouter(use_regex_path=False)
router.register("courses", CourseViewSet, basename="sb-course")
urlpatterns = router.urls
