"""Choose a question for a quiz: by what it checks, its bank and its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView

from quizzes.questions.models import Question, QuestionBank
from quizzes.questions.reads import find_ids_naming, list_standards, match_tag
from quizzes.questions.viewsets.authors import AuthorChooserViewSet

if TYPE_CHECKING:
    from django.db.models import QuerySet

STATES = {
    "live": {"live": True, "retired": False},
    "draft": {"live": False},
    "retired": {"retired": True},
}


class QuestionFilterForm(SearchFilterMixin, BaseFilterForm):
    """Narrow the questions to choose from; live ones unless asked otherwise."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("live", _("live")),
            ("draft", _("draft")),
            ("retired", _("retired")),
            ("all", _("all")),
        ],
    )
    bank = forms.ModelChoiceField(
        label=_("Bank"), required=False, queryset=QuestionBank.objects.order_by("code")
    )
    standard = forms.ModelChoiceField(
        label=_("Standard"), required=False, queryset=list_standards()
    )
    tag = forms.CharField(label=_("Tag"), required=False, max_length=60)

    def filter(self, objects: QuerySet[Question]) -> Any:
        """Return the questions that fit, then search among them."""
        wanted = self.cleaned_data
        rows = objects.filter(**STATES.get(wanted["state"] or "live", {}))
        if wanted["bank"]:
            rows = rows.filter(bank=wanted["bank"])
        if wanted["standard"]:
            rows = rows.filter(pk__in=find_ids_naming(wanted["standard"]))
        if wanted["tag"]:
            rows = rows.filter(match_tag(wanted["tag"]))
        return super().filter(rows)


class QuestionColumns:
    """What tells questions apart in a chooser."""

    filter_form_class = QuestionFilterForm

    @property
    def columns(self) -> list[Any]:
        """Add type and bank."""
        columns: list[Any] = super().columns  # type: ignore[misc]
        kind = Column("type", label=_("Type"), accessor="get_type_display")
        return [
            columns[0],
            kind,
            Column("bank", label=_("Bank"), accessor="bank.code"),
            *columns[1:],
        ]


class QuestionChooseView(QuestionColumns, ChooseView):
    """The chooser."""


class QuestionChooseResultsView(QuestionColumns, ChooseResultsView):
    """Its results, when something is typed or filtered."""


class QuestionChooserViewSet(AuthorChooserViewSet):
    """A chooser of questions that asks who is looking."""

    choose_view_class = QuestionChooseView
    choose_results_view_class = QuestionChooseResultsView
