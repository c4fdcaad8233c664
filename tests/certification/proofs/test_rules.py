"""What a file is, told by its bytes."""

import pytest

from certification.proofs.rules import (
    MAX_BYTES,
    MAX_NAME,
    FileFault,
    FileKind,
    clean_name,
    find_kind,
    sniff_file,
)
from tests.certification.proofs.proofs import HTML, PDF, SVG, make_picture


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, FileKind.PDF),
        (make_picture("PNG"), FileKind.PNG),
        (make_picture("JPEG"), FileKind.JPEG),
        (make_picture("WEBP"), FileKind.WEBP),
    ],
)
def test_four_kinds_are_told_by_their_first_bytes(content, kind):
    assert sniff_file(content).kind is kind


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"\xff\xd8\xff" + b"0" * MAX_BYTES, FileFault.TOO_LARGE),
        (HTML, FileFault.UNKNOWN),
        (SVG, FileFault.UNKNOWN),
        (b"GIF89a" + HTML, FileFault.UNKNOWN),
        (b"MZ\x90\x00", FileFault.UNKNOWN),
        (b"PK\x03\x04", FileFault.UNKNOWN),
        (HTML + PDF, FileFault.UNKNOWN),
        (b"\n" + PDF, FileFault.UNKNOWN),
        (b"%PDF-1.7\n" + b"x" * 2000, FileFault.BROKEN),
        (b"%PDF-nonsense %%EOF", FileFault.UNKNOWN),
        (PDF + HTML * 100, FileFault.BROKEN),
        (b"RIFF1234WAVE", FileFault.UNKNOWN),
    ],
)
def test_everything_else_is_refused_with_its_reason(content, fault):
    assert sniff_file(content).fault is fault


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("scan.pdf", "scan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ada\\Erste Hilfe.PDF", "Erste Hilfe.pdf"),
        ("page.html", "page.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "proof.pdf"),
        ("...", "proof.pdf"),
        ("Überblick.pdf", "Überblick.pdf"),
    ],
)
def test_a_name_keeps_no_folder_no_controls_and_the_real_ending(name, shown):
    assert clean_name(name, FileKind.PDF) == shown


def test_a_long_name_fits_its_column():
    assert len(clean_name("x" * 5000, FileKind.JPEG)) <= MAX_NAME


def test_the_kind_of_a_stored_file_is_its_ending_and_nothing_unknown():
    assert find_kind("a/b/c.webp") is FileKind.WEBP
    with pytest.raises(ValueError, match="html"):
        find_kind("a/b/c.html")
