"""Formats 2: the result tables of a settlement, row by row."""

from __future__ import annotations

from typing import Any

from .market import Cell
from .retail import Sold
from .shape import Shape

Row = dict[str, Any]


class Settlement:
    """Tables that grow."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.positions: list[Row] = []
        self.position_bands: list[Row] = []
        self.leg_settlement: list[Row] = []
        self.cell_settlement: list[Row] = []
        self.seller_settlement: list[Row] = []
        self.ledger: list[Row] = []
        self.days: list[str] = []  # of each line: the day on which its part of the month begins (rulebook 15)
        self.sold: list[Sold] = []

    def pay(self, item: str, payer: str, payee: str, energy: int, price: int, clause: str, **where: Any) -> int:
        """One ledger line; returns its amount. Rulebook 1: kWh × 10⁻⁶ yuan/kWh, no rounding at all.

        Formats 2: lines of zero amount and zero energy are left out (R7: a zero amount with energy stays).
        """
        amount = energy * price
        if energy != 0:
            self._line(item, payer, payee, clause, where, energy, price, amount)
        return amount

    def pay_share(self, item: str, payer: str, payee: str, amount: int, clause: str, **where: Any) -> int:
        """Rulebook 9: a share of money has energy 0 and no price."""
        if amount != 0:
            self._line(item, payer, payee, clause, where, 0, None, amount)
        return amount

    def _line(
        self, item: str, payer: str, payee: str, clause: str, where: Row, energy: int, price: int | None, amount: int
    ) -> None:
        line: Row = {"month": "", "unit_id": "", "user_id": "", "leg_id": "", "period": "", "trial": False}
        line |= {"tariff_period": "", "corrects_month": "", "corrects_item": ""}
        line |= {"item": item, "payer": payer, "payee": payee, "clause": clause, **where}
        self.days.append(line.pop("day", ""))
        line |= {"energy_kwh": energy, "price_micro_yuan_per_kwh": price, "amount_micro_yuan": amount}
        self.ledger.append(line)

    def cell_row(self, cell: Cell, unit: str, trial: bool) -> Row:
        """A row of `cell_settlement` before any money. Without a unit, in-band and overrun are zero (formats 2)."""
        return {
            "user_id": cell.user.id,
            "unit_id": unit,
            "month": cell.month,
            "period": cell.period,
            "tariff_period": cell.tariff_period,
            "metered_kwh": cell.energy,
            "in_band_kwh": 0,
            "overrun_kwh": 0,
            "overrun_micro_yuan": 0,
            **{f"{item}_micro_yuan": 0 for item in self.shape.charge_items()},
            "trial": trial,
        }

    def held_by(self, account: str, month: str) -> int:
        """What an account holds of a month, of the real ledger."""
        lines = [line for line in self.ledger if line["month"] == month and not line["trial"]]
        came = sum(line["amount_micro_yuan"] for line in lines if line["payee"] == account)
        return came - sum(line["amount_micro_yuan"] for line in lines if line["payer"] == account)
