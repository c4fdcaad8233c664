"""Branching role-play: graphs, plays and their scores."""
