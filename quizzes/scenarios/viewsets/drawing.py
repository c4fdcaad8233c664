"""What the browser asks while a role-play is drawn: its check, and copies of a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.permissions import policy_registry

from quizzes.scenarios.models import Scenario
from quizzes.scenarios.reads import build_draft_graph, check_draft, find_draft_slips
from quizzes.scenarios.rules import copy_branch, find_branch, read_block_id, read_graph

if TYPE_CHECKING:
    from django.http import QueryDict

CHECK_TEMPLATE = "standardbearer/quizzes/scenarios/admin/check.html"
URL_SPACE = "wagtailsnippets_sb_quizzes_scenario"


class CheckSidePanel(BaseSidePanel):
    """Findings, drawing and outline of the draft, kept up to date while it is written."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        """Its button, with the number of errors."""

        aria_label = gettext_lazy("Check of the role-play")
        icon_name = "tasks"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            """Count what is to be mended."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"count": self.panel.check.errors}

    name = "role-play"
    title = gettext_lazy("Check")
    template_name = "standardbearer/quizzes/scenarios/admin/panel.html"
    order = 50

    class Media:
        css = {"all": ["standardbearer/quizzes/scenario-editor.css"]}
        js = ["standardbearer/quizzes/scenario-editor.js"]

    def __init__(self, scenario: Scenario, request: HttpRequest) -> None:
        super().__init__(scenario, request)
        self.check = check_draft(build_draft_graph(scenario), find_draft_slips(scenario))

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the check of what is saved; the browser keeps it up to date."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        return context | {
            "check": self.check,
            "check_url": reverse(f"{URL_SPACE}:check"),
            "branch_url": reverse(f"{URL_SPACE}:branch"),
            **find_urls(self.object.pk),
        }


def find_urls(pk: object) -> dict[str, str]:
    """Return where a saved draft is played and downloaded; empty for one never saved."""
    names = ("play", "export")
    return {
        f"{name}_url": reverse(f"{URL_SPACE}:{name}", args=[pk]) if pk else "" for name in names
    }


def read_form(sent: QueryDict) -> Scenario:
    """Return the role-play that a form describes, valid or not; never saved.

    Raises:
        ValueError: the form is not one of the editor.

    """
    blank = Scenario()
    body, marks = blank.body.stream_block, blank.standard_marks.stream_block
    try:
        return Scenario(
            body=body.value_from_datadict(sent, {}, "body"),
            standard_marks=marks.value_from_datadict(sent, {}, "standard_marks"),
            meter_start=sent.get("meter_start", ""),
            pass_percent=sent.get("pass_percent", ""),
        )
    except KeyError as error:
        raise ValueError(str(error)) from error


class FormView(View):
    """Takes the form as it is now. Writes nothing."""

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let authors in."""
        if not policy_registry.get_by_type(Scenario).user_has_permission(request.user, "change"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer about the draft that the form describes."""
        try:
            scenario = read_form(request.POST)
        except ValueError:
            return HttpResponseBadRequest(_("This is not the form of a role-play."))
        return self.answer(request, scenario)

    def answer(self, request: HttpRequest, scenario: Scenario) -> HttpResponse:
        """Return the answer."""
        raise NotImplementedError


class CheckView(FormView):
    """The panel for the form as it is now."""

    def answer(self, request: HttpRequest, scenario: Scenario) -> HttpResponse:
        """Return the panel's content."""
        key = request.GET.get("pk", "")
        context = {
            "check": check_draft(build_draft_graph(scenario), find_draft_slips(scenario)),
            **find_urls(key if key.isdecimal() else None),
        }
        return render(request, CHECK_TEMPLATE, context)


class BranchView(FormView):
    """Copies of a step and all that only it leads to, for the editor to add."""

    def answer(self, request: HttpRequest, scenario: Scenario) -> HttpResponse:
        """Return the new blocks in the form in which the editor adds blocks."""
        graph = read_graph(build_draft_graph(scenario))
        branch = find_branch(graph, read_block_id(request.GET.get("step", "")))
        copies = copy_branch(scenario.list_blocks(), branch, _make_id, _name_copy)
        block = scenario.body.stream_block
        return JsonResponse({"blocks": block.get_form_state(block.to_python(copies))})


def _make_id() -> str:
    return str(uuid4())


def _name_copy(title: str) -> str:
    return _("%(title)s (copy)") % {"title": title}
