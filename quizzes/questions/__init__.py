"""The question bank: immutable versions and exact grading."""
