"""What the apps that teach and ask tell the app that certifies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class FinishedWork:
    """One piece of finished work that counts: passed, scored, with its evidence.

    ``kind`` is ``course``, ``quiz``, ``scenario`` or ``acknowledgement``; ``work_uuid`` names the
    thing, ``evidence_uuid`` the person's record of it; ``material_number`` is the material
    version that was done.
    """

    employee_id: int
    kind: str
    work_uuid: UUID
    evidence_uuid: UUID
    done_at: datetime
    material_number: int
