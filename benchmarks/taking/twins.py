"""What learners' pages are held against: plain Django views behind the same middleware.

``look`` reads the session's login and fills a template of ten kilobytes. ``keep`` reads the
session's login and inserts one row. Neither checks whose things these are, or knows a transaction.
"""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils import timezone

from lms.config.urls import urlpatterns as site_patterns
from quizzes.attempts.models import ResponseEvent

PAGE: Final = (
    "<!doctype html><html><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1><ul>"
    "{% for row in rows %}<li><a href='/{{ row.address }}/'>{{ row.words }}</a></li>{% endfor %}"
    "</ul></body></html>"
)
ROWS: Final = [
    {"address": f"page-{n}", "words": "Ask for the name, and use it. " * 3} for n in range(77)
]


@login_required
def look(request: HttpRequest) -> HttpResponse:
    """Return a page of ten kilobytes to whoever is signed in."""
    title = f"A page for {request.user.get_username()}"
    return HttpResponse(template.render({"title": title, "rows": ROWS}, request))


@login_required
def keep(request: HttpRequest, item: int, sequence: int) -> HttpResponse:
    """Insert one row for whoever is signed in."""
    ResponseEvent.objects.create(
        item_id=item,
        sequence=sequence,
        response=request.user.get_username(),
        received_at=timezone.now(),
    )
    return HttpResponse(status=204)


template = engines["django"].from_string(PAGE)
urlpatterns = [
    path("bench/look/", look),
    path("bench/keep/<int:item>/<int:sequence>/", keep),
    *site_patterns,
]
