"""Whose deviation was it: plans of users, shares of each band, netting, a retailer's margins (rulebook part 14)."""
