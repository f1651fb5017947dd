"""How the other side's figures come to be others: edits of its tables, its rules, its lines, its roundings."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .lines import Line

Where = Mapping[str, str | tuple[str, ...]]
"""Column → value, or values."""


def fits(row: Mapping[str, Any], where: Where) -> bool:
    """A value that ends in ``*`` is a beginning."""
    for column, asked in where.items():
        value = str(row.get(column, ""))
        if not any(
            value.startswith(one[:-1]) if one.endswith("*") else value == one
            for one in ([asked] if isinstance(asked, str) else asked)
        ):
            return False
    return True


# ---- tables ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InTable:
    """Other values in the rows of a table that fit: text, or what a function makes of the old text."""

    table: str
    where: Where
    to: Mapping[str, str | Callable[[str], str]]

    def apply(self, scenario: dict[str, Any]) -> None:
        rows = [row for row in scenario["tables"][self.table] if fits(row, self.where)]
        if not rows:
            raise LookupError(f"no row of {self.table} has {dict(self.where)}")
        for row in rows:
            for column, value in self.to.items():
                row[column] = value if isinstance(value, str) else value(row[column])


@dataclass(frozen=True)
class WithoutRows:
    """Rows that the other side lacks."""

    table: str
    where: Where

    def apply(self, scenario: dict[str, Any]) -> None:
        rows = scenario["tables"][self.table]
        kept = [row for row in rows if not fits(row, self.where)]
        if len(kept) == len(rows):
            raise LookupError(f"no row of {self.table} has {dict(self.where)}")
        scenario["tables"][self.table] = kept


@dataclass(frozen=True)
class Swapped:
    """A column's values of two rows, each in the other's place; row by row where several fit."""

    table: str
    one: Where
    other: Where
    column: str

    def apply(self, scenario: dict[str, Any]) -> None:
        rows = scenario["tables"][self.table]
        ones, others = ([row for row in rows if fits(row, where)] for where in (self.one, self.other))
        if not ones:
            raise LookupError(f"no row of {self.table} has {dict(self.one)}")
        for a, b in zip(ones, others, strict=True):
            a[self.column], b[self.column] = b[self.column], a[self.column]


@dataclass(frozen=True)
class ClockFast:
    """A user's meter with its clock an hour fast: each hour's energy stands in the next, the last in the first."""

    user: str

    def apply(self, scenario: dict[str, Any]) -> None:
        rows = [row for row in scenario["tables"]["load"] if row["user_id"] == self.user]
        energies = [row["energy_mwh"] for row in rows]
        for row, energy in zip(rows, [energies[-1], *energies[:-1]], strict=True):
            row["energy_mwh"] = energy


@dataclass(frozen=True)
class OtherRule:
    """Another value of the rule set."""

    path: str
    value: str

    def apply(self, scenario: dict[str, Any]) -> None:
        scenario["rules"][self.path] = self.value


def more(by: str) -> Callable[[str], str]:
    """An amount more (or less)."""
    return lambda value: str(Decimal(value) + Decimal(by))


def times(factor: str) -> Callable[[str], str]:
    """A multiple, rounded half up to what a table may hold."""
    return lambda value: str((Decimal(value) * Decimal(factor)).quantize(Decimal("0.001"), rounding="ROUND_HALF_UP"))


# ---- lines ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WithoutLines:
    """Lines that the statement lacks."""

    where: Where

    def lines(self, lines: list[Line]) -> list[Line]:
        return _changed(lines, self.where, lambda line: [])


@dataclass(frozen=True)
class Doubled:
    """Lines that stand twice."""

    where: Where

    def lines(self, lines: list[Line]) -> list[Line]:
        return _changed(lines, self.where, lambda line: [line, line])


@dataclass(frozen=True)
class SignTurned:
    """Credits printed as debits, and the other way round."""

    where: Where

    def lines(self, lines: list[Line]) -> list[Line]:
        return _changed(lines, self.where, lambda line: [dataclasses.replace(line, amount=-line.amount)])


@dataclass(frozen=True)
class PriceRounded:
    """Prices rounded half up to so many decimals of yuan/kWh before they meet the energy."""

    where: Where
    decimals: int

    def lines(self, lines: list[Line]) -> list[Line]:
        def rounded(line: Line) -> list[Line]:
            price = round_to(line.price or 0, 10 ** (6 - self.decimals))
            return [dataclasses.replace(line, price=price, amount=line.energy * price)]

        return _changed(lines, self.where, rounded)


@dataclass(frozen=True)
class ScaleSlipped:
    """Energy a power of ten off, the money as it was: one unit taken for another."""

    where: Where
    factor: int

    def lines(self, lines: list[Line]) -> list[Line]:
        def slipped(line: Line) -> list[Line]:
            return [dataclasses.replace(line, energy=line.energy * self.factor)]

        return _changed(lines, self.where, slipped)


@dataclass(frozen=True)
class Extra:
    """A line of the statement that no ledger has."""

    line: Line

    def lines(self, lines: list[Line]) -> list[Line]:
        return [*lines, self.line]


@dataclass(frozen=True)
class TrialForReal:
    """A month's trial lines in the place of its real ones."""

    month: str

    def lines(self, lines: list[Line]) -> list[Line]:
        return [
            dataclasses.replace(line, trial=False) if line.month == self.month else line
            for line in lines
            if line.month != self.month or line.trial
        ]


@dataclass(frozen=True)
class LinesRounded:
    """Money rounded half up line by line, to the fen or the yuan, before it is added up."""

    to: int
    where: Where = field(default_factory=dict)

    def lines(self, lines: list[Line]) -> list[Line]:
        return _changed(
            lines, self.where, lambda line: [dataclasses.replace(line, amount=round_to(line.amount, self.to))]
        )


@dataclass(frozen=True)
class TotalRounded:
    """The statement's total rounded half up to the yuan: no line differs, the total row does."""

    to: int


FEN, YUAN = 10_000, 1_000_000


def round_to(value: int, step: int) -> int:
    """Half up, half away from zero."""
    size = (abs(value) + step // 2) // step * step
    return size if value >= 0 else -size


def _changed(lines: list[Line], where: Where, change: Callable[[Line], list[Line]]) -> list[Line]:
    changed, count = [], 0
    for line in lines:
        if not line.trial and fits(vars(line), where):
            changed += change(line)
            count += 1
        else:
            changed.append(line)
    if not count:
        raise LookupError(f"no line has {dict(where)}")
    return changed


TableEdit = InTable | WithoutRows | Swapped | ClockFast | OtherRule
LineEdit = WithoutLines | Doubled | SignTurned | PriceRounded | ScaleSlipped | Extra | TrialForReal | LinesRounded
Edit = TableEdit | LineEdit | TotalRounded


def edited(scenario: dict[str, Any], edits: tuple[Edit, ...]) -> dict[str, Any]:
    """The market as the other side has it."""
    other = copy.deepcopy(scenario)
    for edit in edits:
        if isinstance(edit, TableEdit):
            edit.apply(other)
    return other
