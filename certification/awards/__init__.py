"""Assignments, cycles, awards and their events: facts that are only ever added."""
