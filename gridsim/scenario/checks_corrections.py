"""Corrections of earlier months: whose line each is, of what, and of which month (rulebook part 16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.rules.corrected import corrected_items
from gridsim.rules.shape import unit_id
from gridsim.suggest import Suggester, nearest_in_words
from gridsim.words import LISTED, Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.errors import Fault
    from gridsim.scenario.draft import Draft, UserRows

__all__ = ["corrected_before", "corrected_lines", "corrected_units"]

NAME = "corrections"

_WHOSE = ("unit_id", "user_id")
_OF_UNITS = ("user_id", "retailer_id", "mode", "priority_purchase")


def corrected_before(draft: Draft) -> Iterator[Fault]:
    """A month that is corrected in itself, or before it came."""
    table = draft.get(NAME, "month", "corrects_month")
    if table is None:
        return
    months, earlier = table.frame["month"].astype(object), table.frame["corrects_month"].astype(object)
    usable = np.flatnonzero(table.usable("month", "corrects_month"))
    yield from table.faults(
        [row for row in usable.tolist() if earlier.iloc[row] >= months.iloc[row]],
        ("month", "corrects_month"),
        Sentence("a month that is not before the one in whose statement it stands"),
        lambda row: Sentence("a month before {month}", month=months.iloc[row]),
    )


def corrected_units(draft: Draft) -> Iterator[Fault]:
    """A settlement unit that there is not, or a user of another one."""
    table, users = draft.get(NAME, *_WHOSE), draft.users(*_OF_UNITS)
    if table is None or users is None or not users.usable(*_OF_UNITS).all():
        return
    units_of = _units_of_users(users)
    known = list(dict.fromkeys(unit for units in units_of.values() for unit in units))
    suggester = Suggester(known)
    units, codes = table.categories("unit_id"), table.codes("unit_id")
    unknown = np.array([unit not in known for unit in units] + [False])
    yield from table.faults(
        np.flatnonzero(unknown[codes]),
        "unit_id",
        Sentence("there is no such settlement unit"),
        lambda row: listed(
            Sentence("one of {names}", names=named(known, LISTED)),
            nearest_in_words(suggester.nearest(units[codes[row]])),
        ),
    )
    names, user = table.categories("user_id"), table.codes("user_id")
    both = np.flatnonzero(table.usable(*_WHOSE) & (codes >= 0) & (user >= 0) & ~unknown[codes])
    yield from table.faults(
        [
            row
            for row in both.tolist()
            if (of := units_of.get(names[user[row]])) is not None and units[codes[row]] not in of
        ],
        _WHOSE,
        Sentence("a user of another settlement unit, or of none"),
        lambda row: Sentence("a user of the unit, or no unit"),
    )


def corrected_lines(draft: Draft) -> Iterator[Fault]:
    """A row that names nobody, or not the one whose line its item is."""
    table = draft.get(NAME, "item", *_WHOSE)
    if table is None:
        return
    unit, user = (table.codes(name) >= 0 for name in _WHOSE)
    usable, item = table.usable("item", *_WHOSE), table.codes("item")
    items = list(corrected_items(draft.shape).values())

    def of(name: str, values: tuple[object, ...] = (True,)) -> np.ndarray:
        return np.array([*(getattr(each, name) in values for each in items), False])[item]

    nobody = usable & ~unit & ~user
    yield from table.faults(
        np.flatnonzero(nobody),
        _WHOSE,
        Sentence("neither a settlement unit nor a user"),
        Sentence("one of them, or both"),
    )
    found = (
        (of("whose", ("unit",)) & ~unit, Sentence("a line of a settlement unit without one"), Sentence("its unit_id")),
        (of("whose", ("user",)) & ~user, Sentence("a line of a user without one"), Sentence("its user_id")),
        (
            unit & user & of("may_name_user", (False,)),
            Sentence("an item of which a line names a unit or a user, not both"),
            Sentence("the one whose line it is"),
        ),
    )
    for wrong, message, allowed in found:
        yield from table.faults(np.flatnonzero(usable & ~nobody & wrong), ("item", *_WHOSE), message, allowed)


def _units_of_users(users: UserRows) -> dict[str, list[str]]:
    """The settlement units that each user has in the year; none of one on priority purchase."""
    frame = users.states.rows
    buyers = frame["retailer_id"].astype(object).where(frame["retailer_id"].notna(), frame["user_id"].astype(object))
    found: dict[str, list[str]] = {}
    columns = (frame["user_id"], buyers, frame["mode"], frame["priority_purchase"].astype(bool))
    for user, buyer, mode, is_outside in zip(*columns, strict=True):
        of_user = found.setdefault(user, [])
        if not is_outside:
            of_user.append(unit_id(buyer, mode))
    return found
