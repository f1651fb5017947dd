"""What participants are called: the names that a scenario's tables give beside ids."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    import pyarrow as pa

__all__ = ["PARTIES", "apart", "ids_by_name", "names_in_tables", "party_names"]

PARTIES = {"generators": "generator_id", "retailers": "retailer_id", "users": "user_id"}
"""The tables of participants, and the column of each that names its own."""


def party_names(inputs: Mapping[str, pa.Table], tables: tuple[str, ...] = tuple(PARTIES)) -> dict[str, str]:
    """Names by id, of those that have one.

    Parameters
    ----------
    inputs : mapping of str to Arrow table
        Of a result, exact.
    tables : tuple of str
        Whose: of `PARTIES`.
    """
    found: dict[str, str] = {}
    for table in tables:
        rows = inputs.get(table)
        if rows is not None and "name" in rows.column_names:
            ids, names = (rows.column(each).to_pylist() for each in (PARTIES[table], "name"))
            found |= {str(who): str(name) for who, name in zip(ids, names, strict=True) if name}
    return found


def names_in_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """The same of the tables of a scenario.

    Parameters
    ----------
    tables : mapping of str to DataFrame
    """
    found: dict[str, str] = {}
    for table, key in PARTIES.items():
        rows = tables.get(table)
        if rows is not None and "name" in rows:
            rows = rows[rows["name"].notna()]
            found |= dict(zip(rows[key].astype(str), rows["name"].astype(str), strict=True))
    return found


def ids_by_name(having: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Ids by name, of the names that one participant alone has.

    Parameters
    ----------
    having : iterable of (str, str)
        Ids with their names.

    Examples
    --------
    >>> ids_by_name([("R1", "East"), ("R2", "East"), ("R3", "West")])
    {'West': 'R3'}
    """
    found: dict[str, set[str]] = {}
    for who, name in having:
        found.setdefault(name, set()).add(who)
    return {name: next(iter(who)) for name, who in found.items() if len(who) == 1}


def apart(names: Mapping[str, str]) -> dict[str, str]:
    """Names that tell people apart where no id stands beside them.

    Parameters
    ----------
    names : mapping of str to str
        As `party_names` gives them.

    Returns
    -------
    dict of str to str
        A name that several have, or that is somebody's id, has the id of its own behind it.

    Examples
    --------
    >>> apart({"R1": "East", "R2": "East", "R3": "West"})
    {'R1': 'East (R1)', 'R2': 'East (R2)', 'R3': 'West'}
    """
    having = Counter(names.values())
    return {
        who: f"{name} ({who})" if having[name] > 1 or (name in names and name != who) else name
        for who, name in names.items()
    }
