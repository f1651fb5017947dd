"""Many settlements of one market: loads drawn, rules and scales swept."""
