"""What a party's page tells of it, in exact integers: its positions, its months, and what it and its users paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.rules.shape import CORRECTION, FEE, WITHIN_UNITS

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.report.page.party import Party
    from gridsim.result import Result

__all__ = ["OwnFigures", "own_figures"]


@dataclass(frozen=True, eq=False)
class OwnFigures:
    """Of a party, in kWh and micro-yuan.

    Attributes
    ----------
    positions : DataFrame
        A row for each unit, month and product, as columns; the dearest deviation first.
    months : DataFrame
        By month: energies, ``deviation_micro_yuan``, ``cost_micro_yuan``.
    items : mapping of str to int
        What the units and their users paid, by item of the ledger; without corrections and what users pay a retailer.
    own : int
        Of that what the buyer itself paid.
    contract_price : mapping of (str, str) to (int, int)
        By unit and product: the money and the energy of its contracts, in the year.
    margins : DataFrame or None
        By month and user, where users of the party have retail contracts.
    """

    positions: pd.DataFrame
    months: pd.DataFrame
    items: dict[str, int]
    own: int
    contract_price: dict[tuple[str, str], tuple[int, int]]
    margins: pd.DataFrame | None

    @property
    def rows(self) -> list[Any]:
        """The positions, each with its columns as attributes."""
        return list(self.positions.itertuples(index=False))

    @property
    def cost(self) -> int:
        """All that the units and their users paid."""
        return sum(self.items.values())

    @property
    def deviation(self) -> int:
        """What overrun, shortfall and fees cost."""
        return self.sum_of("deviation_micro_yuan")

    def sum_of(self, column: str) -> int:
        """Over all positions."""
        return int(self.positions[column].sum())


def own_figures(result: Result, party: Party) -> OwnFigures:
    """Gather a party's figures.

    Parameters
    ----------
    result : Result
    party : Party
    """
    statistics, mine = result.statistics, {"unit": list(party.units)}
    positions = statistics.deviation(("unit", "month", "product"), mine).exact.reset_index()
    for name in ("unit", "month", "product"):
        positions[name] = positions[name].astype(str)
    paid = statistics.money(("item", "payer", "month"), mine).exact["amount_micro_yuan"].reset_index()
    paid = paid[~paid["item"].isin((*WITHIN_UNITS, CORRECTION)) & paid["payer"].isin({party.id, *party.users})]
    months = positions.groupby("month", sort=True)[
        ["contract_kwh", "metered_kwh", "overrun_kwh", "shortfall_kwh", "deviation_micro_yuan"]
    ].sum()
    months["cost_micro_yuan"] = paid.groupby(paid["month"].astype(str))["amount_micro_yuan"].sum()
    months["cost_micro_yuan"] = months["cost_micro_yuan"].fillna(0).astype("int64")
    by_item = paid.groupby(paid["item"].astype(str))["amount_micro_yuan"].sum()
    order = [item for item in (*result.rules.shape.items, FEE) if by_item.get(item, 0)]
    return OwnFigures(
        positions=positions.sort_values("deviation_micro_yuan", ascending=False, kind="stable", ignore_index=True),
        months=months,
        items={item: int(by_item[item]) for item in dict.fromkeys((*order, *by_item.index))},
        own=int(paid.loc[paid["payer"] == party.id, "amount_micro_yuan"].sum()),
        contract_price=_prices(result, party),
        margins=_margins(result, party),
    )


def _prices(result: Result, party: Party) -> dict[tuple[str, str], tuple[int, int]]:
    names = ("unit_id", "product", "energy_kwh", "price_micro_yuan_per_kwh")
    legs = result.exact.arrow("legs", {"unit_id": list(party.units)}, names).to_pandas()
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for row in legs.itertuples(index=False):
        money, energy = found.get((row.unit_id, row.product), (0, 0))
        kwh = int(row.energy_kwh)
        found[row.unit_id, row.product] = (money + kwh * int(row.price_micro_yuan_per_kwh), energy + kwh)
    return found


def _margins(result: Result, party: Party) -> Any:
    """What the party earns by month and user; nothing where no retail contract stands, or for one unit of several."""
    contracts = result.inputs.get("retail_contracts")
    if not (party.is_retailer and party.is_whole) or contracts is None or not len(contracts):
        return None
    if not set(contracts.column("user_id").to_pylist()) & set(party.users):
        return None
    return result.statistics.margins(("month", "user"), {"retailer": party.id}).exact.reset_index()
