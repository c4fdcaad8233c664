"""The API's base and lms's part of it."""
