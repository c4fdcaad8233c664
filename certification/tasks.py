"""Celery looks for tasks only here: the rooms' tasks, nothing else."""

from certification.awards.tasks import run_advance

__all__ = ["run_advance"]
