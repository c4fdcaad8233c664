"""What HR types about the look of a certificate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from certification.certificates.actions import Look, read_logo
from certification.certificates.models import CertificateDesignVersion
from lms import api as lms_api


class DesignForm(forms.Form):
    """A design: everything but the name may stay as it is."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For you to find it. It is not printed.")
    )
    layout = forms.ChoiceField(label=_("Layout"), choices=CertificateDesignVersion.Layout.choices)
    accent = forms.ChoiceField(label=_("Colour"), choices=CertificateDesignVersion.Accent.choices)
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, JPEG or WebP, at most 2 MB. It is printed up to 15 mm high."),
    )
    without_logo = forms.BooleanField(label=_("Print no logo"), required=False)
    lead = forms.CharField(
        label=_("Line above the name"),
        max_length=120,
        required=False,
        help_text=_("Empty: “This certificate is awarded to”, in the person’s language."),
    )
    closing = forms.CharField(
        label=_("Line below the summary"),
        max_length=240,
        required=False,
        help_text=_("For example what the holder may do with it."),
    )
    signatory = forms.CharField(label=_("Who signs"), max_length=80, required=False)
    signatory_role = forms.CharField(
        label=_("As what"), max_length=80, required=False, help_text=_("For example Head of HR.")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, version: CertificateDesignVersion | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.version = version
        if version is None or not version.logo:
            del self.fields["without_logo"]

    def clean_logo(self) -> bytes:
        """Return the picture as it will be printed; no new file keeps the old one."""
        file: UploadedFile | None = self.cleaned_data["logo"]
        if file is None:
            return bytes(self.version.logo) if self.version is not None else b""
        try:
            return read_logo(file.read(2_000_001))
        except lms_api.InvalidInputError as error:
            raise ValidationError(error.message, code=error.code) from error

    def look(self) -> Look:
        """Return what was typed; the form must be valid."""
        given = self.cleaned_data
        return Look(
            layout=given["layout"],
            accent=given["accent"],
            lead=given["lead"],
            closing=given["closing"],
            signatory=given["signatory"],
            signatory_role=given["signatory_role"],
            logo=b"" if given.get("without_logo") else given["logo"],
        )
