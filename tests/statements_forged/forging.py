"""A kind of change in a layout: the statement, how it differs from the ledger line by line, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from . import files
from .annexes import annex
from .edits import Edit, LineEdit, TotalRounded, edited
from .grids import Key, Sheet, added_up, in_scope, settled_energy, sheets_of
from .layouts import LAYOUTS, Layout
from .lines import Line, Tables, lines_of, settled, users_of_retailer
from .market import MARKETS


@dataclass(frozen=True)
class Change:
    """One thing that the other side has otherwise, and the word for it.

    `where` says what it is about: user, month, periods, hours, contract, item, path of a rule, a tariff's row.
    """

    cause: str
    where: Mapping[str, Any]
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of change: what the statement then shows, theirs less ours."""

    name: str
    says: str
    changes: tuple[Change, ...]
    layout: str
    """The layout that it is printed in; others of a fitting scope and level do too."""
    lines: int
    """How many lines of that layout differ."""
    energy_mwh: str
    """By how much the energy settled differs in all."""
    money_yuan: str
    """By how much the money differs in all, exactly."""
    prices: tuple[tuple[str, str], ...] = ()
    """Of the lines whose price differs: ours and theirs, yuan/MWh, each pair once, in the order of the lines."""
    market: str = "metered"
    months: tuple[str, ...] = ()
    """The months of the statement; empty: all of the market."""


@dataclass(frozen=True)
class Difference:
    """A line of the statement that differs from the ledger, at the level of the layout: theirs less ours.

    kWh and 10⁻⁶ yuan; prices in 10⁻⁶ yuan/kWh (None: no line, no price, or at this level several).
    """

    key: Key
    energy: int
    our_price: int | None
    their_price: int | None
    amount: int


@dataclass(frozen=True)
class Forged:
    """A statement, and the truth about it."""

    layout: Layout
    ours: list[Line]
    theirs: list[Line]
    total_step: int | None = None
    scenario: Mapping[str, Any] = field(default_factory=dict)
    """The market as the other side has it."""
    months: tuple[str, ...] = ()
    alone: list[tuple[Change, int]] = field(default_factory=list)
    """Each change with the money that it makes by itself [10⁻⁶ yuan]; in one position these need not add up."""

    @property
    def differences(self) -> list[Difference]:
        ours, theirs = (added_up(lines, self.layout.level) for lines in (self.ours, self.theirs))
        found = []
        for key in dict.fromkeys([*ours, *theirs]):
            a, b = ours.get(key), theirs.get(key)
            if a and b and (a.energy, a.price, a.amount) == (b.energy, b.price, b.amount):
                continue
            energy = (b.energy if b else 0) - (a.energy if a else 0)
            amount = (b.amount if b else 0) - (a.amount if a else 0)
            found.append(Difference(key, energy, a.price if a else None, b.price if b else None, amount))
        return found

    @property
    def energy(self) -> int:
        """Energy settled, theirs less ours [kWh]."""
        return settled_energy(self.theirs) - settled_energy(self.ours)

    @property
    def amount(self) -> int:
        """Money, theirs less ours [10⁻⁶ yuan], before the total is rounded."""
        return sum(line.amount for line in self.theirs) - sum(line.amount for line in self.ours)

    @property
    def sheets(self) -> list[Sheet]:
        sheets = sheets_of(self.theirs, self.layout, self.total_step)
        if self.layout.annex:
            sheets.append(annex(dict(self.scenario), self.layout, self.months))
        return sheets

    def write(self, folder: Path, name: str = "statement") -> Path:
        return files.write(self.sheets, self.layout, folder, name)


@cache
def our_lines(market: str = "metered") -> tuple[Line, ...]:
    """What the ledger of the unchanged market holds of the retailer, by the oracle."""
    return tuple(settled(MARKETS[market]()))


def unchanged(layout: str, market: str = "metered", tables: Tables | None = None) -> Forged:
    """A statement without a change, of the market as the oracle settles it.

    `tables`: of a ledger instead, the rows ``ledger`` and ``legs`` of a result of that market in exact units.
    """
    shape, scenario = LAYOUTS[layout], MARKETS[market]()
    lines = our_lines(market) if tables is None else lines_of(tables, users_of_retailer(scenario))
    shown = in_scope(lines, shape)
    return Forged(shape, shown, shown, scenario=scenario)


def forge(kind: Kind, layout: str = "") -> Forged:
    """The statement of a kind, in its own layout or another."""
    shape = LAYOUTS[layout or kind.layout]
    ours = _of_months(our_lines(kind.market), kind)
    their_market = edited(MARKETS[kind.market](), _edits(kind.changes))
    theirs = _theirs(kind, kind.changes)
    total_step = next((edit.to for edit in _edits(kind.changes) if isinstance(edit, TotalRounded)), None)
    shown = Forged(shape, in_scope(ours, shape), in_scope(theirs, shape), total_step, their_market, kind.months)
    for change in kind.changes:
        is_all = len(kind.changes) == 1
        by_itself = shown if is_all else Forged(shape, shown.ours, in_scope(_theirs(kind, (change,)), shape))
        shown.alone.append((change, by_itself.amount))
    return shown


def _theirs(kind: Kind, changes: tuple[Change, ...]) -> list[Line]:
    edits = _edits(changes)
    lines = settled(edited(MARKETS[kind.market](), edits))
    for edit in edits:
        if isinstance(edit, LineEdit):
            lines = edit.lines(lines)
    return _of_months(lines, kind)


def _edits(changes: tuple[Change, ...]) -> tuple[Edit, ...]:
    return tuple(edit for change in changes for edit in change.edits)


def _of_months(lines: Iterable[Line], kind: Kind) -> list[Line]:
    return [line for line in lines if not kind.months or line.month in kind.months]
