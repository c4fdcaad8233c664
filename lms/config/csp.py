"""Two content security policies: a strict one for people's pages, a looser one for the admin."""

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

STRICT = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "media-src": [SELF],
    "connect-src": [SELF],
    "manifest-src": [SELF],
    "worker-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "object-src": [NONE],
}
# Wagtail's admin ships inline scripts and styles without nonces, shows previews in frames and
# compiles its own templates; nothing outside this site is allowed even there.
ADMIN = STRICT | {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "worker-src": [SELF, "blob:"],
}
# Swagger UI writes its start-up script and styles into the page.
API_DOCS = STRICT | {"script-src": [SELF, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]}
# A learner's page shown in the admin's preview frame must be frameable by this site.
PREVIEW = STRICT | {"frame-ancestors": [SELF], "style-src": [SELF, UNSAFE_INLINE]}


class TwoPolicyMiddleware(CSPMiddleware):
    """Answer each path with the policy that fits it; a view's own decorator still adds to it."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002  (django-csp's signature)
    ) -> PolicyParts:
        """Return django-csp's parts with our directives as the base."""
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if not report_only:
            parts.config = choose_directives(request)
        return parts


def choose_directives(request: HttpRequest) -> dict[str, list[str]]:
    """Return the directives for a request: admin, API documentation, preview or strict."""
    if getattr(request, "is_preview", False):
        return PREVIEW
    if request.path.startswith(reverse("wagtailadmin_home")):
        return ADMIN
    if request.path.startswith(reverse("sb-api-docs")):
        return API_DOCS
    return STRICT
