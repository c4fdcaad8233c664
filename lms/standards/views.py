"""The look-up at work, and the staff page with its confirmation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lms.errors import InvalidInputError, RuleError
from lms.organisation.reads import find_employee, require_employee
from lms.registry import NavItem
from lms.standards.actions import acknowledge_standard
from lms.standards.forms import AcknowledgementForm, StandardSearchForm
from lms.standards.reads import (
    StandardPage,
    read_categories_in_use,
    read_standard_page,
    read_standard_rows,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_TEMPLATES = "standardbearer/lms/standards"


def list_navigation(_user: AbstractBaseUser, _request: HttpRequest) -> Iterable[NavItem]:
    """Return the look-up's entry of the top bar."""
    return [NavItem(label=_("Standards"), url=reverse("sb_lms:standards"), order=40, icon="book")]


@login_required
@require_safe
def show_standards(request: HttpRequest) -> HttpResponse:
    """Show the standards in force, narrowed by words, channel and category."""
    categories = [(category.slug, category.name) for category in read_categories_in_use()]
    form = StandardSearchForm(request.GET or None, categories=categories)
    filters: dict[str, str] = {"q": "", "channel": "", "category": ""}
    is_sound = not form.is_bound or form.is_valid()
    if form.is_bound and is_sound:
        filters = form.cleaned_data
    rows = read_standard_rows(
        employee=find_employee(request.user),
        query=filters["q"],
        channel=filters["channel"],
        category=filters["category"],
    )
    context = {"form": form, "rows": rows if is_sound else [], "is_narrowed": any(filters.values())}
    status = 200 if is_sound else 400
    return render(request, f"{_TEMPLATES}/list.html", context, status=status)


@login_required
@require_safe
def show_standard(request: HttpRequest, code: str) -> HttpResponse:
    """Show the staff page of one standard."""
    page = read_standard_page(code=code, employee=find_employee(request.user))
    form = AcknowledgementForm(initial={"number": page.text.number})
    return _show_page(request, page, form)


@login_required
@require_POST
def confirm_standard(request: HttpRequest, code: str) -> HttpResponse:
    """Record that the reader has read the version on the screen; then show the page again."""
    employee = require_employee(request.user)
    page = read_standard_page(code=code, employee=employee)
    form = AcknowledgementForm(request.POST)
    if not form.is_valid():
        return _show_page(request, page, form, status=422)
    try:
        acknowledge_standard(
            employee=employee,
            standard=page.standard,
            name_as_written=form.cleaned_data["name_as_written"],
            number=form.cleaned_data["number"],
            actor=cast("AbstractBaseUser", request.user),
            now=timezone.now(),
        )
    except InvalidInputError as error:
        form.add_error("name_as_written", error.message)
        return _show_page(request, page, form, status=error.status)
    except RuleError as error:
        # The name stays; the number becomes that of the text now on the screen.
        kept = {"name_as_written": form.cleaned_data["name_as_written"]}
        again = AcknowledgementForm(initial={**kept, "number": page.text.number})
        return _show_page(request, page, again, status=error.status, notice=error.message)
    messages.success(request, _("Thank you. It is recorded that you have read this."))
    response = redirect("sb_lms:standard", code=code)
    response.status_code = 303
    return response


def _show_page(
    request: HttpRequest,
    page: StandardPage,
    form: AcknowledgementForm,
    *,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {"page": page, "text": page.text, "form": form, "notice": notice}
    return render(request, f"{_TEMPLATES}/detail.html", context, status=status)
