"""Sign-offs on the site: the assessor's list and form, and the learner's page about one."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http import HttpResponseRedirect as Redirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.proofs.actions.sign_offs import sign_off_practice
from certification.proofs.forms import SignOffForm
from certification.proofs.permissions import roles_of
from certification.proofs.reads.cycles import OpenNeed
from certification.proofs.reads.evidence import name_login
from certification.proofs.reads.sign_offs import (
    find_assessors,
    find_candidate,
    find_last_sign_off,
    find_need,
    find_obstacle,
    list_candidates,
)
from certification.proofs.views.evidence import sender_of
from lms import api as lms_api

_TEMPLATES = "standardbearer/certification/proofs"


def require_assessor(request: HttpRequest) -> None:
    """Refuse whoever assesses nobody, as if there were no such page. Raises: NotFoundError."""
    if "assessor" not in roles_of(request.user) and not getattr(
        request.user, "is_superuser", False
    ):
        raise lms_api.NotFoundError(_("There is nothing here, or it is not yours to see."))


@login_required
@require_safe
def show_candidates(request: HttpRequest) -> HttpResponse:
    """Everybody in the assessor's reach with something to sign off, by person."""
    require_assessor(request)
    needs = list_candidates(request.user, timezone.now())
    people = [
        (person, list(rows))
        for person, rows in groupby(needs, key=lambda need: need.cycle.employee)
    ]
    return render(request, f"{_TEMPLATES}/sign_offs.html", {"people": people})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, person: UUID, target: UUID) -> HttpResponse:
    """Sign one thing off, or say what stands in the way."""
    require_assessor(request)
    now = timezone.now()
    try:
        need = find_candidate(request.user, person, target, now)
    except lms_api.NotFoundError:
        # Pressed twice, or somebody else was faster: the action says by whom.
        return say_gone(request, person, target)
    actor = sender_of(request)
    obstacle = find_obstacle(actor, need, now)
    if request.method != "POST" or obstacle is not None:
        status = obstacle.status if obstacle is not None and request.method == "POST" else 200
        return show_form(request, need, SignOffForm(), obstacle, status=status)
    form = SignOffForm(request.POST)
    if not form.is_valid():
        return show_form(request, need, form, None, status=422)
    try:
        sign_off_practice(
            employee=need.cycle.employee,
            target=target,
            remark=form.cleaned_data["remark"],
            actor=actor,
            now=now,
        )
    except lms_api.RuleError as error:
        messages.warning(request, error.message)
    else:
        messages.success(
            request,
            _("Signed off: %(what)s, %(name)s.")
            % {"what": need.requirement.label, "name": need.cycle.employee.full_name},
        )
    return Redirect(reverse("sb_certification:sign_offs"), status=303)


def say_gone(request: HttpRequest, person: UUID, target: UUID) -> HttpResponse:
    """Lead back to the list and say who signed what is no longer open.

    Raises: NotFoundError when it was never there for this assessor.
    """
    people = lms_api.people_for(request.user, "create", "sign_off")
    employee = people.filter(uuid=person).exclude(user=request.user.pk).first()
    last = find_last_sign_off(employee, target) if employee is not None else None
    if last is None:
        raise lms_api.NotFoundError(_("There is nothing here to sign off."))
    messages.info(
        request,
        _("%(name)s signed off “%(what)s”. Nothing more is to do.")
        % {"name": name_login(last.assessor), "what": last.label},
    )
    return Redirect(reverse("sb_certification:sign_offs"), status=303)


def show_form(
    request: HttpRequest,
    need: OpenNeed,
    form: SignOffForm,
    obstacle: lms_api.LmsError | None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Return the page of the form."""
    context = {
        "need": need,
        "employee": need.cycle.employee,
        "certification": need.cycle.certification,
        "form": form,
        "obstacle": obstacle,
    }
    return render(request, f"{_TEMPLATES}/sign.html", context, status=status)


@login_required
@require_safe
def show_practice(request: HttpRequest, target: UUID) -> HttpResponse:
    """Tell a learner what an assessor looks for, who can sign, and who did.

    Raises: NotFoundError for what is not asked of the reader and never was.
    """
    employee = lms_api.require_employee(request.user)
    now = timezone.now()
    need = find_need(employee, target, now)
    last = find_last_sign_off(employee, target)
    if need is not None:
        label, certification = need.requirement.label, need.cycle.certification
    elif last is not None:
        label, certification = last.label, last.certification
    else:
        raise lms_api.NotFoundError(_("There is no such step."))
    context = {
        "label": label,
        "certification": certification,
        "is_open": need is not None,
        "assessors": find_assessors(employee, certification, now) if need is not None else [],
        "last": last,
        "signed_by": name_login(last.assessor) if last is not None else "",
    }
    return render(request, f"{_TEMPLATES}/practice.html", context)
