"""Question banks in Wagtail's admin."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList

from quizzes.questions.forms import BankForm
from quizzes.questions.models import Question, QuestionBank
from quizzes.questions.viewsets.authors import AuthorViewSet


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
