"""The certificate as page and PDF, and the public check."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certification.awards.models import Award
from certification.certificates.reads import (
    check_award,
    describe_certificate,
    find_award,
    find_award_by_code,
    find_look,
    language_of,
    render_pdf,
)
from certification.certificates.rules import read_code, shorten_name
from lms.api import client_address, find_employee, local_day

CHECKS_A_MINUTE = 30
LOGO_SECONDS = 24 * 60 * 60


def verify_url(request: HttpRequest, award: Award) -> str:
    """Return the address of the public check, as a QR code carries it."""
    with translation.override(language_of(award)):
        path = reverse("sb_certification:verify", args=[award.public_code])
    return request.build_absolute_uri(path)


@login_required
@require_safe
def show_certificate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a certificate as a page."""
    award = find_award(user=request.user, uuid=uuid)
    own = find_employee(request.user)
    context = describe_certificate(award, verify_url(request, award)) | {
        "look": find_look(award),
        "checked": check_award(award, now=timezone.now()),
        "valid_from": award.valid_from,
        "is_own": own is not None and own.pk == award.employee_id,
    }
    return render(request, "standardbearer/certification/certificate.html", context)


@login_required
@require_safe
def download_certificate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a certificate as PDF."""
    award = find_award(user=request.user, uuid=uuid)
    pdf = render_pdf(award, verify_url(request, award))
    name = f"certificate-{award.frozen.get('certification', '')}-{award.valid_from}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{slug(name)}"'},
    )


@login_required
@require_safe
def send_logo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send the logo on a certificate as PNG. It is frozen with it, so that browsers may keep it."""
    look = find_look(find_award(user=request.user, uuid=uuid))
    if not look.logo:
        raise Http404
    response = HttpResponse(bytes(look.logo), content_type="image/png")
    patch_cache_control(response, private=True, max_age=LOGO_SECONDS, immutable=True)
    return response


def slug(name: str) -> str:
    """Return a file name of plain letters, digits, dots and hyphens."""
    return "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in ".-") else "-" for sign in name
    )


@never_cache
@require_safe
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """Offer a field for a certificate's code; what cannot be one is answered like unknown ones."""
    typed = request.GET.get("code", "")
    code = read_code(typed)
    if code is not None:
        return HttpResponseRedirect(reverse("sb_certification:verify", args=[code]))
    return verify_certificate(request, typed) if typed else answer(request, {}, status=200)


@never_cache
@require_safe
def verify_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Say how a certificate stands today; unknown and impossible codes look alike."""
    if is_throttled(request):
        response = answer(request, {"throttled": True}, status=429)
        response["Retry-After"] = "60"
        return response
    award = find_award_by_code(code)
    checked = check_award(award, now=timezone.now()) if award is not None else None
    if award is None or checked is None or checked.state == "voided":
        return answer(request, {"unknown": True, "code": code[:60]}, status=404)
    name = award.name.full_name
    if award.certification.name_as_initials:
        name = shorten_name(name)
    return answer(
        request,
        {
            "name": name,
            "title": award.frozen.get("certification", ""),
            "version": award.frozen.get("version", ""),
            "checked": checked,
            "valid_from": award.valid_from,
            "today": local_day(timezone.now(), award.zone),
        },
        status=200,
    )


def answer(request: HttpRequest, context: dict[str, object], *, status: int) -> HttpResponse:
    """Return the page of the public check, kept out of search engines."""
    response = render(request, "standardbearer/certification/verify.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def is_throttled(request: HttpRequest) -> bool:
    """Count a check for the caller's address; say whether there were too many this minute."""
    minute = timezone.now().strftime("%Y%m%d%H%M")
    key = f"sb-verify:{client_address(request)}:{minute}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) > CHECKS_A_MINUTE
