"""The contract book (rulebook parts 3 and 5)."""
