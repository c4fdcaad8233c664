"""Who works where, from when to when, and who may see them."""
