"""Domain events: facts on their way up."""
