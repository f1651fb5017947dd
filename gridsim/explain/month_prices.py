"""Prices that a month has of its own: of the table of market prices, and means of its trades (rulebook part 9)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gridsim.arrow import dicts, rows_where
from gridsim.calendar import days_in_month, delivery_months
from gridsim.explain.arithmetic import split
from gridsim.explain.legs import as_traded
from gridsim.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gridsim.explain.source import ResultFacts

__all__ = ["MonthPrices", "mean_price"]


def mean_price(legs: Iterable[tuple[int, int]]) -> int | None:
    """The mean price of energies [kWh] at prices [micro-yuan/kWh]; None over nothing."""
    pairs = list(legs)
    energy = sum(energy for energy, _ in pairs)
    return round_half_up(sum(energy * price for energy, price in pairs), energy) if energy else None


@dataclass(frozen=True)
class MonthPrices:
    """The prices of one month; None is one that it lacks."""

    source: ResultFacts
    month: str

    def market(self, name: str) -> int | None:
        """A price of the table of market prices."""
        rows = rows_where(self.source.input("market_prices"), {"month": self.month})
        found = rows[0].get(f"{name}_micro_yuan_per_kwh") if rows else None
        return None if found is None else int(found)

    def mean(self, kinds: tuple[str, ...]) -> int | None:
        """The mean price of the month's new energy in sessions of these kinds, before transfers."""
        return mean_price(pair for kind in kinds for pair in self._new_energy.get(kind, ()))

    def transfers(self) -> int | None:
        """The mean price of what sellers transferred among themselves."""
        where = {"month": self.month, "transfer": "generators"}
        return mean_price(
            (row["energy_kwh"], row["price_micro_yuan_per_kwh"])
            for row in rows_where(self.source.exact.arrow("trades"), where)
        )

    def unfilled(self, kind: str, least: int, unit: str, product: str) -> int:
        """What stayed unfilled of a unit's standing orders to buy new energy of the month that paid at least so much.

        Parameters
        ----------
        kind : str
            Of the sessions.
        least : int
            [micro-yuan/kWh]
        unit, product : str
        """
        buyer, _ = self.source.buyer_and_mode(unit)
        if "orders" not in self.source.inputs:  # nobody gave any; whose results hold no inputs has no units to ask for
            return 0
        where = {"participant_id": buyer, "side": "buy", "product": product}
        trades = self.source.exact.arrow("trades")
        rejected = {
            row["row"] for row in rows_where(self.source.exact.arrow("rejected"), {"table": "orders"}, ("row",))
        }
        total = 0
        for row in rows_where(self.source.input("orders"), where):
            price = row["price_micro_yuan_per_kwh"]
            is_other = row.get("transfer") or row["number"] in rejected or self._kind(row["session"]) != kind
            if is_other or price is None or price < least:
                continue
            bought = sum(each["energy_kwh"] for each in rows_where(trades, {"buy_row": row["number"]}))
            total += self._part(row["energy_kwh"] - bought, row["month"])
        return total

    def _part(self, energy: int, delivery: str) -> int:
        """The month's part of a delivery [kWh]."""
        months = delivery_months(delivery, int(self.month[:4]))
        if self.month not in months:
            return 0
        rules = self.source.rules.values.decomposition
        if rules.method == "calendar_days":
            weights = [days_in_month(each) for each in months]
        elif rules.method == "equal":
            weights = [1] * len(months)
        else:
            weights = [rules.typical_curve[int(each[5:]) - 1] for each in months]
        return split(energy, weights)[months.index(self.month)].value

    def _kind(self, session: str) -> str:
        rows = rows_where(self.source.input("sessions"), {"session": session}, ("kind",))
        return str(rows[0]["kind"]) if rows else ""

    @cached_property
    def _new_energy(self) -> Mapping[str, list[tuple[int, int]]]:
        """Energies and prices of the month's legs as they were traded, by kind of session.

        What a transfer cut from a leg counts for the leg that it was cut from in the end.
        """
        legs: dict[str, dict[str, Any]] = {
            row["leg_id"]: row for row in dicts(self.source.exact.arrow("legs", {"month": self.month}))
        }
        trades = self.source.exact.arrow("trades", columns=("kind",)).column("kind").to_pylist()
        found: dict[str, list[tuple[int, int]]] = {}
        for leg in legs.values():
            first = leg
            while first.get("from_leg_id"):
                first = legs[first["from_leg_id"]]
            pair = (as_traded(leg)[0], as_traded(first)[1])
            found.setdefault(trades[first["trade_row"] - 1], []).append(pair)
        return found
