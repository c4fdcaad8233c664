"""Celery looks for tasks only here: the rooms' tasks, nothing else."""
