"""Matching of orders: which pairs trade, how much and at what price (rulebook part 3)."""
