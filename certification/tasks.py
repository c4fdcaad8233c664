"""Celery looks for tasks only here: the rooms' tasks, nothing else."""

from certification.awards.tasks import run_advance
from certification.casework.tasks import continue_bulk_actions
from certification.rulemaking.tasks import count_impacts

__all__ = ["continue_bulk_actions", "count_impacts", "run_advance"]
