"""The market by session: prices of its trades, concentration of its sellers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.analysis.arguments import check_dimensions, check_name
from gridsim.analysis.figures import Figure, count, energy, price
from gridsim.analysis.grouping import ROWS, group, plain, product
from gridsim.analysis.sources import LEGS, TRADES, VALUES_OF
from gridsim.analysis.sums import finished, joined
from gridsim.analysis.table import StatisticsTable
from gridsim.rules.shape import MARKET

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.arguments import Chosen
    from gridsim.analysis.names import Dimensions
    from gridsim.analysis.sources import Source
    from gridsim.io.named_frames import ExactTables

__all__ = ["concentration_table", "price_table"]

_OF = ("generator", "buyer", "retailer", "unit")
_TOP = 4
_FULL_HHI = 10_000  # one seller: its share of 100 %, squared


def price_table(exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen) -> StatisticsTable:
    """See `Statistics.market_prices`."""
    check_dimensions(by, where, [list(TRADES.dimensions)], "market_prices")
    if "transfer" not in (*by, *where):  # energy that changes hands is no part of the market's price
        where = {**where, "transfer": ("",)}
    price_column = "price_micro_yuan_per_kwh"
    weighted = {"energy_kwh": plain("energy_kwh"), "amount_micro_yuan": product("energy_kwh", price_column)}
    sums = group(exact, names, TRADES, by, where, weighted).rename(columns={ROWS: "trades"})
    lowest = group(exact, names, TRADES, by, where, {"lowest": plain(price_column)}, how="min")
    highest = group(exact, names, TRADES, by, where, {"highest": plain(price_column)}, how="max")
    sellers = _different(exact, names, TRADES, by, where, "generator").rename("sellers")
    buyers = _different(exact, names, TRADES, by, where, "buyer").rename("buyers")
    sides = _lacking_sides(exact, names, by, where) if names.has_deals else []
    frame = joined([sums, lowest[["lowest"]], highest[["highest"]], sellers.to_frame(), buyers.to_frame(), *sides])
    frame["one"] = (frame["trades"] > 0).astype(np.int64)
    if sides:  # nobody is not one of them
        frame["sellers"] -= frame["no_seller"] > 0
        frame["buyers"] -= frame["no_buyer"] > 0
        frame["one_sided"] = frame["no_seller"] + frame["no_buyer"]
    figures = [
        energy("energy"),
        price("average", "amount_micro_yuan", "energy_kwh"),
        price("lowest", "lowest", "one"),
        price("highest", "highest", "one"),
        count("trades"),
        count("sellers"),
        count("buyers"),
        *([count("one_sided")] if sides else []),
    ]
    return StatisticsTable.of(finished(frame, names, by), figures, adds_up=False)


def _lacking_sides(exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen) -> list[pd.DataFrame]:
    """How many trades of each group are deals without a seller, and without a buyer."""
    found = []
    for side, of, nobody in (("no_seller", "generator", ""), ("no_buyer", "buyer", MARKET)):
        chosen = {**where, of: (nobody,), "transfer": ("",)}
        is_asked = nobody in where.get(of, (nobody,)) and "" in where.get("transfer", ("",))
        rows = group(exact, names, TRADES, by, chosen, {})[[ROWS]]
        found.append((rows if is_asked else rows.head(0)).rename(columns={ROWS: side}))
    return found


def concentration_table(
    exact: ExactTables, names: Dimensions, by: Sequence[str], where: Chosen, of: str
) -> StatisticsTable:
    """See `Statistics.concentration`."""
    check_name("of", of, _OF)
    check_dimensions(by, where, [list(LEGS.dimensions)], "concentration")
    size = len(names.index(VALUES_OF[of])) + 1
    shares = group(exact, names, LEGS, (*by, of), where, {"energy_kwh": plain("energy_kwh")})
    key, seller = np.divmod(shares.index.to_numpy(), size)
    energies = shares["energy_kwh"].to_numpy()
    counts = energies > 0
    if names.has_deals:
        counts &= seller < size - 1  # sides that are not given, each another or all the same
    seller, energies, key = seller[counts], energies[counts], key[counts]
    order = np.lexsort((seller, -energies, key))
    key, seller, energies = key[order], seller[order], energies[order]
    places, start = np.unique(key, return_index=True)
    rank = np.arange(len(key)) - np.repeat(start, np.diff(np.append(start, len(key))))
    whole = _sum(energies, start)
    largest = _sum(np.where(rank < _TOP, energies, 0), start)
    squares = np.array([int(value) ** 2 for value in energies], dtype=object)  # beyond int64
    concentrations = np.add.reduceat(squares, start) if len(start) else squares
    frame = pd.DataFrame(
        {
            "energy_kwh": whole,
            "sum_of_squares": concentrations,
            "sellers": np.diff(np.append(start, len(key))).astype(np.int64),
            "largest_kwh": energies[start],
            f"top{_TOP}_kwh": largest,
        },
        index=places,
    )
    frame["largest"] = pd.array(names.texts(VALUES_OF[of])[seller[start]], dtype="str")
    return _concentrations(finished(frame, names, by) if by or len(frame) else frame)


def _concentrations(exact: pd.DataFrame) -> StatisticsTable:
    hhi = [
        _FULL_HHI * squares / whole**2
        for squares, whole in zip(exact["sum_of_squares"], map(int, exact["energy_kwh"]), strict=True)
    ]
    shown = pd.DataFrame(
        {
            "energy_mwh": energy("energy").of_frame(exact),
            "hhi": np.array(hhi, dtype=np.float64),
            "sellers": exact["sellers"],
            "largest": exact["largest"],
            "largest_share": Figure("largest_share", "ratio", "largest_kwh", "energy_kwh").of_frame(exact),
            f"top{_TOP}_share": Figure("top", "ratio", f"top{_TOP}_kwh", "energy_kwh").of_frame(exact),
        },
        index=exact.index,
    )
    return StatisticsTable.shown(shown, exact)


def _sum(values: NDArray[np.int64], start: NDArray[np.intp]) -> NDArray[np.int64]:
    return np.add.reduceat(values, start) if len(start) else values


def _different(
    exact: ExactTables, names: Dimensions, source: Source, by: Sequence[str], where: Chosen, of: str
) -> pd.Series:
    """How many different texts of one dimension each group has."""
    found = group(exact, names, source, (*by, of), where, {}).index.to_numpy()
    places, counts = np.unique(found // (len(names.index(VALUES_OF[of])) + 1), return_counts=True)
    return pd.Series(counts.astype(np.int64), index=places)
