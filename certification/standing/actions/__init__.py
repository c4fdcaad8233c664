"""Write the caches."""

from certification.standing.actions.standings import COLUMNS, store_standings, to_share

__all__ = ["COLUMNS", "store_standings", "to_share"]
