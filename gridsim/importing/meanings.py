"""What a heading may mean: a key of rows, amounts, and by what amounts of one kind are told apart."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridsim.tables.heading_units import HeadingUnit

__all__ = ["HELPERS", "LEFT_OUT", "NOTHING_SAID", "TOLD_APART", "Meaning"]

HELPERS = ("date", "time", "ends_at", "multiplier", "meter", "reading", "reading_from", "reading_to")
"""Columns that no table has, and from which its own are made."""

TOLD_APART = ("user", "period", "year", "month", "day")
"""By what headings tell columns of one kind of amounts apart."""


@dataclass(frozen=True)
class Meaning:
    """What a heading says; empty where it says nothing of the kind.

    Attributes
    ----------
    key : str
        A column whose cells say what a row is: of the table, or of `HELPERS`.
    measure : str
        A column of the table whose amounts stand beneath.
    kind : {"", "energy", "price", "power", "other"}
        Of which kind the amounts are, where the heading does not say which column they are of; those of no table are
        ``other``.
    reading : {"", "reading", "reading_from", "reading_to"}
        The amounts are those that a register shows.
    period : str
        Of which period, or product.
    user : str
        Of which user, as the heading names it.
    year, month, day : int
        0: none.
    unit : HeadingUnit or None
    is_sum : bool
        What stands beneath adds up others.
    """

    key: str = ""
    measure: str = ""
    kind: str = ""
    reading: str = ""
    period: str = ""
    user: str = ""
    year: int = 0
    month: int = 0
    day: int = 0
    unit: HeadingUnit | None = None
    is_sum: bool = False

    @property
    def is_value(self) -> bool:
        """Whether amounts stand beneath."""
        return not self.key and bool(
            self.measure or self.kind or self.reading or self.period or self.user or self.month or self.year
        )

    def is_beside(self, other: Meaning) -> bool:
        """Whether amounts beneath are of what those of another column are of, or of all such."""
        return all(getattr(self, what) in ("", 0, getattr(other, what)) for what in TOLD_APART)

    def with_upper(self, upper: Meaning) -> Meaning | None:
        """What this heading says under another one; None if the two contradict each other."""
        if upper.key and self == NOTHING_SAID:
            return upper
        if bool(self.key) != bool(upper.key) and (self.key or upper.key):
            return self if upper == NOTHING_SAID or (self.key and upper.is_value) else None
        made = {}
        for each in fields(self):
            mine, above = getattr(self, each.name), getattr(upper, each.name)
            if mine and above and mine != above and each.name not in ("unit", "is_sum"):
                return None
            made[each.name] = mine or above
        return Meaning(**made)


NOTHING_SAID = Meaning()
LEFT_OUT = Meaning(key="left_out")
"""Of a column that the user wants left out."""
