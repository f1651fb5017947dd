"""Settlement of positions: what is in band, over and missing, of whom, and what it costs (rulebook part 5)."""
