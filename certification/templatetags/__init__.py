"""Template tags of certification; Django looks for them only here."""
