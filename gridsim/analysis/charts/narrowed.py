"""What part of a result a chart shows, and how its title says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from gridsim.analysis.charts.words import ChartWords
from gridsim.scenario.party_names import apart, party_names

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from gridsim.analysis.arguments import Where
    from gridsim.analysis.attribution.held import LedgerName
    from gridsim.analysis.attribution.methods import Method
    from gridsim.analysis.statistics import Statistics
    from gridsim.analysis.table import StatisticsTable
    from gridsim.rules import RuleSet
    from gridsim.words import Lang

__all__ = ["Charted", "chosen_rows", "exact_rows", "people_of", "whose"]


class Charted(Protocol):
    """What charts are drawn from (`gridsim.Result`)."""

    @property
    def statistics(self) -> Statistics: ...

    @property
    def rules(self) -> RuleSet: ...

    @property
    def manifest(self) -> Mapping[str, Any]: ...

    @property
    def inputs(self) -> Mapping[str, pa.Table]: ...

    def attribution(
        self, method: Method, ledger: LedgerName, *, units: Sequence[str], months: Sequence[str]
    ) -> StatisticsTable: ...

    def netting(self, ledger: LedgerName, *, units: Sequence[str], months: Sequence[str]) -> StatisticsTable: ...


def chosen_rows(where: Where | None, **shorts: str | None) -> dict[str, Any]:
    """What was asked for, with arguments that are short for it."""
    return {**(where or {}), **{name: text for name, text in shorts.items() if text is not None}}


def exact_rows(table: StatisticsTable, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The integers of a statistics table with its dimensions as columns."""
    exact: pd.DataFrame = table.exact if columns is None else table.exact[list(columns)]
    return exact.reset_index()


def people_of(result: Charted) -> dict[str, str]:
    """Names of participants by id, as they stand in a chart in place of ids."""
    return apart(party_names(result.inputs))


def whose(chosen: Mapping[str, Any], lang: Lang, result: Charted) -> str | None:
    """What the title says of what was chosen; nothing of the whole market."""
    if not chosen:
        return None
    words, parts = ChartWords(lang, result.rules.shape, people=people_of(result)), []
    for dimension, texts in chosen.items():
        listed = [texts] if isinstance(texts, str) else list(texts)
        if dimension == "month":
            parts.append(words.months(sorted(listed)))
        elif dimension == "unit":
            parts.append(
                words.say("settlement unit {unit}", unit=words.listed([words.called("unit", text) for text in listed]))
            )
        elif dimension == "retailer":
            names = words.listed(words.called("retailer", text) for text in listed)
            parts.append(words.say("retailer {retailer}", retailer=names))
        else:
            parts.append(words.listed([words.called(dimension, text) for text in listed]))
    return words.listed(parts)
