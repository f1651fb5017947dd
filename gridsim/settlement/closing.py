"""Lines that close a month, behind all its positions and users; they may be shares of money without energy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["NOBODY", "NO_PRICE", "ClosingLines", "LineList", "signed_shares", "whole_shares"]

NOBODY = -1
NO_PRICE = np.iinfo(np.int64).min
"""The price of a line that is a share of money."""


class ClosingLines(NamedTuple):
    """Lines of the ledger by month, in their order within it, each an (n,) int64 array.

    `item` is a place among `MarketShape.items`, `payer` and `payee` among the parties, `leg` among the legs (`NOBODY`:
    none); `clause` a place among `governed_by`.
    """

    month: Ints
    item: Ints
    payer: Ints
    payee: Ints
    leg: Ints
    energy: Ints
    price: Ints
    amount: Ints
    clause: Ints
    governed_by: tuple[tuple[str, ...], ...]


@dataclass
class LineList:
    """Lines as they are written, one after the other."""

    items: tuple[str, ...]
    rows: list[tuple[int, ...]] = field(default_factory=list)
    governed_by: dict[tuple[str, ...], int] = field(default_factory=dict)

    def pay(
        self,
        month: int,
        item: str,
        parties: tuple[int, int],
        energy: int,
        price: int,
        governed_by: tuple[str, ...],
        leg: int = NOBODY,
    ) -> int:
        """A line of energy at a price, from the first party to the second; its money. None without energy."""
        if energy:
            self._add(month, item, parties, (energy, price, energy * price), governed_by, leg)
        return energy * price

    def pay_share(
        self, month: int, item: str, parties: tuple[int, int], amount: int, governed_by: tuple[str, ...]
    ) -> int:
        """A line that is a share of money: no energy, no price. None without money."""
        if amount:
            self._add(month, item, parties, (0, NO_PRICE, amount), governed_by, NOBODY)
        return amount

    def _add(
        self,
        month: int,
        item: str,
        parties: tuple[int, int],
        amounts: tuple[int, int, int],
        governed_by: tuple[str, ...],
        leg: int,
    ) -> None:
        clause = self.governed_by.setdefault(governed_by, len(self.governed_by))
        self.rows.append((month, self.items.index(item), *parties, leg, *amounts, clause))

    def closed(self) -> ClosingLines:
        """All of them, by month."""
        table = np.array(self.rows, dtype=np.int64).reshape(-1, 9)
        table = table[np.argsort(table[:, 0], kind="stable")]
        columns = dict(zip(ClosingLines._fields, table.T, strict=False))
        return ClosingLines(**columns, governed_by=tuple(self.governed_by))


def whole_shares(total: int, weights: Sequence[int]) -> list[int]:
    """Shares by largest remainder (rulebook part 4), in whole numbers of any size: money is more than kernels divide.

    Parameters
    ----------
    total : int
        Not negative.
    weights : sequence of int
        Not negative, not all 0.
    """
    weights = [int(weight) for weight in weights]  # NumPy's numbers would wrap
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    rests = [total * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: -rests[place])  # of equal ones the earlier first
    for place in order[: total - sum(shares)]:
        shares[place] += 1
    return shares


def signed_shares(total: int, weights: Sequence[int]) -> list[int]:
    """Of a negative total the shares of what it is without its sign, turned negative."""
    shares = whole_shares(abs(total), weights)
    return shares if total >= 0 else [-share for share in shares]
