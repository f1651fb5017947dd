"""Amounts of files as exact decimals: whole numbers of ``10**-decimals``, as fine as the finest of them.

A workbook stores binary floats and shows 15 digits of them: such a cell is the decimal of at most 15 digits that is
nearest to it, so what was typed as 57.7 is 57.7 (docs/how-to/import-files.md). Texts are read as they stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridsim.tables.fixed import FINE, to_fixed
from gridsim.tables.raw import narrow, text_of_cell
from gridsim.units import INT64_MAX

__all__ = ["Amounts", "amounts_of_cells", "amounts_of_texts", "side_by_side"]

BoolArray = NDArray[np.bool_]

_DIGITS = 15  # so many does a spreadsheet store and show
_MOST_DECIMALS = 30  # of a text; no meter has them, and a cell of a thousand digits is a mistake
_PLAIN = r"^[+-]?[0-9]{1,15}(\.[0-9]*)?$|^[+-]?\.[0-9]+$"
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
_NOTHING = frozenset(("-", "--", "---", "—", "——", "–", "/", "\\", "null", "none", "nan", "n/a", "na", "无", "空"))
"""What exports write where they have no value."""


@dataclass(frozen=True)
class Amounts:
    """Decimals of one scale.

    Attributes
    ----------
    values : array of int64, or of Python integers where those are too small
        In units of ``10**-decimals``; 0 where there is none.
    decimals : int
    given : bool array
        Where a number stands.
    odd : dict of int to str
        By place in the flattened array, texts that are no number.
    """

    values: NDArray[Any]
    decimals: int
    given: BoolArray
    odd: dict[int, str]

    def scaled(self, exponent: int) -> Amounts:
        """The same amounts in a unit of which one old one is ``10**exponent``."""
        decimals = self.decimals - exponent
        return self if exponent == 0 else replace(self, decimals=decimals).at_least(0)

    def at_least(self, decimals: int) -> Amounts:
        """The same amounts with at least so many decimals."""
        more = decimals - self.decimals
        return self if more <= 0 else replace(self, values=_times(self.values, 10**more), decimals=decimals)

    def without_idle_zeros(self, least: int = 0) -> Amounts:
        """The same amounts with no more decimals than they need."""
        values, decimals = self.values, self.decimals
        while decimals > least and not np.any(values % 10):
            values, decimals = values // 10, decimals - 1
        return replace(self, values=values, decimals=decimals)

    def sum_by(self, codes: NDArray[Any], count: int) -> NDArray[np.object_]:
        """Exact sums by group as Python integers; ``codes`` may have the shape of the values, or of their rows."""
        codes = np.broadcast_to(codes if codes.ndim == self.values.ndim else codes[:, None], self.values.shape)
        if self.values.dtype == object:
            sums = np.zeros(count, dtype=object)
            np.add.at(sums, codes.ravel(), self.values.ravel())
            return sums
        high, low = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        half = 2**31  # the halves of so many rows as memory holds stay below 2**63
        np.add.at(high, codes.ravel(), (self.values // half).ravel())
        np.add.at(low, codes.ravel(), (self.values % half).ravel())
        whole: NDArray[np.object_] = high.astype(object) * half + low.astype(object)
        return whole

    def decimal(self, value: int) -> Decimal:
        """A value or a sum of them as a decimal."""
        return Decimal(int(value)).scaleb(-self.decimals)


def amounts_of_texts(column: pa.Array) -> Amounts:
    """A column of texts, null where nothing stands."""
    given = np.asarray(column.is_valid())
    plain = np.asarray(pc.fill_null(pc.match_substring_regex(column, _PLAIN), True))
    odd: dict[int, str] = {}
    if not plain.all():
        cells = column.to_pylist()
        for place in np.flatnonzero(~plain).tolist():
            cells[place] = _plain_text(cells[place])
            if cells[place] is None:
                given[place] = False
            elif not _NUMBER.fullmatch(cells[place]) or len(cells[place]) > _MOST_DECIMALS:
                odd[place] = cells[place]
                cells[place], given[place] = None, False
        column = pa.array(cells, pa.string())
    if not given.any():
        return Amounts(np.zeros(len(given), dtype=np.int64), 0, given, odd)
    point = pc.find_substring(column, ".")
    behind = pc.subtract(pc.subtract(pc.binary_length(column), point), 1)
    decimals = pc.max(pc.if_else(pc.less(point, 0), 0, behind)).as_py() or 0
    longest = pc.max(pc.binary_length(column)).as_py()
    if longest <= _DIGITS + 1:  # digits and point: one float64 for each, and back
        numbers = np.asarray(pc.fill_null(column.cast(pa.float64()), 0.0))
        values, reasons = to_fixed(pd.Series(numbers), decimals)
    else:
        values, reasons = to_fixed(pc.fill_null(column, "0").to_pandas(), decimals)
    if np.any(reasons != FINE):
        values = _one_by_one(column, decimals)
    return Amounts(values, decimals, given, odd)


def amounts_of_cells(cells: Sequence[object] | NDArray[Any]) -> Amounts:
    """Cells of a workbook: floats, integers, texts, and empty ones."""
    if isinstance(cells, np.ndarray) or {type(cell) for cell in cells} <= {float, int}:
        try:
            return _of_floats(np.asarray(cells, dtype=np.float64))
        except OverflowError:
            pass
    texts: list[str | None] = []
    for cell in cells:
        if isinstance(cell, float) and cell == cell:
            texts.append(_text_of_float(cell))
        elif isinstance(cell, dt.datetime | dt.date | dt.time | bool):
            texts.append(f" {cell}")  # no number, however it is written
        else:
            texts.append(text_of_cell(cell) if not isinstance(cell, float) else None)
    return amounts_of_texts(pa.array(texts, pa.string()))


def side_by_side(columns: Sequence[Amounts]) -> Amounts:
    """Columns of one length as one array of (rows, columns), all of one scale."""
    decimals = max((column.decimals for column in columns), default=0)
    same = [column.at_least(decimals) for column in columns]
    odd = {row * len(same) + place: text for place, column in enumerate(same) for row, text in column.odd.items()}
    values = np.stack([column.values for column in same], axis=1)
    given = np.stack([column.given for column in same], axis=1)
    return Amounts(values, decimals, given, dict(sorted(odd.items())))


def _of_floats(floats: NDArray[np.float64]) -> Amounts:
    given = np.ones(len(floats), dtype=bool)
    size = np.abs(floats)
    # The decimal of 15 digits lies within half a unit of the fifteenth digit.
    most = _DIGITS - 1 - np.floor(np.log10(np.where(size > 0, size, 1.0))).astype(np.int64)
    slack = 0.5 * 10.0 ** -most.astype(np.float64)
    for decimals in range(_DIGITS - 3):
        scale = float(10**decimals)
        if size.max(initial=0.0) * scale >= 10.0**_DIGITS:
            break
        whole = np.rint(floats * scale)
        if np.all(np.abs(whole / scale - floats) <= slack):
            return Amounts(whole.astype(np.int64), decimals, given, {})
    return amounts_of_texts(pa.array([_text_of_float(number) for number in floats.tolist()], pa.string()))


def _text_of_float(number: float) -> str:
    """The decimal of at most 15 digits, without an exponent."""
    text = f"{number:.{_DIGITS}g}"
    return f"{Decimal(text):f}" if "e" in text else text


def _plain_text(text: str) -> str | None:
    """A number in another width or with commas between thousands as it is written here; None for no value at all."""
    plain = narrow(text).strip("\u00a0\u3000")
    if plain.casefold() in _NOTHING or not plain:
        return None
    if _GROUPED.fullmatch(plain):
        return plain.replace(",", "")
    if _NUMBER.fullmatch(plain) and "e" in plain.casefold():
        try:
            return f"{Decimal(plain):f}"
        except InvalidOperation:
            return plain
    return plain.removeprefix("'")


def _one_by_one(column: pa.Array, decimals: int) -> NDArray[Any]:
    """Numbers beyond int64 as Python's own."""
    return _shortest([int(Decimal(cell).scaleb(decimals)) if cell is not None else 0 for cell in column.to_pylist()])


def _times(values: NDArray[Any], factor: int) -> NDArray[Any]:
    if values.dtype == object or int(np.abs(values).max(initial=0)) * factor > INT64_MAX:
        return values.astype(object) * factor
    return values * factor


def _shortest(numbers: list[int]) -> NDArray[Any]:
    if max(map(abs, numbers), default=0) <= INT64_MAX:
        return np.array(numbers, dtype=np.int64)
    return np.array(numbers, dtype=object)
