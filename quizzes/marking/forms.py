"""The marker's form: one level per line of the rubric, a comment, for a correction the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.api import InvalidInputError
from quizzes.attempts.models import OpenAnswer
from quizzes.marking.actions import correct_mark, mark_answer
from quizzes.marking.rules import Scale, write_points

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import QueryDict


class MarkForm(forms.Form):
    """Levels are sent as numbers in the author's order."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, scales: Sequence[Scale], version: int, correcting: bool
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.scales = scales
        for place, scale in enumerate(scales):
            self.fields[f"level-{place}"] = forms.TypedChoiceField(
                label=scale.text,
                coerce=int,
                choices=[
                    (level, _name_level(text, points))
                    for level, (text, points) in enumerate(scale.levels)
                ],
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Choose a level.")},
            )
        self.fields["comment"] = forms.CharField(
            label=_("Comment to the learner"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Say one thing that was good and one to do better. They read it."),
        )
        if correcting:
            self.fields["reason"] = forms.CharField(
                label=_("Why the mark changes"),
                max_length=400,
                help_text=_("Kept for the record. The learner does not see it."),
            )

    @property
    def criteria(self) -> list[forms.BoundField]:
        """The lines of the rubric."""
        return [self[f"level-{place}"] for place in range(len(self.scales))]

    @property
    def rest(self) -> list[forms.BoundField]:
        """Everything below the rubric."""
        return [self[name] for name in ("comment", "reason") if name in self.fields]

    @property
    def levels(self) -> list[int]:
        """The chosen level per line."""
        return [self.cleaned_data[f"level-{place}"] for place in range(len(self.scales))]

    def give(self, *, answer: OpenAnswer, actor: AbstractBaseUser, now: datetime) -> None:
        """Mark, or correct what is marked; raises what the actions raise."""
        given: dict[str, Any] = {
            "answer": answer,
            "levels": self.levels,
            "comment": self.cleaned_data["comment"],
            "seen_version": self.cleaned_data["version"],
            "actor": actor,
            "now": now,
        }
        if "reason" in self.fields:
            correct_mark(reason=self.cleaned_data["reason"], **given)
        else:
            mark_answer(**given)

    def keep_for(self, version: int, *, correcting: bool) -> Any:
        """Return everything that was typed, as data of a form about a newer state."""
        data = cast("QueryDict", self.data).copy()
        data["version"] = str(version)
        if correcting:
            data.setdefault("reason", "")
        return data

    def take_error(self, error: InvalidInputError) -> None:
        """Put an action's refusal beside its field."""
        self.add_error(error.field if error.field in self.fields else None, error.message)


def _name_level(text: str, points: Any) -> str:
    return _("%(level)s (%(points)s)") % {"level": text, "points": write_points(points)}
