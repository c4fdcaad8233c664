"""Celery looks for tasks only here: the rooms' tasks, nothing else."""

from lms.messages.tasks import run_deliver
from lms.standards.tasks import publish_scheduled

__all__ = ["publish_scheduled", "run_deliver"]
