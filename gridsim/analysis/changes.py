"""What is not the same in two runs, each thing by itself, and which money it can have moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from gridsim.analysis.input_changes import input_changes
from gridsim.columns import INPUT_TABLES, ITEMS

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.input_changes import ColumnChange, TableChange
    from gridsim.result_tables import ResultTables
    from gridsim.rules import RuleSet

__all__ = ["Change", "changes_between"]

Kind = Literal["rule", "column", "added", "removed", "order", "table", "program", "unknown"]

_ALL = frozenset(ITEMS)
_NONE: frozenset[str] = frozenset()
_OF_UNITS = _ALL - {"fallback", "catalogue"}
_TARIFFS = _ALL - {"energy", "shortfall"}

# The items that a rule's value can touch, by the beginning of its path; all of them if it is not listed. Each set may
# be too large but not too small.
_RULES: dict[str, frozenset[str]] = {
    "matching.": _OF_UNITS,
    "bilateral.": _OF_UNITS,
    "decomposition.": _OF_UNITS,
    "settlement.conventional.upper": _OF_UNITS - {"shortfall"},
    "settlement.tou.upper": _OF_UNITS - {"shortfall"},
    "settlement.conventional.lower": frozenset({"shortfall"}),
    "settlement.tou.lower": frozenset({"shortfall"}),
    "settlement.conventional.overrun_catalogue": frozenset({"overrun"}),
    "settlement.tou.overrun_catalogue": frozenset({"overrun"}),
    "settlement.shortfall_price": frozenset({"shortfall"}),
    "settlement.tou_adjustment_base": frozenset({"tou_adjustment"}),
    "tariff.coefficient.": frozenset({"transmission", "tou_adjustment"}),
    "fallback.multiple": frozenset({"fallback"}),
    "transition.months": _OF_UNITS,
    "compliance.": _NONE,
}
# The same by column of an input table, by table for its rows; all items if neither is listed.
_INPUTS: dict[str, frozenset[str]] = {
    "generators": _NONE,  # nobody trades by being listed
    "generators.name": _NONE,
    "generators.technology": _NONE,
    "generators.heat_priority": _OF_UNITS,
    "retailers": _NONE,
    "retailers.name": _NONE,
    "users.name": _NONE,
    "history": _NONE,
    "history.energy_mwh": _NONE,
    "tariffs": _TARIFFS,
    **{
        f"tariffs.catalogue_{period}": frozenset({"overrun", "fallback", "catalogue", "tou_adjustment"})
        for period in ("peak", "flat", "valley")
    },
    "tariffs.transmission": frozenset({"transmission", "tou_adjustment"}),
    "tariffs.funds": frozenset({"funds", "fallback"}),
    "tariffs.source": _NONE,
    "sessions": _OF_UNITS,
    "sessions.announced_on": _NONE,
    "sessions.kind": _OF_UNITS,
    "sessions.opens_at": _OF_UNITS,
    "sessions.closes_at": _OF_UNITS,
    "bilateral": _OF_UNITS,
    "orders": _OF_UNITS,
    **{f"{table}.{column.name}": _OF_UNITS for table in ("bilateral", "orders") for column in INPUT_TABLES[table]},
}


@dataclass(frozen=True, eq=False)
class Change:
    """One thing that is not the same.

    Attributes
    ----------
    kind : {"rule", "column", "added", "removed", "order", "table", "program", "unknown"}
        A rule's value; a column of an input table; rows that are new, gone, or in another order; a table that only one
        side has; the version of gridsim; or what the scenarios' hashes tell and the saved tables do not.
    name : str
        A rule's path, or ``table``, or ``table.column``.
    before, after : str
        A rule's value, a version.
    rows : int
        Rows of the table that it is about.
    column : ColumnChange or None
    table : TableChange or None
    items : frozenset of str
        The ledger items that it can have moved.
    clause, unit : str
        Of a rule.
    """

    kind: Kind
    name: str
    before: str = ""
    after: str = ""
    rows: int = 0
    column: ColumnChange | None = None
    table: TableChange | None = None
    items: frozenset[str] = field(default=_ALL)
    clause: str = ""
    unit: str = ""

    @property
    def details(self) -> pd.DataFrame | None:
        """The rows of the table that changed."""
        return None if self.table is None else self.table.rows


def changes_between(before: ResultTables, after: ResultTables) -> list[Change]:
    """All that is not the same: rules, then inputs, then the program."""
    found = [*_rule_changes(before.rules, after.rules)]
    for table in input_changes(before, after):
        found += _table_changes(table)
    one, other = (result.manifest["versions"]["gridsim"] for result in (before, after))
    if one != other:
        found.append(Change("program", "gridsim", one, other))
    hashes = [result.manifest["scenario"] for result in (before, after)]
    if not found and hashes[0]["hash"] != hashes[1]["hash"] and hashes[0]["seed"] == hashes[1]["seed"]:
        found.append(Change("unknown", "meter"))  # all else is compared above, the order of its rows is not saved
    return found


def _rule_changes(one: RuleSet, other: RuleSet) -> list[Change]:
    before, after = ({entry.path: entry for entry in rules.entries} for rules in (one, other))
    found = []
    for path in dict.fromkeys([*before, *after]):
        if path in before and path in after and before[path].pieces == after[path].pieces:
            continue
        was = _rule_text(one, path) if path in before else ""
        now = _rule_text(other, path) if path in after else ""
        entry = after.get(path) or before[path]
        items = next((items for head, items in _RULES.items() if path.startswith(head)), _ALL)
        found.append(Change("rule", path, was, now, items=items, clause=entry.clause, unit=entry.kind.unit))
    return found


def _rule_text(rules: RuleSet, path: str) -> str:
    pieces = list(rules.items_of(rules.entry(path)))
    if len(pieces) == 1:
        return pieces[0].text("en")
    return ", ".join(f"{piece.text('en')} from {piece.in_force_from}" for piece in pieces)


def _table_changes(table: TableChange) -> list[Change]:
    found = []
    items = _INPUTS.get(table.table, _ALL)
    if table.is_new or table.is_gone:
        return [Change("table", table.table, rows=table.added or table.removed, table=table, items=items)]
    for column in table.columns:
        name = f"{table.table}.{column.column.name}"
        found.append(
            Change("column", name, rows=column.rows, column=column, table=table, items=_INPUTS.get(name, _ALL))
        )
    if table.added:
        found.append(Change("added", table.table, rows=table.added, table=table, items=items))
    if table.removed:
        found.append(Change("removed", table.table, rows=table.removed, table=table, items=items))
    if table.is_reordered:
        # The order of generators, retailers and tariffs decides nothing; of users and meter rows the last kWh.
        found.append(Change("order", table.table, table=table, items=items))
    return found
