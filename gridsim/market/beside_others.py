"""What is wrong with a submission beside all that stands in a market, told without anything of who else is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.errors import Fault
from gridsim.scenario.checks_bounds import contract_products, energy_sums, money_of_the_run
from gridsim.scenario.checks_ids import duplicate_keys
from gridsim.scenario.checks_sessions import filings_agree, one_segment
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gridsim.scenario.checks import Check
    from gridsim.scenario.draft import Draft
    from gridsim.tables.read_table import ReadTable

__all__ = ["beside_others"]


class _Told(NamedTuple):
    """What a check of a file says of the other row, said of the submitted one alone."""

    check: Check
    message: Sentence
    allowed: Sentence


_BOUNDS = tuple(
    _Told(
        each,
        Sentence("with all that stands in the market, energies or money could leave int64"),
        Sentence("less energy, or a lower price"),
    )
    for each in (contract_products, energy_sums, money_of_the_run)
)
_TOLD: Mapping[str, tuple[_Told, ...]] = {
    "orders": (
        _Told(
            one_segment,
            Sentence("the session has orders of its other segment"),
            Sentence("one segment a session, or a session of its own"),
        ),
        *_BOUNDS,
    ),
    "bilateral": (
        _Told(
            duplicate_keys,
            Sentence("the filing has such a row already"),
            Sentence("another time of filing, product or month"),
        ),
        _Told(
            filings_agree,
            Sentence("the contract of this id stands with another party, session or time of confirmation"),
            Sentence("another contract_id, or what stands there"),
        ),
        *_BOUNDS,
    ),
}


def beside_others(draft: Draft, read: ReadTable, before: int) -> Iterator[Fault]:
    """Faults of submitted rows that show only when they are held against all others.

    A file's faults name the other row and what stands in it. Who submits may not know that row, so each is told of
    the submitted row alone; where none of the submitted rows is named, of the one with the most energy.

    Parameters
    ----------
    draft : Draft
        With the submitted rows behind all others.
    read : ReadTable
        The submitted rows of ``orders`` or ``bilateral``; at least one.
    before : int
        How many rows stand before them.
    """
    for told in _TOLD[read.name]:
        found = list(told.check(draft))
        own = [(f.row - before, f.column or "") for f in found if f.row is not None and f.row > before]
        largest = int(np.argmax(read.frame["energy_kwh"].to_numpy())) + 1
        for row, column in own or [(largest, "energy_mwh")] * bool(found):
            value = ", ".join(read.shown(row - 1, name) for name in column.split(", "))
            yield Fault(read.file, row, column, value, told.message, told.allowed)
        if found and told in _BOUNDS:
            return  # one sum that is too large makes others of it
