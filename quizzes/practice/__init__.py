"""Refreshers: a few questions a shift on what somebody learned, spaced by FSRS. Never counted."""
