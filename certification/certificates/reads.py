"""Certificates: who may open one, what it says, how it stands today."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certification.awards.models import Award
from certification.awards.reads import find_company
from certification.certificates.rules import Change, CheckedState, judge_award, read_code
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


class PdfUnavailableError(lms_api.LmsError):
    """The PDF library or what it needs is not installed here; the page shows the same."""

    status = 503
    default_code = "pdf_unavailable"


def find_award(*, user: User, uuid: UUID) -> Award:
    """Return an award that ``user`` may see, with its events. Raises: NotFoundError."""
    award = (
        Award.objects.visible_to(user)
        .filter(uuid=uuid)
        .exclude(events__kind__in=("voided", "corrected"))
        .select_related("name", "certification", "version")
        .prefetch_related("events")
        .first()
    )
    if award is None:
        raise lms_api.NotFoundError(_("There is no such certificate."))
    return award


def find_award_by_code(text: str) -> Award | None:
    """Return the award a public code opens; None for codes that are unknown or cannot be one."""
    code = read_code(text)
    if code is None:
        return None
    return (
        Award.objects.filter(public_code=code)
        .select_related("name", "certification", "version")
        .prefetch_related("events")
        .first()
    )


def check_award(award: Award, *, now: datetime) -> CheckedState:
    """Return how an award stands today, in its own time zone."""
    changes = [
        Change(event.kind, event.effective_on, event.until_on)
        for event in sorted(award.events.all(), key=lambda event: (event.recorded_at, event.pk))
    ]
    return judge_award(
        valid_from=award.valid_from,
        valid_until=award.valid_until,
        changes=changes,
        grace=award.version.policy.get("grace"),
        today=lms_api.local_day(now, award.zone),
    )


def describe_certificate(award: Award, verify_url: str) -> dict[str, Any]:
    """Return what a certificate shows: only what the award froze."""
    return {
        "award": award,
        "awarded_on": lms_api.local_day(award.awarded_at, award.zone),
        "name": award.name.full_name,
        "title": award.frozen.get("certification", ""),
        "summary": award.frozen.get("summary", ""),
        "version": award.frozen.get("version", ""),
        "company": award.frozen.get("company") or find_company(),
        "serial": "-".join(award.public_code[n : n + 4] for n in range(0, 12, 4)),
        "qr": draw_qr(verify_url),
        "verify_url": verify_url,
    }


def draw_qr(url: str) -> str:
    """Return a QR code as inline SVG without styles, drawn in the text's colour."""
    out = io.BytesIO()
    segno.make(url, error="m").save(
        out, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True, nl=False
    )
    return out.getvalue().decode()


def language_of(award: Award) -> str:
    """Return the language a certificate is written in, whoever opens it."""
    return str(award.frozen.get("language") or settings.LANGUAGE_CODE)


def render_pdf(award: Award, verify_url: str) -> bytes:
    """Return the certificate as one tagged A4 page (PDF/UA-1), the same bytes each time.

    Raises: PdfUnavailableError where WeasyPrint or pango is missing.
    """
    context = describe_certificate(award, verify_url)
    context["style"] = read_static("standardbearer/certification/certificate-print.css")
    with translation.override(language_of(award)), timezone.override(UTC):
        html = render_to_string("standardbearer/certification/certificate_pdf.html", context)
    return draw_pdf(html, identifier=award.uuid.bytes)


def draw_pdf(html: str, *, identifier: bytes) -> bytes:
    """Return a page as tagged PDF/UA-1, the same bytes for the same page and identifier.

    Raises: PdfUnavailableError where WeasyPrint or pango is missing.
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise PdfUnavailableError(
            _("PDF files cannot be made on this server. The certificate's page shows the same.")
        ) from error
    pdf: bytes = HTML(string=html, url_fetcher=refuse_to_fetch).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=identifier, pdf_tags=True
    )
    return pdf


def read_static(name: str) -> str:
    """Return the text of a static file of ours."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(name)
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        return file.read()


def refuse_to_fetch(url: str, *_args: object, **_kwargs: object) -> dict[str, Any]:
    """Load nothing while a PDF is drawn: names and titles must not reach out."""
    message = f"A certificate loads nothing from outside: {url[:80]}"
    raise ValueError(message)
