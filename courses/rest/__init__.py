"""The API of courses."""
