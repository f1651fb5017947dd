"""A result as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.show.document import Folded, Heading, grid, some_of
from gridsim.show.numbers import count, energy, money, percent

if TYPE_CHECKING:
    from gridsim.analysis.table import StatisticsTable
    from gridsim.result_tables import ResultTables
    from gridsim.show.document import Block, Grid

__all__ = ["result_document"]

_TOP = 10
_MANY_LINES = 2_000_000  # from so many on the ledger is not summed for a mere look


def result_document(result: ResultTables) -> list[Block]:
    """Whose year it was, money by item, the units with the largest deviation."""
    manifest = result.manifest
    scenario, counts = manifest["scenario"], manifest["counts"]["results"]
    note = f"{scenario['year']}, rules {manifest['rules']['id']}, {counts['ledger']:,} ledger lines"
    parts: list[Block] = [Heading(scenario["name"], 2, note)]
    if counts["ledger"] <= _MANY_LINES:
        parts.append(_items(result.statistics.money("item")))
    parts.append(_deviations(result.statistics.deviation("unit").top(_TOP, "deviation_yuan")))
    unverified = [taken["path"] for taken in manifest["assumptions"] if taken["why"] == "unverified"]
    if unverified:
        parts.append(f"Not verified: {', '.join(unverified)}")
    if manifest["warnings"]:
        parts.append(Folded(f"{len(manifest['warnings']):,} warnings", some_of(manifest["warnings"])))
    return parts


def _items(table: StatisticsTable) -> Grid:
    exact = table.exact
    columns = (exact.index, exact["lines"], exact["energy_kwh"], exact["amount_micro_yuan"])
    rows = [(item, count(lines), energy(kwh), money(amount)) for item, lines, kwh, amount in zip(*columns, strict=True)]
    foot = ("all", count(int(exact["lines"].sum())), "", money(int(exact["amount_micro_yuan"].sum())))
    return grid(("item", "lines", "MWh", "yuan"), rows, foot=foot)


def _deviations(table: StatisticsTable) -> Grid:
    exact = table.exact
    columns = (exact.index, exact["contract_kwh"], exact["metered_kwh"], exact["deviation_micro_yuan"])
    rows = [
        (unit, energy(contract), energy(metered), percent(int(metered), int(contract), 2), money(amount))
        for unit, contract, metered, amount in zip(*columns, strict=True)
    ]
    head = ("settlement unit", "contract MWh", "metered MWh", "metered / contract", "deviation yuan")
    return grid(head, rows, title="Largest deviation money")
