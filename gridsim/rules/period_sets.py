"""Periods of one's own (rulebook part 11): sets of hours that a scenario brings beside those of its rule set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridsim.rules.shape_lists import HoursEntry

__all__ = ["NO_SETS", "PeriodSets"]

_EVERY_MONTH = tuple(range(1, 13))


@dataclass(frozen=True)
class PeriodSets:
    """Sets of hours by id, in the order in which they are written.

    Attributes
    ----------
    sets : tuple of (str, tuple of HoursEntry)
        Of a set that is faulty no entry.
    is_whole : bool
        Whether all ids are known; not so where what holds them cannot be read.
    """

    sets: tuple[tuple[str, tuple[HoursEntry, ...]], ...] = ()
    is_whole: bool = True

    def __len__(self) -> int:
        return len(self.sets)

    @property
    def ids(self) -> tuple[str, ...]:
        """What `period_set` of a user may name."""
        return tuple(name for name, _ in self.sets)

    def to_data(self) -> dict[str, list[dict[str, Any]]]:
        """Plain data that say the same, in the words of ``period_sets.yaml``."""
        return {name: [_entry_data(entry) for entry in entries] for name, entries in self.sets}


NO_SETS = PeriodSets()


def _entry_data(entry: HoursEntry) -> dict[str, Any]:
    """An entry in the words of the file; what holds for all is left out."""
    said: dict[str, Any] = {}
    if entry.months != _EVERY_MONTH:
        said["months"] = list(entry.months)
    if entry.days != "all":
        said["days"] = entry.days
    if entry.since:
        said["from"] = entry.since
    return said | {"use": {period: [_range(*each) for each in ranges] for period, ranges in entry.use}}


def _range(start: int | str, end: int | str) -> str:
    return "-".join(f"{int(edge) // 60:02d}:{int(edge) % 60:02d}" for edge in (start, end))
