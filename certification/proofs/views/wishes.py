"""The catalogue, one's own wishes, and the queue of those who decide on wishes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http import HttpResponseRedirect as Redirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.proofs.actions.wishes import (
    approve_wish,
    ask_for_certification,
    refuse_wish,
    withdraw_wish,
)
from certification.proofs.forms import ReasonForm, WishForm
from certification.proofs.reads.wishes import (
    CatalogueEntry,
    find_entry,
    find_wish,
    list_own_wishes,
    list_wishes_to_decide,
    read_catalogue,
    state_of_wish,
)
from certification.proofs.views.evidence import sender_of
from lms import api as lms_api

_TEMPLATES = "standardbearer/certification/proofs"


@login_required
@require_safe
def show_catalogue(request: HttpRequest) -> HttpResponse:
    """Everything on offer, and what became of one's own wishes."""
    employee = lms_api.require_employee(request.user)
    decided = [
        (wish, state_of_wish(wish))
        for wish in list_own_wishes(employee)
        if state_of_wish(wish) in ("refused", "approved")
    ]
    context = {"entries": read_catalogue(employee, timezone.now()), "decided": decided[:5]}
    return render(request, f"{_TEMPLATES}/catalogue.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_offer(request: HttpRequest, code: str) -> HttpResponse:
    """One certification of the catalogue, and the wish for it."""
    employee = lms_api.require_employee(request.user)
    now = timezone.now()
    entry = find_entry(employee, code, now)
    if request.method != "POST":
        return show_form(request, entry, WishForm())
    form = WishForm(request.POST)
    if not form.is_valid():
        return show_form(request, entry, form)
    try:
        ask_for_certification(
            employee=employee,
            certification=entry.certification,
            reason=form.cleaned_data["reason"],
            actor=sender_of(request),
            now=now,
        )
    except lms_api.RuleError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, thank(entry))
    return Redirect(reverse("sb_certification:offer", args=[code]), status=303)


def thank(entry: CatalogueEntry) -> str:
    """Return what happens next."""
    if entry.certification.needs_approval:
        return _("Asked for. We write to you when it is decided.")
    return _("It is now on your page “My training”.")


def show_form(request: HttpRequest, entry: CatalogueEntry, form: WishForm) -> HttpResponse:
    """Return the page of one offer."""
    status = 422 if form.errors else 200
    context = {"entry": entry, "certification": entry.certification, "form": form}
    return render(request, f"{_TEMPLATES}/offer.html", context, status=status)


@login_required
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a wish back."""
    wish = find_wish(request.user, uuid)
    try:
        withdraw_wish(wish=wish, actor=sender_of(request), now=timezone.now())
    except lms_api.RuleError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Taken back."))
    return Redirect(reverse("sb_certification:catalogue"), status=303)


@login_required
@require_safe
def show_wishes(request: HttpRequest) -> HttpResponse:
    """The wishes that wait for the reader's decision."""
    require_decider(request)
    return show_queue(request)


def require_decider(request: HttpRequest) -> None:
    """Refuse whoever decides about nobody, as if there were no such page. Raises: NotFoundError."""
    if not lms_api.may(request.user, "decide", "assignment_request"):
        raise lms_api.NotFoundError(_("There is nothing here, or it is not yours to see."))


def show_queue(
    request: HttpRequest, refused: UUID | None = None, form: ReasonForm | None = None
) -> HttpResponse:
    """Return the queue; a refusal without a reason stands beside its wish."""
    rows = [
        (wish, form if form is not None and wish.uuid == refused else ReasonForm(auto_id=False))
        for wish in list_wishes_to_decide(request.user)
    ]
    status = 422 if form is not None else 200
    return render(request, f"{_TEMPLATES}/wishes.html", {"rows": rows}, status=status)


@login_required
@require_POST
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Approve or refuse one wish."""
    require_decider(request)
    wish = find_wish(request.user, uuid, "decide")
    actor, now = sender_of(request), timezone.now()
    form = ReasonForm(request.POST, auto_id=False)
    refuses = request.POST.get("decision") == "refuse"
    if refuses and not form.is_valid():
        return show_queue(request, uuid, form)
    try:
        if refuses:
            refuse_wish(wish=wish, reason=form.cleaned_data["reason"], actor=actor, now=now)
        elif request.POST.get("decision") == "approve":
            approve_wish(wish=wish, actor=actor, now=now)
        else:
            raise lms_api.NotFoundError(_("There is no such decision."))
    except lms_api.RuleError as error:
        messages.warning(request, error.message)
    else:
        say = _("Refused: %(name)s is told why.") if refuses else _("Approved: %(name)s is told.")
        messages.success(request, say % {"name": wish.employee.full_name})
    return Redirect(reverse("sb_certification:wishes"), status=303)
