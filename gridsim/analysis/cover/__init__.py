"""How much to contract: the energies of the least expected cost, or expected cost plus a price of risk."""

from __future__ import annotations

from gridsim.analysis.cover.contract import Contract
from gridsim.analysis.cover.find import optimal_cover
from gridsim.analysis.cover.result import Cover, PositionCover

__all__ = ["Contract", "Cover", "PositionCover", "optimal_cover"]
