"""Tables of markets that settle their sellers: what generators delivered, prices of the month, the agency's users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import months_of
from gridsim.templates.draws import ONE, Integers, RandomStream, scaled
from gridsim.templates.market import tables
from gridsim.templates.province_figures import figures, ready_rows
from gridsim.templates.writing import Codes, Values, write_columns, write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gridsim.templates.province_units import Lines

__all__ = ["write_market"]


def write_market(
    folder: Path, seed: int, lines: Lines, sold: Integers, generator_ids: Sequence[str], rules: str, parquet: bool
) -> None:
    """Write those of the tables that the market of the rule set has.

    Parameters
    ----------
    folder : Path
    seed : int
    lines : Lines
    sold : int64 array, shape (generators, 12)
        What generators sold in all sessions, about [kWh].
    generator_ids : sequence of str
    rules : str
    parquet : bool
        Of `generation`; the others have a row for each month.
    """
    there = tables(rules)
    figured = figures(rules)
    months = months_of(figured.year)
    needed = lines.load.sum(axis=0)
    if "market_prices" in there:
        write_rows(folder, "market_prices", ready_rows(rules, "market_prices"), rules)
    if "agency" in there:
        energy = scaled(needed, figured.agency_share, RandomStream(seed, "agency").factor(300, 12))
        spec = tuple(there["agency"])
        agency: dict[str, Values] = {"month": months, "energy_kwh": energy}
        write_columns(folder, "agency", agency, parquet=False, spec=spec)
    if "generation" in there:
        # All together generate what is needed, each about in proportion to what it sold.
        ratio = needed * ONE // np.maximum(sold.sum(axis=0), 1)
        count = sold.size
        noise = RandomStream(seed, "generation").factor(figured.generation_spread, count)
        generation: dict[str, Values] = {
            "generator_id": Codes(np.repeat(np.arange(len(sold)), 12), generator_ids),
            "month": Codes(np.tile(np.arange(12), len(sold)), months),
            "energy_kwh": scaled(scaled(sold, ratio).reshape(-1), noise),
            "own_fault": RandomStream(seed, "own fault").chance(figured.own_fault_share, count),
        }
        write_columns(folder, "generation", generation, parquet=parquet, spec=tuple(there["generation"]))
