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
    OVER,
    Drawn,
    PositionRows,
    added,
    classes,
    market_of,
    one_below_the_other,
    positions_of,
    several_units,
    spreads,
    sums_of,
    together,
)
from gridsim.batch.spread import spread_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.engine import Block, BlockOutcome
    from gridsim.batch.kept import Kept
    from gridsim.batch.prepared import Prepared

    Ints = NDArray[np.int64]
    Arrays = Mapping[str, NDArray[Any]]

__all__ = ["EXACT_DRAWS", "PositionTally", "without_positions"]

EXACT_DRAWS = 10_000
"""Up to so many draws all quantiles are of the draws themselves. Of more, those of a party that is too large for one
block are of classes, off by at most `gridsim.batch.spread.RELATIVE_ERROR`."""

_PREFIX = "positions "
_NAMES: dict[str, Any] = {
    "unit": np.int64,
    "unit_id": np.str_,
    "party": np.int64,
    "party_id": np.str_,
    "is_retailer": np.bool_,
    "outside": np.bool_,
}
"""What is known of units, and its types."""


class PositionTally:
    """Takes positions in, as blocks or as what other tallies have, in whatever order they come.

    Parameters
    ----------
    kept : Kept
    """

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._rows: list[PositionRows] = []
        self._cut: dict[tuple[int, int], dict[int, Arrays]] = {}
        self._market: dict[tuple[int, int], Drawn] = {}
        self._names: dict[str, list[NDArray[Any]]] = {name: [] for name in _NAMES}
        self.months: tuple[str, ...] = ()
        self.products: tuple[str, ...] = ()

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
        piece = classes(every) if self._kept.draws > EXACT_DRAWS else every._asdict()
        self._add_piece((block.unit_first, block.unit_last), draws, piece)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it, by names that `take` knows."""
        found: dict[str, NDArray[Any]] = {name: np.concatenate(parts) for name, parts in self._names.items() if parts}
        found |= {"months": np.array(self.months, np.str_), "products": np.array(self.products, np.str_)}
        found |= {f"rows {name}": values for name, values in self.rows()._asdict().items()}
        for (first, last), drawn in self._market.items():
            found |= {f"market {first} {last} {name}": values for name, values in drawn._asdict().items()}
        for (unit_first, unit_last), pieces in self._cut.items():
            for draw, piece in pieces.items():
                place = f"cut {unit_first} {unit_last} {draw}"
                found |= {f"{place} {name}": values for name, values in piece.items()}
        return {_PREFIX + name: values for name, values in found.items()}

    def take(self, arrays: Arrays) -> None:
        """Take in what `arrays` of another tally are."""
        found: dict[tuple[str, ...], dict[str, NDArray[Any]]] = {}
        for name, values in arrays.items():
            if name.startswith(_PREFIX):
                *place, figure = name.removeprefix(_PREFIX).split(" ")
                found.setdefault(tuple(place), {})[figure] = values
        names = found.pop(())
        self.months, self.products = tuple(names["months"].tolist()), tuple(names["products"].tolist())
        for name in _NAMES if "unit" in names else ():
            self._names[name].append(names[name])
        self._rows.append(PositionRows(**found.pop(("rows",))))
        for (kind, *numbers), piece in found.items():
            first, last, *more = (int(number) for number in numbers)
            if kind == "market":
                self._take_market((first, last), Drawn(**piece))
            else:
                self._add_piece((first, last), (more[0], more[0] + int(piece["draws"][0])), piece)

    def rows(self) -> PositionRows:
        """The rows that are whole: those of units and of parties."""
        if self._rows:
            joined = PositionRows(*(np.concatenate(parts) for parts in zip(*self._rows, strict=True)))
            self._rows = [joined]
            return joined
        columns = len(spread_columns(self._kept.quantiles, self._kept.tail))
        none = np.zeros((0, len(OVER)), dtype=np.int64)
        spread = np.zeros((0, len(self._kept.figures), columns), dtype=np.int64)
        return PositionRows(np.zeros((0, 4), np.int64), none[:, 0], spread, none, none, np.zeros(0, np.bool_))

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

    def names(self) -> dict[str, NDArray[Any]]:
        """What is known of units beside their numbers, in the order of these: ids, parties, whether outside."""
        if not self._names["unit"]:  # nobody has a position
            return {name: np.zeros(0, dtype=of) for name, of in _NAMES.items()}
        found = {name: np.concatenate(parts) for name, parts in self._names.items()}
        _, first = np.unique(found["unit"], return_index=True)
        return {name: values[first] for name, values in found.items()}

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

    def _add_piece(self, units: tuple[int, int], draws: tuple[int, int], piece: Arrays) -> None:
        """Keep some draws of a party that is cut; once all are there, take its spread and let them go."""
        pieces = self._cut.setdefault(units, {})
        pieces[draws[0]] = {**piece, "draws": np.array([draws[1] - draws[0]], dtype=np.int64)}
        if sum(int(each["draws"][0]) for each in pieces.values()) == self._kept.draws:
            del self._cut[units]
            self._rows.append(together([pieces[draw] for draw in sorted(pieces)], self._kept))


def without_positions(arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Those arrays that no tally gave."""
    return {name: values for name, values in arrays.items() if not name.startswith(_PREFIX)}
