"""Questions, quizzes, attempts, scenarios and observations."""
