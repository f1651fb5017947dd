"""Months that the rule set would split by load, of which there is none (rulebook part 15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.calendar import months_of
from gridsim.market_tables import METER_PARTS
from gridsim.scenario.checks_parts import begun_within_months, splits_by_load
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    from gridsim.scenario.draft import Draft

__all__ = ["split_by_days"]


def split_by_days(draft: Draft) -> Iterator[Sentence]:
    """Months of users within which tariffs begin, metered by the month alone: their energy is split by days."""
    if not splits_by_load(draft) or "load" in draft.given or METER_PARTS in draft.given:
        return
    meter = draft.tables["meter"]
    begun = begun_within_months(draft, meter)
    if begun and draft.year is not None:
        user, month = min(begun)
        yield Sentence(
            "{file}: without load, energy of months within which tariffs begin is split by calendar days: months of "
            "users: {count:,}, the first: {first}",
            file=meter.file,
            count=len(begun),
            first=named([user, months_of(draft.year)[month]]),
        )
