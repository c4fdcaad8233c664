"""What people prove, wish for and have signed off, and what is decided of it."""
