"""Who practises: only ever the person."""

from __future__ import annotations

from quizzes.attempts.permissions import require_self

__all__ = ["require_self"]
