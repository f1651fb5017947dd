"""SettlementFrames by itself: frames of legs and cells in, what everybody pays out (`gridsim.settle`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

import numpy as np
import pandas as pd

from gridsim.settlement.bands import Bands
from gridsim.settlement.driver import room_for, settle_within_bounds
from gridsim.settlement.read_frames import Frames, read_frames
from gridsim.tables.any_frame import FrameLike, Output, TakenFrame, take_frame
from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, PRICE_DECIMALS
from gridsim.words import Sentence, named
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.core.settlement.arrays import CellCharges, CellShares, Ints, LegShares, PositionTotals

__all__ = ["Bands", "SettlementFrames", "settle"]


_Frame = TypeVar("_Frame")


class SettlementFrames(NamedTuple, Generic[_Frame]):
    """What `settle` gives."""

    positions: _Frame
    """One row per position, in the order of first appearance in the legs, then in the cells."""
    legs: _Frame
    """The rows of the legs, with their shares and money."""
    cells: _Frame
    """The rows of the cells, with their shares and money."""


@overload
def settle(
    legs: pd.DataFrame,
    cells: pd.DataFrame,
    *,
    bands: Bands | Mapping[str, Bands] | None = ...,
    by: str | Sequence[str] = ...,
    exact: bool = ...,
    output: None = None,
) -> SettlementFrames[pd.DataFrame]: ...
@overload
def settle(
    legs: FrameLike,
    cells: FrameLike,
    *,
    bands: Bands | Mapping[str, Bands] | None = ...,
    by: str | Sequence[str] = ...,
    exact: bool = ...,
    output: Output | None = None,
) -> SettlementFrames[Any]: ...
@helpful
def settle(
    legs: FrameLike,
    cells: FrameLike,
    *,
    bands: Bands | Mapping[str, Bands] | None = None,
    by: str | Sequence[str] = ("unit_id", "month", "product"),
    exact: bool = False,
    output: Output | None = None,
) -> SettlementFrames[Any]:
    r"""Settle contract legs against metered cells, position by position (rulebook parts 4 and 5; notice 991, N5).

    Legs and cells that agree in the columns `by` are one position. With C the energy of its legs and A that of its
    cells, the first C × edge of A is in band and pays the legs' prices; what lies above pays each cell's overrun
    price; what is missing below a lower edge costs its price, paid to the legs. Energy is split by largest
    remainder, over legs by contract energy and over cells by metered energy, so every sum agrees to the kWh.

    Parameters
    ----------
    legs : frame or records
        Of pandas, polars (also lazy), pyarrow, or anything with ``__arrow_c_stream__``; a list of mappings, named
        tuples or dataclasses; a mapping of columns. None, NaN, null and NA are all an empty cell. One contract leg per
        row: the columns `by`, and

        ``energy_mwh`` : [MWh]
            Contract energy, 0 or above, at most 3 decimals.
        ``price_yuan_per_mwh`` : [yuan/MWh]
            Contract price, 0 or above, at most 3 decimals.

        Numbers are integers, floats, decimals or text; a float counts as the shortest decimal that names it.
    cells : frame or records
        One metered cell per row, such as a user and a period: the columns `by`, and

        ``energy_mwh`` : [MWh]
            Metered energy.
        ``overrun_price_yuan_per_mwh`` : [yuan/MWh]
            What the cell's energy above the band costs. With several over bands either this one column serves them
            all or each has its own: ``overrun_price_1_yuan_per_mwh``, ``overrun_price_2_yuan_per_mwh``, …
        ``transmission_price_yuan_per_mwh``, ``funds_price_yuan_per_mwh`` : [yuan/MWh], optional
            T&D price (times the period's coefficient, where the rule says so) and government funds and surcharges of
            in-band energy.
        ``tou_adjustment_coefficient`` : [1], optional
            Coefficient of the period, at most 4 decimals: in-band energy pays (average in-band price of the position
            + T&D price) × (coefficient − 1), rounded to 0.001 yuan/MWh. Where the cell is empty it pays none.
    bands : Bands or mapping of str to Bands, optional
        One for all positions, or one for each ``product``. If left out, those of Henan 2021 by product: ``total``
        105 % and 95 %, ``peak``, ``flat`` and ``valley`` 108 % and 92 %, as the shipped rule set has them.
    by : str or sequence of str
        The columns that tell positions apart; none of them: all rows are one position.
    exact : bool
        Give results as int64 in kWh, micro-yuan/kWh and micro-yuan (``in_band_kwh``, ``energy_micro_yuan``, …)
        instead of float64 in MWh, yuan/MWh and yuan (``in_band_mwh``, ``energy_yuan``, …: the nearest).
    output : {'pandas', 'polars', 'arrow'}, optional
        What kind of frames are given. If left out, each the kind of what it comes from (positions that of the legs): a
        DataFrame of pandas or polars, records for records, a mapping for a mapping, for all else a pyarrow Table.

    Returns
    -------
    SettlementFrames
        ``positions``: the columns `by`, ``contract``, ``metered``, ``upper``, ``lower``, ``in_band``, ``overrun`` and
        ``shortfall`` [MWh], ``average_price`` [yuan/MWh], and ``energy``, ``overrun``, ``shortfall`` and ``fee``
        [yuan].
        ``legs``: as given, and ``in_band`` and ``shortfall`` [MWh], ``energy`` and ``shortfall`` [yuan].
        ``cells``: as given, and ``in_band`` and ``overrun`` [MWh] (``overrun_1``, ``overrun_2``, … beside it if there
        are several over bands), ``overrun`` [yuan], and where their prices were given ``transmission`` and ``funds``
        [yuan], ``tou_adjustment_price`` [yuan/MWh] and ``tou_adjustment`` [yuan].

    Raises
    ------
    ScenarioError
        Lists every fault: frame, row, column, value, what is allowed.
    InputOverflowError
        Energies or prices whose products could leave 64 bits; names the position. Nothing was computed.
    TypeError
        `legs` or `cells` is neither a frame nor records.
    ValueError
        An unknown `output`, or a mapping of columns of different lengths.

    Notes
    -----
    Of a position with an upper edge :math:`u` and a lower edge :math:`l`, each times :math:`C` rounded half up to the
    kWh:

    .. math::

        \mathrm{in\ band} = \min(A, uC), \quad \mathrm{overrun} = A - \mathrm{in\ band}, \quad
        \mathrm{shortfall} = \max(0, lC - A)

    Examples
    --------
    >>> import pandas as pd
    >>> import gridsim
    >>> legs = pd.DataFrame({"energy_mwh": [600, 400], "price_yuan_per_mwh": [350, 360]})
    >>> cells = pd.DataFrame({"energy_mwh": [1100], "overrun_price_yuan_per_mwh": [600]})
    >>> result = gridsim.settle(legs, cells, by=[], bands=gridsim.Bands.henan_conventional())
    >>> result.legs[["in_band_mwh", "energy_yuan"]]
       in_band_mwh  energy_yuan
    0        630.0     220500.0
    1        420.0     151200.0
    >>> result.cells[["overrun_mwh", "overrun_yuan"]]
       overrun_mwh  overrun_yuan
    0         50.0       30000.0
    """
    sets: Bands | Mapping[str, Bands] = Bands.by_product() if bands is None else bands
    leg_frame, cell_frame = take_frame(legs, "legs", output), take_frame(cells, "cells", output)
    frames = read_frames(leg_frame.frame, cell_frame.frame, sets, (by,) if isinstance(by, str) else tuple(by))
    settled = room_for(frames.legs, frames.cells, frames.bands, frames.charges)

    def tell(position: int, _: int | None) -> Sentence:
        keys = named(f"{name} {frames.keys[name].iloc[position]}" for name in frames.keys)
        return Sentence(
            "energies or prices too large to settle exactly in 64 bits in the position of {keys}",
            keys=keys or Sentence("all rows"),
        )

    settle_within_bounds(frames.legs, frames.cells, frames.bands, frames.charges, settled, tell)
    assert settled.charges is not None  # there was room for them
    scale = _Scale(exact)
    return SettlementFrames(
        leg_frame.give(_position_frame(frames, settled.positions, scale)),
        _leg_frame(leg_frame, frames, settled.legs, scale),
        _cell_frame(cell_frame, frames, settled.cells, settled.charges, scale),
    )


class _Scale:
    """Names and numbers of result columns: integers, or what people read."""

    def __init__(self, exact: bool) -> None:
        self._exact = exact

    def energy(self, stem: str, kwh: Ints) -> dict[str, NDArray[Any]]:
        return self._column(stem, kwh, "kwh", "mwh", ENERGY_DECIMALS)

    def price(self, stem: str, micro_yuan_per_kwh: Ints) -> dict[str, NDArray[Any]]:
        return self._column(stem, micro_yuan_per_kwh, "micro_yuan_per_kwh", "yuan_per_mwh", PRICE_DECIMALS)

    def money(self, stem: str, micro_yuan: Ints) -> dict[str, NDArray[Any]]:
        return self._column(stem, micro_yuan, "micro_yuan", "yuan", MONEY_DECIMALS)

    def energies(self, stem: str, by_band: Ints) -> dict[str, NDArray[Any]]:
        """The sum over the bands, and if there are several, each."""
        columns = self.energy(stem, by_band.sum(axis=0))
        if len(by_band) > 1:
            for number, kwh in enumerate(by_band, start=1):
                columns |= self.energy(f"{stem}_{number}", kwh)
        return columns

    def _column(self, stem: str, values: Ints, inside: str, outside: str, decimals: int) -> dict[str, NDArray[Any]]:
        if self._exact:
            return {f"{stem}_{inside}": values}
        return {f"{stem}_{outside}": _nearest(values, 10**decimals)}


def _nearest(values: Ints, scale: int) -> NDArray[np.float64]:
    """The float64 nearest to each ``values / scale``: beyond 2⁵³ Python's integers divide, which round but once."""
    shown: NDArray[np.float64] = values / scale
    for row in np.flatnonzero(np.abs(values) > 2**53):
        shown[row] = int(values[row]) / scale
    return shown


def _position_frame(frames: Frames, totals: PositionTotals, scale: _Scale) -> pd.DataFrame:
    columns: dict[str, NDArray[Any]] = {}
    for name in ("contract", "metered", "upper", "lower", "in_band", "overrun", "shortfall"):
        columns |= scale.energy(name, getattr(totals, name))
    columns |= scale.price("average_price", totals.average_price)
    for name in ("energy", "overrun", "shortfall", "fee"):
        columns |= scale.money(name, getattr(totals, f"{name}_money"))
    return frames.keys.assign(**columns)


def _leg_frame(given: TakenFrame, frames: Frames, shares: LegShares, scale: _Scale) -> Any:
    columns = scale.energy("in_band", shares.in_band) | scale.money("energy", shares.energy_money)
    columns |= scale.energies("shortfall", shares.shortfall) | scale.money("shortfall", shares.shortfall_money)
    return _as_given(given, frames.leg_row, columns)


def _cell_frame(given: TakenFrame, frames: Frames, shares: CellShares, charges: CellCharges, scale: _Scale) -> Any:
    columns = scale.energy("in_band", shares.in_band) | scale.energies("overrun", shares.over)
    columns |= scale.money("overrun", shares.over_money)
    if frames.has_transmission:
        columns |= scale.money("transmission", charges.money[0])
    if frames.has_adjustment:
        columns |= scale.price("tou_adjustment_price", charges.adjustment_price)
        columns |= scale.money("tou_adjustment", charges.adjustment_money)
    if frames.has_funds:
        columns |= scale.money("funds", charges.money[1])
    return _as_given(given, frames.cell_row, columns)


def _as_given(given: TakenFrame, row: Ints, columns: dict[str, NDArray[Any]]) -> Any:
    """The frame with new columns, whose entry i belongs to its row ``row[i]``."""
    in_order = {}
    for name, values in columns.items():
        in_order[name] = np.empty_like(values)
        in_order[name][row] = values
    return given.give_with(in_order)
