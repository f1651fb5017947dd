"""Who stands first, and whose share is how large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridsim.analysis.arguments import check_name
from gridsim.analysis.figures import count, money, ratio
from gridsim.analysis.table import OTHERS, StatisticsTable
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.analysis.figures import Figure

__all__ = ["ranked", "shared"]

_WHOLE, _SO_FAR = "whole", "so_far"


def ranked(table: StatisticsTable, by: str, top: int, *, ascending: bool) -> StatisticsTable:
    """The first rows of a table by one of its columns; see `Statistics.ranking`."""
    check_name("by", by, map(str, table.columns), Sentence("column"))
    figure = next(figure for figure in table.figures if figure.name == by)
    alone = table.exact.drop(OTHERS, errors="ignore")
    first = StatisticsTable.of(alone, [figure], adds_up=False).top(top, ascending=ascending)
    exact = first.exact.assign(rank=np.arange(1, len(first) + 1, dtype=np.int64))
    figures: list[Figure] = [count("rank"), figure]
    if figure.per is None:
        exact[_WHOLE] = table.exact[figure.of].sum()
        exact[_SO_FAR] = exact[figure.of].cumsum()
        figures += [ratio("share", figure.of, _WHOLE), ratio("cumulative_share", _SO_FAR, _WHOLE)]
    return StatisticsTable.of(exact, figures, adds_up=False, omitted=first.omitted + table.omitted)


def shared(table: StatisticsTable, within: Sequence[str], top: int | None) -> StatisticsTable:
    """Amounts and their shares of the whole, or of the group of `within`; see `Statistics.shares`."""
    amounts = table.exact[["amount_micro_yuan"]]
    cut = StatisticsTable.of(amounts, [money("amount")])
    cut = cut.limited() if top is None else cut.top(top)
    exact = cut.exact.copy()
    if within:
        wholes = amounts.groupby(level=list(within))["amount_micro_yuan"].transform("sum")
        exact[_WHOLE] = wholes.reindex(exact.index, fill_value=0)
    else:
        exact[_WHOLE] = amounts["amount_micro_yuan"].sum()
    figures = [money("amount"), ratio("share", "amount_micro_yuan", _WHOLE)]
    return StatisticsTable.of(exact, figures, adds_up=False, omitted=cut.omitted)
