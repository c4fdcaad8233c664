"""My training, why a date is what it is, my record."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certification.awards.models import DeltaNeed
from certification.catalogue.models import Certification, Requirement
from certification.proofs.reads.evidence import list_own_proofs, name_login, state_of
from certification.proofs.reads.sign_offs import list_own_sign_offs
from certification.reports.reads import explain_standing
from certification.standing.models import Standing
from certification.training.reads import (
    find_step_address,
    list_open_changes,
    read_changes,
    read_overview,
    read_record,
)
from certification.training.rules import part_of_day
from lms.api import NotFoundError, find_employee, local_day, require_employee, zone_of
from quizzes import api as quizzes_api


@login_required
@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """What is next and by when, all certifications, and what was done lately."""
    employee = find_employee(request.user)
    if employee is None:
        return render(request, "standardbearer/certification/home_no_roster.html")
    now = timezone.now()
    with timezone.override(zone_of(employee)):
        context = {
            "employee": employee,
            "today": timezone.localdate(now),
            "part_of_day": part_of_day(timezone.localtime(now).time()),
            "overview": read_overview(employee=employee, now=now),
            "results": quizzes_api.list_fresh_results(employee=employee, now=now),
            "refreshers": quizzes_api.has_refreshers(employee=employee, now=now),
        }
        return render(request, "standardbearer/certification/home.html", context)


@login_required
@require_safe
def open_step(request: HttpRequest, kind: str, target: UUID) -> HttpResponse:
    """Lead to where a step is done; what is not open now leads home and says so."""
    employee = require_employee(request.user)
    if kind not in {*Requirement.Kind.values, *DeltaNeed.Kind.values}:
        raise NotFoundError(_("There is no such step."))
    address = find_step_address(employee=employee, kind=kind, target=target, now=timezone.now())
    if address is None:
        messages.warning(
            request, _("This step cannot be opened at the moment. Please tell your manager.")
        )
    return HttpResponseRedirect(address or reverse("sb_certification:home"))


@login_required
@require_safe
def show_why(request: HttpRequest, code: str) -> HttpResponse:
    """Say why a certification's dates are what they are."""
    employee = require_employee(request.user)
    certification = Certification.objects.filter(code=code).first()
    mine = Standing.objects.filter(employee=employee, certification=certification)
    if certification is None or not mine.exists():
        raise NotFoundError(_("You have nothing to do with this certification."))
    today = local_day(timezone.now(), zone_of(employee))
    return render(
        request,
        "standardbearer/certification/why.html",
        {
            "certification": certification,
            "changes": read_changes(employee, certification),
            "told": explain_standing(employee=employee, certification=certification, on=today),
        },
    )


@login_required
@require_safe
def show_record(request: HttpRequest) -> HttpResponse:
    """What changed, all awards with their certificates, proofs handed in, practice signed off."""
    employee = require_employee(request.user)
    return render(
        request,
        "standardbearer/certification/record.html",
        {
            "employee": employee,
            "changes": list_open_changes(employee),
            "entries": read_record(employee=employee, now=timezone.now()),
            "waiting": quizzes_api.list_waiting_quizzes(employee=employee),
            "proofs": [(row, state_of(row)) for row in list_own_proofs(employee)[:5]],
            "sign_offs": [
                (row, name_login(row.assessor)) for row in list_own_sign_offs(employee)[:10]
            ],
        },
    )
