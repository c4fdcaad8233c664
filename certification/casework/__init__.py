"""HR's work on people's records: one person, or many at once with a preview and an undo."""
