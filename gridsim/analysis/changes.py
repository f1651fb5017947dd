"""What is not the same in two runs, each thing by itself, and which money it can have moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gridsim.analysis.input_changes import input_changes
from gridsim.analysis.reach import Reach
from gridsim.columns import INPUT_TABLES
from gridsim.manifest import changes_of
from gridsim.market_tables import USER_CHANGES
from gridsim.metering import forecast_months
from gridsim.rules.plain_values import as_before
from gridsim.rules.shape import TAIL_OF_TABLE
from gridsim.rules.shape_text import shape_changes
from gridsim.scenario.changes import of_legs
from gridsim.words import Sentence, both, enumerated, named
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gridsim.analysis.input_changes import ColumnChange, TableChange
    from gridsim.result_tables import ResultTables
    from gridsim.rules import RuleSet

__all__ = ["Change", "changes_between", "rule_changes"]

Kind = Literal["rule", "column", "added", "removed", "order", "table", "contracts", "metering", "program", "unknown"]

_NONE: frozenset[str] = frozenset()
_OF_CONTRACTS = ("bilateral", "orders", "deals")
# Columns of input tables, and tables for their rows, that can move no money, and those that can move money of units
# alone; what the tariffs can move is read off their prices. All items if neither is listed.
_IDLE = frozenset(
    (
        *("generators", "generators.name", "generators.technology"),  # nobody trades by being listed
        *("retailers", "retailers.name", "users.name", f"{USER_CHANGES}.name", "history", "history.energy_mwh"),
        *("tariffs.source", "sessions.announced_on", "deals.note"),
    )
)
_OF_UNITS = frozenset(
    (
        *("generators.heat_priority", "sessions", "sessions.kind", "sessions.opens_at", "sessions.closes_at"),
        *_OF_CONTRACTS,
        *(f"{table}.{column.name}" for table in _OF_CONTRACTS for column in INPUT_TABLES[table]),
    )
)


@helpful
@dataclass(frozen=True, eq=False)
class Change:
    """One thing that is not the same.

    Attributes
    ----------
    kind : {"rule", "column", "added", "removed", "order", "table", "contracts", "metering", "program", "unknown"}
        A rule's value; a column of an input table; rows that are new, gone, or in another order; a table that only one
        side has; what a what-if made of contracts as traded; which months are a forecast; the version of gridsim; or
        what the scenarios' hashes tell and the saved tables do not.
    name : str
        A rule's path, or its place in the lists of the market (``shape.…``), or ``table``, or ``table.column``.
    before, after : str
        A rule's value, what stands in a list, a version, what was done to contracts, the months of a forecast; a
        `Sentence` where it has a Chinese of its own.
    rows : int
        Rows of the table that it is about.
    column : ColumnChange or None
    table : TableChange or None
    items : frozenset of str
        The ledger items that it can have moved.
    clause, unit : str
        Of a rule.
    units : frozenset of str or None
        Of contracts as traded: the settlement units whose they are; None: all.
    called : Sentence or None
        What a rule's value is called, if it has a name.
    """

    kind: Kind
    name: str
    before: str = ""
    after: str = ""
    rows: int = 0
    column: ColumnChange | None = None
    table: TableChange | None = None
    items: frozenset[str] = _NONE
    clause: str = ""
    unit: str = ""
    units: frozenset[str] | None = _NONE
    called: Sentence | None = None

    @property
    def details(self) -> pd.DataFrame | None:
        """The rows of the table that changed."""
        return None if self.table is None else self.table.rows


def changes_between(before: ResultTables, after: ResultTables) -> list[Change]:
    """All that is not the same: rules, then inputs, then the program."""
    of_sides = [Reach(result.rules.shape, result.inputs) for result in (before, after)]
    everything = frozenset().union(*(side.everything for side in of_sides))
    found = [each for each in rule_changes(before.rules, after.rules, of_sides) if not _held_unsaid(each)]
    for table in input_changes(before, after):
        found += _table_changes(table, of_sides)
    found += _contract_changes(before, after, of_sides)
    found += _metering_changes(before, after)
    one, other = (result.manifest["versions"]["gridsim"] for result in (before, after))
    if one != other:
        found.append(Change("program", "gridsim", one, other, items=everything))
    hashes = [result.manifest["scenario"] for result in (before, after)]
    if not found and hashes[0]["hash"] != hashes[1]["hash"] and hashes[0]["seed"] == hashes[1]["seed"]:
        # All else is compared above; the order of its rows is not saved.
        found.append(Change("unknown", "meter", items=everything))
    return found


def rule_changes(one: RuleSet, other: RuleSet, sides: Sequence[Reach] = ()) -> list[Change]:
    """What two rule sets say otherwise in values, readings and lists; what it can move, in the markets of `sides`."""
    before, after = ({entry.path: entry for entry in rules.entries} for rules in (one, other))
    found = []
    for path in dict.fromkeys([*before, *after]):
        if path in before and path in after and before[path].pieces == after[path].pieces:
            continue
        was = _rule_text(one, path) if path in before else ""
        now = _rule_text(other, path) if path in after else ""
        entry = after.get(path) or before[path]
        names = [name for name in (rules.called(path) for rules in (other, one)) if name != path]
        found.append(
            Change(
                "rule",
                path,
                was,
                now,
                items=frozenset().union(*(side.of_value(path) for side in sides)),
                clause=entry.clause,
                unit=entry.kind.unit,
                called=names[0] if names else None,
            )
        )
    for path, was, now in shape_changes(one, other):
        items = frozenset().union(*(side.of_list(path) for side in sides))
        found.append(Change("rule", f"shape.{path}", was, now, items=items))
    return found


def _held_unsaid(change: Change) -> bool:
    """Whether a side does not have a value, being of an earlier gridsim, that is on the other what held then."""
    held = as_before(change.name)
    return held is not None and {change.before, change.after} == {"", str(held[0].value)}


def _contract_changes(before: ResultTables, after: ResultTables, sides: Sequence[Reach]) -> list[Change]:
    """What only one side made of contracts as traded; what both did first is no difference."""
    one, other = (of_legs(changes_of(result.manifest)) for result in (before, after))
    alike = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    alike = min(len(one), len(other)) if alike is None else alike
    items = frozenset().union(*(side.of_units for side in sides))
    found = []
    for made, is_after in (*((each, False) for each in one[alike:]), *((each, True) for each in other[alike:])):
        units, said = (
            frozenset(made.where["unit"]) if "unit" in made.where else None,
            made.change.called(after.rules.shape),
        )
        was, now = ("", said) if is_after else (said, "")
        found.append(Change("contracts", "contracts", was, now, items=items, units=units))
    return found


def _metering_changes(before: ResultTables, after: ResultTables) -> list[Change]:
    """Months that are a forecast on one side alone: what they hold moves money, and not that it is one."""
    was, now = (forecast_months(result.manifest) for result in (before, after))
    if was == now:
        return []
    before_it, after_it = (named(months) if months else Sentence("none") for months in (was, now))
    return [Change("metering", "metering", before_it, after_it)]


def _rule_text(rules: RuleSet, path: str) -> Sentence:
    pieces = [
        (both(item.text("en"), item.text("zh")), item.in_force_from) for item in rules.items_of(rules.entry(path))
    ]
    if len(pieces) == 1:
        return pieces[0][0]
    return enumerated(Sentence("{value} from {month}", value=value, month=since) for value, since in pieces)


def _moved(name: str, sides: Sequence[Reach]) -> frozenset[str]:
    """The items that a table, or a column ``table.column``, can have moved."""
    table, _, column = name.partition(".")
    if name in _IDLE:
        return _NONE
    if name in _OF_UNITS:
        return frozenset().union(*(side.of_units for side in sides))
    if table in ("billing", "corrections"):
        return frozenset(TAIL_OF_TABLE[table])
    if table == "retail_contracts":
        return frozenset().union(*(side.of_contracts for side in sides))
    if table == "nominations":
        return frozenset().union(*(side.of_nominations for side in sides))
    if table == "tariffs":
        found = [side.of_tariff(column) if column else side.of_tariffs for side in sides]
        if all(items is not None for items in found):
            return frozenset().union(*(items for items in found if items is not None))
    return frozenset().union(*(side.everything for side in sides))


def _table_changes(table: TableChange, sides: Sequence[Reach]) -> list[Change]:
    found = []
    items = _moved(table.table, sides)
    if table.is_new or table.is_gone:
        return [Change("table", table.table, rows=table.added or table.removed, table=table, items=items)]
    for column in table.columns:
        name = f"{table.table}.{column.column.name}"
        found.append(Change("column", name, rows=column.rows, column=column, table=table, items=_moved(name, sides)))
    if table.added:
        found.append(Change("added", table.table, rows=table.added, table=table, items=items))
    if table.removed:
        found.append(Change("removed", table.table, rows=table.removed, table=table, items=items))
    if table.is_reordered:
        # The order of generators, retailers and tariffs decides nothing; of users and meter rows the last kWh.
        found.append(Change("order", table.table, table=table, items=items))
    return found
