"""The API's addresses: every app's routes, the schema and its documentation."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="sb-api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="sb-api-schema"), name="sb-api-docs"),
    path("", include("lms.rest.urls")),
    path("", include("quizzes.rest.urls")),
    path("", include("courses.rest.urls")),
    path("", include("certification.rest.routes")),
]
