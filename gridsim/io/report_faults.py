"""Faults as text for people: file by file, each with its place, what is wrong, and what is right."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from gridsim.columns import INPUT_TABLES
from gridsim.errors import Fault
from gridsim.io.csv_texts import marked_text
from gridsim.io.safe_write import replace_file
from gridsim.sentences import Lang, Sentence

__all__ = ["Lang", "counts_and_table", "fault_counts", "fault_report", "warning_text", "write_faults"]

_YAML = (".yaml", ".yml")
_COLUMNS = ("file", "row", "cell", "column", "value", "message", "allowed")
_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "one": "{source}: 1 fault",
        "many": "{source}: {count:,} faults",
        "listed": "{source}: {count:,} faults, {listed:,} of them listed",
        "row": "row {row}",
        "line": "line {row}",
        "cell": "cell {cell}",
        "comma": ", ",
        "colon": ": ",
        "value": " (value: {value})",
        "allowed": "allowed: {allowed}",
        "counted": "Rows that are only counted here: gridsim check SCENARIO --out FILE.csv lists each.",
        "kind": "{count:,}, the first in {place}",
        "warning": "warning: {text}",
        "table": "Each of them: {out}",
        "head": "file,row,cell,column,value,message,allowed",
    },
    "zh": {
        "one": "{source}：1 处错误",
        "many": "{source}：{count:,} 处错误",
        "listed": "{source}：{count:,} 处错误，列出其中 {listed:,} 处",
        "row": "第 {row} 行",
        "line": "文件第 {row} 行",
        "cell": "单元格 {cell}",
        "comma": "，",
        "colon": "：",
        "value": "（所填：{value}）",
        "allowed": "应为：{allowed}",
        "counted": "只计数而未列出的行：gridsim check SCENARIO --out FILE.csv 逐一列出。",
        "kind": "{count:,} 处，首处在{place}",
        "warning": "提示：{text}",
        "table": "逐一列于：{out}",
        "head": "文件,行,单元格,列,所填,错误,应为",
    },
}


def fault_report(faults: Iterable[Fault], source: str, lang: Lang = "en") -> str:
    """All faults of a scenario, grouped by file; plain text, so that it can be read aloud, searched and sent on.

    Parameters
    ----------
    faults : iterable of Fault
        In the order of `ScenarioError.faults`: those of one file stand together.
    source : str
        The scenario, as the user named it.
    lang : {"en", "zh"}

    Examples
    --------
    >>> from gridsim.sentences import verbatim
    >>> wrong = Fault("users.csv", 3, "mode", "tuo", Sentence("unknown value"), verbatim("conventional, tou"))
    >>> print(fault_report([wrong], "cities"))
    cities: 1 fault
    <BLANKLINE>
    users.csv
      row 3, mode: unknown value (value: tuo)
          allowed: conventional, tou
    """
    words, listed = _WORDS[lang], list(faults)
    lines = [_head(listed, source, lang)]
    for file, group in groupby(listed, key=lambda fault: fault.file):
        lines += ["", file]
        for fault in group:
            message, allowed = _sentences(fault, lang)
            lines.append(f"  {_place(fault, lang)}{message}{_value(fault, lang)}")
            if allowed:
                lines.append(f"      {words['allowed'].format(allowed=allowed)}")
    if any(fault.count > 1 for fault in listed):
        lines += ["", words["counted"]]
    return "\n".join(lines)


def fault_counts(faults: Iterable[Fault], source: str, lang: Lang = "en") -> str:
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
    >>> print(fault_counts(twice, "cities"))
    cities: 2 faults
    <BLANKLINE>
    users.csv
      mode: unknown value: 2, the first in row 3
    """
    words, listed = _WORDS[lang], list(faults)
    lines = [_head(listed, source, lang)]
    for file, group in groupby(listed, key=lambda fault: fault.file):
        lines += ["", file]
        kinds: dict[tuple[str | None, str], list[Fault]] = {}
        for fault in group:
            kinds.setdefault((fault.column, fault.message), []).append(fault)
        for (column, _), same in kinds.items():
            parts = [_column(column, lang)] if column else []
            parts.append(_sentences(same[0], lang)[0])
            if same[0].row is not None:
                count = sum(fault.count for fault in same)
                parts.append(words["kind"].format(count=count, place=_row(same[0], lang)))
            lines.append("  " + words["colon"].join(parts))
    return "\n".join(lines)


def counts_and_table(faults: tuple[Fault, ...], source: str, out: Path, lang: Lang = "en") -> str:
    """Write all faults to a table, where one of a kind is found among thousands; say how many there are of each."""
    write_faults(faults, out, lang)
    return "\n\n".join([fault_counts(faults, source, lang), _WORDS[lang]["table"].format(out=out)])


def write_faults(faults: Iterable[Fault], path: Path, lang: Lang = "en") -> None:
    """Faults as a CSV table that a spreadsheet opens: file, row, cell, column, value, message, allowed.

    No cell is a formula to it: a text that would be one has an apostrophe before it (`gridsim.io.csv_texts`).
    """

    def write(target: Path) -> None:
        # What UTF-8 has no bytes for stands as \\udc80.
        with target.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_WORDS[lang]["head"].split(","))
            for fault in faults:
                cells = [*(getattr(fault, name) for name in _COLUMNS[:5]), *_sentences(fault, lang)]
                writer.writerow([marked_text(cell) if isinstance(cell, str) else cell for cell in cells])

    replace_file(path, write)


def warning_text(warning: Sentence, lang: Lang = "en") -> str:
    """A warning of a scenario as it is shown."""
    return _WORDS[lang]["warning"].format(text=warning.zh if lang == "zh" else warning)


def _head(faults: list[Fault], source: str, lang: Lang) -> str:
    count = sum(fault.count for fault in faults)
    listed = sum(fault.count == 1 for fault in faults)
    key = "one" if count == 1 else "many" if listed == count else "listed"
    return _WORDS[lang][key].format(source=source, count=count, listed=listed)


def _sentences(fault: Fault, lang: Lang) -> tuple[str, str]:
    """What is wrong, and what is allowed."""
    if lang == "en":
        return fault.message, fault.allowed
    return fault.message.zh, fault.allowed.zh


def _place(fault: Fault, lang: Lang) -> str:
    words = _WORDS[lang]
    parts = [] if fault.cell is None else [words["cell"].format(cell=fault.cell)]
    if fault.row is not None:
        parts.append(_row(fault, lang))
    if fault.column is not None:
        parts.append(_column(fault.column, lang))
    return words["comma"].join(parts) + words["colon"] if parts else ""


def _row(fault: Fault, lang: Lang) -> str:
    return _WORDS[lang]["line" if fault.file.endswith(_YAML) else "row"].format(row=fault.row)


def _column(names: str, lang: Lang) -> str:
    """A column, or several; in Chinese with the heading that a sheet may have."""
    if lang == "en":
        return names
    headings = {column.name: column.zh[0] for table in INPUT_TABLES.values() for column in table}
    return ", ".join(f"{name}（{headings[name]}）" if name in headings else name for name in names.split(", "))


def _value(fault: Fault, lang: Lang) -> str:
    if fault.value is None:
        return ""
    is_plain = fault.value.isprintable() and fault.value.strip() == fault.value
    # What is invisible must be seen.
    return _WORDS[lang]["value"].format(value=fault.value if is_plain else repr(fault.value))
