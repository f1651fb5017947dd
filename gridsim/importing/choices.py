"""What the user has said of files whose cells don't tell: options, and what a map holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from gridsim.importing.meanings import Meaning
from gridsim.tables.heading_units import HeadingUnit

__all__ = ["Choices", "Stamped"]

Stamped = Literal["starts", "ends"]


@dataclass(frozen=True)
class Choices:
    """Said by the user; what is empty is to be found out.

    Attributes
    ----------
    stamped : {"starts", "ends"} or None
        Where in its interval a time stands.
    units : mapping of str to HeadingUnit
        By quantity, the unit of amounts whose headings name none.
    year : int
        Of months without one; 0: none.
    multiplier : Decimal, "column" or None
        Of registers without one; beside energy, 1: it is in the energy already, and "column": it is not.
    add_meters : bool
        The meters of one account are added up.
    users_across : bool
        Columns whose headings say nothing are users.
    sheets : tuple of str
        Those of workbooks that are read; empty: all.
    columns : mapping of str to Meaning or None
        By heading, what stands beneath; None: it is left out.
    ids : mapping of str to str
        By id in the files, that of the scenario.
    constants : mapping of str to str
        By column, what stands in each row.
    """

    stamped: Stamped | None = None
    units: Mapping[str, HeadingUnit] = field(default_factory=dict)
    year: int = 0
    multiplier: Decimal | Literal["column"] | None = None
    add_meters: bool = False
    users_across: bool = False
    sheets: tuple[str, ...] = ()
    columns: Mapping[str, Meaning | None] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
