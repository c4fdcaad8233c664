"""What one can be certified in, who holds it, who is about to lapse."""
