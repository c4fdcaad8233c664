"""Commands of organisation and messages."""
