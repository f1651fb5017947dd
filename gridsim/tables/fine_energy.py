"""Metered energy finer than a kWh: exact sums by user, month and period, each rounded once (rulebook part 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from gridsim.units import ENERGY_DECIMALS, format_fixed, trimmed
from gridsim.words import NOTHING, Sentence, named

if TYPE_CHECKING:
    from gridsim.tables.fine import Rests
    from gridsim.tables.read_table import IntArray, ReadTable

__all__ = ["add_rests", "rounded_meter"]

_SHOWN = 12  # decimals of a kWh


def add_rests(energy: IntArray, rests: Rests, key: IntArray, file: str, cell: Callable[[int], Sentence]) -> Sentence:
    """Add to sums of whole kWh what their rows have beyond, and say what was rounded.

    Parameters
    ----------
    energy : (sums,) int64 array
        Of the whole kWh [kWh]; changed in place.
    rests : Rests
    key : (n,) int64 array
        Which sum each row belongs to; -1: to none.
    file : str
    cell : callable
        What a sum is of, in words.
    """
    added, fractions = rests.summed(key, len(energy))
    energy += added
    if not len(rests):
        return NOTHING
    if not fractions:
        return Sentence(
            "{file}: {count:,} rows finer than a kWh, summed exactly; every sum by user, month and period is whole kWh",
            file=file,
            count=len(rests),
        )
    place, rest = next(iter(fractions.items()))
    rounded = int(energy[place])
    whole = rounded - (rest >= Fraction(1, 2))
    first = Sentence(
        "{cell}: {exact} MWh is {rounded}",
        cell=cell(place),
        exact=_shown(whole + rest),
        rounded=format_fixed(rounded, ENERGY_DECIMALS),
    )
    return Sentence(
        "{file}: {count:,} rows finer than a kWh, summed exactly; {sums:,} sums by user, month and period are rounded, "
        "each once and half up; the first: {first}",
        file=file,
        count=len(rests),
        sums=len(fractions),
        first=first,
    )


def rounded_meter(meter: ReadTable) -> tuple[ReadTable, Sentence]:
    """A table ``meter`` whose rows, each the sum of a user's month and period, are rounded to the kWh."""
    energy = meter.frame["energy_kwh"].to_numpy().copy()

    def cell(place: int) -> Sentence:
        names = ("user_id", "month", "period")
        return named(meter.shown(place, name) for name in names if meter.usable(name)[place])

    note = add_rests(energy, meter.rests["energy_kwh"], np.arange(len(meter)), meter.file, cell)
    return replace(meter, frame=meter.frame.assign(energy_kwh=energy), rests={}), note


def _shown(kwh: Fraction) -> str:
    """An energy in MWh with all its decimals; the end of a long one is left out."""
    shown = int(kwh * 10**_SHOWN)
    return trimmed(shown, _SHOWN + ENERGY_DECIMALS) + ("" if kwh * 10**_SHOWN == shown else "…")
