"""Certifications that ask for proof and practice, files of every sort, and proofs handed in."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date, timedelta
from uuid import uuid4

from PIL import Image

from certification.catalogue.actions import RequirementDraft, publish_version
from certification.models import Certification
from certification.proofs.actions.evidence import Proof, hand_in_evidence
from tests.certification.factories import NOW, YEARLY

TODAY = NOW.date()
DAY = timedelta(days=1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def make_picture(kind="PNG", size=(8, 8)):
    """Return a small picture's bytes."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def make_bomb(side=50_000):
    """Return a PNG of few bytes that says it is ``side`` pixels wide and high."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    frame = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", frame) + pixels + chunk(b"IEND", b"")


def make_proof_certification(code="AID", *, kind="evidence", policy=None, **fields):
    """Return a certification with one requirement of a kind, and its identity."""
    target = uuid4()
    certification = Certification.objects.create(
        code=code, title=f"Title of {code}", reminder_days=[30], **fields
    )
    publish_version(
        certification=certification,
        policy=policy or YEARLY,
        requirements=[RequirementDraft(kind, target, f"Show {code}")],
        effective_on=date(2020, 1, 1),
        actor=None,
        now=NOW,
    )
    return certification, target


def make_proof(certification, target=None, **fields):
    """Return what a form would hand to the action."""
    values = {
        "title": "First aid, 9 hours",
        "issuer": "Red Cross",
        "done_on": TODAY,
        "content": PDF,
        "file_name": "scan.pdf",
    } | fields
    return Proof(certification=certification, target=target, **values)


def hand_in(person, certification, target=None, *, actor=None, now=NOW, **fields):
    """Hand a proof in, by default as the person."""
    return hand_in_evidence(
        employee=person,
        proof=make_proof(certification, target, **fields),
        actor=actor or person.user,
        now=now,
    )
