"""From ledger lines to the lines of a statement: summed by what an accountant tells apart, as many as fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridsim.report.statement_model import ItemLines, Line, Payment
from gridsim.units import round_half_up

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["accounts_of", "items_of"]

_BY = ["item", "payer", "payee", "user_id", "slot", "price_micro_yuan_per_kwh", "clause", "band"]
_PAYER, _PAYEE = 0, 1
_FEW_SELLERS = 40  # so many are named among the accounts, the others as one
_FEW_USERS = 20


def items_of(ledger: pd.DataFrame, order: Sequence[str], limit: int) -> tuple[tuple[ItemLines, ...], bool]:
    """The lines of one part of a statement, by item, and whether users had to be summed over their periods.

    With more lines than `limit`, lines of users are summed over periods and prices, lines of legs over contracts,
    the largest are kept, and what is left of each item is one line: nothing is lost.

    Parameters
    ----------
    ledger : DataFrame
        Ledger lines of one unit and month, with ``slot``, ``source`` and ``band``; empty cells are empty
        texts.
    order : sequence of str
        The items of the ledger.
    limit : int
        Lines at most, the lines of what is left not counted.
    """
    lines = _summed(ledger, _BY)
    of_legs = lines["user_id"] == ""
    legs, cells = lines[of_legs], lines[~of_legs]
    is_by_user = False
    if len(lines) > limit:
        room = min(len(legs), max(limit - len(cells), limit // 2))
        if len(legs) > room:
            legs = _largest(ledger[ledger["user_id"] == ""], "payee", room)
        room = max(limit - len(legs), limit // 2)
        if len(cells) > room:
            is_by_user = True
            cells = _largest(ledger[ledger["user_id"] != ""], "user_id", room)
    sources = _sources(ledger)
    by_item: dict[str, list[tuple[bool, int, Line]]] = {item: [] for item in order}
    for frame in (legs, cells):
        for row in frame.to_dict("records"):
            line = _line(row, sources)
            by_item[row["item"]].append((line.others > 0, line.first, line))
    items = (
        ItemLines(item, tuple(entry[-1] for entry in sorted(found, key=_order))) for item, found in by_item.items()
    )
    return tuple(item for item in items if item.lines), is_by_user


def accounts_of(ledger: pd.DataFrame, buyer: str) -> tuple[Payment, ...]:
    """Who pays whom, exactly: of many sellers, and of many users, the largest by name and the others as one.

    Parameters
    ----------
    ledger : DataFrame
        As for `items_of`.
    buyer : str
        Who pays for contracts and deviation; every other payer is a user.
    """
    by_pair = ledger.groupby(["payer", "payee"], sort=False, observed=True)["amount_micro_yuan"].sum()
    pairs = zip(by_pair.index.to_list(), by_pair.to_list(), strict=True)
    amounts = {(str(payer), str(payee)): int(amount) for (payer, payee), amount in pairs}
    of_buyer = {pair: amount for pair, amount in amounts.items() if pair[0] == buyer}
    of_users = {pair: amount for pair, amount in amounts.items() if pair[0] != buyer}
    return (*_few(of_buyer, _PAYEE, _FEW_SELLERS), *_few(of_users, _PAYER, _FEW_USERS))


def _few(amounts: Mapping[tuple[str, str], int], side: int, few: int) -> Iterator[Payment]:
    """One account for each pair of the parties with most money on one side, and one for the others of each payee."""
    money: dict[str, int] = {}
    for pair, amount in amounts.items():
        money[pair[side]] = money.get(pair[side], 0) + abs(amount)
    kept = set(sorted(money, key=lambda party: -money[party])[:few])
    merged: dict[str, list[int]] = {}
    for pair, amount in amounts.items():
        if pair[side] in kept:
            yield Payment(pair[0], 1, pair[1], 1, amount)
        else:
            merged.setdefault(pair[1 - side], []).append(amount)
    for party, rest in merged.items():
        if side == _PAYER:
            yield Payment("", len(rest), party, 1, sum(rest))
        else:
            yield Payment(party, 1, "", len(rest), sum(rest))


def _order(entry: tuple[bool, int, Line]) -> tuple[bool, int]:
    return entry[0], entry[1]


def _summed(ledger: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Ledger lines summed by some columns; `low` and `high` are the least and the greatest price.

    By the codes of the columns: a statement has few lines, and a grouping of pandas takes longer than all of them.
    """
    import numpy as np
    import pandas as pd

    group = np.zeros(len(ledger), dtype=np.int64)
    for name in by:
        codes, values = pd.factorize(ledger[name], use_na_sentinel=False)
        group, _ = pd.factorize(group * len(values) + codes)  # in the order in which they come
    rows = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[rows], prepend=-1))
    energy, amount, price, line = (
        ledger[name].to_numpy()[rows] for name in ("energy_kwh", "amount_micro_yuan", "price", "line")
    )
    summed: pd.DataFrame = ledger[by].iloc[rows[starts]].reset_index(drop=True)
    return summed.assign(
        energy_kwh=np.add.reduceat(energy, starts),
        amount_micro_yuan=np.add.reduceat(amount, starts),
        low=np.fmin.reduceat(price, starts),  # a price that is not there is none of them
        high=np.fmax.reduceat(price, starts),
        count=np.diff(starts, append=len(rows)),
        first=np.minimum.reduceat(line, starts),
    )


