"""The manager's pages on the site: a branch today, one person's record, and the reminder."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from certification.reports.actions import Reminded, remind_people
from certification.reports.forms import RemindForm
from certification.reports.permissions import may_remind
from certification.reports.reads import Choices, find_choices, read_person, read_team
from certification.reports.reads.history import tell_history
from certification.reports.reads.person import find_person
from certification.reports.reads.places import not_found
from certification.reports.reads.team import list_reports
from lms import api as lms_api

User = AbstractBaseUser | AnonymousUser
TEAM = "team"


def parse_branch(text: str) -> UUID | None:
    """Return the branch of an address; None without one.

    Raises:
        NotFoundError: it is no identifier at all.

    """
    if not text or text == TEAM:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None


def may_manage(user: User, choices: Choices) -> bool:
    """Return whether there is anything to show to a login."""
    return bool(choices.branches) or choices.has_reports


@login_required
@require_safe
def show_branch(request: HttpRequest) -> HttpResponse:
    """Who may work today, who runs out soon, who is overdue; several branches are a choice."""
    asked = request.GET.get("branch", "")
    choices = find_choices(request.user)
    if not may_manage(request.user, choices):
        raise not_found()
    branch = parse_branch(asked)
    if branch is None and asked != TEAM:
        if len(choices.branches) > 1:
            context = {"choices": choices, "regions": group_by_region(choices)}
            return render(request, "standardbearer/certification/branches.html", context)
        branch = choices.branches[0].uuid if choices.branches else None
    if branch is None and not choices.has_reports:
        raise not_found()
    team = read_team(user=request.user, branch=branch, now=timezone.now())
    context = {"team": team, "choices": choices, "several": len(choices.branches) > 1}
    return render(request, "standardbearer/certification/branch.html", context)


def group_by_region(choices: Choices) -> list[tuple[str, list[lms_api.Branch]]]:
    """Return the branches under the names of their regions."""
    regions: dict[str, list[lms_api.Branch]] = {}
    for branch in choices.branches:
        regions.setdefault(branch.region.name, []).append(branch)
    return sorted(regions.items())


@login_required
@require_safe
def show_person(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a person's record to whoever may see it, with the reason for every date."""
    person = read_person(user=request.user, uuid=uuid, now=timezone.now())
    may = may_remind(request.user).filter(pk=person.employee.pk).exclude(email="").exists()
    context = {
        "person": person,
        "employee": person.employee,
        "history": tell_history(person),
        "may_remind": may and any(is_urgent(row.badge) for row in person.certifications),
    }
    return render(request, "standardbearer/certification/person.html", context)


def is_urgent(badge: str) -> bool:
    """Return whether a badge asks for a reminder."""
    return badge in ("overdue", "expired", "expiring", "in_grace")


@login_required
@require_POST
def send_reminders(request: HttpRequest) -> HttpResponse:
    """Remind one person, or everybody of a branch who is overdue; then back to the branch."""
    form = RemindForm(request.POST)
    if not form.is_valid():
        raise not_found()
    now = timezone.now()
    branch, person = form.cleaned_data["branch"], form.cleaned_data["person"]
    if person is not None:
        employee_ids = [find_person(request.user, person).pk]
    else:
        team = read_team(user=request.user, branch=branch, now=now)
        if team.branch is None and not team.people:
            raise not_found()
        employee_ids = [row.worker.pk for row in team.overdue if row.may_remind]
        if not employee_ids:
            lms_api.require(request.user, "create", "reminder", team.branch)
    try:
        told = remind_people(employee_ids=employee_ids, actor=sender_of(request), now=now)
    except lms_api.RuleError as error:
        messages.info(request, error.message)
    else:
        say = messages.success if told.now else messages.info
        say(request, say_reminded(told))
    back = reverse("sb_certification:branch")
    return HttpResponseRedirect(f"{back}?branch={branch}" if branch else back, status=303)


def sender_of(request: HttpRequest) -> AbstractBaseUser:
    """Return the login that is signed in; the views above let nobody else in."""
    if not isinstance(request.user, AbstractBaseUser):
        raise not_found()
    return request.user


def say_reminded(told: Reminded) -> str:
    """Return what happened, in words."""
    parts = []
    if told.now:
        parts.append(
            ngettext(
                "A reminder goes out now to %(number)d person.",
                "Reminders go out now to %(number)d people.",
                told.now,
            )
            % {"number": told.now}
        )
    if told.before:
        parts.append(
            ngettext(
                "%(number)d person was already reminded today.",
                "%(number)d people were already reminded today.",
                told.before,
            )
            % {"number": told.before}
        )
    if told.without_email:
        parts.append(
            ngettext(
                "%(number)d person has no e-mail address: please tell them yourself.",
                "%(number)d people have no e-mail address: please tell them yourself.",
                told.without_email,
            )
            % {"number": told.without_email}
        )
    return " ".join(parts) or _("Nobody had to be reminded.")


REPORTS = "reports"


def find_entries(user: AbstractBaseUser, request: HttpRequest) -> list[lms_api.registry.NavItem]:
    """Return the entries of those with people: "My branch"; "Sign-offs", "To mark" for assessors.

    One query for all of them, on every page.
    """
    del request
    held = lms_api.Grant.objects.live().filter(
        user_id=user.pk, role__in=("branch_manager", "assessor")
    )
    led = list_reports(user).order_by().annotate(as_role=Value(REPORTS)).values_list("as_role")
    roles = {role for (role,) in held.order_by().values_list("role").union(led)}
    entries = []
    if roles - {"assessor"}:
        url = reverse("sb_certification:branch")
        entries.append(lms_api.registry.NavItem(_("My branch"), url, order=40, icon="people"))
    if "assessor" in roles:
        url = reverse("sb_certification:sign_offs")
        entries.append(lms_api.registry.NavItem(_("Sign-offs"), url, order=45, icon="check"))
        url = reverse("sb_quizzes:marking")
        entries.append(lms_api.registry.NavItem(_("To mark"), url, order=46, icon="chat"))
    return entries
