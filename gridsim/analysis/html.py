"""Results and comparisons as a notebook shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim import notebook
from gridsim.analysis.compare_terminal import change_name, sides
from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, format_fixed, round_fen, round_half_up

if TYPE_CHECKING:
    from gridsim.analysis.compare import Comparison
    from gridsim.analysis.table import StatisticsTable
    from gridsim.result import Result

__all__ = ["comparison_html", "result_html"]

_TOP = 10
_MANY_LINES = 2_000_000  # from so many on the ledger is not summed for a mere look


def result_html(result: Result) -> str:
    """Whose year it was, money by item, the units with the largest deviation."""
    manifest = result.manifest
    scenario, counts = manifest["scenario"], manifest["counts"]["results"]
    note = f"{scenario['year']}, rules {manifest['rules']['id']}, {counts['ledger']:,} ledger lines"
    parts = [notebook.heading(scenario["name"], note)]
    if counts["ledger"] <= _MANY_LINES:
        parts.append(_items(result.statistics.money("item")))
    parts.append(_deviations(result.statistics.deviation("unit").top(_TOP, "deviation_yuan")))
    unverified = [taken["path"] for taken in manifest["assumptions"] if taken["why"] == "unverified"]
    if unverified:
        parts.append(notebook.paragraph(f"Not verified: {', '.join(unverified)}"))
    if manifest["warnings"]:
        told = notebook.table(("warning",), [(warning,) for warning in manifest["warnings"]])
        parts.append(notebook.details(f"{len(manifest['warnings']):,} warnings", told))
    return f"<div>{''.join(parts)}</div>"


def comparison_html(comparison: Comparison) -> str:
    """What changed, and the money by item."""
    changes = [(change_name(change, "en"), *sides(change, "en"), _rows(change.rows)) for change in comparison.changes]
    parts = [
        notebook.heading("Comparison", " → ".join(_name(result) for result in (comparison.before, comparison.after))),
        notebook.table(("what changed", "before", "after", "change", "rows"), changes, numbers=(1, 2, 3, 4)),
    ]
    exact = comparison.money("item").exact
    rows = [
        (item, *map(_yuan, values))
        for item, values in zip(exact.index, exact[["before", "after", "difference"]].to_numpy(), strict=True)
    ]
    parts.append(notebook.table(("item", "before, yuan", "after, yuan", "difference, yuan"), rows, numbers=(1, 2, 3)))
    return f"<div>{''.join(parts)}</div>"


def _items(money: StatisticsTable) -> str:
    exact = money.exact
    rows = [
        (item, f"{lines:,}", _mwh(energy), _yuan(amount))
        for item, lines, energy, amount in zip(
            exact.index, exact["lines"], exact["energy_kwh"], exact["amount_micro_yuan"], strict=True
        )
    ]
    total = ("all", f"{exact['lines'].sum():,}", "", _yuan(int(exact["amount_micro_yuan"].sum())))
    return notebook.table(("item", "lines", "MWh", "yuan"), [*rows, total], numbers=(1, 2, 3))


def _deviations(table: StatisticsTable) -> str:
    exact = table.exact
    rows = []
    for unit, contract, metered, money in zip(
        exact.index, exact["contract_kwh"], exact["metered_kwh"], exact["deviation_micro_yuan"], strict=True
    ):
        share = f"{format_fixed(round_half_up(int(metered) * 10**4, int(contract)), 2)} %" if contract else "–"
        rows.append((unit, _mwh(contract), _mwh(metered), share, _yuan(money)))
    head = ("settlement unit", "contract MWh", "metered MWh", "metered / contract", "deviation yuan")
    return notebook.table(head, rows, numbers=(1, 2, 3, 4), caption="Largest deviation money")


def _name(result: Result) -> str:
    return str(result.manifest["scenario"]["name"])


def _rows(count: int) -> str:
    return f"{count:,}" if count else ""


def _yuan(amount: int) -> str:
    return format_fixed(round_fen(int(amount)), MONEY_DECIMALS - 4, thousands=True)


def _mwh(energy: int) -> str:
    return format_fixed(int(energy), ENERGY_DECIMALS, thousands=True)
