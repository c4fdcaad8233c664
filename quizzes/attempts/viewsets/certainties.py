"""The report "Sure and wrong": where people are certain of what is not so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import policy_registry

from lms.api import JobRole, Standard, guard_formula, may
from quizzes.attempts.models import AttemptItem, Quiz, QuizVersion
from quizzes.attempts.reads.certainties import (
    CertaintyRow,
    count_certainties,
    describe_certainties,
    find_sure_items,
)
from quizzes.attempts.reads.pages import floor_percent
from quizzes.attempts.rules.certainties import FEWEST_PEOPLE
from quizzes.questions.models import Question
from quizzes.questions.reads import find_ids_naming, list_standards

RESOURCE = "attempt_answers"
QUARTER, YEAR = 90, 365
DAYS = {"year": YEAR}
"""How many days back the report reads, by what was chosen; a quarter when nothing was."""


def list_asking_quizzes(_request: object = None) -> QuerySet[Quiz]:
    """Return the quizzes that ask, or asked, how sure people are."""
    asking = QuizVersion.objects.filter(body__ask_certainty=True)
    return Quiz.objects.filter(pk__in=asking.values("quiz_id")).order_by("title")


class CertaintyFilterSet(WagtailFilterSet):
    """Narrow what is counted by quiz, standard, branch, job role and time."""

    quiz = django_filters.ModelChoiceFilter(
        queryset=list_asking_quizzes, field_name="attempt__quiz", label=gettext_lazy("Quiz")
    )
    standard = django_filters.ModelChoiceFilter(
        queryset=list_standards, method="filter_standard", label=gettext_lazy("Standard")
    )
    branch = django_filters.CharFilter(
        field_name="attempt__branch__code",
        lookup_expr="iexact",
        label=gettext_lazy("Branch code, at the start of the try"),
    )
    job_role = django_filters.ModelChoiceFilter(
        queryset=JobRole.objects.order_by("name"),
        field_name="attempt__employee__home_job_role",
        label=gettext_lazy("Job role today"),
    )
    period = django_filters.ChoiceFilter(
        label=gettext_lazy("Handed in"),
        method="keep_all",
        empty_label=gettext_lazy("In the last 90 days"),
        choices=[("year", gettext_lazy("In the last 12 months"))],
    )

    class Meta:
        model = AttemptItem
        fields: list[str] = []

    def filter_standard(
        self, rows: QuerySet[AttemptItem], _name: str, standard: Standard
    ) -> QuerySet[AttemptItem]:
        """Keep the questions that check a standard."""
        return rows.filter(question_version__question_id__in=find_ids_naming(standard))

    def keep_all(
        self, rows: QuerySet[AttemptItem], _name: str, _value: str
    ) -> QuerySet[AttemptItem]:
        """Keep the rows: the report itself reads the period, also when none is chosen."""
        return rows


def write_cell(number: int, answers: int) -> str:
    """Return a count with its share in whole per cent."""
    return _("%(number)d (%(percent)d %%)") % {
        "number": number,
        "percent": floor_percent(f"{number}/{answers}"),
    }


class CountColumn(Column):
    """A count of answers with its share."""

    def get_value(self, instance: CertaintyRow) -> str:
        """Return the words of the cell."""
        return write_cell(getattr(instance, self.name), instance.answers)


class CertaintyReportView(ReportView):
    """Question by question, how many were sure and not right, first tries only.

    Each look reads every answer of the period, so that this is a quarter unless somebody asks for
    a year, and never longer.
    """

    template_name = "standardbearer/quizzes/admin/certainty.html"
    page_title = gettext_lazy("Sure and wrong")
    header_icon = "help"
    index_url_name = "sb_certainty:index"
    index_results_url_name = "sb_certainty:results"
    filterset_class = CertaintyFilterSet
    is_searchable = False
    export_filename = "sure-and-wrong"
    list_export = [
        "code",
        "prompt",
        "standards",
        "answers",
        "sure_wrong",
        "sure_right",
        "unsure_wrong",
        "unsure_right",
    ]
    export_headings = {
        "code": gettext_lazy("Code"),
        "prompt": gettext_lazy("Question"),
        "standards": gettext_lazy("Standards"),
        "answers": gettext_lazy("Answers"),
        "sure_wrong": gettext_lazy("Sure, not right"),
        "sure_right": gettext_lazy("Sure, right"),
        "unsure_wrong": gettext_lazy("Not sure, not right"),
        "unsure_right": gettext_lazy("Not sure, right"),
    }
    custom_value_preprocess = {
        **ReportView.custom_value_preprocess,
        str: {"csv": guard_formula, "xlsx": guard_formula},
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in whoever may read what people answered."""
        if not may(request.user, "read", RESOURCE):
            raise PermissionDenied
        shown: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return shown

    def get_base_queryset(self) -> QuerySet[AttemptItem]:
        """Return what is counted of the people in reach, as far back as was asked."""
        days = DAYS.get(self.request.GET.get("period", ""), QUARTER)
        since = timezone.now() - timedelta(days=days)
        return find_sure_items(user=self.request.user, since=since)

    def get_filtered_queryset(self) -> list[CertaintyRow]:
        """Return the rows: one query counts, whatever the number of people."""
        return describe_certainties(
            count_certainties(self.filter_queryset(self.get_base_queryset()))
        )

    @property
    def columns(self) -> list[Column]:
        """The columns; a question leads to its editor for whoever may write it."""
        policy = policy_registry.get_by_type(Question)
        shown = [row.pk for row in self.object_list]
        mine = policy.instances_user_has_permission_for(self.request.user, "change")
        editable = set(mine.filter(pk__in=shown).values_list("pk", flat=True))

        def find_address(row: CertaintyRow) -> str | None:
            name = "wagtailsnippets_sb_quizzes_question:edit"
            return reverse(name, args=[row.pk]) if row.pk in editable else None

        return [
            TitleColumn(
                "prompt", label=gettext_lazy("Question"), accessor="prompt", get_url=find_address
            ),
            Column("code", label=gettext_lazy("Code"), accessor="code"),
            Column("standards", label=gettext_lazy("Standards"), accessor="standards"),
            Column("answers", label=gettext_lazy("Answers"), accessor="answers"),
            *(CountColumn(name, label=self.export_headings[name]) for name in self.list_export[4:]),
        ]

    @property
    def no_results_message(self) -> str:
        """Say what is missing, and what to do about it."""
        if self.is_filtering:
            return _("Fewer than %(number)d people answered any question here. Widen the filter.")
        return _(
            "Nothing to show from the last 90 days. Choose a longer time, or tick “Ask how sure "
            "people are” in a quiz; a question shows here once %(number)d people have handed in "
            "their first try."
        )

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add how few people are too few."""
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        message = context["no_results_message"] % {"number": FEWEST_PEOPLE}
        return context | {"fewest": FEWEST_PEOPLE, "no_results_message": message}


class CertaintyMenuItem(MenuItem):
    """The entry among the reports."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the reader may open the report."""
        return may(request.user, "read", RESOURCE)


def make_menu_item() -> CertaintyMenuItem:
    """Return the entry among the reports."""
    return CertaintyMenuItem(
        gettext_lazy("Sure and wrong"),
        reverse("sb_certainty:index"),
        name="sure-and-wrong",
        icon_name="help",
        order=900,
    )


urlpatterns = [
    path("", CertaintyReportView.as_view(), name="index"),
    path("results/", CertaintyReportView.as_view(results_only=True), name="results"),
]
