"""A result as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.manifest import warnings_of
from gridsim.names import NamingLanguage
from gridsim.rules.told_values import unverified_texts
from gridsim.scenario.party_names import party_names
from gridsim.show.document import Folded, Heading, grid, some_of
from gridsim.show.numbers import count, energy, money, percent
from gridsim.words import msg, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsim.analysis.table import StatisticsTable
    from gridsim.result_tables import ResultTables
    from gridsim.show.document import Block, Grid
    from gridsim.words import Lang

__all__ = ["result_document"]

_TOP = 10
_MANY_LINES = 2_000_000  # from so many on the ledger is not summed for a mere look


def result_document(result: ResultTables, lang: Lang) -> list[Block]:
    """Whose year it was, money by item, the units with the largest deviation.

    Parameters
    ----------
    result : Result
    lang : {"en", "zh"}
    """
    words = NamingLanguage(lang, result.rules.shape)
    manifest = result.manifest
    scenario, counts = manifest["scenario"], manifest["counts"]["results"]
    note = words.say(
        "{year}, rules {rules}, {lines} ledger lines",
        year=scenario["year"],
        rules=manifest["rules"]["id"],
        lines=count(counts["ledger"]),
    )
    parts: list[Block] = [Heading(scenario["name"], 2, note)]
    if counts["ledger"] <= _MANY_LINES:
        parts.append(_items(result.statistics.money("item"), words))
    deviations = result.statistics.deviation("unit").top(_TOP, "deviation_yuan")
    parts.append(_deviations(deviations, words, party_names(result.inputs)))
    unverified = unverified_texts(manifest["assumptions"], result.rules)
    if unverified:
        values = words.listed(each.told(lang) for each in unverified)
        parts.append(words.say("Not verified: {values}", values=values))
    warnings = warnings_of(manifest)
    if warnings:
        parts.append(Folded(words.say("{count} warnings", count=count(len(warnings))), some_of(warnings, lang)))
    return parts


def _items(table: StatisticsTable, words: NamingLanguage) -> Grid:
    exact = table.exact
    columns = (exact.index, exact["lines"], exact["energy_kwh"], exact["amount_micro_yuan"])
    rows = [
        (words.called("item", item), count(lines), energy(kwh), money(amount))
        for item, lines, kwh, amount in zip(*columns, strict=True)
    ]
    foot = (words.say("all"), count(int(exact["lines"].sum())), "", money(int(exact["amount_micro_yuan"].sum())))
    heads = (msg("item"), msg("lines"), within("column with its unit", "MWh"), within("column with its unit", "yuan"))
    return grid(tuple(map(words.say, heads)), rows, foot=foot)


def _deviations(table: StatisticsTable, words: NamingLanguage, names: Mapping[str, str]) -> Grid:
    exact = table.exact
    columns = (exact.index, exact["contract_kwh"], exact["metered_kwh"], exact["deviation_micro_yuan"])
    rows = [
        (
            words.with_name("unit", unit, names),
            energy(contract),
            energy(metered),
            percent(int(metered), int(contract), 2),
            money(amount),
        )
        for unit, contract, metered, amount in zip(*columns, strict=True)
    ]
    heads = (
        msg("settlement unit"),
        msg("contract MWh"),
        msg("metered MWh"),
        msg("metered / contract"),
        msg("deviation yuan"),
    )
    return grid(tuple(map(words.say, heads)), rows, title=words.say("Largest deviation money"))
