"""A file between its dry run and its import: kept privately, for a day at most."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from certification.awards.models.storage import find_private_storage
from lms import api as lms_api

FOLDER: Final = "standardbearer/uploads"
KEPT: Final = timedelta(days=1)
MAX_BYTES: Final = 20_000_000


def keep_upload(*, content: bytes, now: datetime) -> str:
    """Keep a file and return the token by which its sender gets it back.

    What was kept for longer than a day is thrown away: these files hold people.

    Raises: InvalidInputError when the file is too large.
    """
    if len(content) > MAX_BYTES:
        raise lms_api.InvalidInputError(
            _("The file is too large: 20 MB is the most. Use the command import_awards."),
            code="file_too_large",
            field="file",
        )
    discard_old(now=now)
    token = uuid.uuid4().hex
    find_private_storage().save(f"{FOLDER}/{token}", ContentFile(content))
    return token


def read_upload(token: str) -> bytes:
    """Return a file that was kept. Raises: NotFoundError when it is gone or never was."""
    try:
        name = f"{FOLDER}/{uuid.UUID(token).hex}"
        with find_private_storage().open(name) as file:
            return bytes(file.read())
    except (ValueError, FileNotFoundError) as error:
        raise lms_api.NotFoundError(_("The file is gone. Send it again.")) from error


def discard_upload(*, token: str) -> None:
    """Throw a file away."""
    find_private_storage().delete(f"{FOLDER}/{uuid.UUID(token).hex}")


def discard_old(*, now: datetime) -> None:
    """Throw away what was kept for longer than a day."""
    storage = find_private_storage()
    if not storage.exists(FOLDER):
        return
    for name in storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if storage.get_modified_time(path) < now - KEPT:
            storage.delete(path)
