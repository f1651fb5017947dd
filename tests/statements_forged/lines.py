"""Lines of a ledger as a statement for one retailer shows them, from the oracle's tables or from a result's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.oracle import settle_market

from .market import MONTHS_OF_YEAR, RETAILER

Tables = Mapping[str, Iterable[Mapping[str, Any]]]

ENERGY_ITEMS = ("energy", "overrun", "fallback", "catalogue")
"""The items whose energies together are the energy settled: each metered kWh stands in one of them."""

EXCHANGE_ITEMS = ("energy", "shortfall", "overrun", "transfer")
"""What the exchange settles with the retailer; all else the grid company settles with its users."""


@dataclass(frozen=True)
class Line:
    """One line: kWh, 10⁻⁶ yuan/kWh, 10⁻⁶ yuan. Positive money is owed by the retailer or its user."""

    month: str
    item: str
    unit: str
    user: str
    product: str
    period: str
    contract: str
    energy: int
    price: int | None
    amount: int
    trial: bool = False

    @property
    def is_of_exchange(self) -> bool:
        return not self.user


def settled(scenario: dict[str, Any]) -> list[Line]:
    """The lines of the retailer and its users, the real and the trial ones, settled by the oracle."""
    return lines_of(settle_market(scenario), users_of_retailer(scenario))


def users_of_retailer(scenario: dict[str, Any]) -> set[tuple[str, str]]:
    """The retailer's users, each with the months in which it is the retailer's: a user may change within the year."""
    rows = sorted(scenario["tables"]["users"], key=lambda row: row.get("effective_from") or "")
    held = {(row["user_id"], month): row["retailer_id"] for month in MONTHS_OF_YEAR for row in rows
            if (row.get("effective_from") or "") <= month}  # fmt: skip
    return {place for place, retailer in held.items() if retailer == RETAILER}


def lines_of(tables: Tables, users: set[tuple[str, str]]) -> list[Line]:
    """The lines of a result that the retailer or one of its users pays or is paid, in the order of the ledger.

    `tables` are rows in exact units, ``ledger`` and ``legs``.
    """
    legs = {leg["leg_id"]: leg for leg in tables["legs"]}
    return [_line(row, legs.get(row["leg_id"])) for row in tables["ledger"] if _is_of(row, users)]


def _is_of(row: Mapping[str, Any], users: set[tuple[str, str]]) -> bool:
    sides = (row["payer"], row["payee"])
    return RETAILER in sides or any((side, row["month"]) in users for side in sides)


def _line(row: Mapping[str, Any], leg: Mapping[str, Any] | None) -> Line:
    is_owed_to_us = row["payee"] == RETAILER and row["item"] == "transfer"
    sign = -1 if is_owed_to_us else 1
    unit = row["unit_id"]
    product = leg["product"] if leg else ""
    if is_owed_to_us:  # the unit of the line is the taker's
        unit = f"{RETAILER}/{'conventional' if product == 'total' else 'tou'}"
    if not product and unit:
        product = "total" if unit.endswith("/conventional") else row["period"]
    price = row["price_micro_yuan_per_kwh"]
    return Line(
        month=row["month"],
        item=row["item"],
        unit=unit,
        # The retailer pays its users' overrun; the exchange shows it by unit.
        user="" if row["item"] in EXCHANGE_ITEMS else row["user_id"],
        product=product,
        period=row["period"] or (product if product != "total" else ""),
        contract=leg["contract_id"] if leg else "",
        energy=row["energy_kwh"],
        price=None if price is None else sign * price,
        amount=sign * row["amount_micro_yuan"],
        trial=row["trial"],
    )


def real(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if not line.trial]
