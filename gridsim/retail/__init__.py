"""What retailers agreed with their users: contracts, prices, and the lines of the ledger (rulebook part 14)."""
