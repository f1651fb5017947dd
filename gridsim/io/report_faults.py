"""Faults as text for people: file by file, each with its place, what is wrong, and what is right."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from gridsim.errors import Fault

__all__ = ["fault_report"]

_YAML = (".yaml", ".yml")


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
    lines = [f"{source}: {'1 fault' if len(listed) == 1 else f'{len(listed)} faults'}"]
    for file, group in groupby(listed, key=lambda fault: fault.file):
        lines += ["", file]
        for fault in group:
            lines.append(f"  {_place(fault)}{fault.message}{_value(fault)}")
            if fault.allowed:
                lines.append(f"      allowed: {fault.allowed}")
    return "\n".join(lines)


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
