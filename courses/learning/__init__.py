"""Enrolments, progress, what comes next."""
