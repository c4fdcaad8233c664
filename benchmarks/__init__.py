"""What ``make bench`` runs: a synthetic company, and operations measured against hand-written ones.

Not part of the installed product.
"""
