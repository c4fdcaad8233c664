"""Course and lesson pages, their blocks and versions."""
