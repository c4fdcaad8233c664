"""The date logic of certification."""
