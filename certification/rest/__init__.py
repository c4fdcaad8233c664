"""The API of certification."""
