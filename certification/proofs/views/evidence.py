"""Proofs on the site: hand one in, see its state, fetch its file, take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.http import HttpResponseRedirect as Redirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.proofs.actions.evidence import Proof, hand_in_evidence, withdraw_evidence
from certification.proofs.forms import ProofForm
from certification.proofs.reads.evidence import (
    describe_target,
    find_proof,
    list_choices,
    list_own_proofs,
    state_of,
)
from certification.proofs.rules import find_kind
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from certification.awards.models import EvidenceSubmission

_TEMPLATES = "standardbearer/certification/proofs"


def sender_of(request: HttpRequest) -> AbstractBaseUser:
    """Return the login that is signed in; the views let nobody else in."""
    return cast("AbstractBaseUser", request.user)


@login_required
@require_safe
def show_proofs(request: HttpRequest) -> HttpResponse:
    """Everything that a person handed in."""
    employee = lms_api.require_employee(request.user)
    rows = [(row, state_of(row)) for row in list_own_proofs(employee)]
    return render(request, f"{_TEMPLATES}/list.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest) -> HttpResponse:
    """Hand a proof in; the address may name what it is for."""
    employee = lms_api.require_employee(request.user)
    now = timezone.now()
    choices = list_choices(employee, now)
    if request.method != "POST":
        asked = request.GET.get("for", "")
        named = [row.key for row in choices if asked in (row.key, str(row.target))]
        form = ProofForm(choices=choices, initial={"what": named[0] if named else ""})
        return show_form(request, form)
    form = ProofForm(request.POST, request.FILES, choices=choices)
    if not form.is_valid():
        return show_form(request, form)
    values = form.cleaned_data
    proof = Proof(
        certification=form.chosen.certification,
        target=form.chosen.target,
        title=values["title"],
        issuer=values["issuer"],
        done_on=values["done_on"],
        content=form.read_file(),
        file_name=values["file"].name,
        note=values["note"],
    )
    try:
        row = hand_in_evidence(employee=employee, proof=proof, actor=sender_of(request), now=now)
    except (lms_api.InvalidInputError, lms_api.RuleError) as error:
        form.take_error(error)
        return show_form(request, form)
    messages.success(request, _("Handed in. We write to you when it is decided."))
    return Redirect(reverse("sb_certification:proof", args=[row.uuid]), status=303)


def show_form(request: HttpRequest, form: ProofForm) -> HttpResponse:
    """Return the form's page; refused input keeps what was typed and says so by its status."""
    status = 422 if form.errors else 200
    return render(request, f"{_TEMPLATES}/hand_in.html", {"form": form}, status=status)


@login_required
@require_safe
def show_proof(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One proof with its state; a refusal with its reason."""
    proof = find_proof(request.user, uuid)
    mine = proof.employee.user_id == request.user.pk
    context = {
        "proof": proof,
        "state": state_of(proof),
        "target": describe_target(proof),
        "is_picture": bool(proof.file) and find_kind(proof.file.name or "").is_picture,
        "is_mine": mine,
        "may_withdraw": state_of(proof) == "waiting"
        and request.user.pk in (proof.employee.user_id, proof.submitted_by_id),
    }
    return render(request, f"{_TEMPLATES}/detail.html", context)


@login_required
@require_safe
def fetch_file(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Hand a proof's file to whoever may see it, never as a page of this site."""
    return answer_file(find_proof(request.user, uuid))


def answer_file(proof: EvidenceSubmission) -> HttpResponseBase:
    """Return a file as a download of its real kind, which no browser runs or guesses at.

    Raises: NotFoundError when there is none, or it is gone.
    """
    try:
        kind = find_kind(proof.file.name or "")
        opened = proof.file.open("rb")
    except (ValueError, FileNotFoundError) as error:
        raise lms_api.NotFoundError(_("There is no such file.")) from error
    response = FileResponse(opened, content_type=kind.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(proof.file_name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a proof back."""
    proof = find_proof(request.user, uuid)
    try:
        withdraw_evidence(submission=proof, actor=sender_of(request), now=timezone.now())
    except lms_api.RuleError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Taken back."))
    return Redirect(reverse("sb_certification:proof", args=[proof.uuid]), status=303)
