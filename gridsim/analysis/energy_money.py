"""Contract money by user: what a unit paid for in-band energy, shared over its users' in-band energy.

The ledger gives contract energy to the unit that bought it. A table by user, tariff class, voltage or period takes
each position's energy money in proportion to in-band energy, by largest remainder in micro-yuan (rulebook part 4), so
that the shares of a position add up to its ledger lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.analysis.grouping import group, plain
from gridsim.analysis.items import inside_items
from gridsim.analysis.sources import CELLS, POSITIONS, VALUES_OF
from gridsim.shares import split_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.arguments import Chosen
    from gridsim.analysis.names import Dimensions
    from gridsim.io.named_frames import ExactTables

    Ints = NDArray[np.int64]

__all__ = ["shared_by_user"]

_POSITION = ("unit", "month", "product")


def shared_by_user(
    exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen, *, trial: bool
) -> pd.DataFrame:
    """In-band energy of cells, its contract money and its charges, by group.

    Parameters
    ----------
    exact : ExactTables
    names : Dimensions
    by : sequence of str
        Dimensions of cells.
    where : mapping of str to tuple of str
    trial : bool

    Returns
    -------
    DataFrame
        ``in_band_kwh``, ``energy_micro_yuan``, ``charges_micro_yuan``, by the number of the group.
    """
    # What `where` leaves out has its share too: it is dropped after the money is shared.
    dimensions = list(dict.fromkeys([*by, *where]))
    charges = [f"{charge}_micro_yuan" for charge in inside_items(names.shape)]
    measures = {name: plain(name) for name in ("in_band_kwh", *charges)}
    cells = group(exact, names, CELLS, (*dimensions, *_POSITION), {}, measures, trial=trial)
    cells = cells[cells["in_band_kwh"] > 0]
    sizes = [len(names.index(VALUES_OF[name])) + 1 for name in _POSITION]
    part, position = np.divmod(cells.index.to_numpy(), int(np.prod(sizes)))
    cells = cells.assign(
        energy_micro_yuan=_shared(exact, names, position, cells["in_band_kwh"].to_numpy(), trial=trial),
        charges_micro_yuan=sum((cells[charge] for charge in charges), np.zeros(len(cells), dtype=np.int64)),
    )
    codes: dict[str, Ints] = {}
    for name in reversed(dimensions):
        part, codes[name] = np.divmod(part, len(names.index(VALUES_OF[name])) + 1)
    is_in = np.ones(len(cells), dtype=bool)
    for name, texts in where.items():
        is_in &= np.isin(names.texts(VALUES_OF[name]), list(texts))[codes[name]]
    key = np.zeros(len(cells), dtype=np.int64)
    for name in by:
        key = key * (len(names.index(VALUES_OF[name])) + 1) + codes[name]
    columns = ["in_band_kwh", "energy_micro_yuan", "charges_micro_yuan"]
    return cells.loc[is_in, columns].groupby(key[is_in]).sum()


def _shared(exact: ExactTables, names: Dimensions, position: Ints, weights: Ints, *, trial: bool) -> Ints:
    """Each part's share of its position's energy money [micro-yuan]."""
    of_positions = {name: plain(name) for name in ("in_band_kwh", "energy_micro_yuan")}
    positions = group(exact, names, POSITIONS, _POSITION, {}, of_positions, trial=trial)
    order = np.argsort(position, kind="stable")
    weight = np.ascontiguousarray(weights[order])
    found, start = np.unique(position[order], return_index=True)
    offsets = np.append(start, len(weight)).astype(np.int64)
    of = positions.loc[found]
    shares = np.empty_like(weight)
    shares[order] = split_rows(of["energy_micro_yuan"].to_numpy(), offsets, weight)
    return shares
