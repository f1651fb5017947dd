"""Faults as text for people: file by file, each with its place, what is wrong, and what is right."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from gridsim.errors import Fault

__all__ = ["fault_counts", "fault_report", "write_faults"]

_YAML = (".yaml", ".yml")
_COLUMNS = ("file", "row", "cell", "column", "value", "message", "allowed")


def fault_report(faults: Iterable[Fault], source: str) -> str:
    """All faults of a scenario, grouped by file; plain text, so that it can be read aloud, searched and sent on.

    Parameters
    ----------
    faults : iterable of Fault
        In the order of `ScenarioError.faults`: those of one file stand together.
    source : str
        The scenario, as the user named it.

    Examples
    --------
    >>> print(fault_report([Fault("users.csv", 3, "mode", "tuo", "unknown value", "conventional, tou")], "cities"))
    cities: 1 fault
    <BLANKLINE>
    users.csv
      row 3, mode: unknown value (value: tuo)
          allowed: conventional, tou
    """
    listed = list(faults)
    lines = [f"{source}: {_number(listed)}"]
    for file, group in groupby(listed, key=lambda fault: fault.file):
        lines += ["", file]
        for fault in group:
            lines.append(f"  {_place(fault)}{fault.message}{_value(fault)}")
            if fault.allowed:
                lines.append(f"      allowed: {fault.allowed}")
    if any(fault.count > 1 for fault in listed):
        lines += ["", "Rows that are only counted here: gridsim check SCENARIO --out FILE.csv lists each."]
    return "\n".join(lines)


def fault_counts(faults: Iterable[Fault], source: str) -> str:
    """How many faults of each kind, grouped by file, each with its first place.

    Parameters
    ----------
    faults : iterable of Fault
        In the order of `ScenarioError.faults`.
    source : str
        The scenario, as the user named it.

    Examples
    --------
    >>> twice = [Fault("users.csv", row, "mode", "tuo", "unknown value", "conventional, tou") for row in (3, 5)]
    >>> print(fault_counts(twice, "cities"))
    cities: 2 faults
    <BLANKLINE>
    users.csv
      mode: unknown value: 2, the first in row 3
    """
    listed = list(faults)
    lines = [f"{source}: {_number(listed)}"]
    for file, group in groupby(listed, key=lambda fault: fault.file):
        lines += ["", file]
        kinds: dict[tuple[str | None, str], list[Fault]] = {}
        for fault in group:
            kinds.setdefault((fault.column, fault.message), []).append(fault)
        for (column, message), same in kinds.items():
            first = same[0]
            row = "" if first.row is None else f"{'line' if file.endswith(_YAML) else 'row'} {first.row}"
            count = sum(fault.count for fault in same)
            told = f": {count:,}, the first in {row}" if row else ""
            lines.append(f"  {column + ': ' if column else ''}{message}{told}")
    return "\n".join(lines)


def write_faults(faults: Iterable[Fault], path: Path) -> None:
    """Faults as a CSV table that a spreadsheet opens: file, row, cell, column, value, message, allowed."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        writer.writerows([getattr(fault, name) for name in _COLUMNS] for fault in faults)


def _number(faults: list[Fault]) -> str:
    count = sum(fault.count for fault in faults)
    listed = sum(fault.count == 1 for fault in faults)
    return "1 fault" if count == 1 else f"{count:,} faults" + (f", {listed:,} of them listed" if listed < count else "")


def _place(fault: Fault) -> str:
    parts = [] if fault.cell is None else [f"cell {fault.cell}"]
    if fault.row is not None:
        parts.append(f"{'line' if fault.file.endswith(_YAML) else 'row'} {fault.row}")
    if fault.column is not None:
        parts.append(fault.column)
    return ", ".join(parts) + ": " if parts else ""


def _value(fault: Fault) -> str:
    if fault.value is None:
        return ""
    is_plain = fault.value.isprintable() and fault.value.strip() == fault.value
    return f" (value: {fault.value if is_plain else repr(fault.value)})"  # what is invisible must be seen
