"""Whole journeys in a real Chromium, over the demo company."""
