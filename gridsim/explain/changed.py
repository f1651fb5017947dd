"""What a what-if made of the contracts of a position: derived again, change by change, and held against the legs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.explain.agree import same
from gridsim.explain.arithmetic import split
from gridsim.explain.legs import as_traded
from gridsim.integrity.places import TablePlace
from gridsim.scenario.changes import of_legs
from gridsim.units import RATIO_ONE, round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridsim.explain.arithmetic import Share
    from gridsim.explain.source import ResultFacts
    from gridsim.scenario.changes import ContractChange

__all__ = ["LegsChanged", "changed", "is_chosen"]

_COLUMNS = {"unit": "unit_id", "product": "product", "month": "month", "contract": "contract_id", "session": "session"}


@dataclass(frozen=True)
class LegsChanged:
    """What one change made of the legs of a position.

    Attributes
    ----------
    change : ContractChange
    legs : tuple of str
        Those that it chose.
    before : tuple of int
        Of each, energy [kWh] or price [micro-yuan/kWh].
    after : int
        All their energy [kWh]; 0 of prices.
    shares : tuple of Share
        What each leg has of it; empty of prices.
    """

    change: ContractChange
    legs: tuple[str, ...]
    before: tuple[int, ...]
    after: int
    shares: tuple[Share, ...]


def is_chosen(change: ContractChange, row: Mapping[str, Any]) -> bool:
    """Whether a change is made to a row of `legs`."""
    return all(row[_COLUMNS[key]] in wanted for key, wanted in change.where.items())


def changed(source: ResultFacts, rows: Sequence[Mapping[str, Any]]) -> tuple[LegsChanged, ...]:
    """The changes made to the legs of a position.

    Parameters
    ----------
    source : ResultFacts
    rows : sequence of mapping
        Of the exact table `legs`: all of one position.

    Raises
    ------
    ResultError
        The legs are not what the changes make of the contracts as traded.
    """
    terms = [list(as_traded(row)) for row in rows]
    made = []
    for change in of_legs(source.changes):
        at = [spot for spot, row in enumerate(rows) if is_chosen(change, row)]
        if not at:
            continue
        number = 0 if change.what == "energy" else 1
        before = tuple(terms[spot][number] for spot in at)
        after = 0
        shares: tuple[Share, ...] = ()
        if change.what == "energy":
            after = round_half_up(sum(before) * change.ratio, RATIO_ONE)
            shares = split(after, before)
            values = [share.value for share in shares]
        else:
            values = [round_half_up(each * change.ratio, RATIO_ONE) for each in before]
        for spot, value in zip(at, values, strict=True):
            terms[spot][number] = value
        made.append(LegsChanged(change, tuple(rows[spot]["leg_id"] for spot in at), before, after, shares))
    for row, (energy, price) in zip(rows, terms, strict=True):
        place = TablePlace("legs", row["leg_id"])
        same(place, "energy_kwh", row["energy_kwh"], energy)
        same(place, "price_micro_yuan_per_kwh", row["price_micro_yuan_per_kwh"], price)
    return tuple(made)
