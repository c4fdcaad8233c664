"""The mails a person was sent, as they were sent."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lms.messages.reads import find_mail, list_mails, state_words
from lms.organisation.reads import require_employee, zone_of

PER_PAGE = 20


@login_required
@require_safe
def show_messages(request: HttpRequest) -> HttpResponse:
    """List the mails written to the person, the newest first."""
    employee = require_employee(request.user)
    mails = list_mails(employee).defer("text", "html")
    page = Paginator(mails, PER_PAGE).get_page(request.GET.get("page"))
    with timezone.override(zone_of(employee)):
        return render(
            request,
            "standardbearer/lms/messages/list.html",
            {"page_obj": page, "rows": [(mail, state_words(mail)) for mail in page]},
        )


@login_required
@require_safe
def show_message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one mail's text."""
    employee = require_employee(request.user)
    mail = find_mail(employee=employee, uuid=uuid)
    with timezone.override(zone_of(employee)):
        return render(
            request,
            "standardbearer/lms/messages/mail.html",
            {"mail": mail, "state": state_words(mail)},
        )
