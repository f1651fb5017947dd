"""Which settlement units a row of an input table is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from gridsim.market_tables import METER_PARTS, USER_CHANGES
from gridsim.rules.shape import MarketShape, unit_id
from gridsim.scenario.rows_of_users import RowsOfUsers

__all__ = ["UnitOfUser", "concerned", "units_of_users"]

_BUYER = {"bilateral": "buyer_id", "orders": "participant_id", "deals": "buyer_id"}


class UnitOfUser(NamedTuple):
    """The unit of each user, and of the users of each tariff.

    Attributes
    ----------
    units : mapping of str to collection of str
        By user id: several of a user that changes its retailer.
    of_tariff : mapping of (str, str) to collection of str
        Units by tariff class and voltage.
    shape : MarketShape
    """

    units: Mapping[str, Collection[str]]
    of_tariff: Mapping[tuple[str, str], Collection[str]]
    shape: MarketShape


def units_of_users(inputs: Mapping[str, pa.Table], shape: MarketShape) -> UnitOfUser:
    """The unit of each user: its own or its retailer's, by its mode (N4)."""
    users = RowsOfUsers(inputs).every(("user_id", "retailer_id", "mode", "tariff_class", "voltage"))
    frame = pd.DataFrame(
        {
            name: pd.Series(column.cast(pa.string()).to_pylist(), dtype=object)
            for name, column in zip(users.column_names, users.columns, strict=True)
        }
    )
    buyer = frame["retailer_id"].where(frame["retailer_id"].notna(), frame["user_id"])
    unit = pd.Series(list(map(unit_id, buyer, frame["mode"])), dtype=object)
    units: dict[str, set[str]] = {}
    for user, own in zip(frame["user_id"], unit, strict=True):
        units.setdefault(user, set()).add(own)
    of_tariff: dict[tuple[str, str], set[str]] = {}
    for tariff, own in zip(zip(frame["tariff_class"], frame["voltage"], strict=True), unit, strict=True):
        of_tariff.setdefault(tariff, set()).add(own)
    return UnitOfUser(units, of_tariff, shape)


def concerned(table: str, rows: pd.DataFrame, users: UnitOfUser) -> frozenset[str]:
    """The units that rows of a table are about; of what is about the market as a whole, none."""
    if table in ("meter", "users", USER_CHANGES, METER_PARTS):
        return frozenset(unit for user in rows["user_id"].unique() for unit in users.units.get(user, ()))
    if table == "tariffs":
        tariffs = set(zip(rows["tariff_class"], rows["voltage"], strict=True))
        return frozenset(unit for tariff in tariffs for unit in users.of_tariff.get(tariff, ()))
    if table in _BUYER:
        if table == "orders":
            rows = rows[rows["side"] == "buy"]
        if table == "deals":
            rows = rows[rows["buyer_id"].notna() & (rows["buyer_id"] != "")]
        mode_of = {product: mode.id for mode in users.shape.modes for product in mode.products}
        return frozenset(map(unit_id, rows[_BUYER[table]], rows["product"].map(mode_of)))
    return frozenset()
