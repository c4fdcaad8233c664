"""The form by which authors bring in role-plays until they can draw them."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from quizzes.scenarios.models import Scenario
from quizzes.scenarios.permissions import may_open

# A scenario of five hundred steps has about half of it.
LARGEST_FILE = 2 * 1024 * 1024


class ScenarioForm(WagtailAdminModelForm):
    """Opens and closes a role-play; whoever may not publish only sees how it stands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["live"].disabled = not may_open(self.for_user)


class ScenarioFileForm(WagtailAdminModelForm):
    """A role-play as a JSON file. ``cleaned_data["document"]`` is what the file holds."""

    document = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A JSON file with code, title, briefing, customer, standards and graph. A code that "
            "exists already gets a new version; people under way finish on theirs."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    class Meta:
        model = Scenario
        fields: list[str] = []

    def clean_document(self) -> dict[str, Any]:
        """Return the file's content. Raises: ValidationError in words about the place."""
        upload: UploadedFile = self.cleaned_data["document"]
        if upload.size is None or upload.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        try:
            document = json.loads(upload.read().decode("utf-8-sig"), parse_constant=_refuse_number)
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file is not text in UTF-8.")) from error
        except json.JSONDecodeError as error:
            words = _("The file is not JSON: look at line %(line)d, column %(column)d.")
            place = {"line": error.lineno, "column": error.colno}
            raise forms.ValidationError(words % place) from error
        except (ValueError, RecursionError) as error:
            words = _("The file holds something that cannot be read.")
            raise forms.ValidationError(words) from error
        if not isinstance(document, dict):
            words = _("The file does not hold a role-play: it must be one object.")
            raise forms.ValidationError(words)
        return document


def _refuse_number(name: str) -> None:
    raise ValueError(name)
