"""Sessions, filings, orders and their matching (rulebook part 3)."""
