"""Questions in Wagtail's admin."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from quizzes.questions.forms import BankForm, QuestionForm
from quizzes.questions.models import Question, QuestionBank, QuestionVersion

View = Callable[..., HttpResponseBase]


def guard_instances(view: View, model: type[Any]) -> View:
    """Open a screen about one draft only to who may change that very draft.

    Wagtail asks about the model; edit, history, compare, revert and usage would show an author
    the keys of others.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "pk" in kwargs:
            draft = model.objects.filter(pk=kwargs["pk"]).first()
            if draft is None:
                raise Http404
            policy = policy_registry.get_by_type(model)
            if not policy.user_has_permission_for_instance(request.user, "change", draft):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def guard_choosing(view: View, model: type[Any]) -> View:
    """Open a chooser only to who may write such drafts: it lists what is being prepared."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policy_registry.get_by_type(model).user_has_permission(request.user, "choose"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


class AuthorChooserViewSet(SnippetChooserViewSet):
    """A chooser that asks who is looking."""

    def construct_view(self, view_class: type[Any], **options: Any) -> View:
        """Return the view, guarded."""
        return guard_choosing(super().construct_view(view_class, **options), self.model)


class AuthorViewSet(SnippetViewSet):
    """Drafts that people see only when they may write them."""

    chooser_viewset_class = AuthorChooserViewSet
    copy_view_enabled = False
    list_per_page = 50
    search_backend_name = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the drafts the user may change."""
        policy = policy_registry.get_by_type(self.model)
        rows: QuerySet[Any] = policy.instances_user_has_permission_for(request.user, "change")
        return rows

    def construct_view(self, view_class: type[Any], **options: Any) -> View:
        """Return the view, guarded."""
        return guard_instances(super().construct_view(view_class, **options), self.model)


def _shorten_prompt(question: Question) -> str:
    return Truncator(strip_tags(question.prompt)).chars(90)


class QuestionFilterSet(WagtailFilterSet):
    """Narrow the list by bank, type, difficulty and status."""

    class Meta:
        model = Question
        fields = ["bank", "type", "difficulty", "critical", "retired", "live"]


QUESTION_PANELS = [
    FieldRowPanel(
        [
            FieldPanel("code", help_text=_("Short and lasting, for example PHONE-Q01.")),
            FieldPanel("bank", help_text=_("The drawer that quizzes draw from.")),
        ]
    ),
    FieldPanel("type", help_text=_("How people answer.")),
    FieldPanel("prompt", help_text=_("Ask about one thing, in a situation people know.")),
    FieldPanel(
        "options",
        help_text=_(
            "For one or several right answers. Tick what is right, and say about every option why. "
            "People see the options shuffled."
        ),
    ),
    FieldPanel("answer", help_text=_("For true or false only.")),
    FieldPanel("scoring", help_text=_("For several right answers only.")),
]
USE_PANELS = [
    FieldPanel("standards", help_text=_("The result shows how each standard went.")),
    FieldRowPanel([FieldPanel("difficulty"), FieldPanel("max_mark"), FieldPanel("critical")]),
    FieldPanel("tags"),
    FieldPanel("retired"),
]
FEEDBACK_PANELS = [
    HelpPanel(
        content=_(
            "<p>People read this after handing in, as the quiz allows. "
            "Say what to do, in the words of the standard.</p>"
        )
    ),
    MultiFieldPanel(
        [
            FieldPanel("feedback_general"),
            FieldPanel("feedback_right"),
            FieldPanel("feedback_wrong"),
        ],
        heading=_("About the question as a whole"),
    ),
]


class QuestionViewSet(AuthorViewSet):
    """Questions: drafted, previewed, approved, published."""

    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_name = "questions"
    filterset_class = QuestionFilterSet
    index_results_template_name = "standardbearer/lms/admin/own_drafts.html"
    ordering = ["code"]
    search_fields = ["code", "prompt", "tags"]
    list_display = [
        "code",
        Column("prompt", label=_("Question"), accessor=_shorten_prompt),
        Column("bank", label=_("Bank"), accessor="bank.code", sort_key="bank__code"),
        Column("type", label=_("Type"), accessor="get_type_display", sort_key="type"),
        Column("difficulty", label=_("Difficulty"), accessor="get_difficulty_display"),
        Column("live_version", label=_("Version"), accessor="live_version"),
        LiveStatusTagColumn(),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(QUESTION_PANELS, heading=_("Question")),
            ObjectList(USE_PANELS, heading=_("What it checks")),
            ObjectList(FEEDBACK_PANELS, heading=_("Feedback")),
        ],
        base_form_class=QuestionForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """Return the questions the user may change, with the number of their newest version."""
        newest = QuestionVersion.objects.filter(question_id=OuterRef("pk")).order_by("-number")
        rows: QuerySet[Question] = super().get_queryset(request)
        return rows.select_related("bank", "latest_revision").annotate(
            live_version=Subquery(newest.values("number")[:1]), is_held=Exists(newest)
        )


class QuestionBankViewSet(AuthorViewSet):
    """The drawers of questions."""

    model = QuestionBank
    icon = "folder-open-inverse"
    menu_label = _("Question banks")
    menu_name = "question-banks"
    list_display = ["code", "title"]
    search_fields = ["code", "title"]
    edit_handler = ObjectList(
        [
            FieldPanel("code", help_text=_("Short and lasting, for example COUNTER.")),
            FieldPanel("title"),
        ],
        base_form_class=BankForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuestionBank]:
        """Return the banks, knowing which ones hold questions."""
        rows: QuerySet[QuestionBank] = super().get_queryset(request)
        return rows.annotate(is_held=Exists(Question.objects.filter(bank_id=OuterRef("pk"))))
