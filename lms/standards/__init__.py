"""Service standards: drafts, versions, acknowledgements."""
