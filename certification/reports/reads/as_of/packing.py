"""Files in one zip that is the same, byte for byte, whenever it is made from the same files."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Final

from lms.api import guard_formula

SUMS: Final = "SHA256SUMS"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
READABLE: Final = 0o644 << 16


def write_csv(lines: Iterable[Iterable[object]]) -> bytes:
    """Return lines as CSV for a spreadsheet; formulas are marked as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in lines:
        writer.writerow([guard_formula(value) for value in line])
    return out.getvalue().encode("utf-8-sig")


def list_sums(files: Mapping[str, bytes]) -> bytes:
    """Return what ``sha256sum --check`` reads, by name."""
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return the files and their sums as a zip without any trace of when or where it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in sorted({**files, SUMS: list_sums(files)}.items()):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = READABLE
            archive.writestr(info, content, compresslevel=6)
    return out.getvalue()
