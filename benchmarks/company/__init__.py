"""A synthetic company of any size with years of history, the same for the same seed and moment."""

from benchmarks.company.loading import NotEmptyError, make_company
from benchmarks.company.plan import Size

__all__ = ["NotEmptyError", "Size", "make_company"]
