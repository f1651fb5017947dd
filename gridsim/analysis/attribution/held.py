"""What a result holds about positions: contract, bands, and the users of each with what they metered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa

from gridsim.analysis.attribution.users_of_units import UsersOfUnits, refuse_unknown
from gridsim.arrow import dicts
from gridsim.errors import ResultError
from gridsim.suggest import not_one_of
from gridsim.trading.units import units_by_id
from gridsim.units import round_half_up
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.attribution.settled import Settled

    Ints = NDArray[np.int64]

__all__ = ["Band", "HeldPosition", "HeldPositions", "LedgerName"]

LedgerName = Literal["real", "trial"]
_LEDGERS: tuple[LedgerName, ...] = ("real", "trial")
_FIGURES = ("contract", "metered", "in_band", "overrun", "shortfall")
_MONEY = ("energy", "overrun", "shortfall")


@dataclass(frozen=True, slots=True)
class Band:
    """What a band of a position holds.

    Attributes
    ----------
    side : {"over", "under"}
    edge : int or None
        [10⁻⁴] of the contract; None: open.
    energy : int
        [kWh]
    price : int or None
        [micro-yuan/kWh]; None where its cells have several.
    money, fee : int
        [micro-yuan]
    """

    side: Literal["over", "under"]
    edge: int | None
    energy: int
    price: int | None
    money: int
    fee: int


@dataclass(frozen=True, slots=True)
class HeldPosition:
    """A position and its users.

    Attributes
    ----------
    unit, month, product : str
    contract, metered, in_band, overrun, shortfall : int
        [kWh]
    energy_money, overrun_money, shortfall_money : int
        [micro-yuan]
    bands : tuple of Band
        Those that hold energy, over bands first.
    users : (n,) int64 array
        Rows of the table of users, ascending: all of the unit's that have not left.
    metered_of, in_band_of : (n,) int64 array
        By user [kWh].
    """

    unit: str
    month: str
    product: str
    contract: int
    metered: int
    in_band: int
    overrun: int
    shortfall: int
    energy_money: int
    overrun_money: int
    shortfall_money: int
    bands: tuple[Band, ...]
    users: Ints
    metered_of: Ints
    in_band_of: Ints

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it."""
        return self.unit, self.month, self.product

    @property
    def cost(self) -> int:
        """The mean price of its in-band energy [micro-yuan/kWh]; 0 without any."""
        return round_half_up(self.energy_money, self.in_band) if self.in_band else 0


