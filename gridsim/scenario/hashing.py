"""The hash of a scenario: of what it says, not of how its files say it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import FIRST_DELIVERIES
from gridsim.market_tables import scenario_tables, table_of_frame
from gridsim.rules.period_sets import NO_SETS, PeriodSets
from gridsim.scenario.changes import changes_as_data, of_legs
from gridsim.tables.blocks import blocks

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.columns import Table
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario.changes import Change

__all__ = ["scenario_hash", "table_hash"]

_VERSION = "gridsim scenario 1"


def scenario_hash(
    tables: Mapping[str, pd.DataFrame],
    shape: MarketShape,
    *,
    year: int,
    rules_hash: str,
    seed: int | None,
    has_sessions: bool,
    period_sets: PeriodSets = NO_SETS,
    changes: Iterable[Change] = (),
    settled_months: Sequence[str] | None = None,
    forecast_months: Sequence[str] = (),
) -> str:
    """SHA-256 over everything that a run may depend on.

    The same for the same rows in another file format or column order; not for rows in another order, which
    decides ties and the last kWh. A scenario's name is no part of it, and neither is whether an empty table was
    given, except for sessions, whose presence alone has a meaning.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The exact frames of a scenario.
    shape : MarketShape
        Of its market: which tables and columns there are.
    year : int
    rules_hash : str
    seed : int or None
    has_sessions : bool
    period_sets : PeriodSets
    changes : iterable of Change
        Those of contracts as traded count; what others did stands in the tables and the rules.
    settled_months : sequence of str, optional
        Those that settle, where not all do.
    forecast_months : sequence of str
        Those whose metered energy is a forecast.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    _add_texts(digest, [_VERSION, str(year), rules_hash, str(seed), str(has_sessions)])
    for table in scenario_tables(shape).values():
        frame = tables.get(table.name)
        if frame is None or (table.later and not len(frame)):
            continue
        _add_table(digest, table, frame)
    if len(period_sets):
        _add_texts(digest, ["period_sets", json.dumps(period_sets.to_data(), ensure_ascii=False)])
    made_to_contracts = [each.change for each in of_legs(changes)]
    if made_to_contracts:
        told = json.dumps(changes_as_data(made_to_contracts), ensure_ascii=False, sort_keys=True)
        _add_texts(digest, ["changes", told])
    if settled_months is not None:
        _add_texts(digest, ["settled_months", *settled_months])
    if forecast_months:
        _add_texts(digest, ["forecast_months", *forecast_months])
    return digest.hexdigest()


def table_hash(table: Table, frame: pd.DataFrame) -> str:
    """SHA-256 over what the rows of one table say, as `scenario_hash` looks at them."""
    digest = hashlib.sha256()
    _add_table(digest, table, frame)
    return digest.hexdigest()


def _add_table(digest: hashlib._Hash, table: Table, frame: pd.DataFrame) -> None:
    _add_texts(digest, [table.name, str(len(frame))])
    for column in table_of_frame(table, frame):
        if column.later and _says_nothing(frame[column.exact]):
            continue  # a scenario that says nothing in it is the scenario that it was
        _add_texts(digest, [column.exact])
        _add_column(digest, frame[column.exact], FIRST_DELIVERIES if column.kind == "delivery" else None)


def _says_nothing(column: pd.Series) -> bool:
    return not (column.any() if column.dtype == bool else column.notna().any())


def _add_column(digest: hashlib._Hash, column: pd.Series, least: int | None) -> None:
    """A column; of more than `least` categories those up to the last that is used, as others may join the list."""
    if column.dtype.name == "category":
        values, kind = column.array.codes, "<i4"
        texts = column.cat.categories.tolist()
        _add_texts(digest, texts if least is None else texts[: max(least, int(values.max(initial=-1)) + 1)])
    elif column.dtype.name == "Int64":  # with cells that are no number
        digest.update(column.isna().to_numpy().astype("u1").data)
        values, kind = column.fillna(0).to_numpy(dtype=np.int64), "<i8"
    elif column.dtype == bool:
        values, kind = column.to_numpy(), "u1"
    else:  # integers, and instants as microseconds
        values, kind = column.to_numpy().astype(np.int64, copy=False), "<i8"
    for block in blocks(len(values)):
        digest.update(np.ascontiguousarray(values[block], dtype=kind).data)


def _add_texts(digest: hashlib._Hash, texts: Sequence[str]) -> None:
    """Texts with their lengths, so that no two lists of texts look alike."""
    lengths = np.fromiter(map(len, texts), dtype="<i8", count=len(texts))
    digest.update(np.array([len(texts)], dtype="<i8").data)
    digest.update(lengths.data)
    digest.update("".join(texts).encode("utf-8"))
