"""Forms of the organisation: signing in, and what HR writes in the admin."""

from lms.organisation.forms.admin import AbsenceForm, GrantForm
from lms.organisation.forms.sign_in import (
    FAILURES_FORGOTTEN_AFTER_SECONDS,
    ChoosePasswordForm,
    SignInForm,
)

__all__ = [
    "FAILURES_FORGOTTEN_AFTER_SECONDS",
    "AbsenceForm",
    "ChoosePasswordForm",
    "GrantForm",
    "SignInForm",
]
