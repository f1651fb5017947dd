"""The tables of attribution, netting and margins as they are shown, with the integers beneath them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gridsim.analysis.table import StatisticsTable
from gridsim.io.decimals import floats_of_table
from gridsim.io.named_frames import to_pandas
from gridsim.result_columns import ASKED_TABLES

if TYPE_CHECKING:
    from gridsim.analysis.attribution.attribute import Attributed

__all__ = ["attribution_rows", "exact_table", "shown_table"]

_INTEGERS = ("energy", "money", "price")


def shown_table(name: str, rows: Iterable[Sequence[Any]]) -> StatisticsTable:
    """A table in MWh and yuan, with ``exact`` in kWh and micro-yuan; the parameters are those of `exact_table`."""
    exact = exact_table(name, rows)
    return StatisticsTable.shown(to_pandas(floats_of_table(exact, ASKED_TABLES[name].columns)), to_pandas(exact))


def exact_table(name: str, rows: Iterable[Sequence[Any]]) -> pa.Table:
    """A table in kWh and micro-yuan.

    Parameters
    ----------
    name : str
        Of `ASKED_TABLES`.
    rows : iterable of sequences
        Integers and texts in the order of its columns; None is an empty cell.
    """
    spec = ASKED_TABLES[name]
    columns = list(zip(*rows, strict=True)) or [()] * len(spec.columns)
    return pa.table(
        {
            column.exact: pa.array(values, type=pa.int64())
            if column.kind in _INTEGERS
            else pa.array(values, type=pa.string()).dictionary_encode()
            for column, values in zip(spec, columns, strict=True)
        }
    )


def attribution_rows(attributed: Iterable[Attributed], users: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    """The rows of the table ``attribution``: of each band, fee and shortfall the users, then the buyer's own part.

    Parameters
    ----------
    attributed : iterable of Attributed
    users : sequence of str
        Ids by row.
    """
    for each in attributed:
        position, planned = each.position, each.planned
        members, origin = planned.members, planned.plan.origin
        for part in each.parts:
            start = (*position.key, part.item, part.band.side)
            weights = part.weights.in_kwh()
            errors: Sequence[int | None] = part.errors() or [None] * len(weights)
            for place, row in enumerate(position.users.tolist()):
                yield (
                    *start, users[row], members.metered[place], members.plan[place], origin[place], weights[place],
                    part.energies[place], part.amounts[place], errors[place],
                )  # fmt: skip
            if part.own_energy or part.own_money or not weights:
                yield (*start, None, None, None, None, None, part.own_energy, part.own_money, None)
