"""The table behind the money flows: the largest payers and payees by name, all others of a group as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from gridsim.analysis.statistics import Statistics

__all__ = ["OTHERS", "named_flows"]

OTHERS = "(others)"
"""The party that stands for all of its group that are not named."""

_AMOUNT = "amount_micro_yuan"
_KEYS = ["payer", "payer_group", "payee", "payee_group", "item"]


def named_flows(
    statistics: Statistics, where: Mapping[str, Any], top: int
) -> tuple[pd.DataFrame, dict[tuple[str, str], int]]:
    """Money between parties, and how many parties each ``(others)`` stands for.

    Parameters
    ----------
    statistics : Statistics
    where : mapping of str to str or sequence of str
    top : int
        At most so many payers and payees keep their names: the largest, if they have 1 % of the money.

    Returns
    -------
    flows : DataFrame
        `payer`, `payer_group`, `payee`, `payee_group`, `item`, `amount_micro_yuan`: it sums to all money.
    others : mapping of (str, str) to int
        By side (``payer``, ``payee``) and group.
    """
    groups: dict[str, set[str]] = {}
    others: dict[tuple[str, str], int] = {}
    for side in ("payer", "payee"):
        sums = statistics.money((side, f"{side}_group"), where).exact[_AMOUNT].reset_index()
        named, counts = _largest(sums, side, top)
        groups[side] = named
        others |= {(side, group): count for group, count in counts.items()}
    # A province has a hundred thousand payers: what the named ones pay, and from the groups' sums what is left.
    of_named = statistics.money(_KEYS, {**where, "payer": list(groups["payer"])}).exact[_AMOUNT].reset_index()
    of_all = statistics.money(_KEYS[1:], where).exact[_AMOUNT].reset_index()
    rest = of_named.assign(**{_AMOUNT: -of_named[_AMOUNT]})
    parts = [of_named, of_all.assign(payer=OTHERS), rest.assign(payer=OTHERS)]
    flows = pd.concat([part[[*_KEYS, _AMOUNT]] for part in parts], ignore_index=True)
    is_small = ~flows["payee"].isin(list(groups["payee"]))
    flows["payee"] = flows["payee"].where(~is_small, OTHERS)
    sums = flows.groupby(_KEYS, sort=False)[_AMOUNT].sum().reset_index()
    return sums[sums[_AMOUNT] != 0].reset_index(drop=True), others


def _largest(sums: pd.DataFrame, side: str, top: int) -> tuple[set[str], dict[str, int]]:
    """The parties that keep their names, and how many others each group has; a lone other is named, too."""
    ordered = sums.sort_values(_AMOUNT, ascending=False, kind="stable")
    is_large = 100 * ordered[_AMOUNT] >= ordered[_AMOUNT].sum()
    named = set(ordered.loc[is_large, side].head(top))
    rest = ordered[~ordered[side].isin(named)]
    counts = rest.groupby(f"{side}_group", observed=True)[side].count()
    for group in counts.index[counts == 1]:
        named |= set(rest.loc[rest[f"{side}_group"] == group, side])
    return named, {str(group): int(count) for group, count in counts.items() if count > 1}