def _largest(ledger: pd.DataFrame, party: str, room: int) -> pd.DataFrame:
    """Lines by item and party: the parties with most money, and one line for the rest of each item."""
    import pandas as pd

    by = ["item", "payer", "payee", "user_id", "clause"]
    lines = _summed(ledger, by)
    if len(lines) <= room:
        return lines
    money = lines["amount_micro_yuan"].abs().groupby(lines[party], observed=True).sum()
    count = lines.groupby(party, observed=True).size()
    ranked = money.sort_values(ascending=False, kind="stable").index
    kept = set(ranked[: max(1, int((count.loc[ranked].cumsum() <= room).sum()))])
    is_kept = lines[party].isin(kept)
    rest = ledger[~ledger[party].isin(kept)]
    one_payer = rest.groupby("item", observed=True)["payer"].transform("nunique") == 1
    one_payee = rest.groupby("item", observed=True)["payee"].transform("nunique") == 1
    rest = rest.assign(
        payer=rest["payer"].astype(object).where(one_payer, ""), payee=rest["payee"].astype(object).where(one_payee, "")
    )
    by = ["item", "payer", "payee", "clause"]
    others = _summed(rest, by)
    others["others"] = rest.groupby(by, sort=False, observed=True)[party].nunique().to_numpy()
    return pd.concat([lines[is_kept].astype(dict.fromkeys(by, object)), others.astype(dict.fromkeys(by, object))])


def _sources(ledger: pd.DataFrame) -> dict[tuple[str, str, str, int], tuple[str, ...]]:
    """Contracts and sessions behind the lines of legs, by item, seller, product and price."""
    legs = ledger[ledger["source"] != ""]
    found: dict[tuple[str, str, str, int], dict[str, None]] = {}
    names = ["item", "payee", "slot", "price", "source"]
    for item, payee, slot, price, source in dict.fromkeys(zip(*(legs[name].tolist() for name in names), strict=True)):
        for key in ((item, payee, slot, price), (item, payee, "", -1)):
            found.setdefault(key, {})[source] = None
    return {key: tuple(names) for key, names in found.items()}


def _line(row: Mapping[Any, Any], sources: dict[tuple[str, str, str, int], tuple[str, ...]]) -> Line:
    def text(name: str) -> str:
        value = row.get(name, "")
        return value if isinstance(value, str) else ""

    others = row.get("others", 0)
    slot = text("slot")
    user = text("user_id")
    has_price = row["low"] == row["low"]  # a share of money has none, which pandas calls NaN
    is_average = has_price and row["low"] != row["high"]
    price = None
    if has_price:
        price = round_half_up(int(row["amount_micro_yuan"]), int(row["energy_kwh"])) if is_average else int(row["low"])
    key = (text("item"), text("payee"), slot, price or 0) if slot else (text("item"), text("payee"), "", -1)
    return Line(
        payer=text("payer"),
        payee=text("payee"),
        others=int(others) if others == others else 0,  # a line that is kept has none, which pandas calls NaN
        user=user,
        sources=() if user else sources.get(key, ()),
        slot=slot,
        energy_kwh=int(row["energy_kwh"]),
        price=price,
        is_average=bool(is_average),
        amount_micro_yuan=int(row["amount_micro_yuan"]),
        clause=text("clause"),
        count=int(row["count"]),
        first=int(row["first"]),
        band=text("band"),
    )
