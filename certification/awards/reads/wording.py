"""What an award keeps of the world around it, so that its certificate never reads differently."""

from __future__ import annotations

from django.conf import settings

from lms.api import Employee


def find_company() -> str:
    """Return the company's name as it is set today."""
    options: dict[str, object] = getattr(settings, "STANDARDBEARER", {})
    return str(options.get("COMPANY_NAME") or getattr(settings, "WAGTAIL_SITE_NAME", ""))


def frozen_wording(employee: Employee) -> dict[str, str]:
    """Return the company's name and the language of a certificate made out now."""
    return {"company": find_company(), "language": employee.locale or settings.LANGUAGE_CODE}
