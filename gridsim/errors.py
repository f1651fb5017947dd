"""What can go wrong, as values: every fault of a scenario names its place and what is allowed there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gridsim.sentences import NOTHING, Sentence

__all__ = [
    "Fault",
    "GridsimError",
    "InputOverflowError",
    "KernelError",
    "MissingExtraError",
    "ResultError",
    "ScenarioError",
    "WrongValueError",
]


class GridsimError(Exception):
    """The root of every error that gridsim raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input, and what would be right.

    Parameters
    ----------
    file : str
        File (or ``tables.xlsx:sheet``) as the user knows it, relative to the scenario folder.
    row : int or None
        1-based data row (the heading does not count), or the line of a YAML file; None for a whole file.
    column : str or None
        English column name, or the dotted path of a key.
    value : str or None
        What stands there.
    message : Sentence
        What is wrong, in one clause; a text, which knows its Chinese too (``.zh``).
    allowed : Sentence
        What is allowed there; may carry the nearest right name.
    cell : str or None
        On a sheet of a workbook, the cell as the spreadsheet names it, ``D17``; ``17:17`` is a whole row.
    count : int
        Rows that it stands for; more than one only where rows of a kind beyond the first 1,000 are counted together.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    message: Sentence
    allowed: Sentence = NOTHING
    cell: str | None = None
    count: int = 1

    @classmethod
    def of_file(cls, file: str, message: Sentence, allowed: Sentence = NOTHING, value: str | None = None) -> Fault:
        """A fault of a whole file."""
        return cls(file, None, None, value, message, allowed)

    def __str__(self) -> str:
        place = self.file if self.cell is None else f"{self.file}, cell {self.cell}"
        if self.row is not None:
            is_yaml = self.file.endswith((".yaml", ".yml"))
            place += f", line {self.row}" if is_yaml else f", row {self.row}"
        if self.column is not None:
            place += f", {self.column}"
        value = "" if self.value is None else f" (value: {self.value!r})"
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        return f"{place}: {self.message}{value}{allowed}"


class ScenarioError(GridsimError, ValueError):
    """A scenario or rule set that cannot be used. Carries every fault found, not the first alone.

    Attributes
    ----------
    faults : tuple of Fault
    count : int
        Faults in all, also those that are counted and not listed.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        head = "1 fault" if self.count == 1 else f"{self.count:,} faults"
        return "\n".join([f"{head} in the input:", *(f"  {fault}" for fault in self.faults)])

    @property
    def count(self) -> int:
        return sum(fault.count for fault in self.faults)


class WrongValueError(GridsimError, ValueError):
    """A single value that cannot be what it should be; who knows its place makes a fault of it.

    Attributes
    ----------
    sentence : Sentence
        What is wrong with it, in one clause.
    """

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class InputOverflowError(GridsimError, OverflowError):
    """Numbers given to a kernel whose products or sums could leave int64; nothing was computed."""


class KernelError(GridsimError, RuntimeError):
    """A kernel returned a status that its checked inputs should have made impossible."""


class ResultError(GridsimError, ValueError):
    """A results folder that cannot be read, or a question about something that is not in it."""


class MissingExtraError(GridsimError, ImportError):
    """A library that only an extra of gridsim brings is not installed.

    Parameters
    ----------
    what : str
        What cannot be done without it.
    library : str
    extra : str
        The extra that brings it.
    """

    def __init__(self, what: str, library: str, extra: str) -> None:
        super().__init__(f"{what}: {library} is not installed; install it with: pip install 'gridsim[{extra}]'")
