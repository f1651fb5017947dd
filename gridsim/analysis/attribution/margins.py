"""A retailer's margin by user and month, which adds up to the retailer's account in the ledger (rulebook part 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from gridsim.analysis.attribution.attribute import Attributor, item_of_fees
from gridsim.rules.shape import ENERGY, OVERRUN, SHORTFALL, TAIL_OF_TABLE
from gridsim.shares import shares

if TYPE_CHECKING:
    from gridsim.analysis.attribution.held import HeldPositions
    from gridsim.analysis.attribution.methods import Method
    from gridsim.io.table_sets import Where

__all__ = ["Margins", "margins_of"]

_RETAIL = TAIL_OF_TABLE["retail_contracts"]
_AMOUNT = "amount_micro_yuan"


@dataclass(slots=True)
class Margins:
    """What a retailer receives and pays for a user in a month, or for none of its users [micro-yuan].

    Attributes
    ----------
    retail : dict of str to int
        Received, by item.
    energy, overrun, fee, shortfall, other : int
        Paid.
    """

    retail: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_RETAIL, 0))
    energy: int = 0
    overrun: int = 0
    fee: int = 0
    shortfall: int = 0
    other: int = 0

    @property
    def row(self) -> tuple[int, ...]:
        """All figures in the order of the table ``margins``, and what is left."""
        paid = (self.energy, self.overrun, self.fee, self.shortfall, self.other)
        return (*self.retail.values(), *paid, sum(self.retail.values()) - sum(paid))


_OfMonth = dict[str | None, Margins]


def margins_of(
    held: HeldPositions, method: Method = "own_deviation"
) -> Mapping[tuple[str, str], Mapping[str | None, Margins]]:
    """The margins of all retailers.

    Parameters
    ----------
    held : HeldPositions
        Of the real ledger, all of them.
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
        How overrun, fees and shortfall are shared over users.

    Returns
    -------
    mapping
        By retailer and month, of its users in the order of their table, and of none of them (None, the last).
    """
    return _Margins(held, Attributor(held, method)).found()


class _Margins:
    """Gathers them, position by position, then from the lines of the ledger."""

    def __init__(self, held: HeldPositions, attributor: Attributor) -> None:
        self._held, self._attributor = held, attributor
        self._retailers = set(held.result.inputs["retailers"].column("retailer_id").to_pylist())
        self._known: dict[tuple[str, str], _OfMonth] = {}
        self._columns = {ENERGY: "energy", OVERRUN: "overrun", SHORTFALL: "shortfall"}
        self._columns |= {item: "fee" for item in [item_of_fees(held)] if item}

    def found(self) -> Mapping[tuple[str, str], Mapping[str | None, Margins]]:
        """All of them, in the order of retailers and months."""
        self._positions()
        for (retailer, month), item, user, amount in self._lines():
            if item in _RETAIL:
                self._at(retailer, month, user).retail[item] += amount
            elif item not in self._columns:
                self._at(retailer, month, None).other -= amount
        row_of = self._held.users.row_of
        return {
            key: dict(sorted(of_month.items(), key=lambda each: (each[0] is None, row_of.get(each[0] or "", 0))))
            for key, of_month in sorted(self._known.items())
        }

    def _positions(self) -> None:
        """A position's energy money by energy in band; overrun, fees and shortfall as they are attributed."""
        for position in self._held:
            retailer, _ = self._held.units[position.unit]
            if retailer not in self._retailers:
                continue
            rows = [self._at(retailer, position.month, self._held.users.ids[user]) for user in position.users.tolist()]
            nobody = self._at(retailer, position.month, None)
            energies = position.in_band_of.tolist()
            if any(energies):
                for row, share in zip(rows, shares(position.energy_money, energies), strict=True):
                    row.energy += share
            else:
                nobody.energy += position.energy_money
            for part in self._attributor.of(position).parts:
                column = self._columns[part.item]
                for row, share in zip([*rows, nobody], [*part.amounts, part.own_money], strict=True):
                    setattr(row, column, getattr(row, column) + share)

    def _lines(self) -> Iterator[tuple[tuple[str, str], str, str | None, int]]:
        """What retailers receive, and pay as negative amounts: whose and when, item, user, money of all such lines."""
        for side, sign in (("payee", 1), ("payer", -1)):
            by = (side, "month", "item", "user_id")
            where: Where = {"trial": False, side: self._retailers}
            lines = self._held.result.exact.arrow("ledger", where, (*by, _AMOUNT))
            plain = pa.table({name: lines.column(name).cast(pa.string()) for name in by}).append_column(
                _AMOUNT, lines.column(_AMOUNT)
            )
            sums = plain.group_by(list(by), use_threads=False).aggregate([(_AMOUNT, "sum")])
            columns = (sums.column(name).to_pylist() for name in (*by, f"{_AMOUNT}_sum"))
            for retailer, month, item, user, amount in zip(*columns, strict=True):
                yield (retailer, month), item, user, sign * amount

    def _at(self, retailer: str, month: str, user: str | None) -> Margins:
        of_month = self._known.setdefault((retailer, month), {None: Margins()})
        return of_month.setdefault(user, Margins())
