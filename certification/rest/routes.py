"""API addresses of certification."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from certification.rest.views import (
    AssignmentViewSet,
    AwardViewSet,
    CertificationViewSet,
    HoldersView,
    MatrixView,
    StandingViewSet,
)

router = SimpleRouter()
router.register("certifications", CertificationViewSet, basename="sb-certifications")
router.register("assignments", AssignmentViewSet, basename="sb-assignments")
router.register("standings", StandingViewSet, basename="sb-standings")
router.register("awards", AwardViewSet, basename="sb-awards")
urlpatterns = [
    path("holders/", HoldersView.as_view(), name="sb-holders"),
    path("matrix/", MatrixView.as_view(), name="sb-matrix"),
    *router.urls,
]
