"""Queues of HR in Wagtail's admin."""
