"""Celery looks for tasks only here: the rooms' tasks, nothing else."""

from certification.awards.tasks import run_advance
from certification.rulemaking.tasks import count_impacts

__all__ = ["count_impacts", "run_advance"]
