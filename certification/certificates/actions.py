"""Write designs of certificates. Every edit is a new version; awards keep the one they had."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image

from certification.certificates.models import CertificateDesign, CertificateDesignVersion
from certification.certificates.permissions import require_design
from certification.certificates.rules import MAX_LOGO, MAX_LOGO_BYTES, TEMPLATE_VERSION
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

PICTURES = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 40_000_000


@dataclass(frozen=True)
class Look:
    """What a version of a design says. ``logo`` is a PNG made by ``read_logo``, or nothing."""

    layout: str
    accent: str
    lead: str = ""
    closing: str = ""
    signatory: str = ""
    signatory_role: str = ""
    logo: bytes = b""


def add_design(
    *, name: str, look: Look, actor: AbstractBaseUser | None, now: datetime
) -> CertificateDesign:
    """Add a design with its first version.

    Raises: NotAllowedError by the policy table; InvalidInputError when the name is taken.
    """
    require_design(actor, "create")
    try:
        with transaction.atomic():
            design = CertificateDesign.objects.create(name=name)
            write_version(design, look, actor, now)
    except IntegrityError as error:
        raise name_is_taken() from error
    return design


def change_design(
    *,
    design: CertificateDesign,
    name: str,
    look: Look,
    seen: int,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> CertificateDesign:
    """Write the next version of a design; the same look again writes none.

    ``seen`` is the version that the editor started from. Raises: as ``add_design``; RuleError
    when somebody else has written a version meanwhile.
    """
    require_design(actor, "change")
    try:
        with transaction.atomic():
            locked = CertificateDesign.objects.select_for_update().get(pk=design.pk)
            if locked.number != seen:
                raise lms_api.RuleError(
                    _("Somebody else has changed this design. Look at it, then change it again."),
                    code="changed_meanwhile",
                )
            latest = locked.versions.get(number=locked.number)
            locked.name = name
            if any(getattr(latest, field) != value for field, value in stored(look).items()):
                locked.number += 1
                write_version(locked, look, actor, now)
            locked.save(update_fields=["name", "number"])
    except IntegrityError as error:
        raise name_is_taken() from error
    return locked


def name_is_taken() -> lms_api.InvalidInputError:
    """Return the refusal of a name that another design has."""
    return lms_api.InvalidInputError(
        _("Another design has this name."), code="name_taken", field="name"
    )


def stored(look: Look) -> dict[str, str]:
    """Return a look as the fields that tell versions apart; the logo by its digest."""
    fields = {name: value for name, value in vars(look).items() if name != "logo"}
    return fields | {"logo_digest": hashlib.sha256(look.logo).hexdigest() if look.logo else ""}


def write_version(
    design: CertificateDesign, look: Look, actor: AbstractBaseUser | None, now: datetime
) -> CertificateDesignVersion:
    """Write a version under the design's number."""
    return CertificateDesignVersion.objects.create(
        design=design,
        number=design.number,
        template_version=TEMPLATE_VERSION,
        logo=look.logo,
        recorded_by_id=actor.pk if actor is not None else None,
        recorded_at=now,
        **stored(look),
    )


def read_logo(content: bytes) -> bytes:
    """Return a picture as a PNG that fits the certificate, without anything hidden in it.

    Raises: InvalidInputError naming ``logo`` for what is no picture, or too large a one.
    """
    if len(content) > MAX_LOGO_BYTES:
        raise refuse_logo(_("The file is larger than 2 MB."))
    try:
        with Image.open(io.BytesIO(content), formats=PICTURES) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise refuse_logo(_("The picture has too many pixels."))
            clean = picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise refuse_logo(_("This is not a PNG, JPEG or WebP picture.")) from error
    clean.thumbnail(MAX_LOGO)
    out = io.BytesIO()
    clean.save(out, format="PNG", optimize=True)
    return out.getvalue()


def refuse_logo(message: str) -> lms_api.InvalidInputError:
    """Return the refusal of a logo."""
    return lms_api.InvalidInputError(message, code="bad_logo", field="logo")
