"""A draft tried out from any step on, and as a file. Nothing is recorded and nothing counts."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from quizzes.scenarios.actions import fill_missing_draft
from quizzes.scenarios.models import Scenario
from quizzes.scenarios.reads import build_draft_graph, read_trial, write_document

PLAY_TEMPLATE = "standardbearer/quizzes/scenarios/admin/play.html"
_ODD_LETTER = re.compile(r"[^A-Za-z0-9_.-]")
# Indexes of choices as ``read_trial`` lists them, joined by points.
_WALK = re.compile(r"(?:[1-9][0-9]{0,3}(?:\.[1-9][0-9]{0,3}){0,199})?")


def find_draft(pk: int) -> Scenario:
    """Return the newest draft of a role-play that exists."""
    scenario: Scenario = Scenario.objects.get(pk=pk).get_latest_revision_as_object()
    fill_missing_draft(scenario)
    return scenario


class DraftExportView(View):
    """The newest draft as the file by which another site brings it in."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the file."""
        scenario = find_draft(pk)
        answer = HttpResponse(
            json.dumps(write_document(scenario), ensure_ascii=False, indent=1) + "\n",
            content_type="application/json",
        )
        name = _ODD_LETTER.sub("-", scenario.code) or "role-play"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
        return answer


class DraftPlayView(View):
    """Walks through the newest draft by links: the address alone says where one is."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the conversation since the step it began with, and what may be said now.

        A step that only the open form knows is answered in words, with 404.
        """
        scenario = find_draft(pk)
        walk = request.GET.get("walk", "")
        if not _WALK.fullmatch(walk):
            raise Http404
        indexes = [int(number) for number in walk.split(".") if number]
        trial = read_trial(build_draft_graph(scenario), request.GET.get("at", ""), indexes)
        editor = reverse("wagtailsnippets_sb_quizzes_scenario:edit", args=[pk])
        listing = reverse("wagtailsnippets_sb_quizzes_scenario:list")
        context: dict[str, Any] = {
            "trial": trial,
            "walk": walk,
            "editor_url": editor,
            "page_title": scenario.title,
            "header_title": scenario.title,
            "header_icon": "comment",
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": listing, "label": _("Role-plays")},
                {"url": editor, "label": scenario.title},
                {"url": "", "label": _("Try out")},
            ],
        }
        return render(request, PLAY_TEMPLATE, context, status=200 if trial else 404)
