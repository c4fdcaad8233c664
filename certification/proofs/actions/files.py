"""Take a file in: look at what it really is before it is kept."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image

from certification.proofs.rules import MAX_PIXELS, FileFault, FileKind, sniff_file
from lms import api as lms_api

_PILLOW_NAMES: Final = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.WEBP: "WEBP"}
# What Pillow raises on files that lie about themselves.
_UNREADABLE: Final = (OSError, ValueError, SyntaxError, IndexError, struct.error, zlib.error)


def check_file(content: bytes) -> FileKind:
    """Return what a file is.

    Raises:
        InvalidInputError: empty, too large, of no kind that is taken, or not what it claims.

    """
    finding = sniff_file(content)
    if finding.kind is None:
        raise refuse_file(finding.fault or FileFault.UNKNOWN)
    if finding.kind.is_picture:
        check_picture(content, finding.kind)
    return finding.kind


def check_picture(content: bytes, kind: FileKind) -> None:
    """Read a picture's frame without unpacking its pixels, so that a bomb stays packed.

    Raises: InvalidInputError.
    """
    try:
        with warnings.catch_warnings():
            # Our own limit stands below; Pillow's would only warn.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[_PILLOW_NAMES[kind]]) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise refuse_file(FileFault.TOO_LARGE)
                picture.verify()
    except Image.DecompressionBombError as error:
        raise refuse_file(FileFault.TOO_LARGE) from error
    except _UNREADABLE as error:
        raise refuse_file(FileFault.BROKEN) from error


def refuse_file(fault: FileFault) -> lms_api.InvalidInputError:
    """Return the error that says why a file is not taken and what to do."""
    words = {
        FileFault.EMPTY: _("The file is empty. Choose it again, or take a new picture."),
        FileFault.TOO_LARGE: _("The file is too large. 10 MB is the most; take a smaller picture."),
        FileFault.UNKNOWN: _("This kind of file cannot be taken. Send a PDF, JPEG, PNG or WebP."),
        FileFault.BROKEN: _("The file cannot be read. Save it again, or take a new picture."),
    }
    return lms_api.InvalidInputError(words[fault], code=fault.value, field="file")
