"""A market driven step by step: sessions one after the other, months as they are metered (`gridsim.Market`)."""
