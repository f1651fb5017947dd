"""Faults as text for people: file by file, each with its place, what is wrong, and what is right."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from functools import cache, reduce
from itertools import groupby
from pathlib import Path

from gridsim.columns import INPUT_TABLES
from gridsim.errors import EXAMPLES, Fault, FaultKind, ResultError, kinds_of
from gridsim.io.csv_texts import marked_text
from gridsim.io.safe_write import replace_file
from gridsim.market_tables import input_tables
from gridsim.rules import available
from gridsim.rules import load as load_rules
from gridsim.spoken import spoken_lang
from gridsim.words import Lang, Language, Sentence, within

__all__ = ["Lang", "counts_and_table", "fault_counts", "fault_report", "faults_file", "warning_text", "write_faults"]

_YAML = (".yaml", ".yml")
_COLUMNS = {
    "file": within("fault", "file"),
    "row": within("fault", "row"),
    "cell": within("fault", "cell"),
    "column": within("fault", "column"),
    "value": within("fault", "value"),
    "message": within("fault", "message"),
    "allowed": within("fault", "allowed"),
}
"""The columns of a table of faults."""
_EACH_BY = "gridsim check SCENARIO --out FILE.csv"


def fault_report(faults: Iterable[Fault], source: str, lang: Lang | None = None, each_by: str | None = _EACH_BY) -> str:
    """The faults of a scenario by file and kind; plain text, so that it can be read aloud, searched and sent on.

    Of a kind that is one cause, most likely, three examples stand there and how many more there are; without a command
    that lists each, all of them do.

    Parameters
    ----------
    faults : iterable of Fault
        In the order of `ScenarioError.faults`: those of one file stand together.
    source : str
        The scenario, as the user named it.
    lang : {"en", "zh"}, optional
        Language; if left out, that of ``GRIDSIM_LANG``, else English.
    each_by : str or None
        The command that lists those that are only counted here; None: each is listed here.

    Examples
    --------
    >>> from gridsim.words import verbatim
    >>> wrong = Fault("users.csv", 3, "mode", "tuo", Sentence("unknown value"), verbatim("conventional, tou"))
    >>> print(fault_report([wrong], "cities"))
    cities: 1 fault
    <BLANKLINE>
    users.csv
      row 3, mode: unknown value (value: tuo)
          allowed: conventional, tou
    """
    lang = spoken_lang(lang)
    words, every = Language(lang), list(faults)
    kinds = kinds_of(every)
    most = EXAMPLES if each_by is not None else sum(fault.count for fault in every)
    lines = [_head(every, kinds, source, words, most)]
    for file, group in groupby(kinds, key=lambda kind: kind.faults[0].file):
        lines += ["", file]
        for kind in group:
            examples = kind.examples(most)
            allowed = None
            for fault in examples:
                wrong = _wrong(fault, words)
                place = _place(fault, words)
                lines.append("  " + (words.say("{place}: {what}", place=place, what=wrong) if place else wrong))
                if fault.allowed and fault.allowed != allowed:
                    lines.append("      " + words.say("allowed: {what}", what=fault.allowed.told(lang)))
                allowed = fault.allowed
            if each_by is not None and kind.count > len(examples):
                more = kind.count - len(examples)
                lines.append("  " + words.say("and {count:,} more like these: {what}", count=more, what=kind.message))
    if each_by is not None and any(kind.count > EXAMPLES for kind in kinds):
        lines += ["", words.say("Rows that are only counted here: {command} lists each.", command=each_by)]
    return "\n".join(lines)


def fault_counts(faults: Iterable[Fault], source: str, lang: Lang) -> str:
    """How many faults of each kind, grouped by file, each with its first place.

    Parameters
    ----------
    faults : iterable of Fault
        In the order of `ScenarioError.faults`.
    source : str
        The scenario, as the user named it.
    lang : {"en", "zh"}

    Examples
    --------
    >>> twice = [Fault("users.csv", row, "mode", "tuo", Sentence("unknown value")) for row in (3, 5)]
    >>> print(fault_counts(twice, "cities", "en"))
    cities: 2 faults
    <BLANKLINE>
    users.csv
      mode: unknown value: 2, the first in row 3
    """
    words, every = Language(lang), list(faults)
    kinds = kinds_of(every)
    lines = [_head(every, kinds, source, words, EXAMPLES)]
    for file, group in groupby(kinds, key=lambda kind: kind.faults[0].file):
        lines += ["", file]
        for kind in group:
            first = kind.faults[0]
            parts = [_column(first, words)] if first.column else []
            parts.append(kind.message.told(lang))
            if first.row is not None:
                parts.append(words.say("{count:,}, the first in {place}", count=kind.count, place=_row(first, words)))
            lines.append("  " + reduce(lambda place, what: words.say("{place}: {what}", place=place, what=what), parts))
    return "\n".join(lines)


def counts_and_table(faults: tuple[Fault, ...], source: str, out: Path, lang: Lang) -> str:
    """Write all faults to a table, where one of a kind is found among thousands; say how many there are of each."""
    write_faults(faults, out, lang)
    return "\n\n".join([fault_counts(faults, source, lang), Language(lang).say("Each of them: {out}", out=out)])


def faults_file(path: Path) -> Path:
    """A file for a table of faults, found out before anything is read.

    Raises
    ------
    ResultError
        Its name says that it is something else than CSV: a spreadsheet would not open it.
    """
    if path.suffix.lower() != ".csv":
        raise ResultError(Sentence("{path}: a table of faults is named with .csv at its end", path=path))
    return path


def write_faults(faults: Iterable[Fault], path: Path, lang: Lang | None = None) -> None:
    """Faults as a CSV table that a spreadsheet opens: file, row, cell, column, value, message, allowed.

    No cell is a formula to it: a text that would be one has an apostrophe before it (`gridsim.io.csv_texts`).
    """
    lang = spoken_lang(lang)
    words = Language(lang)

    def write(target: Path) -> None:
        # What UTF-8 has no bytes for stands as \\udc80.
        with target.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(map(words.say, _COLUMNS.values()))
            for fault in faults:
                column = _column(fault, words) if fault.column else fault.column
                told = (fault.message.told(lang), fault.allowed.told(lang))
                cells = [fault.file, fault.row, fault.cell, column, fault.value, *told]
                writer.writerow([marked_text(cell) if isinstance(cell, str) else cell for cell in cells])

    replace_file(path, write)


def warning_text(warning: Sentence, lang: Lang) -> str:
    """A warning of a scenario as it is shown."""
    return Language(lang).say("warning: {text}", text=warning)


def _head(faults: list[Fault], kinds: list[FaultKind], source: str, words: Language, most: int) -> str:
    count = sum(fault.count for fault in faults)
    if count == 1:
        return words.say("{source}: 1 fault", source=source)
    if all(kind.count <= most for kind in kinds):
        return words.say("{source}: {count:,} faults", source=source, count=count)
    if len(kinds) == 1:
        return words.say("{source}: {count:,} faults of one kind", source=source, count=count)
    return words.say("{source}: {count:,} faults of {kinds:,} kinds", source=source, count=count, kinds=len(kinds))


def _place(fault: Fault, words: Language) -> str:
    """Where in the file; empty: it is the file as a whole."""
    parts = [] if fault.cell is None else [words.say("cell {cell}", cell=fault.cell)]
    if fault.row is not None:
        parts.append(_row(fault, words))
    if fault.column is not None:
        parts.append(_column(fault, words))
    return reduce(lambda place, part: words.say("{place}, {part}", place=place, part=part), parts) if parts else ""


def _row(fault: Fault, words: Language) -> str:
    if fault.file.endswith(_YAML):
        return words.say("line {row}", row=fault.row)
    return words.say("row {row}", row=fault.row)


def _column(fault: Fault, words: Language) -> str:
    """A column, or several; in Chinese with the heading that a sheet may have."""
    names = fault.column or ""
    if words.lang == "en":
        return names
    of_file, of_any = _headings().get(_table_of(fault.file), {}), _headings()[""]
    return words.listed(words.named(name, of_file.get(name, of_any.get(name))) for name in names.split(", "))


def _table_of(file: str) -> str:
    """The table that a file or a sheet is called after."""
    sheet = file.rpartition(":")[2]
    return next((table.name for table in INPUT_TABLES.values() if sheet == table.zh), sheet.partition(".")[0])


@cache
def _headings() -> dict[str, dict[str, str]]:
    """The Chinese of the columns of all markets that ship, by table; under no name, what most tables call them."""
    found: dict[str, dict[str, str]] = {}
    counts: dict[str, Counter[str]] = {}
    for shape in [load_rules(name).shape for name in available()]:
        for table in input_tables(shape).values():
            for column in table:
                found.setdefault(table.name, {})[column.name] = column.zh[0]
                counts.setdefault(column.name, Counter())[column.zh[0]] += 1
    return {**found, "": {name: count.most_common(1)[0][0] for name, count in counts.items()}}


def _wrong(fault: Fault, words: Language) -> str:
    """What is wrong, and what stands there."""
    wrong = fault.message.told(words.lang)
    if fault.value is None:
        return wrong
    is_plain = fault.value.isprintable() and fault.value.strip() == fault.value
    # What is invisible must be seen.
    value = fault.value if is_plain else repr(fault.value)
    return words.say("{what} (value: {value})", what=wrong, value=value)
