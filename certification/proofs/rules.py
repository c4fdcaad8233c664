"""What a file that somebody hands in may be, told by its first bytes and never by its name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_BYTES: Final = 10_000_000
MAX_PIXELS: Final = 120_000_000
"""More than any phone takes; a small file that claims more is made to fill memory."""
MAX_NAME: Final = 200
MAX_WAITING: Final = 20
"""How many proofs of one person may wait for a decision."""


class FileKind(StrEnum):
    """Kinds of files that are taken. The value is the ending under which it is stored."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"

    @property
    def media_type(self) -> str:
        """The type it is handed out as, whatever the sender called it."""
        return _MEDIA_TYPES[self]

    @property
    def is_picture(self) -> bool:
        """Whether a browser shows it as a picture."""
        return self is not FileKind.PDF


_MEDIA_TYPES: Final = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
}


_MARKS: Final = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
)


class FileFault(StrEnum):
    """Why a file is not taken. The values are stable."""

    EMPTY = "empty_file"
    TOO_LARGE = "file_too_large"
    UNKNOWN = "file_type"
    BROKEN = "file_broken"


@dataclass(frozen=True)
class Finding:
    """A file that may be taken so far, or why not."""

    kind: FileKind | None = None
    fault: FileFault | None = None


def sniff_file(content: bytes) -> Finding:
    """Return the kind of a file by its first and last bytes.

    A PDF begins with its mark and ends with its end: what else a reader would forgive is how one
    file is made to be two things.
    """
    if not content:
        return Finding(fault=FileFault.EMPTY)
    if len(content) > MAX_BYTES:
        return Finding(fault=FileFault.TOO_LARGE)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Finding(FileKind.WEBP)
    for mark, kind in _MARKS:
        if content.startswith(mark):
            return Finding(kind)
    if re.match(rb"%PDF-[12]\.\d", content):
        whole = b"%%EOF" in content[-1024:]
        return Finding(FileKind.PDF) if whole else Finding(fault=FileFault.BROKEN)
    return Finding(fault=FileFault.UNKNOWN)


def find_kind(stored_name: str) -> FileKind:
    """Return the kind of a stored file by the ending it was stored under.

    Raises:
        ValueError: it was never stored by this program.

    """
    return FileKind(stored_name.rpartition(".")[2])


def clean_name(name: str, kind: FileKind) -> str:
    """Return the sender's name of a file without folders and control characters.

    It is only shown and offered when the file is fetched; nothing is stored under it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(
        letter
        for letter in last
        if letter == "\u200d" or not unicodedata.category(letter).startswith("C")
    )
    stem = shown.rpartition(".")[0] or shown
    stem = stem.strip(" .") or "proof"
    return f"{stem[: MAX_NAME - 10]}.{kind.value}"
