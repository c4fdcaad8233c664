"""The author's form of a question."""

from __future__ import annotations

from typing import Any

from django.forms.models import construct_instance
from wagtail.admin.forms import WagtailAdminModelForm

from quizzes.questions.models import Question

SCHEMES_OF = {
    Question.Type.MULTIPLE: tuple(Question.Scoring)[:6],
    Question.Type.ORDERING: tuple(Question.Scoring)[6:],
}


class OwnedForm(WagtailAdminModelForm):
    """Makes the author the owner of a new draft; checks it whole only when it shall go live."""

    def find_fault(self) -> tuple[str, str] | None:
        """Return the field at fault and words about it."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Check the draft as a whole for publication and approval; saving and autosave never."""
        cleaned: dict[str, Any] = super().clean()
        goes_up = not self.is_deferred_validation or "action-submit" in self.data
        if goes_up and not self.errors:
            construct_instance(self, self.instance)
            if fault := self.find_fault():
                self.add_error(fault[0] if fault[0] in self.fields else None, fault[1])
        return cleaned

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Set the owner of a new draft."""
        if self.instance.pk is None and self.instance.owner_id is None:
            self.instance.owner = self.for_user
        return super().save(commit=commit)


class QuestionForm(OwnedForm):
    """A question that can be marked, or words about why it cannot."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schemes = SCHEMES_OF.get(self.instance.type)
        if schemes and "scoring" in self.fields:
            self.fields["scoring"].choices = [(s.value, s.label) for s in schemes]

    def find_fault(self) -> tuple[str, str] | None:
        """Ask the rules."""
        fault: tuple[str, str] | None = self.instance.find_fault()
        return fault


class BankForm(WagtailAdminModelForm):
    """A drawer of questions. Quizzes draw by its code, so that never changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = self.instance.pk is not None
