"""The API's addresses: every app's routes, the schema and its documentation."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from lms.rest.errors import answer_unknown_address

OWN_ONLY = {"PREPROCESSING_HOOKS": ["lms.rest.schema.keep_own_endpoints"]}

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(custom_settings=OWN_ONLY), name="sb-api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="sb-api-schema"), name="sb-api-docs"),
    path("", include("lms.rest.urls")),
    path("", include("quizzes.rest.urls")),
    path("", include("courses.rest.urls")),
    path("", include("certification.rest.routes")),
    path("<path:path>", answer_unknown_address),
]
