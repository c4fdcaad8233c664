"""Role-plays in Wagtail's admin: drafted, previewed, approved, published; brought in as files."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.forms import BaseModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.snippets.views.snippets import CreateView, EditView, InspectView

from lms.api import InvalidInputError, NotAllowedError
from quizzes.questions.viewsets import AuthorViewSet
from quizzes.scenarios.actions import begin_from, fill_missing_draft, import_draft
from quizzes.scenarios.forms import ScenarioFileForm
from quizzes.scenarios.models import PlayCount, Scenario, ScenarioVersion
from quizzes.scenarios.reads import STARTERS, read_outline
from quizzes.scenarios.viewsets.drafts import DraftExportView, DraftPlayView
from quizzes.scenarios.viewsets.drawing import URL_SPACE, BranchView, CheckSidePanel, CheckView
from quizzes.scenarios.viewsets.panels import build_editor

STARTERS_TEMPLATE = "standardbearer/quizzes/scenarios/admin/starters.html"


class CheckedEditor:
    """Adds the check beside the form."""

    def get_side_panels(self) -> Any:
        """Put the check before Wagtail's own panels."""
        panels = super().get_side_panels()  # type: ignore[misc]
        check = CheckSidePanel(self.form.instance, self.request)  # type: ignore[attr-defined]
        return MediaContainer([check, *panels])

    def get_error_message(self) -> Any:
        """Say that a draft with faults is only not published, and that nothing is lost."""
        words = super().get_error_message()  # type: ignore[misc]
        if "action-publish" in self.request.POST:  # type: ignore[attr-defined]
            return _("Not published yet: see what is to be mended. Nothing you wrote is lost.")
        return words


class ScenarioCreateView(CheckedEditor, CreateView):
    """First what to start from, on a page of cards; then the form, filled in by it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the cards, or the form."""
        if "from" not in request.GET:
            context = {
                "cards": STARTERS,
                "import_url": reverse(f"{URL_SPACE}:import"),
                "breadcrumbs_items": self.get_breadcrumbs_items(),
                "page_title": _("What do you start from?"),
                "header_icon": self.header_icon,
            }
            return TemplateResponse(request, STARTERS_TEMPLATE, context)
        shown: HttpResponse = super().get(request, *args, **kwargs)
        return shown

    def get_initial_form_instance(self) -> Scenario:
        """Return what the card stands for; nothing for the blank one and for an unknown one."""
        name = self.request.GET.get("from", "")
        known = self.request.method == "GET" and name in {card.name for card in STARTERS}
        return begin_from(name) if known else Scenario()


class ScenarioEditView(CheckedEditor, EditView):
    """The editor of one role-play."""

    def get_object(self, queryset: Any = None) -> Scenario:
        """Return the newest draft; what came in before there were drafts gets one."""
        scenario: Scenario = super().get_object(queryset)
        fill_missing_draft(scenario)
        return scenario


class ScenarioImportView(CreateView):
    """A file instead of a form: a role-play with its graph becomes a draft to go on with."""

    page_title = _("Bring in")
    view_name = "create"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Leave autosave off: a file comes in when its author says so."""
        super().setup(request, *args, **kwargs)
        self.autosave_enabled = False

    def get_form_class(self) -> type[ScenarioFileForm]:
        """Return the form with the file."""
        return ScenarioFileForm

    def get_panel(self) -> None:
        """Return none: the file is all there is to fill in."""

    def get_side_panels(self) -> Any:
        """Return no preview: there is nothing to see before the file is read."""
        return MediaContainer()

    def get_add_url(self) -> str:
        """Return the address that the file is sent to."""
        return str(self.request.path)

    def form_valid(self, form: BaseModelForm) -> HttpResponse:
        """Open the draft in the editor, or say beside the field what is wrong with the file."""
        try:
            scenario = import_draft(
                document=form.cleaned_data["document"],
                actor=self.request.user,
                replaces=form.cleaned_data["replaces"],
            )
        except (InvalidInputError, NotAllowedError) as error:
            words = [error.message]
            if error.code == "exists_already":
                words.append(str(_("If you want that, tick the box and choose the file again.")))
            form.add_error("document", words)
            self.produced_error_message = self.get_error_message()
            refused: HttpResponse = self.form_invalid(form)
            return refused
        return redirect(reverse(self.edit_url_name, args=[scenario.pk]))


class ScenarioInspectView(InspectView):
    """One role-play as its author sees it: every step, choice and verdict."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the outline of the newest version."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"outline": read_outline(scenario=self.object)}


class ScenarioViewSet(AuthorViewSet):
    """Role-plays. What is played is the version that each publication makes."""

    model = Scenario
    icon = "comment"
    menu_label = _("Role-plays")
    menu_name = "role-plays"
    ordering = ["code"]
    search_fields = ["code", "title"]
    list_filter = ["live"]
    inspect_view_enabled = True
    inspect_view_class = ScenarioInspectView
    inspect_view_fields = ["code", "title", "briefing", "customer", "standards", "live"]
    inspect_template_name = "standardbearer/quizzes/scenarios/inspect.html"
    add_view_class = ScenarioCreateView
    edit_view_class = ScenarioEditView
    list_display = [
        "code",
        "title",
        Column("live_version", label=_("Version"), accessor="live_version"),
        Column("played", label=_("Finished plays"), accessor="played"),
        LiveStatusTagColumn(),
    ]
    edit_handler = build_editor()

    @property
    def import_view(self) -> Any:
        """The page that takes a file."""
        return self.construct_view(ScenarioImportView, **self.get_add_view_kwargs())

    def get_urlpatterns(self) -> list[Any]:
        """Add the addresses that belong to drawing a role-play."""
        return [
            *super().get_urlpatterns(),
            path("import/", self.import_view, name="import"),
            path("check/", CheckView.as_view(), name="check"),
            path("branch/", BranchView.as_view(), name="branch"),
            path("play/<int:pk>/", self.construct_view(DraftPlayView), name="play"),
            path("export/<int:pk>/", self.construct_view(DraftExportView), name="export"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Scenario]:
        """Return the role-plays with the number of their newest version and of finished plays."""
        newest = ScenarioVersion.objects.filter(scenario_id=OuterRef("pk")).order_by("-number")
        endings = PlayCount.objects.filter(version__scenario_id=OuterRef("pk"), kind="ending")
        finished = endings.order_by().values("version__scenario_id").annotate(total=Sum("plays"))
        rows: QuerySet[Scenario] = super().get_queryset(request)
        return rows.select_related("latest_revision").annotate(
            live_version=Subquery(newest.values("number")[:1]),
            played=Coalesce(Subquery(finished.values("total")), Value(0)),
        )
