"""Signing in and choosing a password."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.callers import client_address
from lms.organisation.models import Employee
from lms.organisation.rules.tables import fold

FAILURES_ALLOWED: Final = 10
FAILURES_FORGOTTEN_AFTER_SECONDS: Final = 15 * 60
LONGEST_LOGIN: Final = 254


class SignInForm(AuthenticationForm):
    """Signs in by number, e-mail or user name; says nothing about which part was wrong.

    Ten failures with one login from one address within 15 minutes, and nothing is tried any more
    until those minutes have passed: neither right nor wrong passwords.
    """

    throttled_code = "throttled"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django takes the length of user names; an e-mail address may be longer.
        field = self.fields["username"]
        field.max_length = LONGEST_LOGIN  # type: ignore[attr-defined]
        field.widget.attrs["maxlength"] = LONGEST_LOGIN

    def clean(self) -> dict[str, Any]:
        """Try to sign in, unless there were too many failures."""
        login = self.cleaned_data.get("username")
        if not login:
            return self.cleaned_data
        key = self.name_counter(login)
        if cache.get(key, 0) >= FAILURES_ALLOWED:
            raise ValidationError(
                _("There were too many attempts. Wait 15 minutes, then try again."),
                code=self.throttled_code,
            )
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            count_failure(key)
            raise
        cache.delete(key)
        return cleaned

    def name_counter(self, login: str) -> str:
        """Return the cache key of a login at an address; neither stands in it in the clear."""
        address = client_address(self.request) if self.request else ""
        digest = hashlib.sha256(f"{fold(login.strip())}|{address}".encode()).hexdigest()
        return f"standardbearer-sign-in-{digest}"


def count_failure(key: str) -> None:
    """Add one to a counter that forgets 15 minutes after its first failure."""
    cache.add(key, 0, FAILURES_FORGOTTEN_AFTER_SECONDS)
    try:
        cache.incr(key)
    except ValueError:
        # Forgotten between the two lines: this failure is the first again.
        cache.set(key, 1, FAILURES_FORGOTTEN_AFTER_SECONDS)


class ChoosePasswordForm(PasswordResetForm):
    """Mails a link for choosing a password, also to people who have never had one.

    Django leaves out logins without a password; here they belong to people on the roster who
    were given a login and have yet to use it. People who have left get nothing.
    """

    def get_users(self, email: str) -> Iterable[Any]:
        """Return the logins with this address that may choose a password."""
        model = get_user_model()
        field = model.get_email_field_name()
        usual = {user.pk for user in super().get_users(email)}
        found = model._default_manager.filter(  # noqa: SLF001
            **{f"{field}__iexact": email}, is_active=True
        )
        people = {
            person.user_id: person for person in Employee.objects.filter(user__in=list(found))
        }
        today = timezone.localdate()
        for user in found:
            person = people.get(user.pk)
            if person is None:
                if user.pk in usual:
                    yield user
            elif not person.has_left(today) and same_address(getattr(user, field), email):
                yield user


def same_address(first: str, second: str) -> bool:
    """Return whether two addresses are one but for case: letters that only look alike are not."""
    normal = [unicodedata.normalize("NFC", text).casefold() for text in (first, second)]
    return normal[0] == normal[1]
