"""Signing in and out, health."""

from __future__ import annotations

from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from lms.organisation.forms import (
    FAILURES_FORGOTTEN_AFTER_SECONDS,
    ChoosePasswordForm,
    SignInForm,
)


class LoginView(auth_views.LoginView):
    """Sign in with an employee number or e-mail and a password."""

    template_name = "standardbearer/lms/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say what was wrong; after too many attempts with the status that says so."""
        response = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, SignInForm.throttled_code):
            response.status_code = 429
            response["Retry-After"] = str(FAILURES_FORGOTTEN_AFTER_SECONDS)
        return response


class PasswordResetView(auth_views.PasswordResetView):
    """Ask for a link to choose a new password."""

    template_name = "standardbearer/lms/auth/password_reset.html"
    form_class = ChoosePasswordForm
    email_template_name = "standardbearer/lms/auth/password_reset_mail.txt"
    html_email_template_name = "standardbearer/lms/auth/password_reset_mail.html"
    subject_template_name = "standardbearer/lms/auth/password_reset_subject.txt"
    success_url = reverse_lazy("sb_lms:password_reset_done")


class PasswordResetDoneView(auth_views.PasswordResetDoneView):
    """Say that a mail is on its way, whether or not the address is known."""

    template_name = "standardbearer/lms/auth/password_reset_done.html"


class PasswordResetConfirmView(auth_views.PasswordResetConfirmView):
    """Choose a new password."""

    template_name = "standardbearer/lms/auth/password_reset_confirm.html"
    success_url = reverse_lazy("sb_lms:password_reset_complete")


class PasswordResetCompleteView(auth_views.PasswordResetCompleteView):
    """Say that the new password holds."""

    template_name = "standardbearer/lms/auth/password_reset_complete.html"


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that the process runs."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer whether the process can serve: the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503, headers={"Retry-After": "3"})
    return JsonResponse({"status": "ok"})
