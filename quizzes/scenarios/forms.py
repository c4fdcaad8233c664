"""Forms of role-plays: the author's, and the file that one is brought in by."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.models import construct_instance
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminModelForm

from quizzes.scenarios.models import Scenario
from quizzes.scenarios.reads import Fault, list_faults

STREAMS = ("body", "standard_marks")
# A scenario of five hundred steps has about half of it.
LARGEST_FILE = 2 * 1024 * 1024


class ScenarioForm(WagtailAdminModelForm):
    """The author's form. Saving and autosave take any draft; publication asks for a whole one."""

    def clean(self) -> dict[str, Any]:
        """Check the draft as a whole for publication and approval, beside the block at fault."""
        cleaned: dict[str, Any] = super().clean()
        if (self.is_deferred_validation and "action-submit" not in self.data) or self.errors:
            return cleaned
        construct_instance(self, self.instance)
        faults = list_faults(self.instance)
        for name in dict.fromkeys(fault.field for fault in faults):
            mine = [fault for fault in faults if fault.field == name]
            self.add_error(name if name in self.fields else None, gather_faults(mine))
        if self.instance.pk and not cleaned.get("change") and self.instance.versions.exists():
            self.add_error("change", _("Say whether earlier passes are of the old matter."))
        return cleaned


def gather_faults(faults: list[Fault]) -> forms.ValidationError:
    """Return the faults of one field as an error that shows each beside its block."""
    if faults[0].field not in STREAMS:
        return forms.ValidationError([fault.words for fault in faults])
    placed: dict[int, list[str]] = {}
    for fault in faults:
        if fault.place is not None:
            placed.setdefault(fault.place, []).append(fault.words)
    error: forms.ValidationError = blocks.StreamBlockValidationError(
        block_errors={
            place: blocks.StructBlockValidationError(non_block_errors=words)
            for place, words in placed.items()
        },
        non_block_errors=[fault.words for fault in faults if fault.place is None],
    )
    return error


class ScenarioFileForm(WagtailAdminModelForm):
    """A role-play as a JSON file. ``cleaned_data["document"]`` is what the file holds."""

    document = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A JSON file with code, title, briefing, customer, standards and graph. It comes "
            "in as a draft. Pictures and recordings stay on their site: the file only says where."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    replaces = forms.BooleanField(
        label=gettext_lazy("Change the draft of the role-play that has this code already"),
        required=False,
        help_text=gettext_lazy("What is live stays as it is until the draft is published."),
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
