"""What a row of ``billing`` asks for (rulebook part 13): one charge, with its price, and a whole power factor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import Fault
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.scenario.draft import Draft, UserRows
    from gridsim.tables.read_table import BoolArray, IntArray, ReadTable

__all__ = ["billed_charges", "billed_once"]

_CHARGES = {"capacity_kva": "capacity_yuan_per_kva", "demand_kw": "demand_yuan_per_kw"}
"""By column of ``billing``: that of the tariffs which has its price."""

_FACTOR = ("reactive_mvarh", "power_factor_standard")


def billed_once(draft: Draft) -> Iterator[Fault]:
    """Capacity and demand in one row; reactive energy without a standard, or a standard without it."""
    billing = draft.tables.get("billing")
    if billing is None:
        return
    capacity, demand, reactive, standard = (_has(billing, name) for name in (*_CHARGES, *_FACTOR))
    yield from billing.faults(
        np.flatnonzero(capacity & demand),
        tuple(_CHARGES),
        Sentence("both capacity and demand are billed"),
        Sentence("one of them"),
    )
    for found, name, other in ((reactive & ~standard, *_FACTOR), (standard & ~reactive, *_FACTOR[::-1])):
        yield from billing.faults(
            np.flatnonzero(found & billing.usable(billing.table[other].exact)),
            _FACTOR,
            Sentence("{one} without {other}", one=name, other=other),
            Sentence("both, or none of them"),
        )


def billed_charges(draft: Draft) -> Iterator[Fault]:
    """A charge whose price the user's tariff does not have in that month."""
    users = draft.users("tariff_class", "voltage")
    tariffs = draft.get("tariffs", "tariff_class", "voltage", "effective_from")
    billing = draft.get("billing", "user_id", "month")
    if users is None or tariffs is None or billing is None or draft.year is None:
        return
    rows = np.flatnonzero(billing.usable("user_id", "month"))
    rate_of = _rates(users, billing, rows)
    for name, tariff in _CHARGES.items():
        if not tariffs.is_readable(tariffs.table[tariff].exact):
            continue
        prices = _prices(tariffs, tariff)
        lacking = [
            row
            for row in rows[_has(billing, name)[rows]].tolist()
            if row in rate_of and not _in_force(prices, rate_of[row], billing.shown(row, "month"))
        ]
        yield from billing.faults(
            lacking,
            ("user_id", "month", name),
            lambda row: Sentence(
                "no price for it in the tariff {tariff_class}, {voltage}",
                tariff_class=rate_of[row][0],
                voltage=rate_of[row][1],
            ),
            Sentence("{code} in the row of {file} that is in force", code=named([tariff]), file=tariffs.file),
            kind=Sentence("a charge without its price"),
        )


def _rates(users: UserRows, billing: ReadTable, rows: IntArray) -> dict[int, tuple[str, ...]]:
    """The tariff class and voltage of each row's user in its month; of users that could be read."""
    first = users.tables[0]
    place_of = np.full(len(first.categories("user_id")) + 1, -1, dtype=np.int64)
    place_of[first.codes("user_id")] = np.arange(len(first))
    place_of[-1] = -1
    user = place_of[first.code_of(billing.categories("user_id"), "user_id")[billing.codes("user_id")[rows]]]
    state = users.states.at(user, billing.codes("month")[rows])
    usable = users.usable("user_id", "tariff_class", "voltage")
    columns = [users.texts(name) for name in ("tariff_class", "voltage")]
    return {
        row: tuple(str(column[at]) for column in columns)
        for row, who, at in zip(rows.tolist(), user.tolist(), state.tolist(), strict=True)
        if who >= 0 and usable[at]
    }


def _has(table: ReadTable, name: str) -> BoolArray:
    """Where a cell has something that could be read."""
    exact = table.table[name].exact
    has: BoolArray = table.frame[exact].notna().to_numpy(dtype=bool) & table.usable(exact)
    return has


def _prices(tariffs: ReadTable, name: str) -> dict[tuple[str, ...], list[tuple[str, bool]]]:
    """By tariff class and voltage: from when on each row holds, and whether it has the price or may have it."""
    exact = tariffs.table[name].exact
    has = tariffs.frame[exact].notna().to_numpy(dtype=bool) | ~tariffs.usable(exact)
    usable = tariffs.usable("tariff_class", "voltage", "effective_from")
    frame = tariffs.frame
    found: dict[tuple[str, ...], list[tuple[str, bool]]] = {}
    columns = (frame[each].astype(object) for each in ("tariff_class", "voltage", "effective_from"))
    for (*rate, since), is_there, is_sound in zip(zip(*columns, strict=True), has, usable, strict=True):
        if is_sound:
            start = since if isinstance(since, str) else ""
            found.setdefault(tuple(rate), []).append((start, bool(is_there)))
    return found


def _in_force(prices: dict[tuple[str, ...], list[tuple[str, bool]]], rate: tuple[str, ...], month: str) -> bool:
    """Whether the row in force has the price; a rate that no row names is another fault."""
    of_rate = prices.get(rate)
    if of_rate is None:
        return True
    begun = [each for each in of_rate if each[0] <= month]
    return bool(begun) and max(begun, key=lambda each: each[0])[1]
