"""A cell of a statement as a number in MWh, yuan/MWh or yuan, whatever unit its heading or the titles name."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from gridsim.errors import Fault
from gridsim.importing.heading_texts import heading_text
from gridsim.io.excel_values import plain_number
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.reconcile.sheets import Column, Sheet

__all__ = ["NOTHING", "figure_of", "is_unit_told"]

NOTHING = ("", "-", "—", "/")
"""What stands in a cell that says nothing."""
_QUANTITY = {"energy": "energy", "price": "price", "amount": "money"}


def figure_of(
    sheet: Sheet, number: int, row: Sequence[object], column: Column, measure: str, faults: list[Fault]
) -> Decimal | None:
    """The number; None where nothing stands.

    Parameters
    ----------
    sheet : Sheet
    number : int
        1-based row of the file.
    row : sequence of object
    column : Column
    measure : {"energy", "price", "amount"}
        What the column is of, where its heading does not say.
    faults : list of Fault
        Takes what is no number.
    """
    cell = row[column.place] if column.place < len(row) else None
    text = "" if cell is None else heading_text(cell).replace(",", "").replace("，", "")
    if text in NOTHING:
        return None
    try:
        value = Decimal(repr(plain_number(cell)) if isinstance(cell, float) else text)
        if not value.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        message = Sentence("not a number")
        allowed = Sentence("a number without a unit, as 1234.56 or -1234.56; or nothing")
        faults.append(Fault(sheet.name, number, column.heading, str(cell), message, allowed))
        return None
    return value.scaleb(_exponent(sheet, column, column.said.measure or measure) or 0).normalize()


def is_unit_told(sheet: Sheet, column: Column, measure: str) -> bool:
    """Whether a heading or a title names the unit of a column.

    Parameters
    ----------
    sheet : Sheet
    column : Column
    measure : {"energy", "price", "amount"}
        What the column is of, where its heading does not say.
    """
    is_named_so = column.heading.casefold().endswith(("_mwh", "_yuan"))  # as gridsim's own tables have it
    return is_named_so or _exponent(sheet, column, column.said.measure or measure) is not None


def _exponent(sheet: Sheet, column: Column, measure: str) -> int | None:
    if column.said.unit is not None:
        return column.said.unit.exponent
    return next((unit.exponent for unit in sheet.units if unit.quantity == _QUANTITY[measure]), None)
