"""Where the files of proofs lie: apart from public media, with no address of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.storage import FileSystemStorage, InvalidStorageError, Storage, storages
from django.utils.deconstruct import deconstructible

ALIAS: Final = "standardbearer_private"
"""A host's own place, such as a private bucket, is named so in ``STORAGES``."""


@deconstructible
class PrivateStorage(FileSystemStorage):
    """Files below ``STANDARDBEARER["PRIVATE_ROOT"]``, which no web server may serve.

    Without that setting they lie in ``private`` beside the folder of public media.
    """

    @property
    def base_location(self) -> str:
        """The folder as it is set now."""
        options: dict[str, object] = getattr(settings, "STANDARDBEARER", {})
        beside = Path(settings.MEDIA_ROOT).resolve().parent / "private"
        return str(options.get("PRIVATE_ROOT") or beside)

    @property
    def location(self) -> str:
        """The folder as an absolute path."""
        return str(Path(self.base_location).resolve())

    def url(self, name: str | None) -> str:
        """Refuse: only a view that asks who is asking hands a file out."""
        raise ValueError(f"{name} has no address.")


def find_private_storage() -> Storage:
    """Return the place of private files."""
    try:
        return storages[ALIAS]
    except InvalidStorageError:
        return PrivateStorage()
