"""What HR types when it writes rules."""
