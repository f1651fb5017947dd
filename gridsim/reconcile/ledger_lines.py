"""Lines of a ledger as a statement for one party shows them: what it and its users owe, by unit, product, contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.io.table_sets import to_pandas
from gridsim.rules.shape import ENERGY, OVERRUN

if TYPE_CHECKING:
    from gridsim.result_tables import ResultTables
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario

__all__ = ["KEYS", "Side", "items_of_settled_energy", "ledger_lines", "users_of"]

KEYS = ("month", "item", "unit_id", "user_id", "product", "period", "contract_id")
"""What a line of a statement can be named by."""


@dataclass(frozen=True)
class Side:
    """Whose statement it is, and which of its lines.

    Attributes
    ----------
    party : str
        A retailer, a user that buys directly, or a generator.
    shows : {"party", "users", "all"}
        What the party itself pays and is paid; what its users do; both.
    """

    party: str
    shows: str = "all"


def users_of(scenario: Scenario, party: str) -> set[str]:
    """The users whose energy the party buys; a user that buys directly is its own."""
    users = scenario.tables["users"]
    names = users["user_id"].astype(str)
    is_its_own = (users["retailer_id"].astype(object) == party) | ((names == party) & users["retailer_id"].isna())
    return set(names[is_its_own.to_numpy(dtype=bool)])


def items_of_settled_energy(shape: MarketShape) -> tuple[str, ...]:
    """The items in which each metered kWh stands once: in band, above it, or outside the market."""
    return (ENERGY, OVERRUN, *(charges[0].item for _, charges in shape.outside if charges))


def ledger_lines(result: ResultTables, scenario: Scenario, side: Side, *, trial: bool = False) -> pd.DataFrame:
    """The lines of one side, in the order of the ledger.

    Parameters
    ----------
    result : Result
    scenario : Scenario
        That it was made from.
    side : Side
    trial : bool
        The trial settlement's instead of those that count.

    Returns
    -------
    DataFrame
        Columns `KEYS` (text, empty where a line has none), ``energy`` [kWh], ``price`` [micro-yuan/kWh], ``amount``
        [micro-yuan] as int64; money is positive where the party or its user owes it.
    """
    lines = to_pandas(result.exact.arrow("ledger", {"trial": trial}))
    users = users_of(scenario, side.party)
    payer, payee = (lines[name].to_numpy(dtype=object) for name in ("payer", "payee"))
    owes, gets = _is_one_of(payer, users | {side.party}), _is_one_of(payee, users | {side.party})
    is_shown = owes | gets
    if side.shows != "all":
        of_party = (payer == side.party) | (payee == side.party)
        is_shown &= of_party if side.shows == "party" else ~of_party
    kept = np.flatnonzero(is_shown)
    lines = lines.iloc[kept]
    sign = np.where(owes[kept], 1, -1)
    texts = {name: lines[name].fillna("").to_numpy(dtype=object) for name in ("month", "item", "unit_id", "user_id")}
    legs = to_pandas(result.exact.arrow("legs")).set_index("leg_id")
    leg = lines["leg_id"].fillna("").to_numpy(dtype=object)
    of_leg = legs.reindex(leg)
    gives = (sign < 0) & of_leg["from_leg_id"].notna().to_numpy()
    giver = legs["unit_id"].reindex(of_leg["from_leg_id"]).fillna("").to_numpy(dtype=object)
    unit = np.where(gives, giver, texts["unit_id"])  # what was given away is of the unit that gave it
    period = lines["period"].fillna("").to_numpy(dtype=object)
    product = of_leg["product"].fillna("").to_numpy(dtype=object)
    shape = scenario.rules.shape
    product = np.where(product == "", _products(shape, unit, period), product)
    period = np.where(period == "", _periods(shape, product), period)
    return pd.DataFrame(
        {
            **texts,
            "unit_id": unit,
            "product": product,
            "period": period,
            "contract_id": of_leg["contract_id"].fillna("").to_numpy(dtype=object),
            "energy": lines["energy_kwh"].to_numpy(),
            "price": sign * lines["price_micro_yuan_per_kwh"].fillna(0).to_numpy(dtype=np.int64),
            "amount": sign * lines["amount_micro_yuan"].to_numpy(),
        }
    )


def _is_one_of(names: np.ndarray, known: set[str]) -> np.ndarray:
    return np.fromiter((name in known for name in names), dtype=bool, count=len(names))


def _products(shape: MarketShape, units: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """The product that a unit's energy of a period belongs to; none without one of them."""
    of_cell = {
        (mode.id, period): shape.product_ids[shape.product_of_cell[number, place]]
        for number, mode in enumerate(shape.modes)
        for place, period in enumerate(shape.periods)
    }
    modes = (unit.rpartition("/")[2] for unit in units)
    return np.array([of_cell.get(key, "") for key in zip(modes, periods, strict=True)], dtype=object)


def _periods(shape: MarketShape, products: np.ndarray) -> np.ndarray:
    """The period of a product that has a single one."""
    single = {product.id: product.periods[0] for product in shape.products if len(product.periods) == 1}
    return np.array([single.get(product, "") for product in products], dtype=object)
