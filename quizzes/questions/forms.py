"""The author's form of a question, and what a learner's form sends."""

from __future__ import annotations

from typing import Any

from django.forms.models import construct_instance
from django.http import QueryDict
from wagtail.admin.forms import WagtailAdminModelForm

from quizzes.questions.models import Question
from quizzes.questions.rules import LONGEST_TEXT

SCHEMES_OF = {
    Question.Type.MULTIPLE: tuple(Question.Scoring)[:6],
    Question.Type.ORDERING: tuple(Question.Scoring)[6:],
}

# How the field of a pair or gap is named, before its token.
PART = "part-"
# No honest form sends more parts, or longer ones, than this.
MOST_PARTS = 100
MOST_LETTERS = 400


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


def read_answer(sent: QueryDict) -> object:
    """Return what a learner's form says, in tokens, for ``decode_response`` to judge.

    Choices come as ``choice``, typed answers as ``text``, pairs and gaps as ``part-TOKEN``, an
    order as ``item`` after ``item``, with the step that a press of ``move`` asks for.
    """
    names = [name for name in sent if name.startswith(PART)][:MOST_PARTS]
    if names:
        return {name.removeprefix(PART): sent[name] for name in names}
    if "text" in sent:
        return sent["text"]
    if items := sent.getlist("item"):
        return move_item(items[:MOST_PARTS], sent.get("move", ""))
    choices = sent.getlist("choice")[:MOST_PARTS]
    # Two answers to a single choice stay two: that is refused, not guessed at.
    single = len(choices) == 1 and "multiple" not in sent
    return (choices[0] if single else choices) if choices else None


def move_item(items: list[str], move: str) -> list[str]:
    """Return the items with one moved ``up TOKEN`` or ``down TOKEN``; at an end it stays."""
    way, _space, token = move.partition(" ")
    if token not in items or way not in {"up", "down"}:
        return items
    place = items.index(token)
    rest = [item for item in items if item != token]
    rest.insert(max(place - 1, 0) if way == "up" else place + 1, token)
    return rest


def trim_answer(raw: Any) -> Any:
    """Return an answer short enough to be kept aside: no honest one is longer."""
    if isinstance(raw, dict):
        return {name[:MOST_LETTERS]: value[:MOST_LETTERS] for name, value in raw.items()}
    if isinstance(raw, list):
        return [part[:MOST_LETTERS] for part in raw]
    return raw[:LONGEST_TEXT] if isinstance(raw, str) else None
