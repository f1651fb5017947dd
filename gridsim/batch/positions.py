"""Risk by position: what units, parties and the market cost by month and product, over the draws of a point.

Beside each position (unit × month × product) stand sums of positions: of a unit, of a party with several units and of
the whole market, by month, by product, by both and of the year. A quantile of a sum is no sum of quantiles, so what is
summed is summed draw by draw before its spread is taken; then the draws go. Blocks hold whole parties
(`gridsim.batch.engine.blocks`), so draws are kept until a point is whole for the market alone, and until a party is
whole for those that are too large for one block.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.batch.position_rows import (
    ALL,
    Drawn,
    PositionRows,
    added,
    market_of,
    one_below_the_other,
    positions_of,
    several_units,
    spreads,
    sums_of,
)
from gridsim.batch.spread_tally import SpreadTally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.engine import Block, BlockOutcome
    from gridsim.batch.kept import Kept
    from gridsim.batch.prepared import Prepared

    Ints = NDArray[np.int64]
    Arrays = Mapping[str, NDArray[Any]]

__all__ = ["PositionTally"]

_NAMES: dict[str, Any] = {
    "unit": np.int64,
    "unit_id": np.str_,
    "party": np.int64,
    "party_id": np.str_,
    "is_retailer": np.bool_,
    "outside": np.bool_,
}
"""What is known of units, and its types."""


class PositionTally(SpreadTally):
    """Takes positions in, as blocks or as what other tallies have, in whatever order they come.

    Parameters
    ----------
    kept : Kept
    """

    PREFIX = "positions "
    NAMES = _NAMES

    def __init__(self, kept: Kept) -> None:
        super().__init__(kept)
        self._market: dict[tuple[int, int], Drawn] = {}
        self.products: tuple[str, ...] = ()

    @property
    def _figures(self) -> int:
        return len(self._kept.figures)

    def add_block(self, prepared: Prepared, outcome: BlockOutcome) -> None:
        """Take in a block that was settled by position, with all units of its parties."""
        block = outcome.block
        draws = (block.draw_first, block.draw_last)
        self._name(prepared, block)
        positions = positions_of(prepared, outcome)
        market = market_of(positions, len(self.products), is_first=block.draw_first == 0)
        self._market[draws] = added(self._market[draws], market) if draws in self._market else market
        several = several_units(positions.key)
        if draws == (0, self._kept.draws):
            self._rows += spreads(positions, self._kept, several)
            return
        every = one_below_the_other([positions, *(sums for _, sums, _, _ in sums_of(positions, several))])
        self._cut_off((block.unit_first, block.unit_last), draws, every)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it, by names that `take` knows."""
        found: dict[str, NDArray[Any]] = {"products": np.array(self.products, np.str_)}
        for (first, last), drawn in self._market.items():
            found |= {f"market {first} {last} {name}": values for name, values in drawn._asdict().items()}
        return {**super().arrays(), **{self.PREFIX + name: values for name, values in found.items()}}

    def finished(self) -> tuple[PositionRows, PositionRows]:
        """All positions, then all sums, each in order, of a point all of whose blocks were taken in."""
        assert not self._cut  # each party is whole
        (market,) = self._market.values() or (None,)
        if market is not None:
            there = market.contract[:, 1] > 0
            drawn = Drawn(market.key[there], market.contract[there, 0], market.value[:, there], market.energy[there])
            self._rows += spreads(drawn, self._kept, None)
        rows = self.rows()
        party, unit, month, of_product = rows.key.T
        order = np.lexsort((of_product, month, unit, party))
        is_position = (unit != ALL) & (month != ALL) & (of_product != ALL)
        return tuple(  # type: ignore[return-value]
            PositionRows(*(values[order[chosen[order]]] for values in rows)) for chosen in (is_position, ~is_position)
        )

    def _name(self, prepared: Prepared, block: Block) -> None:
        units = slice(block.unit_first - prepared.unit_first, block.unit_last - prepared.unit_first)
        told = (
            np.arange(block.unit_first, block.unit_last, dtype=np.int64),
            np.asarray(prepared.unit_ids[units], dtype=np.str_),
            np.asarray(prepared.party[units], dtype=np.int64),
            np.asarray(prepared.party_ids[units], dtype=np.str_),
            np.asarray(prepared.is_retailer[units], dtype=np.bool_),
            np.asarray(prepared.is_outside[units], dtype=np.bool_),
        )
        for name, values in zip(_NAMES, told, strict=True):
            self._names[name].append(values)
        self.months, self.products = prepared.packed.months, prepared.products

    def _take_market(self, draws: tuple[int, int], part: Drawn) -> None:
        """Add some draws of the market to all of them."""
        every = (0, self._kept.draws)
        if every not in self._market:
            value = np.zeros((*part.value.shape[:2], self._kept.draws), dtype=np.int64)
            self._market[every] = Drawn(part.key, np.zeros_like(part.contract), value, np.zeros_like(part.energy))
        whole = self._market[every]
        whole.contract[...] += part.contract
        whole.value[..., slice(*draws)] += part.value
        whole.energy[...] += part.energy

    def _take_names(self, names: Arrays) -> None:
        super()._take_names(names)
        self.products = tuple(names["products"].tolist())

    def _take_piece(self, kind: str, numbers: list[int], piece: Arrays) -> None:
        if kind == "market":
            self._take_market((numbers[0], numbers[1]), Drawn(**piece))
        else:
            super()._take_piece(kind, numbers, piece)
