"""Questions in Wagtail's admin: choose a type, then fill in what it needs."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    IndexView,
    PreviewOnCreateView,
    PreviewOnEditView,
)

from lms.api import Standard
from quizzes.questions.models import Question, QuestionVersion
from quizzes.questions.reads import find_ids_naming, find_uses, list_standards, match_tag
from quizzes.questions.viewsets.authors import AuthorViewSet, guard_instances
from quizzes.questions.viewsets.choosers import QuestionChooserViewSet
from quizzes.questions.viewsets.panels import CARDS, build_full_editor, find_card, find_editor
from quizzes.questions.viewsets.retiring import NAMES, RetireView, may_retire

TYPES_TEMPLATE = "standardbearer/quizzes/questions/admin/types.html"


def _shorten_prompt(question: Question) -> str:
    return Truncator(strip_tags(question.prompt)).chars(90)


class QuestionFilterSet(WagtailFilterSet):
    """Narrow the list by bank, standard, tag, type, difficulty and status."""

    standard = ModelChoiceFilter(
        queryset=list_standards, label=_("Standard"), method="filter_standard"
    )
    tag = CharFilter(label=_("Tag"), method="filter_tag")

    class Meta:
        model = Question
        fields = ["bank", "type", "difficulty", "critical", "retired", "live"]

    def filter_standard(
        self, rows: QuerySet[Question], _name: str, standard: Standard
    ) -> QuerySet[Question]:
        """Keep the questions that check a standard."""
        return rows.filter(pk__in=find_ids_naming(standard))

    def filter_tag(self, rows: QuerySet[Question], _name: str, tag: str) -> QuerySet[Question]:
        """Keep the questions with a whole tag, not with a part of one."""
        return rows.filter(match_tag(tag))


class QuestionIndexView(IndexView):
    """The list, knowing for its own page which quizzes use what. Two queries more."""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Tell each question of the page where it is used."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        rows = list(context["object_list"])
        uses = find_uses(rows)
        for row in rows:
            row.uses = uses[row.pk]
        context["object_list"] = rows
        return context


def _describe_uses(question: Question) -> str:
    return ", ".join(use.title for use in getattr(question, "uses", [])) or "–"


class TypedForm:
    """Fills in the form of the question's type, not the one that knows every field."""

    def get_form_class(self) -> Any:
        """Return the form of the editor."""
        return self.panel.get_form_class()  # type: ignore[attr-defined]


class QuestionCreateView(TypedForm, CreateView):
    """First the type, on a page of cards; then the form of that type."""

    def get_panel(self) -> Any:
        """Return the editor of the type asked for; none while it is not chosen."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        self.card = find_card(sent.get("type", ""))
        return find_editor(self.card.kind) if self.card else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the cards, or the form."""
        if self.card is None:
            context = {
                "cards": CARDS,
                "breadcrumbs_items": self.get_breadcrumbs_items(),
                "page_title": _("What kind of question?"),
                "header_icon": self.header_icon,
            }
            return TemplateResponse(request, TYPES_TEMPLATE, context)
        shown: HttpResponse = super().get(request, *args, **kwargs)
        return shown

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the draft; without a type there is nothing to keep."""
        if self.card is None:
            return HttpResponseRedirect(self.add_url)
        answered: HttpResponse = super().post(request, *args, **kwargs)
        return answered

    def get_initial_form_instance(self) -> Question:
        """Return a new question of the type."""
        return Question(type=self.card.kind if self.card else Question.Type.SINGLE)


class QuestionEditView(TypedForm, EditView):
    """The editor of one question. Its type stays as it was first saved."""

    def get_panel(self) -> Any:
        """Return the editor of the question's type."""
        kinds = Question.objects.filter(pk=self.kwargs["pk"]).values_list("type", flat=True)
        return find_editor(kinds.get())

    def get_header_more_buttons(self) -> list[Any]:
        """Add the way to retire it."""
        buttons: list[Any] = super().get_header_more_buttons()
        stored = Question.objects.get(pk=self.kwargs["pk"])
        if may_retire(self.request.user, stored):
            address = reverse(f"{NAMES}:retire", args=[stored.pk])
            buttons.append(Button(_("Retire"), url=address, icon_name="lock", priority=90))
        return buttons


class TypedPreview:
    """Previews what the form of the question's type sends."""

    def get_form(self, query_dict: Any) -> Any:
        """Return the form of the type; a new question says itself of which it is."""
        if self.object.pk is None:  # type: ignore[has-type]
            card = find_card(query_dict.get("type", ""))
            self.object = Question(type=card.kind if card else Question.Type.SINGLE)
        self.form_class = find_editor(self.object.type).get_form_class()
        return super().get_form(query_dict)  # type: ignore[misc]


class QuestionPreviewOnCreate(TypedPreview, PreviewOnCreateView):
    """The preview of a question that was never saved."""


class QuestionPreviewOnEdit(TypedPreview, PreviewOnEditView):
    """The preview of a question being edited."""


class QuestionViewSet(AuthorViewSet):
    """Questions: drafted, previewed, approved, published."""

    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_name = "questions"
    filterset_class = QuestionFilterSet
    chooser_viewset_class = QuestionChooserViewSet
    index_view_class = QuestionIndexView
    index_results_template_name = "standardbearer/lms/admin/own_drafts.html"
    add_view_class = QuestionCreateView
    edit_view_class = QuestionEditView
    preview_on_add_view_class = QuestionPreviewOnCreate
    preview_on_edit_view_class = QuestionPreviewOnEdit
    ordering = ["code"]
    search_fields = ["code", "prompt", "tags"]
    list_display = [
        "code",
        Column("prompt", label=_("Question"), accessor=_shorten_prompt),
        Column("bank", label=_("Bank"), accessor="bank.code", sort_key="bank__code"),
        Column("type", label=_("Type"), accessor="get_type_display", sort_key="type"),
        Column("difficulty", label=_("Difficulty"), accessor="get_difficulty_display"),
        Column("used_in", label=_("Used in"), accessor=_describe_uses),
        Column("live_version", label=_("Version"), accessor="live_version"),
        LiveStatusTagColumn(),
    ]
    edit_handler = build_full_editor()

    def get_urlpatterns(self) -> list[Any]:
        """Add the page that retires one."""
        retire = guard_instances(RetireView.as_view(), Question)
        return [*super().get_urlpatterns(), path("retire/<int:pk>/", retire, name="retire")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """Return the questions the user may change, with the number of their newest version."""
        newest = QuestionVersion.objects.filter(question_id=OuterRef("pk")).order_by("-number")
        rows: QuerySet[Question] = super().get_queryset(request)
        return rows.select_related("bank", "latest_revision").annotate(
            live_version=Subquery(newest.values("number")[:1]), is_held=Exists(newest)
        )
