"""What the columns of a grid are: which say what a row is, which are amounts, and which add up others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.importing.meanings import LEFT_OUT, Meaning

if TYPE_CHECKING:
    from gridsim.importing.slots import Slots
    from gridsim.importing.titles import Context

__all__ = ["Layout"]


@dataclass(frozen=True)
class Layout:
    """What the columns of a grid are.

    Attributes
    ----------
    first, start : int
        Place of the first heading row, and of the first row behind the headings.
    headings : tuple of str
        By column; of several rows joined by `` / ``.
    meanings : tuple of Meaning
    slots : Slots or None
    context : Context
    """

    first: int
    start: int
    headings: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    slots: Slots | None
    context: Context

    @property
    def keys(self) -> dict[str, int]:
        """Places of the columns whose cells say what a row is."""
        keys = {meaning.key: place for place, meaning in reversed(list(enumerate(self.meanings))) if meaning.key}
        keys.pop(LEFT_OUT.key, None)
        return keys

    @property
    def values(self) -> list[int]:
        """Places of the columns of amounts, in the order of the sheet; those that add up others are none."""
        of_slots = set(self.slots.places) if self.slots is not None else set()
        plain = {place for place, meaning in enumerate(self.meanings) if meaning.is_value and not meaning.is_sum}
        if any(self.meanings[place].kind != "power" for place in plain | of_slots):  # power beside energy says no more
            plain = {place for place in plain if self.meanings[place].kind != "power"}
        readings = {place for place in plain if self.meanings[place].reading in ("reading_from", "reading_to")}
        if of_slots or readings:
            plain = readings
        if not of_slots | plain:  # 总电量 beside nothing that it could add up
            return [place for place, meaning in enumerate(self.meanings) if meaning.is_sum and meaning.is_value]
        return sorted(of_slots | plain)

    @property
    def sums(self) -> list[int]:
        """Places of the columns that add up others."""
        values = set(self.values)
        is_daily = self.slots is not None
        return [
            place
            for place, meaning in enumerate(self.meanings)
            if place not in values and (meaning.is_sum or (is_daily and meaning.kind == "energy" and not meaning.key))
        ]

    @property
    def has_series(self) -> bool:
        """Whether its amounts are readings one after the other."""
        return any(self.meanings[place].reading == "reading" for place in self.values)

    @property
    def energies_beside_readings(self) -> list[int]:
        """Places of the columns of energy that readings before and after tell, too."""
        if not any(self.meanings[place].reading == "reading_to" for place in self.values):
            return []
        meanings = enumerate(self.meanings)
        return [place for place, each in meanings if each.kind == "energy" and not each.reading and not each.is_sum]

    @property
    def others(self) -> list[int]:
        """Places of the columns that are not read, and of which the user has not said so."""
        return [place for place in self.unread if self.meanings[place] != LEFT_OUT]

    @property
    def unread(self) -> list[int]:
        """Places of the columns that have a heading and are not read."""
        known = {*self.keys.values(), *self.values, *self.sums, *self.energies_beside_readings}
        return [place for place, text in enumerate(self.headings) if text and place not in known]
