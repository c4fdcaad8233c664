"""Caches of what the facts say."""
