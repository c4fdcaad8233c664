"""Proof from people: evidence and its review, sign-offs, wishes from the catalogue."""
