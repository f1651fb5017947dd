"""What changed in the input tables of two results: rows added, removed, changed, by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from gridsim.analysis.concerned import concerned, units_of_users
from gridsim.analysis.names import batches
from gridsim.columns import INPUT_TABLES, Column, Table
from gridsim.market_tables import METER_PARTS, USER_CHANGES, scenario_tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.concerned import UnitOfUser
    from gridsim.result_tables import ResultTables

    Users = tuple[UnitOfUser, UnitOfUser]

__all__ = ["ColumnChange", "TableChange", "input_changes"]

_DETAILS = 100_000  # rows that are kept one by one
_DATA_OF_A_ROW = ("energy", "price")  # of orders, which have no key: what a row says beside whom and what it is about


@dataclass(frozen=True, eq=False)
class ColumnChange:
    """What changed in one column, over the rows that both sides have.

    Attributes
    ----------
    column : Column
    rows : int
        Rows with another value.
    before, after : int, str or None
        Energy: the sum over these rows [kWh]. Else the value, if it is the same one in all of these rows.
    """

    column: Column
    rows: int
    before: int | str | None
    after: int | str | None


@dataclass(frozen=True, eq=False)
class TableChange:
    """What changed in one table.

    Attributes
    ----------
    table : str
    added, removed, changed : int
        Rows that only the later, only the earlier, or both have, the last with other values.
    is_reordered : bool
        The rows that both have stand in another order, which decides ties and the last kWh.
    is_new, is_gone : bool
        Only one side has the table at all.
    columns : tuple of ColumnChange
    energy_before, energy_after : int or None
        All energy of the table [kWh], where it has any.
    units : frozenset of str
        The settlement units whose users, contracts, orders or tariffs these rows are.
    rows : DataFrame
        One row for each row that changed, the first 100,000: ``how`` ("changed", "removed", "added"), the key columns,
        and of every other column that changed anywhere ``<column>_before`` and ``<column>_after``; exact integers.
    """

    table: str
    added: int
    removed: int
    changed: int
    is_reordered: bool
    is_new: bool
    is_gone: bool
    columns: tuple[ColumnChange, ...]
    energy_before: int | None
    energy_after: int | None
    units: frozenset[str]
    rows: pd.DataFrame


def input_changes(before: ResultTables, after: ResultTables) -> list[TableChange]:
    """Every table whose rows differ, in the order of the formats page."""
    found = []
    users = (units_of_users(before.inputs, before.rules.shape), units_of_users(after.inputs, after.rules.shape))
    specs = dict(scenario_tables(before.rules.shape)) | dict(scenario_tables(after.rules.shape))
    for name in (*INPUT_TABLES, USER_CHANGES, METER_PARTS):
        if name not in specs:
            continue
        spec = specs[name]
        if name == "meter":
            change = _meter_change(before, after, users, spec)
        else:
            one, other = before.inputs.get(name), after.inputs.get(name)
            if (one is None and other is None) or (one is not None and other is not None and _same(one, other)):
                continue
            frames = (_frame(one, spec), _frame(other, spec))
            change = _table_change(spec, frames, users, is_new=one is None, is_gone=other is None)
        if change is not None:
            found.append(change)
    return found


def _same(one: pa.Table, other: pa.Table) -> bool:
    return bool(_plain(one).equals(_plain(other)))


def _plain(table: pa.Table) -> pa.Table:
    fields = [
        pa.field(name, pa.string() if pa.types.is_dictionary(kind) else _without_unit(kind))
        for name, kind in zip(table.schema.names, table.schema.types, strict=True)
    ]
    return table.cast(pa.schema(fields))


def _without_unit(kind: pa.DataType) -> pa.DataType:
    return pa.timestamp("us") if pa.types.is_timestamp(kind) else kind


def _frame(table: pa.Table | None, spec: Table) -> pd.DataFrame:
    """An exact input table with texts as objects ("" for none) and all else as integers."""
    columns = {}
    for column in spec:
        if table is None or column.exact not in table.column_names:
            rows = 0 if table is None else len(table)
            columns[column.exact] = pd.Series([""] * rows, dtype=object)
            continue
        values = _plain(table.select([column.exact])).column(0)
        if pa.types.is_string(values.type) or pa.types.is_null(values.type):
            columns[column.exact] = pd.Series(values.cast(pa.string()).fill_null("").to_pylist(), dtype=object)
        elif pa.types.is_timestamp(values.type):
            texts = [None if moment is None else moment.isoformat() for moment in values.to_pylist()]
            columns[column.exact] = pd.Series([text or "" for text in texts], dtype=object)
        elif pa.types.is_boolean(values.type):
            columns[column.exact] = pd.Series(values.fill_null(bool(column.default)).to_numpy(zero_copy_only=False))
        else:
            columns[column.exact] = pd.Series(values.to_numpy())
    return pd.DataFrame(columns)


def _table_change(
    spec: Table, frames: tuple[pd.DataFrame, pd.DataFrame], users: Users, *, is_new: bool, is_gone: bool
) -> TableChange | None:
    one, other = frames
    key = list(spec.key) or [column.exact for column in spec if column.kind not in _DATA_OF_A_ROW]
    codes_one, codes_other, count = _codes(one, other, key) if spec.key else _codes_without_key(one, other, key)
    place_one, place_other = _places(codes_one, count), _places(codes_other, count)
    in_both = np.flatnonzero((place_one >= 0) & (place_other >= 0))
    rows_one, rows_other = place_one[in_both], place_other[in_both]
    is_reordered = bool((np.diff(rows_other[np.argsort(rows_one)]) < 0).any())
    differs = {}
    for column in spec:
        if column.exact not in key:
            left, right = one[column.exact].to_numpy()[rows_one], other[column.exact].to_numpy()[rows_other]
            unlike = np.asarray(left != right, dtype=bool) & ~(pd.isna(left) & pd.isna(right))
            if unlike.any():
                differs[column] = unlike
    any_unlike = np.zeros(len(in_both), dtype=bool)
    for unlike in differs.values():
        any_unlike |= unlike
    added, removed = place_other[(place_one < 0) & (place_other >= 0)], place_one[(place_other < 0) & (place_one >= 0)]
    if not (len(added) or len(removed) or differs or is_reordered or is_new or is_gone):
        return None
    gone, new = np.append(removed, rows_one[any_unlike]), np.append(added, rows_other[any_unlike])
    energy = next((column.exact for column in spec if column.kind == "energy"), None)
    return TableChange(
        table=spec.name,
        added=len(added),
        removed=len(removed),
        changed=int(any_unlike.sum()),
        is_reordered=is_reordered,
        is_new=is_new,
        is_gone=is_gone,
        columns=tuple(
            _column_change(
                column,
                one[column.exact].to_numpy()[rows_one[unlike]],
                other[column.exact].to_numpy()[rows_other[unlike]],
            )
            for column, unlike in differs.items()
        ),
        energy_before=None if energy is None or is_new else int(one[energy].sum()),
        energy_after=None if energy is None or is_gone else int(other[energy].sum()),
        units=concerned(spec.name, one.iloc[gone], users[0]) | concerned(spec.name, other.iloc[new], users[1]),
        rows=_rows(
            key,
            list(differs),
            frames,
            (np.sort(removed), np.sort(added)),
            (rows_one[any_unlike], rows_other[any_unlike]),
        ),
    )


def _codes(one: pd.DataFrame, other: pd.DataFrame, key: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """A number for each row, the same for the same key; the n-th row of one key is only like the n-th of the other."""
    both = pd.concat([one[key], other[key]], ignore_index=True).astype(object)
    is_other = np.arange(len(both)) >= len(one)
    parts = [both[name] for name in key]
    occurrence = both.groupby([*parts, is_other], sort=False, dropna=False).cumcount()
    codes = both.groupby([*parts, occurrence], sort=False, dropna=False).ngroup().to_numpy().astype(np.int64)
    return codes[: len(one)], codes[len(one) :], int(codes.max(initial=-1)) + 1


def _codes_without_key(
    one: pd.DataFrame, other: pd.DataFrame, like: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """As `_codes`: equal rows first, wherever they stand, then of what is left those alike in some columns."""
    codes_one, codes_other, count = _codes(one, other, list(one.columns))
    left_one, left_other = ~np.isin(codes_one, codes_other), ~np.isin(codes_other, codes_one)
    of_left_one, of_left_other, more = _codes(one[left_one], other[left_other], like)
    codes_one[left_one], codes_other[left_other] = of_left_one + count, of_left_other + count
    return codes_one, codes_other, count + more


def _places(codes: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    place = np.full(count, -1, dtype=np.int64)
    place[codes] = np.arange(len(codes))
    return place


def _column_change(column: Column, before: NDArray[np.generic], after: NDArray[np.generic]) -> ColumnChange:
    def said(values: NDArray[np.generic]) -> int | str | None:
        if column.kind == "energy":
            return int(values.sum())
        if not (values == values[0]).all():
            return None
        value = values[0]
        if isinstance(value, bool | np.bool_):
            return "true" if value else "false"
        return value if isinstance(value, str) else int(value)

    return ColumnChange(column, len(before), said(before), said(after))


def _rows(
    key: list[str],
    columns: list[Column],
    frames: tuple[pd.DataFrame, pd.DataFrame],
    only: tuple[NDArray[np.int64], NDArray[np.int64]],
    changed: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> pd.DataFrame:
    """The rows that changed one by one; `only` and `changed` are row numbers of the two frames."""
    one, other = frames
    removed, added = only
    names = [column.exact for column in columns]
    order = np.argsort(changed[0])
    parts = []
    for how, left, right in (
        ("changed", changed[0][order], changed[1][order]),
        ("removed", removed, None),
        ("added", None, added),
    ):
        rows = left if left is not None else right
        source = one if left is not None else other
        assert rows is not None
        part: dict[str, object] = {"how": [how] * len(rows)}
        part |= {name: source[name].to_numpy()[rows] for name in key}
        for name in names:
            part[f"{name}_before"] = [None] * len(rows) if left is None else one[name].to_numpy()[left]
            part[f"{name}_after"] = [None] * len(rows) if right is None else other[name].to_numpy()[right]
        parts.append(pd.DataFrame(part).astype(object))
    return pd.concat(parts, ignore_index=True).head(_DETAILS)


def _meter_change(before: ResultTables, after: ResultTables, units: Users, spec: Table) -> TableChange | None:
    """The metered energies, which stand with each result as ``cell_settlement``."""
    users = sorted(set(before.statistics.values("user")) | set(after.statistics.values("user")))
    months = before.statistics.values("month")
    names = before.rules.shape.periods
    periods = len(names)
    sides = [_metered(result, users, len(months)) for result in (before, after)]
    (one, has_one), (other, has_other) = sides
    changed = np.flatnonzero(has_one & has_other & (one != other))
    added, removed = np.flatnonzero(~has_one & has_other), np.flatnonzero(has_one & ~has_other)
    if not (len(changed) or len(added) or len(removed)):
        return None
    cells = np.concatenate([changed, removed, added])
    of_users = pd.DataFrame({"user_id": np.array(users, dtype=object)[np.unique(cells // (len(months) * periods))]})
    how = np.repeat(["changed", "removed", "added"], [len(changed), len(removed), len(added)])[:_DETAILS]
    cell = cells[:_DETAILS]
    user, rest = np.divmod(cell, len(months) * periods)
    month, period = np.divmod(rest, periods)
    energies = {"before": (one, has_one), "after": (other, has_other)}
    rows = pd.DataFrame(
        {
            "how": how,
            "user_id": np.array(users, dtype=object)[user],
            "month": np.array(months, dtype=object)[month],
            "period": np.array(names, dtype=object)[period],
            **{
                f"energy_kwh_{side}": np.where(has[cell], energy[cell].astype(object), None)
                for side, (energy, has) in energies.items()
            },
        }
    )
    columns = [ColumnChange(spec["energy_mwh"], len(changed), int(one[changed].sum()), int(other[changed].sum()))]
    return TableChange(
        table="meter",
        added=len(added),
        removed=len(removed),
        changed=len(changed),
        is_reordered=False,
        is_new=False,
        is_gone=False,
        columns=tuple(columns) if len(changed) else (),
        energy_before=int(one.sum()),
        energy_after=int(other.sum()),
        units=concerned("meter", of_users, units[0]) | concerned("meter", of_users, units[1]),
        rows=rows,
    )


def _metered(result: ResultTables, users: list[str], months: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Metered energy by user × month × period [kWh], and whether there is a row."""
    names = result.statistics.names
    place = pd.Index(users, dtype=object).get_indexer(names.index("user"))
    periods = len(result.rules.shape.periods)
    energy = np.zeros(len(users) * months * periods, dtype=np.int64)
    has = np.zeros(len(energy), dtype=bool)
    columns = {"user_id": "user", "month": "month", "period": "period"}
    for batch in batches(result.exact, "cell_settlement", [*columns, "metered_kwh", "trial"]):
        counts = ~np.asarray(batch.column(4).to_numpy(zero_copy_only=False), dtype=bool)
        codes = [names.codes(of, batch.column(number)) for number, of in enumerate(columns.values())]
        cell = (place[codes[0]] * months + codes[1]) * periods + codes[2]
        np.add.at(energy, cell[counts], batch.column(3).to_numpy()[counts])  # several, with periods of one's own
        has[cell[counts]] = True
    return energy, has