class HeldPositions:
    """The positions of one ledger of a result.

    Parameters
    ----------
    result : Settled
    ledger : {"real", "trial"}
    units, months : collection of str
        Only these; all if empty.

    Raises
    ------
    ResultError
        There is no such ledger, unit or month, or the result holds no bands, as those of gridsim 0.1.
    """

    def __init__(
        self,
        result: Settled,
        ledger: LedgerName = "real",
        units: Collection[str] = (),
        months: Collection[str] = (),
    ) -> None:
        if ledger not in _LEDGERS:
            raise ResultError(not_one_of("ledger", ledger, _LEDGERS))
        self.result = result
        self.shape = result.rules.shape
        self.users = UsersOfUnits(result.inputs, self.shape)
        self.units = units_by_id(result.inputs, self.shape)
        self.is_trial = ledger == "trial"
        self._where: dict[str, Any] = {"trial": self.is_trial}
        units = [result.statistics.names.meant("unit", unit) for unit in units]
        months = [result.statistics.names.meant("month", month) for month in months]
        for unit in units:
            there = result.statistics.names.index("unit")
            refuse_unknown(Sentence("no settlement unit {name!r} in this result", name=unit), unit, there)
        for month in months:
            there = result.statistics.names.index("month")
            refuse_unknown(Sentence("no month {name!r} in this result", name=month), month, there)
        self._where |= {"unit_id": list(units)} if units else {}
        self._where |= {"month": list(months)} if months else {}

    def __iter__(self) -> Iterator[HeldPosition]:
        return iter(self._positions)

    def again(self, result: Settled) -> HeldPositions:
        """Those of another settlement of the same users.

        Parameters
        ----------
        result : Settled
        """
        other = copy(self)
        other.result = result
        for name in ("_positions", "_of_month"):
            vars(other).pop(name, None)
        return other

    def periods_of(self, product: str) -> tuple[str, ...]:
        """The periods that a product covers."""
        periods = self.shape.products[self.shape.product_ids.index(product)].periods
        return tuple(periods)

    def product_of(self, unit: str, period: str) -> str:
        """The product that a period of a unit belongs to."""
        mode = self.shape.mode_ids.index(self.units[unit][1])
        product: int = self.shape.product_of_cell[mode, self.shape.periods.index(period)]
        return self.shape.product_ids[product]

    def of_month(self, unit: str, month: str) -> Sequence[HeldPosition]:
        """The positions of a unit's month."""
        return self._of_month[unit, month]

    @cached_property
    def _of_month(self) -> Mapping[tuple[str, str], list[HeldPosition]]:
        found: dict[tuple[str, str], list[HeldPosition]] = {}
        for position in self._positions:
            found.setdefault((position.unit, position.month), []).append(position)
        return found

    @cached_property
    def _positions(self) -> list[HeldPosition]:
        rows = self._rows("positions")
        number = {(row["unit_id"], row["month"], row["product"]): place for place, row in enumerate(rows)}
        bands = self._bands()
        if not bands and any(row["overrun_kwh"] or row["shortfall_kwh"] for row in rows):
            raise ResultError(
                Sentence(
                    "this result holds no table position_bands, without which no deviation is shared; run it again"
                )
            )
        by_user = self._by_user(number)
        found = []
        for place, row in enumerate(rows):
            key = row["unit_id"], row["month"], row["product"]
            users = self.users.of(row["unit_id"], row["month"])
            metered, in_band = by_user.at(place, users)
            found.append(
                HeldPosition(
                    **dict(zip(("unit", "month", "product"), key, strict=True)),
                    **{name: row[f"{name}_kwh"] for name in _FIGURES},
                    **{f"{name}_money": row[f"{name}_micro_yuan"] for name in _MONEY},
                    bands=tuple(bands.get(key, ())),
                    users=users,
                    metered_of=metered,
                    in_band_of=in_band,
                )
            )
        return found

    def _rows(self, table: str) -> list[dict[str, Any]]:
        return dicts(self.result.exact.arrow(table, self._where))

    def _bands(self) -> dict[tuple[str, str, str], list[Band]]:
        found: dict[tuple[str, str, str], list[Band]] = {}
        for row in self._rows("position_bands"):
            found.setdefault((row["unit_id"], row["month"], row["product"]), []).append(
                Band(
                    side=row["side"],
                    edge=row["edge"],
                    energy=row["energy_kwh"],
                    price=row["price_micro_yuan_per_kwh"],
                    money=row["amount_micro_yuan"],
                    fee=row["fee_micro_yuan"],
                )
            )
        return found

    def _by_user(self, number: Mapping[tuple[str, str, str], int]) -> _ByUser:
        """What each user metered in each position, and what of it is in band."""
        shape = self.shape
        columns = ("user_id", "unit_id", "month", "period", "metered_kwh", "in_band_kwh")
        cells = self.result.exact.arrow("cell_settlement", self._where, columns)
        cells = cells.filter(cells.column("unit_id").is_valid())
        texts = {name: _coded(cells.column(name)) for name in columns[:4]}
        user, unit, month, period = (codes for codes, _ in texts.values())
        users, units, months, periods = (names for _, names in texts.values())
        # By unit, month and product first: of these there are few.
        mode = np.array([shape.mode_ids.index(self.units[name][1]) for name in units], dtype=np.int64)
        of_period = np.array([shape.periods.index(name) for name in periods], dtype=np.int64)
        product = shape.product_of_cell[mode[unit], of_period[period]] if len(user) else user
        key = (unit * max(len(months), 1) + month) * len(shape.products) + product
        keys, of_cell = np.unique(key, return_inverse=True)
        first, of_product = np.divmod(keys, len(shape.products))
        of_unit, of_month = np.divmod(first, max(len(months), 1))
        place = np.array(
            [
                number[units[one], months[two], shape.product_ids[three]]
                for one, two, three in zip(of_unit.tolist(), of_month.tolist(), of_product.tolist(), strict=True)
            ],
            dtype=np.int64,
        )
        row = np.array([self.users.row_of[name] for name in users], dtype=np.int64)
        metered, in_band = (cells.column(name).to_numpy() for name in columns[4:])
        return _ByUser.of(place[of_cell] if len(place) else of_cell, row[user] if len(row) else user, metered, in_band)


class _ByUser(NamedTuple):
    """Energies by position and user, those of a position one behind the other, users ascending.

    Attributes
    ----------
    place, row : (n,) int64 array
        Positions and users.
    metered, in_band : (n,) int64 array
        [kWh]
    """

    place: Ints
    row: Ints
    metered: Ints
    in_band: Ints

    @classmethod
    def of(cls, place: Ints, row: Ints, metered: Ints, in_band: Ints) -> _ByUser:
        """Cells, those of one position and user added up."""
        if not len(place):
            return cls(place, row, metered, in_band)
        order = np.lexsort((row, place))
        place, row = place[order], row[order]
        start = np.flatnonzero(np.append(True, (np.diff(place) != 0) | (np.diff(row) != 0)))
        metered, in_band = (np.add.reduceat(values[order], start) for values in (metered, in_band))
        return cls(place[start], row[start], metered, in_band)

    def at(self, place: int, users: Ints) -> tuple[Ints, Ints]:
        """Metered and in-band energy of some users in a position, 0 where they have no cell."""
        first, last = np.searchsorted(self.place, (place, place + 1))
        into = np.searchsorted(users, self.row[first:last])
        metered, in_band = np.zeros((2, len(users)), dtype=np.int64)
        metered[into], in_band[into] = self.metered[first:last], self.in_band[first:last]
        return metered, in_band


def _coded(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """Codes of a column of texts, and the texts."""
    coded = column.cast(pa.string()).dictionary_encode().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):  # older Arrow keeps chunks of an empty column
        coded = coded.chunk(0) if coded.num_chunks else pa.array([], pa.string()).dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()
