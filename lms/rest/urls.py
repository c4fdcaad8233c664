"""API addresses of lms."""

from rest_framework.routers import SimpleRouter

from lms.rest.standards import StandardViewSet
from lms.rest.views import BranchViewSet, EmployeeViewSet

router = SimpleRouter()
router.register("branches", BranchViewSet, basename="sb-branches")
router.register("employees", EmployeeViewSet, basename="sb-employees")
router.register("standards", StandardViewSet, basename="standard")
urlpatterns = router.urls
