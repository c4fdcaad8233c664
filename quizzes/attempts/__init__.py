"""Quizzes, drawn attempts and their verdicts."""
