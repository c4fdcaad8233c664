"""Certificates: who may open one, what it says, how it stands today."""

from __future__ import annotations

import io
from collections.abc import Mapping
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
from certification.certificates.models import CertificateDesignVersion
from certification.certificates.rules import (
    ACCENTS,
    Change,
    CheckedState,
    judge_award,
    read_code,
)
from certification.rules import add
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    User = AbstractBaseUser | AnonymousUser


LOGO_URL = "standardbearer:logo"


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


def find_look(award: Award) -> CertificateDesignVersion:
    """Return the design an award froze; those without one have the first look of all. One query."""
    frozen = award.frozen.get("design")
    if frozen:
        return CertificateDesignVersion.objects.get(
            design__uuid=frozen["uuid"], number=frozen["number"]
        )
    return CertificateDesignVersion(template_version=1)


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
    with translation.override(language_of(award)), timezone.override(UTC):
        return draw_pdf(describe_certificate(award, verify_url), find_look(award), award.uuid.bytes)


def draw_pdf(words: dict[str, Any], look: CertificateDesignVersion, identifier: bytes) -> bytes:
    """Return a certificate's words in a look as PDF, in the active language.

    Raises: PdfUnavailableError where WeasyPrint or pango is missing.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcherResponse
    except (ImportError, OSError) as error:
        raise PdfUnavailableError(
            _("PDF files cannot be made on this server. The certificate's page shows the same.")
        ) from error
    logo = bytes(look.logo)

    def fetch(url: str, *_args: object, **_kwargs: object) -> Any:
        if url == LOGO_URL and logo:
            return URLFetcherResponse(url, body=logo, headers={"Content-Type": "image/png"})
        return refuse_to_fetch(url)

    html = render_to_string(
        f"standardbearer/certification/certificates/v{look.template_version}.html",
        words | {"look": look, "style": write_style(look)},
    )
    pdf: bytes = HTML(string=html, url_fetcher=fetch).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=identifier, pdf_tags=True
    )
    return pdf


def make_look(fields: Mapping[str, Any]) -> CertificateDesignVersion:
    """Return a look that is stored nowhere, to draw what is being typed."""
    return CertificateDesignVersion(**fields)


def write_style(look: CertificateDesignVersion) -> str:
    """Return the style sheet of a look: its templates' own, with the design's colours."""
    tint = ACCENTS[look.accent]
    sheet = read_static(f"standardbearer/certification/certificate-v{look.template_version}.css")
    return f"html {{ --strong: {tint.strong}; --pale: {tint.pale} }}\n{sheet}"


def describe_sample() -> dict[str, Any]:
    """Return the words of a certificate that nobody earned, to look at a design."""
    today = timezone.localdate()
    sample = Award(awarded_at=timezone.now(), valid_from=today, valid_until=add(today, "P1Y"))
    return {
        "award": sample,
        "awarded_on": today,
        "name": _("Robin Example"),
        "title": _("Counter service"),
        "summary": _("Greets, helps and says goodbye so that people come back."),
        "version": 3,
        "company": find_company(),
        "serial": "0000-0000-0000",
        "qr": draw_qr("https://example.org/verify/"),
        "verify_url": "https://example.org/verify/",
    }


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
