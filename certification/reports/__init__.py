"""Matrix, people, holders, explanations."""
