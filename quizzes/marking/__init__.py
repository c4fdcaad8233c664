"""Marking by people: whose turn an open answer is, what each marker gave, what it settles to."""
