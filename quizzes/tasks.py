"""Celery looks for tasks only here: the rooms' tasks, nothing else."""

from quizzes.attempts.tasks import close_overdue

__all__ = ["close_overdue"]
