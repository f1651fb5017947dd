"""A customer's bill: what one user pays in a month, and nothing of anybody else (rulebook parts 13 and 14).

It holds the ledger lines that the user pays or receives, whether it buys directly, through a retailer or outside the
market. What a retailer pays for it, at which price and to whom, stands in the retailer's own statements alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.arrow import rows_where
from gridsim.errors import ResultError
from gridsim.report.statement_model import EnergyRow, Key, Sums
from gridsim.scenario.rows_of_users import RowsOfUsers
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from gridsim.io.named_frames import ExactTables
    from gridsim.io.table_sets import Where
    from gridsim.result import Result
    from gridsim.rules.shape import MarketShape
    from gridsim.words import Language

__all__ = ["bills_of", "energies_of_customer", "paid", "sums_of_customers", "suppliers_of"]

_SIDES = {"payer": 1, "payee": -1}


def sums_of_customers(exact: ExactTables, months: Sequence[str], users: Sequence[str]) -> dict[Key, Sums]:
    """What each bill of these months sums to; the trial settlement is left out.

    Parameters
    ----------
    exact : ExactTables
    months : sequence of str
    users : sequence of str

    Raises
    ------
    ResultError
        One of them is no user with anything metered or paid in these months; the message names the nearest.
    """
    found: dict[Key, Sums] = {}

    def add(user: str, month: str, sums: Sums) -> None:
        key = Key(user, month, False, is_customer=True)
        found[key] = found.get(key, Sums()) + sums

    where: Where = {"month": list(months), "user_id": list(users), "trial": False}
    for row in exact.arrow("cell_settlement", where, ("user_id", "month", "metered_kwh")).to_pylist():
        add(row["user_id"], row["month"], Sums(metered_kwh=row["metered_kwh"]))
    for side, sign in _SIDES.items():
        lines: Where = {"month": list(months), "trial": False, side: list(users)}
        for row in exact.arrow("ledger", lines, (side, "month", "amount_micro_yuan")).to_pylist():
            add(row[side], row["month"], Sums(amount_micro_yuan=sign * row["amount_micro_yuan"]))
    there = {key.subject for key in found}
    for user in users:
        if user not in there:
            known = exact.arrow("cell_settlement", None, ("user_id",)).column("user_id").unique().to_pylist()
            what = Sentence("there is no bill of a user {user!r} in these months", user=user)
            near = nearest_in_words(nearest(user, known)) if user not in known else None
            raise ResultError(listed(what, near, Sentence("users: {names}", names=named(sorted(known), 12))))
    return found


def paid(lines: pd.DataFrame, user: str) -> pd.DataFrame:
    """The ledger lines of a user, each with what it pays: of those that it receives, the negative."""
    receives = lines["payee"] == user
    mine = lines[receives | (lines["payer"] == user)]
    amounts = mine["amount_micro_yuan"]
    found: pd.DataFrame = mine.assign(amount_micro_yuan=amounts.where(mine["payer"] == user, -amounts))
    return found


def energies_of_customer(exact: ExactTables, user: str, month: str, shape: MarketShape) -> tuple[EnergyRow, ...]:
    """What a user metered in a month, by period."""
    where: Where = {"month": month, "user_id": user, "trial": False}
    by_period: dict[str, int] = {}
    for row in exact.arrow("cell_settlement", where, ("period", "metered_kwh")).to_pylist():
        by_period[row["period"]] = by_period.get(row["period"], 0) + row["metered_kwh"]
    return tuple(
        EnergyRow(period, None, by_period[period], None, None, None, None, None)
        for period in shape.periods
        if period in by_period
    )


def bills_of(result: Result, keys: Sequence[Key], words: Language) -> dict[Key, list[str]]:
    """How the power factor of customers was found and what it adjusts, in sentences, by bill that has one.

    Parameters
    ----------
    result : Result
    keys : sequence of Key
        Of customers.
    words : Language

    Raises
    ------
    ResultError
        A line of the ledger is not what is derived.
    """
    from gridsim.explain.bill import factor_sentences
    from gridsim.explain.billed import bill_of, has_bills
    from gridsim.explain.source import ResultFacts

    source = ResultFacts(result.exact, result.inputs, result.rules)
    factors = {key: bill_of(source, key.subject, key.month).factor for key in keys} if has_bills(source) else {}
    return {key: factor_sentences(words, factor) for key, factor in factors.items() if factor is not None}


def suppliers_of(inputs: Mapping[str, pa.Table], keys: Sequence[Key]) -> dict[Key, str]:
    """The retailer of each of these customers that has one in its month."""
    keys = [key for key in keys if key.is_customer]
    if not keys or "retailer_id" not in inputs["users"].column_names:
        return {}
    rows = {row["user_id"]: row for row in rows_where(inputs["users"], {"user_id": {key.subject for key in keys}})}
    held = RowsOfUsers(inputs)
    told = {key: held.in_month(rows[key.subject], key.month).get("retailer_id") for key in keys}
    return {key: retailer for key, retailer in told.items() if retailer}
