"""Lines of the compliance report: one by one, or all of a check at once as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = tuple[NDArray[np.integer], Sequence[str]]
    """(n,) integers, and the texts that they stand for."""

__all__ = ["Row", "table_of_columns", "table_of_rows"]


class Row(NamedTuple):
    """What a check says of one subject. Empty texts are None; `passed` None is for the reader to judge."""

    check: str
    subject: str
    month: str | None
    value: str | None
    limit: str | None
    passed: bool | None
    clause: str
    detail: str


def table_of_rows(rows: Iterable[Row]) -> pa.Table:
    """The table ``compliance`` of some rows."""
    columns = list(zip(*rows, strict=True)) or [()] * len(Row._fields)
    made = {}
    for name, values in zip(Row._fields, columns, strict=True):
        array = pa.array(values, type=pa.bool_() if name == "passed" else pa.string())
        made[name] = array if name in ("passed", "value") else array.dictionary_encode()
    return pa.table(made | {"measure": _measures(made["detail"])})


def table_of_columns(
    check: str,
    subject: Codes,
    value: pa.Array,
    clause: str,
    detail: Codes,
    *,
    month: Codes | None = None,
    limit: str | None = None,
    passed: pa.Array | None = None,
) -> pa.Table:
    """The table ``compliance`` of one check.

    Parameters
    ----------
    check, clause, limit : str
        The same for all rows.
    subject, detail, month : pair of (n,) integer array and sequence of str
        Codes and the texts that they stand for.
    value : Arrow array of n str
    passed : Arrow array of n bool, optional
    """
    count = len(value)

    def coded(codes: NDArray[np.integer], texts: Sequence[str]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(list(texts), pa.string()))

    def same(text: str | None) -> pa.Array:
        return pa.repeat(pa.scalar(text, pa.string()), count).dictionary_encode()

    made = {
        "check": same(check),
        "subject": coded(*subject),
        "month": same(None) if month is None else coded(*month),
        "value": value,
        "limit": same(limit),
        "passed": pa.nulls(count, pa.bool_()) if passed is None else passed,
        "clause": same(clause),
        "detail": coded(*detail),
    }
    return pa.table(made | {"measure": _measures(made["detail"])})


def _measures(details: pa.DictionaryArray) -> pa.DictionaryArray:
    """What tells rows of one check and subject apart: the word before a detail's first colon."""
    words = [detail.partition(":")[0] for detail in details.dictionary.to_pylist()]
    of_detail = pa.array([None if word == "value" else word for word in words], pa.string())
    return of_detail.take(details.indices).dictionary_encode()
