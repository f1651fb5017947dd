"""What can go wrong, as values: every fault of a scenario names its place and what is allowed there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unicodedata import category

from gridsim.words import NOTHING, Sentence, both, environment_lang, listed, on_lines, verbatim

__all__ = [
    "EXAMPLES",
    "ExtensionError",
    "Fault",
    "FaultKind",
    "GridsimError",
    "InputOverflowError",
    "InputWarning",
    "KernelError",
    "MissingExtraError",
    "ResultError",
    "ScenarioError",
    "SentenceError",
    "WrongValueError",
    "kinds_of",
    "shorten",
    "shown_value",
    "told_of",
    "visible",
]

EXAMPLES = 3
"""So many faults of one kind, which is one cause most likely, are shown; `ScenarioError.faults` has each."""

_LONGEST_VALUE = 60
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


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

    Examples
    --------
    >>> try:
    ...     gridsim.batch.plan_from_dict({**plan, "draws": -1})
    ... except gridsim.ScenarioError as error:
    ...     fault = error.faults[0]
    >>> fault.column, fault.value
    ('draws', '-1')
    >>> print(fault.sentence.zh)
    plan，draws：超出范围（所填：'-1'）；应为：整数，1 至 10000000
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
        """A fault of a whole file.

        Parameters
        ----------
        file : str
            As the user knows it.
        message : Sentence
            What is wrong, in one clause.
        allowed : Sentence
            What is allowed there.
        value : str, optional
            What stands there.

        Returns
        -------
        Fault
            Without row and column.

        Examples
        --------
        >>> from gridsim.words import Sentence
        >>> print(gridsim.Fault.of_file("meter.csv", Sentence("unknown table")))
        meter.csv: unknown table
        """
        return cls(file, None, None, value, message, allowed)

    def __str__(self) -> str:
        """It in the language of ``GRIDSIM_LANG``, else English; `sentence` knows both."""
        return self.sentence.told(environment_lang())

    @property
    def sentence(self) -> Sentence:
        """All of it in one sentence: its place, what is wrong, and what is allowed there."""
        place = verbatim(self.file)
        if self.cell is not None:
            place = Sentence("{place}, cell {cell}", place=place, cell=self.cell)
        if self.row is not None and self.file.endswith((".yaml", ".yml")):
            place = Sentence("{place}, line {row}", place=place, row=self.row)
        elif self.row is not None:
            place = Sentence("{place}, row {row}", place=place, row=self.row)
        if self.column is not None:
            place = Sentence("{place}, {part}", place=place, part=self.column)
        wrong = self.message
        if self.value is not None:
            wrong = Sentence("{what} (value: {value!r})", what=wrong, value=self.value)
        allowed = Sentence("allowed: {what}", what=self.allowed) if self.allowed else None
        return Sentence("{place}: {what}", place=place, what=listed(wrong, allowed))


@dataclass(slots=True)
class FaultKind:
    """Faults of one file and column that one sentence tells of: most likely one cause.

    Parameters
    ----------
    faults : list of Fault
        In their order.
    count : int
        How many they stand for.
    """

    faults: list[Fault]
    count: int = 0

    def examples(self, most: int) -> list[Fault]:
        """A few of them, of different values; all of them if they are as few."""
        if self.count <= most:
            return self.faults
        different = {
            (fault.column, fault.value, fault.allowed): fault for fault in reversed(self.faults) if fault.count == 1
        }
        return list(different.values())[::-1][:most]

    @property
    def message(self) -> Sentence:
        """What is wrong with them; of faults that name others (``row 3 has the same``), what the first says."""
        return self.faults[0].message


def told_of(error: BaseException) -> Sentence:
    """What an error says in both languages, to stand in a sentence or a table; of no error of ours, what Python says.

    Its text alone would be in the language of whoever runs the program.
    """
    what = error.sentence if isinstance(error, SentenceError | ScenarioError) else verbatim(error)
    return Sentence("{place}: {what}", place=type(error).__name__, what=what)


def kinds_of(faults: Iterable[Fault]) -> list[FaultKind]:
    """Faults by kind, in the order of the first of each.

    What says ``and 500 more rows like these`` belongs to the kind that it counts.
    """
    kinds: dict[tuple[str, str | None, str], FaultKind] = {}
    for fault in faults:
        column = fault.column if fault.row is not None or fault.count > 1 else None  # a heading is no cause
        kind = kinds.setdefault((fault.file, column, _what(fault).template), FaultKind([]))
        kind.faults.append(fault)
        kind.count += fault.count
    return list(kinds.values())


def _what(fault: Fault) -> Sentence:
    counted = fault.message.blank("what") if fault.count > 1 else None
    return counted if isinstance(counted, Sentence) else fault.message


def shorten(text: str) -> str:
    """A value as it stands in a message: not longer than a line."""
    short = text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
    return short.encode("utf-8", "backslashreplace").decode("utf-8")  # half a character pair can't be written


def shown_value(value: object) -> str | None:
    """A value of YAML or Python as it stands in a message; None if there is none to show."""
    if value is None or isinstance(value, str):
        return None if value is None else shorten(value)
    try:
        return shorten(repr(value))
    except ValueError:  # Python refuses to write out whole numbers of thousands of digits
        return f"{Decimal(value):.6e}" if isinstance(value, int) else f"<{type(value).__name__}>"


def visible(text: str) -> str:
    r"""A text in which what moves a cursor or is no character is written as it is in code: ``\x1b``."""
    if text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii") if category(character) in _UNSEEN else character
        for character in text
    )


class ScenarioError(GridsimError, ValueError):
    """A scenario or rule set that cannot be used. Carries every fault found, not the first alone.

    Attributes
    ----------
    faults : tuple of Fault
    notes : tuple of Sentence
        What is no fault but ought to be known: a file that was passed over, a unit that was converted.
    count : int
        Faults in all, also those that are counted and not listed.
    """

    def __init__(self, faults: Iterable[Fault], notes: Iterable[Sentence] = ()) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        self.notes: tuple[Sentence, ...] = tuple(notes)
        super().__init__(self.faults, self.notes)

    def __str__(self) -> str:
        """All of it in the language of ``GRIDSIM_LANG``, else English; `sentence` knows both."""
        return self.sentence.told(environment_lang())

    @property
    def sentence(self) -> Sentence:
        """How many faults there are, and the first few of each kind: a line for each."""
        if self.count == 1:
            lines = [Sentence("1 fault in the input:")]
        else:
            lines = [Sentence("{count:,} faults in the input:", count=self.count)]
        for kind in kinds_of(self.faults):
            examples = kind.examples(EXAMPLES)
            told = [fault.sentence for fault in examples]
            more = kind.count - len(examples)
            if more:
                what = Sentence("and {count:,} more like these: {what}", count=more, what=kind.message)
                told.append(Sentence("{place}: {what}", place=kind.faults[0].file, what=what))
            lines += [both(f"  {each}", f"  {each.zh}") for each in told]
        return on_lines([*lines, *self.notes])

    @property
    def count(self) -> int:
        """How many faults there are, with those that are counted and not listed."""
        return sum(fault.count for fault in self.faults)


class SentenceError(GridsimError):
    """An error that is told in one sentence, in English and Chinese.

    Attributes
    ----------
    sentence : Sentence
        What is wrong; ``sentence.zh`` says it in Chinese.
    """

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        """It in the language of ``GRIDSIM_LANG``, else English."""
        return self.sentence.told(environment_lang())


class WrongValueError(SentenceError, ValueError):
    """A single value that cannot be what it should be; who knows its place makes a fault of it."""


class InputWarning(UserWarning):
    """Of frames: what was read in another unit, as its heading says, and what hardly anyone means.

    Parameters
    ----------
    sentence : Sentence
        In English and, as ``sentence.zh``, in Chinese. Of a scenario it stands in `Scenario.warnings` instead.
    """

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        """It in the language of ``GRIDSIM_LANG``, else English."""
        return self.sentence.told(environment_lang())


class InputOverflowError(SentenceError, OverflowError):
    """Numbers given to a kernel whose products or sums could leave int64; nothing was computed."""


class KernelError(GridsimError, RuntimeError):
    """A kernel returned a status that its checked inputs should have made impossible."""


class ResultError(SentenceError, ValueError):
    """A results folder that cannot be read, or a question about something that is not in it."""


class ExtensionError(SentenceError, RuntimeError):
    """An extension is missing, cannot be loaded, failed, or broke an invariant of what it extends."""

    @classmethod
    def broken(
        cls, kind: str, name: str, origin: str, invariant: Sentence, place: Sentence | None = None
    ) -> ExtensionError:
        """The error of an extension that gave what cannot be.

        Parameters
        ----------
        kind : {"mechanism", "price", "check", "item"}
            What it extends.
        name : str
            As rule files write it.
        origin : str
            Where its function stands: ``module:name``.
        invariant : Sentence
            What does not hold.
        place : Sentence, optional
            Of which session or month.

        Returns
        -------
        ExtensionError
            To be raised.

        Examples
        --------
        >>> from gridsim.errors import ExtensionError
        >>> from gridsim.words import Sentence
        >>> print(ExtensionError.broken("item", "levy", "market_words:levy", Sentence("out of range")))
        the extension levy (item, market_words:levy) breaks an invariant: out of range
        """
        what = invariant if place is None else Sentence("{place}: {what}", place=place, what=invariant)
        return cls(
            Sentence(
                "the extension {name} ({kind}, {origin}) breaks an invariant: {what}",
                name=name,
                kind=kind,
                origin=origin,
                what=what,
            )
        )


class MissingExtraError(SentenceError, ImportError):
    """A library that only an extra of gridsim brings is not installed.

    Parameters
    ----------
    what : Sentence
        What cannot be done without it.
    library : str
    extra : str
        The extra that brings it.
    """

    def __init__(self, what: Sentence, library: str, extra: str) -> None:
        super().__init__(
            Sentence(
                "{what}: {library} is not installed; install it with: pip install 'gridsim[{extra}]'",
                what=what,
                library=library,
                extra=extra,
            )
        )
        self._arguments = what, library, extra

    def __reduce__(self) -> tuple[Any, ...]:
        return MissingExtraError, self._arguments  # errors travel between processes
