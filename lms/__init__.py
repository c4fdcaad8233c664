"""Organisation, standards, messages and the ledger."""
