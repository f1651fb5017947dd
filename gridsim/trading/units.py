"""Settlement units, a buyer in a mode (rulebook part 2), as a table in which buyer and mode are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.rules.shape import unit_id
from gridsim.scenario.rows_of_users import RowsOfUsers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gridsim.rules.shape import MarketShape

    Ints = NDArray[np.int64]

__all__ = ["UnitTable", "units_by_id", "units_of"]


@dataclass(frozen=True, eq=False)
class UnitTable:
    """All units that there could be: every buyer in every mode, buyer by buyer.

    Attributes
    ----------
    shape : MarketShape
    ids : (n,) object array
    buyer : (n,) int64 array
        Position among the buyers.
    mode : (n,) int64 array
        Position among the modes.
    number : (buyers + 1, modes) int64 array
        Of a buyer and a mode the unit; -1 in the last row, which buyer -1, nobody, finds.
    """

    shape: MarketShape
    ids: NDArray[np.object_]
    buyer: Ints
    mode: Ints
    number: Ints

    def __len__(self) -> int:
        return len(self.ids)


def units_of(buyers: NDArray[np.object_], shape: MarketShape) -> UnitTable:
    """The units of some buyers.

    Parameters
    ----------
    buyers : (b,) object array
        Their ids.
    shape : MarketShape
    """
    modes = len(shape.modes)
    number = np.full((len(buyers) + 1, modes), -1, dtype=np.int64)
    number[:-1] = np.arange(len(buyers) * modes).reshape(len(buyers), modes)
    return UnitTable(
        shape=shape,
        ids=np.array([unit_id(buyer, mode) for buyer in buyers for mode in shape.mode_ids], dtype=object),
        buyer=np.repeat(np.arange(len(buyers)), modes),
        mode=np.tile(np.arange(modes), len(buyers)),
        number=number,
    )


def units_by_id(inputs: Mapping[str, pa.Table], shape: MarketShape) -> dict[str, tuple[str, str]]:
    """Buyer and mode of every unit that a result's inputs could have, by its id.

    Parameters
    ----------
    inputs : mapping of str to Arrow table
        Exact; users, what changes of them, and retailers are looked at.
    shape : MarketShape
    """
    users = RowsOfUsers(inputs).every(("user_id", "retailer_id"))
    is_direct = pa.array([True] * users.num_rows)
    if "retailer_id" in users.column_names:
        is_direct = users.column("retailer_id").is_null()
    buyers = (
        users.column("user_id").filter(is_direct).to_pylist() + inputs["retailers"].column("retailer_id").to_pylist()
    )
    return {unit_id(buyer, mode): (buyer, mode) for buyer in buyers for mode in shape.mode_ids}
