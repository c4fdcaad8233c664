"""Role-plays in Wagtail's admin: brought in as files, looked at, opened and closed."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.forms import BaseModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import CreateView, InspectView

from lms.api import InvalidInputError, NotAllowedError
from quizzes.questions.viewsets import AuthorViewSet
from quizzes.scenarios.actions import import_scenario
from quizzes.scenarios.forms import ScenarioFileForm, ScenarioForm
from quizzes.scenarios.models import Play, Scenario, ScenarioVersion
from quizzes.scenarios.reads import read_outline

PANELS = [
    FieldPanel("code", read_only=True),
    FieldPanel("title", read_only=True),
    FieldPanel("briefing", read_only=True),
    FieldPanel("customer", read_only=True),
    FieldPanel("standards", read_only=True),
    FieldPanel("live"),
]


class ScenarioImportView(CreateView):
    """A file instead of a form: a role-play with its graph comes in whole or not at all."""

    page_title = _("Bring in")

    def get_form_class(self) -> type[ScenarioFileForm]:
        """Return the form with the file."""
        return ScenarioFileForm

    def get_panel(self) -> None:
        """Return none: the file is all there is to fill in."""

    def get_side_panels(self) -> Any:
        """Return no preview: there is nothing to see before the file is read."""
        from wagtail.admin.ui.components import MediaContainer

        return MediaContainer()

    def form_valid(self, form: BaseModelForm) -> HttpResponse:
        """Bring the file in, or say beside the field what is wrong with it."""
        try:
            response: HttpResponse = super().form_valid(form)
        except (InvalidInputError, NotAllowedError) as error:
            for words in getattr(error, "faults", None) or [error.message]:
                form.add_error("document", words)
            self.produced_error_message = self.get_error_message()
            refused: HttpResponse = self.form_invalid(form)
            return refused
        return response

    def save_instance(self) -> Scenario:
        """Return the role-play that the file was made into."""
        return import_scenario(
            document=self.form.cleaned_data["document"],
            actor=self.request.user,
            now=timezone.now(),
        )


class ScenarioInspectView(InspectView):
    """One role-play as its author sees it: every step, choice and verdict."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the outline of the newest version."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"outline": read_outline(scenario=self.object)}


class ScenarioViewSet(AuthorViewSet):
    """Role-plays. Their graphs are edited elsewhere and come in as files."""

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
    add_view_class = ScenarioImportView
    add_item_label = _("Bring in a role-play")
    list_display = [
        "code",
        "title",
        Column("live_version", label=_("Version"), accessor="live_version"),
        Column("played", label=_("Finished plays"), accessor="played"),
        BooleanColumn("live", label=_("Open")),
    ]
    edit_handler = ObjectList(PANELS, base_form_class=ScenarioForm)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Scenario]:
        """Return the role-plays with the number of their newest version and of finished plays."""
        newest = ScenarioVersion.objects.filter(scenario_id=OuterRef("pk")).order_by("-number")
        finished = Q(plays__state=Play.State.FINISHED, plays__purpose=Play.Purpose.SCORED)
        rows: QuerySet[Scenario] = super().get_queryset(request)
        return rows.annotate(
            live_version=Subquery(newest.values("number")[:1]),
            played=Count("plays", filter=finished),
        )
