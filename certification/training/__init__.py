"""My training: what is next for a person and by when, and what he or she has achieved."""
