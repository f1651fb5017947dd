"""Lines of a statement beside lines of a ledger, at the finest level that both have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.reconcile.ledger_lines import KEYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridsim.reconcile.statement import Statement

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["Beside", "Matcher"]

_NAMES = tuple(name for name in KEYS if name != "item")
_APART = "\x1f"
_OF_ONE = ("unit_id", "user_id")
"""A statement may be of one of these alone, of a single one, which each of its lines then names."""


@dataclass(frozen=True, eq=False)
class Beside:
    """Both sides' figures by key, ours exact, theirs in steps.

    Attributes
    ----------
    keys : list of tuple
        In the order of `KEYS`; empty where the level has no such name.
    has_ours, has_theirs : (n,) bool array
    energy, amount : (n,) int64 array
        Ours [kWh], [micro-yuan].
    matcher : Matcher
    """

    keys: list[tuple[str, ...]]
    has_ours: Flags
    has_theirs: Flags
    energy: Ints
    amount: Ints
    price: Ints
    """Ours where all lines of the key have one price, else their mean; 0 without energy [micro-yuan/kWh]."""
    matcher: Matcher

    @cached_property
    def differs(self) -> Flags:
        """Where a printed figure is not what ours is when it is printed so."""
        return self.energy_differs | self.amount_differs | self.price_differs | self.is_one_sided

    @cached_property
    def differing(self) -> frozenset[tuple[str, ...]]:
        """The keys of the lines that differ."""
        return frozenset(self.keys[place] for place in np.flatnonzero(self.differs))

    @cached_property
    def plainly_differing(self) -> frozenset[tuple[str, ...]]:
        """Those that differ by more than the last digit of the money, which the other side may round otherwise."""
        theirs, printed = self.matcher, self.matcher.statement.amount
        is_rounding = np.zeros(len(self.keys), dtype=bool)
        gap = np.abs(printed.of_ours(self.amount[: theirs.count]) - theirs.amount_steps)
        is_rounding[: theirs.count] = theirs.has_amount & (gap <= 1)
        is_plain = self.energy_differs | self.price_differs | self.is_one_sided | ~is_rounding
        return frozenset(self.keys[place] for place in np.flatnonzero(self.differs & is_plain))

    @cached_property
    def is_one_sided(self) -> Flags:
        """Where only one side has a line, of some energy or money."""
        theirs, count = self.matcher, len(self.keys)
        weighs = (self.amount != 0) | (self.energy != 0)
        prints = np.zeros(count, dtype=bool)
        prints[: theirs.count] = (theirs.amount_steps != 0) | (theirs.energy_steps != 0)
        return np.where(self.has_ours & self.has_theirs, False, np.where(self.has_ours, weighs, prints))

    @cached_property
    def energy_differs(self) -> Flags:
        return self._differs(self.energy, "energy")

    @cached_property
    def amount_differs(self) -> Flags:
        return self._differs(self.amount, "amount")

    @cached_property
    def price_differs(self) -> Flags:
        """By more than a step: where several prices meet, the other side may round their mean otherwise."""
        theirs = self.matcher
        found = np.zeros(len(self.keys), dtype=bool)
        gap = np.abs(theirs.statement.price.of_ours(self.price[: theirs.count]) - theirs.price_steps)
        found[: theirs.count] = theirs.has_price & (self.energy[: theirs.count] != 0) & (gap > 1)
        return found

    @cached_property
    def energy_gap(self) -> Ints:
        """Theirs less ours [kWh]; 0 where theirs is not printed."""
        return self._gap(self.energy, "energy")

    @cached_property
    def amount_gap(self) -> Ints:
        """Theirs less ours [micro-yuan]."""
        return self._gap(self.amount, "amount")

    def _differs(self, ours: Ints, name: str) -> Flags:
        theirs = self.matcher
        printed = getattr(theirs.statement, name)
        found = np.zeros(len(self.keys), dtype=bool)
        has = getattr(theirs, f"has_{name}")
        found[: theirs.count] = has & (printed.of_ours(ours[: theirs.count]) != getattr(theirs, f"{name}_steps"))
        return found

    def _gap(self, ours: Ints, name: str) -> Ints:
        """Where theirs is as ours would be printed, the gap is none: what is left is the printing."""
        theirs, printed = self.matcher, getattr(self.matcher.statement, name)
        gap = -ours.copy()
        has = getattr(theirs, f"has_{name}")
        exact = (getattr(theirs, f"{name}_steps").astype(object) * printed.step).astype(object)
        exact = np.array([round(each) for each in exact], dtype=np.int64)
        of_theirs = np.where(has, exact - ours[: theirs.count], 0)
        gap[: theirs.count] = np.where(self._differs(ours, name)[: theirs.count], of_theirs, 0)
        if not has.any():
            gap[:] = 0
        return gap


class Matcher:
    """A statement, added up by key, ready to be held against ledger after ledger.

    Parameters
    ----------
    statement : Statement
    settled_items : sequence of str
        Whose energies are the energy of a line that names no item.
    """

    def __init__(self, statement: Statement, settled_items: Sequence[str]) -> None:
        self.statement, self._settled = statement, frozenset(settled_items)
        lines = statement.lines
        self.has_items = statement.has("item")
        self.levels: dict[str, tuple[str, ...]] = {}
        for item, rows in lines.groupby("item", sort=False):
            self.levels[str(item)] = tuple(name for name in _NAMES if (rows[name] != "").any())
        self.common = tuple(name for name in ("month", "unit_id", "user_id") if statement.has(name))
        of_one = (name for name in _OF_ONE if (lines[name] != "").all())
        self._asked = {name: set(values) for name in of_one if len(values := _named(lines, name)) == 1}
        self.months = frozenset(_named(lines, "month"))
        """Of the statement; none where its lines name none."""
        if self.months:
            self._asked["month"] = set(self.months)
        codes, texts = pd.factorize(np.array(self._keys(lines), dtype=object))
        self.key_of_line, self._texts = codes, list(texts)
        self.count = len(texts)
        self._place = {text: place for place, text in enumerate(self._texts)}
        for name in ("energy", "amount"):
            printed = getattr(statement, name)
            setattr(self, f"{name}_steps", self._added(printed.steps))
            setattr(self, f"has_{name}", self._added(printed.is_there.astype(np.int64)) > 0)
        rows_of_key = np.bincount(codes, minlength=self.count)
        self.price_steps = self._added(statement.price.steps)
        self.has_price = (self._added(statement.price.is_there.astype(np.int64)) > 0) & (rows_of_key == 1)

    energy_steps: Ints
    amount_steps: Ints
    has_energy: Flags
    has_amount: Flags

    def beside(self, ours: pd.DataFrame) -> Beside:
        """Both sides by key: theirs in their order, then what only we have.

        Parameters
        ----------
        ours : DataFrame
            As `asked` gives them.
        """
        keys = self._keys(ours)
        place, texts = dict(self._place), list(self._texts)
        of_line = np.empty(len(keys), dtype=np.int64)
        for row, key in enumerate(keys):
            found = place.get(key)
            if found is None:
                found = place[key] = len(texts)
                texts.append(key)
            of_line[row] = found
        count = len(texts)
        energy, amount = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        counts = np.ones(len(ours), dtype=bool) if self.has_items else ours["item"].isin(self._settled).to_numpy()
        np.add.at(energy, of_line[counts], ours["energy"].to_numpy()[counts])
        np.add.at(amount, of_line, ours["amount"].to_numpy())
        has = np.bincount(of_line, minlength=count) > 0
        price = _prices(of_line, ours, amount, energy, count)
        return Beside(
            [tuple(text.split(_APART)) for text in texts],
            has,
            np.arange(count) < self.count,
            energy,
            amount,
            price,
            self,
        )

    def asked(self, ours: pd.DataFrame) -> pd.DataFrame:
        """Our lines that such a statement would have: of its months; of its unit or user, if it is of a single one."""
        fits = np.ones(len(ours), dtype=bool)
        for name, values in self._asked.items():
            fits &= ours[name].isin(values).to_numpy()
        return ours if fits.all() else ours[fits]

    def keys_of(self, ours: pd.DataFrame) -> list[str]:
        """The key of each of our lines."""
        return self._keys(ours)

    def _keys(self, lines: pd.DataFrame) -> list[str]:
        columns = [lines[name].to_numpy(dtype=object) for name in KEYS]
        at_item, found = KEYS.index("item"), []
        kept = {item: [name in (*level, "item") for name in KEYS] for item, level in self.levels.items()}
        without = [name in (*self.common, "item") for name in KEYS]
        if not self.has_items:
            (level,) = kept.values() or ([False] * len(KEYS),)
            kept, without = {}, [has and name != "item" for has, name in zip(level, KEYS, strict=True)]
        for row in zip(*columns, strict=True):
            used = kept.get(row[at_item], without)
            found.append(_APART.join([text if has else "" for text, has in zip(row, used, strict=True)]))
        return found

    def _added(self, steps: Ints) -> Ints:
        total = np.zeros(self.count, dtype=np.int64)
        np.add.at(total, self.key_of_line, steps)
        return total


def _named(lines: pd.DataFrame, name: str) -> set[str]:
    return set(lines[name]) - {""}


def _prices(of_line: Ints, ours: pd.DataFrame, amount: Ints, energy: Ints, count: int) -> Ints:
    """By key the price of its lines, or where they have several the mean, half up; 0 without energy."""
    price = ours["price"].to_numpy()
    least, most = np.full(count, np.iinfo(np.int64).max), np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(least, of_line, price)
    np.maximum.at(most, of_line, price)
    size = np.where(energy == 0, 1, np.abs(energy))
    whole = (2 * np.abs(amount.astype(object)) + size) // (2 * size)
    mean = np.where((amount < 0) != (energy < 0), -whole, whole).astype(np.int64)
    return np.where(least == most, least, np.where(energy == 0, 0, mean))
