"""Load the demo company through the product's own importers and actions."""

from demo.loader.company import load_company
from demo.loader.logins import list_logins

__all__ = ["list_logins", "load_company"]
