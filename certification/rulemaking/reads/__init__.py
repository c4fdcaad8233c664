"""Questions about rules before they count."""
