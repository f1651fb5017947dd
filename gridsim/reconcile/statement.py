"""A settlement statement in gridsim's own names: lines with what names them, and figures as they are printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.reconcile.ledger_lines import KEYS
from gridsim.reconcile.printed import Printed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

__all__ = ["Metered", "Statement", "Total"]


@dataclass(frozen=True)
class Total:
    """A row of totals that a statement prints below its lines."""

    rows: tuple[int, ...]
    """Of the lines that it adds up."""
    amount: Decimal
    unit: Fraction
    """1 of it in micro-yuan."""


@dataclass(frozen=True)
class Metered:
    """Metered energy that a statement brings along.

    Attributes
    ----------
    frame : DataFrame
        ``user_id``, ``month``, ``period``, ``energy`` [kWh].
    silent : mapping of (str, str) to tuple
        Where it has intervals: by user and month the stretches in which it counted nothing, though it counts something
        at that time of other days; each with its start and end.
    """

    frame: pd.DataFrame
    silent: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Statement:
    """What the other side says.

    Attributes
    ----------
    lines : DataFrame
        Columns `KEYS`: text, empty where a line is not named by it.
    energy, price, amount : Printed
        [kWh], [micro-yuan/kWh], [micro-yuan]; positive money is owed by the party or its user.
    where : list of str
        Of each line, where it stands: file, sheet and row.
    corrects : list of (str, str)
        Of each line, the item and the earlier month that it corrects, as far as the statement tells.
    totals : tuple of Total
    metered : Metered or None
    """

    lines: pd.DataFrame
    energy: Printed
    price: Printed
    amount: Printed
    where: list[str] = field(default_factory=list)
    corrects: list[tuple[str, str]] = field(default_factory=list)
    totals: tuple[Total, ...] = ()
    metered: Metered | None = None

    def __post_init__(self) -> None:
        assert tuple(self.lines.columns) == KEYS

    def __len__(self) -> int:
        return len(self.lines)

    def has(self, key: str) -> bool:
        """Whether any line is named by it."""
        return bool((self.lines[key] != "").any())
