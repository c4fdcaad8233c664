"""Changing rules, and counting first whom a change reaches."""
