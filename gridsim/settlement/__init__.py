"""Positions, bands, ledger: what contracts and metered energy come to (rulebook parts 5 and 6)."""
