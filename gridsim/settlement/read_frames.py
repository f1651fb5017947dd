"""Frames of legs and cells from anywhere, read to the kernel's arrays, with every fault in them listed at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.columns import Column, Table
from gridsim.core.settlement.arrays import NO_ADJUSTMENT, BandTables, Cells, ChargePrices, Legs
from gridsim.errors import Fault, ScenarioError
from gridsim.settlement.bands import Bands, band_tables
from gridsim.suggest import nearest, nearest_in_words
from gridsim.tables.allowed import allowed
from gridsim.tables.faults import in_reading_order, row_faults
from gridsim.tables.frames import array_of_series
from gridsim.tables.heading_units import unit_of_heading
from gridsim.tables.numbers import convert_numbers
from gridsim.words import NOTHING, Sentence, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.columns import Kind
    from gridsim.core.settlement.arrays import Ints

__all__ = ["Frames", "read_frames"]

_LEGS, _CELLS, _BY = "legs", "cells", "by"
_ENERGY = "energy_mwh"
_PRICE = "price_yuan_per_mwh"
_OVERRUN = "overrun_price_yuan_per_mwh"
_TRANSMISSION = "transmission_price_yuan_per_mwh"
_FUNDS = "funds_price_yuan_per_mwh"
_ADJUSTMENT = "tou_adjustment_coefficient"
_NUMBERS = (_ENERGY, _PRICE, _OVERRUN, _TRANSMISSION, _FUNDS, _ADJUSTMENT)
_ALL_BUT_EQUAL = 0.88


@dataclass(frozen=True, slots=True)
class Frames:
    """Legs and cells as the kernels take them, and the way back to the frames.

    Attributes
    ----------
    keys : DataFrame
        What tells positions apart, one row per position, in the order of first appearance.
    leg_row, cell_row : (L,), (N,) int64 array
        The row of the frame, position by position.
    legs, cells, bands : Legs, Cells, BandTables
    charges : ChargePrices
        T&D first, then funds; zero where they were not given.
    has_transmission, has_funds, has_adjustment : bool
    """

    keys: pd.DataFrame
    leg_row: Ints
    cell_row: Ints
    legs: Legs
    cells: Cells
    bands: BandTables
    charges: ChargePrices
    has_transmission: bool
    has_funds: bool
    has_adjustment: bool


def read_frames(
    legs: pd.DataFrame, cells: pd.DataFrame, sets: Bands | Mapping[str, Bands], by: Sequence[str]
) -> Frames:
    """Read legs and cells, with the columns that `gridsim.settle` names.

    Raises
    ------
    ScenarioError
        Lists every fault.
    """
    faults: list[Fault] = []
    by_product = None if isinstance(sets, Bands) else dict(sets)
    all_sets = [sets] if isinstance(sets, Bands) else list(sets.values())
    _check_keys(by, by_product, faults)
    overrun = _overrun_columns(cells, max((len(bands.exact_over) for bands in all_sets), default=1))
    leg = _Columns(_LEGS, legs, by, (_ENERGY, _PRICE), (), faults)
    cell = _Columns(_CELLS, cells, by, (_ENERGY, *dict.fromkeys(overrun)), (_TRANSMISSION, _FUNDS, _ADJUSTMENT), faults)
    if cell.has(_ADJUSTMENT) and not cell.has(_TRANSMISSION):
        faults.append(
            Fault(_CELLS, None, _TRANSMISSION, None, Sentence("missing column, which {name} needs", name=_ADJUSTMENT))
        )

    leg_energy = leg.numbers(_ENERGY, "energy")
    leg_price = leg.numbers(_PRICE, "price")
    cell_energy = cell.numbers(_ENERGY, "energy")
    over_price = {name: cell.numbers(name, "price") for name in dict.fromkeys(overrun)}
    transmission = cell.numbers(_TRANSMISSION, "price")
    funds = cell.numbers(_FUNDS, "price")
    coefficient = cell.numbers(_ADJUSTMENT, "ratio", empty=NO_ADJUSTMENT)

    keys = {name: _joined(name, leg, cell, faults) for name in by if leg.has(name) and cell.has(name)}
    if by_product is not None and "product" in keys:
        for columns in (leg, cell):
            columns.check_products(by_product)
    if faults:
        raise ScenarioError(in_reading_order(faults, [_BY, _LEGS, _CELLS]))

    position, first = _positions(list(keys.values()), len(legs) + len(cells))
    leg_row, leg_start = _runs(position[: len(legs)], len(first))
    cell_row, cell_start = _runs(position[len(legs) :], len(first))
    of_position = np.zeros(len(first), dtype=np.int64)
    if by_product is not None:
        place = {str(product): row for row, product in enumerate(by_product)}
        codes, products = pd.factorize(keys["product"].take(first))
        of_position = np.array([place[str(product)] for product in products], dtype=np.int64)[codes]
    return Frames(
        keys=pd.DataFrame(
            {name: key.take(first).reset_index(drop=True) for name, key in keys.items()}, index=range(len(first))
        ),
        leg_row=leg_row,
        cell_row=cell_row,
        legs=Legs(leg_start, leg_energy[leg_row], leg_price[leg_row]),
        cells=Cells(cell_start, cell_energy[cell_row], np.stack([over_price[name][cell_row] for name in overrun])),
        bands=band_tables(all_sets, of_position),
        charges=ChargePrices(
            price=np.stack([transmission[cell_row], funds[cell_row]]),
            adjustment_base=transmission[cell_row],
            adjustment_ratio=coefficient[cell_row],
        ),
        has_transmission=cell.has(_TRANSMISSION),
        has_funds=cell.has(_FUNDS),
        has_adjustment=cell.has(_ADJUSTMENT),
    )


def _check_keys(by: Sequence[str], by_product: Mapping[str, Bands] | None, faults: list[Fault]) -> None:
    for name in by:
        if name in _NUMBERS:
            faults.append(
                Fault.of_file(
                    _BY, Sentence("a number cannot tell positions apart"), Sentence("columns of keys"), value=name
                )
            )
    if by_product is not None and "product" not in by:
        faults.append(
            Fault.of_file(
                _BY, Sentence("bands by product need the product"), Sentence("with product"), value=", ".join(by)
            )
        )


def _overrun_columns(cells: pd.DataFrame, bands: int) -> list[str]:
    """The column of each over band: its own, or one that serves all."""
    if bands == 1 or _OVERRUN in cells.columns:
        return [_OVERRUN] * bands
    return [f"overrun_price_{band}_yuan_per_mwh" for band in range(1, bands + 1)]


class _Columns:
    """The columns of one frame; what is wrong with them goes to `faults`."""

    def __init__(
        self,
        file: str,
        frame: pd.DataFrame,
        by: Sequence[str],
        needed: Sequence[str],
        optional: Sequence[str],
        faults: list[Fault],
    ) -> None:
        self._file = file
        self._frame = frame
        self._faults = faults
        names = [str(name) for name in frame.columns]
        known = list(dict.fromkeys([*by, *needed, *optional]))
        others = [name for name in names if name not in known]
        for name in known:
            if names.count(name) > 1:
                faults.append(Fault(file, None, name, None, Sentence("two columns of one name"), Sentence("one")))
            elif name not in names and name not in optional:
                meant = nearest(name, others)
                faults.append(
                    Fault(
                        file,
                        None,
                        name,
                        None,
                        Sentence("missing column"),
                        _in_another_unit(meant, name) or nearest_in_words(meant) or NOTHING,
                    )
                )
            elif name not in names:
                # Other columns are welcome and pass through; one that is named almost like ours was meant as ours.
                for other in difflib.get_close_matches(name, others, n=1, cutoff=_ALL_BUT_EQUAL):
                    faults.append(
                        Fault(
                            file, None, other, None, Sentence("unknown column"), Sentence("nearest: {name}", name=name)
                        )
                    )
        self._usable = {name for name in known if names.count(name) == 1}

    def __len__(self) -> int:
        return len(self._frame)

    def has(self, name: str) -> bool:
        return name in self._usable

    def __getitem__(self, name: str) -> pd.Series:
        return self._frame[name]

    def numbers(self, name: str, kind: Kind, *, empty: int | None = None) -> Ints:
        """A column as exact integers; zeros, or `empty`, if there is none, and `empty` where a cell is."""
        if not self.has(name):
            return np.full(len(self), empty or 0, dtype=np.int64)
        column = Column(name, kind, optional=empty is not None)
        array = array_of_series(self[name], column)
        cells = convert_numbers(array, column, allowed(column, Table(self._file, (column,)), None))
        for problem in cells.problems:
            self._faults.extend(
                row_faults(self._file, problem.positions, name, problem.shown, problem.message, problem.allowed)
            )
        values: Ints = cells.values
        return values if empty is None else np.where(np.asarray(array.is_null()), empty, values)

    def check_products(self, by_product: Mapping[str, Bands]) -> None:
        known = {str(product) for product in by_product}
        codes, products = pd.factorize(self["product"])
        is_unknown = np.array([*(str(product) not in known for product in products), False])
        self.report(
            "product",
            np.flatnonzero(is_unknown[codes]),
            Sentence("no bands for it"),
            named(sorted(known)),
        )

    def report(self, name: str, rows: NDArray[np.intp], message: Sentence, allowed: Sentence) -> None:
        column = self[name]

        def shown(row: int) -> str | None:
            cell = column.iloc[row]
            return None if pd.api.types.is_scalar(cell) and pd.isna(cell) else str(cell)

        self._faults.extend(row_faults(self._file, rows, name, shown, message, allowed))


def _in_another_unit(meant: str | None, name: str) -> Sentence | None:
    """That a column which was meant is in another unit: its numbers are no column of ours under another name."""
    unit = None if meant is None else unit_of_heading(meant)
    if unit is None or unit.is_ours:
        return None
    return Sentence("{name}; {other} is in another unit: {equation}", name=name, other=meant, equation=unit.equation)


def _joined(name: str, leg: _Columns, cell: _Columns, faults: list[Fault]) -> pd.Series:
    """A key of the legs and then of the cells as one column."""
    for columns in (leg, cell):
        columns.report(
            name, np.flatnonzero(columns[name].isna()), Sentence("empty cell"), Sentence("a value in every row")
        )
    kinds = [_kind(columns[name]) for columns in (leg, cell)]
    if "empty" not in kinds and kinds[0] != kinds[1]:
        message = Sentence(
            "holds {here} here and {legs} in the legs, so that none would meet", here=kinds[1], legs=kinds[0]
        )
        faults.append(Fault(_CELLS, None, name, None, message, Sentence("one kind in both")))
    parts = [columns[name] for columns in (leg, cell) if len(columns) > 0] or [leg[name]]
    return pd.concat(parts, ignore_index=True)


def _kind(column: pd.Series) -> str:
    if column.isna().all():
        return "empty"
    values = pd.Series(column.cat.categories) if isinstance(column.dtype, pd.CategoricalDtype) else column
    kind = pd.api.types.infer_dtype(values, skipna=True)
    return "numbers" if kind in ("integer", "floating", "mixed-integer-float") else kind


def _positions(keys: Sequence[pd.Series], rows: int) -> tuple[Ints, Ints]:
    """The position of each row, numbered by first appearance, and the first row of each position."""
    codes = np.zeros(rows, dtype=np.int64)
    for key in keys:
        of_key, found = pd.factorize(key)
        codes = pd.factorize(codes * len(found) + of_key)[0].astype(np.int64)
    first = np.zeros(codes.max(initial=-1) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(rows - 1, -1, -1)
    return codes, first


def _runs(position: Ints, positions: int) -> tuple[Ints, Ints]:
    """The rows position by position, in each in their own order, and where each position starts."""
    start = np.zeros(positions + 1, dtype=np.int64)
    np.cumsum(np.bincount(position, minlength=positions), out=start[1:])
    return np.argsort(position, kind="stable"), start
