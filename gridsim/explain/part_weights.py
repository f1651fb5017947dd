"""By what the energy of a cell falls into the parts of its month, as a result's inputs have it (rulebook part 15)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gridsim.arrow import rows_where
from gridsim.market_tables import METER_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridsim.explain.source import ResultFacts

__all__ = ["LoadOfParts", "load_of_parts"]

LoadOfParts = dict[tuple[str, str, str], tuple[int, ...]]
"""By user, period and tariff period: what load has in each part of the month [kWh]."""


def load_of_parts(source: ResultFacts, users: Iterable[str], month: str) -> LoadOfParts:
    """What load has in the parts of a month of some users; nothing where days split it.

    Parameters
    ----------
    source : ResultFacts
    users : iterable of str
    month : str
    """
    if METER_PARTS not in source.inputs or source.rules.values.changes.tariff_within_month == "days":
        return {}
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row in rows_where(source.inputs[METER_PARTS], {"user_id": list(users), "month": month}):
        found[row["user_id"], row["period"], row["tariff_period"]].append(row["energy_kwh"])  # in order of their days
    return {key: tuple(load) for key, load in found.items()}
