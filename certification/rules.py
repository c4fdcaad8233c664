"""The date rules under the name other programs rely on."""

from certification.policy.rules.intervals import add
from certification.policy.rules.timeline import timeline

__all__ = ["add", "timeline"]
