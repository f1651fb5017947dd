"""What a batch keeps of its draws, which decides the columns of its tables."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Kept"]


@dataclass(frozen=True)
class Kept:
    """What a batch keeps, which decides the columns of its tables.

    Attributes
    ----------
    metrics : tuple of str
    detail : {"summary", "unit", "full"}
    quantiles : tuple of int
        [10⁻⁴]
    tail : int
        [10⁻⁴]
    draws : int
    items : tuple of str
        Of the ledger: those that any of the plan's rule sets has, transfers last.
    payer : {"buyer"} or None
        Whose payments are kept beside the whole cost of positions.
    """

    metrics: tuple[str, ...]
    detail: str
    quantiles: tuple[int, ...]
    tail: int
    draws: int
    items: tuple[str, ...]
    payer: str | None = None

    @property
    def by_unit(self) -> bool:
        """Whether there is anything by unit."""
        return self.detail != "summary" and ("cost_by_unit" in self.metrics or "deviation" in self.metrics)

    @property
    def every_draw(self) -> bool:
        """Whether the cost of each unit in each draw is kept."""
        return self.detail == "full" and "cost_by_unit" in self.metrics

    @property
    def by_position(self) -> bool:
        """Whether positions and sums of them are kept."""
        return self.detail != "summary" and "positions" in self.metrics

    @property
    def by_retailer(self) -> bool:
        """Whether the margin of each retailer is kept, by month and draw."""
        return "margins" in self.metrics

    @property
    def by_user(self) -> bool:
        """Whether it is kept by user of a retailer, too, how it spreads over the draws."""
        return self.detail != "summary" and self.by_retailer

    @property
    def whole_parties(self) -> bool:
        """Whether all units of a party are to be settled together."""
        return self.by_position or self.by_retailer

    @property
    def figures(self) -> tuple[str, ...]:
        """The money of a position whose spread is kept; what deviation costs comes first."""
        if not self.by_position:
            return ()
        return ("deviation", "cost", *(() if self.payer is None else (self.payer,)))
