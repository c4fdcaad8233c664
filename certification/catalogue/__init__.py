"""Certifications, their versions and requirements, and who needs them."""
