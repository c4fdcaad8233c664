"""What an award keeps of the world around it, so that its certificate never reads differently."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from certification.catalogue.models import CertificationVersion
from lms.api import Employee


def find_company() -> str:
    """Return the company's name as it is set today."""
    options: dict[str, object] = getattr(settings, "STANDARDBEARER", {})
    return str(options.get("COMPANY_NAME") or getattr(settings, "WAGTAIL_SITE_NAME", ""))


def frozen_wording(employee: Employee, version: CertificationVersion) -> dict[str, Any]:
    """Return what a certificate made out now says, besides the name and what was done for it.

    No query when the version carries its certification with its design, and the employee the
    branch and role.
    """
    certification, design = version.certification, version.certification.design
    found: dict[str, Any] = {
        "company": find_company(),
        "language": employee.locale or settings.LANGUAGE_CODE,
        "certification": certification.title,
        "summary": certification.summary,
        "version": version.number,
        "branch": str(employee.home_branch or ""),
        "job_role": str(employee.home_job_role or ""),
    }
    if design is not None:
        found["design"] = {"uuid": str(design.uuid), "number": design.number}
    return found
