"""API of quizzes."""
