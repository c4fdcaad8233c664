"""Courses: their pages, and who has learnt what."""
