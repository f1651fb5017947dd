"""What a result holds about positions: contract, bands, and the users of each with what they metered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gridsim.analysis.arguments import check_value
from gridsim.arrow import dicts
from gridsim.errors import ResultError
from gridsim.rules.shape import unit_id
from gridsim.suggest import not_one_of
from gridsim.trading.units import units_by_id
from gridsim.units import round_half_up
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from gridsim.result_tables import ResultTables
    from gridsim.rules.shape import MarketShape

    Ints = NDArray[np.int64]

__all__ = ["Band", "HeldPosition", "HeldPositions", "LedgerName", "UsersOfUnits"]

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


class UsersOfUnits:
    """Which users are whose, month by month.

    Parameters
    ----------
    users : Arrow table
        The input.
    shape : MarketShape
    """

    def __init__(self, users: pa.Table, shape: MarketShape) -> None:
        def texts(column: str) -> list[str | None]:
            return users.column(column).to_pylist() if column in users.column_names else [None] * users.num_rows

        self.ids: list[str] = users.column("user_id").to_pylist()
        self.row_of = {user: row for row, user in enumerate(self.ids)}
        is_priority = texts("priority_purchase")
        of_unit: dict[str, list[int]] = {}
        for row, (user, retailer, mode) in enumerate(zip(self.ids, texts("retailer_id"), texts("mode"), strict=True)):
            if not is_priority[row]:
                unit = unit_id(retailer or user, mode or shape.mode_ids[0])
                of_unit.setdefault(unit, []).append(row)
        self._of_unit = {unit: np.array(rows, dtype=np.int64) for unit, rows in of_unit.items()}
        self._exit = np.array([month or "9999-12" for month in texts("exit_month")], dtype=object)

    def of(self, unit: str, month: str) -> Ints:
        """Rows of the users of a unit that have not left the market by a month, in the order of the table.

        Parameters
        ----------
        unit, month : str
        """
        rows = self._of_unit.get(unit, np.zeros(0, dtype=np.int64))
        has_stayed: NDArray[np.bool_] = self._exit[rows] > month
        return rows[has_stayed]


class HeldPositions:
    """The positions of one ledger of a result.

    Parameters
    ----------
    result : ResultTables
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
        result: ResultTables,
        ledger: LedgerName = "real",
        units: Collection[str] = (),
        months: Collection[str] = (),
    ) -> None:
        if ledger not in _LEDGERS:
            raise ResultError(not_one_of("ledger", ledger, _LEDGERS))
        self.result = result
        self.shape = result.rules.shape
        self.users = UsersOfUnits(result.inputs["users"], self.shape)
        self.units = units_by_id(result.inputs, self.shape)
        self.is_trial = ledger == "trial"
        self._where: dict[str, Any] = {"trial": self.is_trial}
        for unit in units:
            check_value("unit", unit, result.statistics.names.index("unit"))
        for month in months:
            check_value("month", month, result.statistics.names.index("month"))
        self._where |= {"unit_id": list(units)} if units else {}
        self._where |= {"month": list(months)} if months else {}

    def __iter__(self) -> Iterator[HeldPosition]:
        return iter(self._positions)

    def periods_of(self, product: str) -> tuple[str, ...]:
        """The periods that a product covers."""
        periods = self.shape.products[self.shape.product_ids.index(product)].periods
        return tuple(periods)

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
        metered, in_band = self._by_user(number)
        found = []
        for place, row in enumerate(rows):
            key = row["unit_id"], row["month"], row["product"]
            users = self.users.of(row["unit_id"], row["month"])
            found.append(
                HeldPosition(
                    **dict(zip(("unit", "month", "product"), key, strict=True)),
                    **{name: row[f"{name}_kwh"] for name in _FIGURES},
                    **{f"{name}_money": row[f"{name}_micro_yuan"] for name in _MONEY},
                    bands=tuple(bands.get(key, ())),
                    users=users,
                    metered_of=_looked_up(metered, place, users),
                    in_band_of=_looked_up(in_band, place, users),
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

    def _by_user(self, number: Mapping[tuple[str, str, str], int]) -> tuple[dict[int, _ByUser], dict[int, _ByUser]]:
        """By position and user, metered and in-band energy."""
        shape = self.shape
        product_of = {
            (mode, period): shape.product_ids[shape.product_of_cell[m, p]]
            for m, mode in enumerate(shape.mode_ids)
            for p, period in enumerate(shape.periods)
        }
        metered: dict[int, _ByUser] = {}
        in_band: dict[int, _ByUser] = {}
        columns = ("user_id", "unit_id", "month", "period", "metered_kwh", "in_band_kwh")
        cells = self.result.exact.arrow("cell_settlement", self._where, columns)
        for user, unit, month, period, kwh, within in zip(
            *(cells.column(name).to_pylist() for name in columns), strict=True
        ):
            if unit is None:
                continue
            place = number[unit, month, product_of[self.units[unit][1], period]]
            row = self.users.row_of[user]
            for figures, energy in ((metered, kwh), (in_band, within)):
                of_position = figures.setdefault(place, {})
                of_position[row] = of_position.get(row, 0) + energy
        return metered, in_band


_ByUser = dict[int, int]


def _looked_up(figures: Mapping[int, _ByUser], place: int, users: Ints) -> Ints:
    of_position = figures.get(place, {})
    return np.array([of_position.get(row, 0) for row in users.tolist()], dtype=np.int64)
