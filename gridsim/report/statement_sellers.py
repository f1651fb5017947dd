"""Statements of generators, in a market whose sellers settle what they generated (rulebook part 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.report.statement_model import Key, Sold, Sums

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from gridsim.io.named_frames import ExactTables
    from gridsim.rules.shape import MarketShape

__all__ = ["money_of_sellers", "received", "sold_in", "sums_of_sellers"]


def sold_in(exact: ExactTables, month: str, sellers: Sequence[str]) -> dict[str, Sold]:
    """What each generator sold, generated and was settled for in a month.

    Parameters
    ----------
    exact : ExactTables
    month : str
    sellers : sequence of str
    """
    rows = exact.arrow("seller_settlement", {"month": month, "generator_id": list(sellers)}).to_pylist()
    return {
        row["generator_id"]: Sold(
            row["contract_kwh"],
            row["generated_kwh"],
            row["structural_kwh"],
            row["deviation_kwh"],
            row["price_micro_yuan_per_kwh"],
        )
        for row in rows
    }


def received(lines: pd.DataFrame, seller: str) -> pd.DataFrame:
    """The ledger lines of a generator, each with what it receives: of those that it pays, the negative.

    Payer, payee, energy and price stay as they stand in the ledger.

    Parameters
    ----------
    lines : DataFrame
        Of one month, in the order of the ledger.
    seller : str
    """
    paid = lines["payer"] == seller
    mine = lines[paid | (lines["payee"] == seller)]
    amounts = mine["amount_micro_yuan"]
    found: pd.DataFrame = mine.assign(amount_micro_yuan=amounts.where(mine["payee"] == seller, -amounts))
    return found


def sums_of_sellers(exact: ExactTables, months: Sequence[str], shape: MarketShape) -> dict[Key, Sums]:
    """What each generator's statement of these months sums to, without its money, which the ledger tells.

    Parameters
    ----------
    exact : ExactTables
    months : sequence of str
    shape : MarketShape

    Returns
    -------
    dict of Key to Sums
        None in a market whose sellers do not settle.
    """
    if shape.sellers is None:
        return {}
    return {
        Key(row["generator_id"], row["month"], False, True): Sums(
            row["contract_kwh"], row["generated_kwh"], max(0, row["deviation_kwh"]), max(0, -row["deviation_kwh"])
        )
        for row in exact.arrow("seller_settlement", {"month": list(months)}).to_pylist()
    }


def money_of_sellers(lines: pd.DataFrame, sellers: Collection[str]) -> Mapping[tuple[str, str], int]:
    """What generators receive less what they pay in some ledger lines, by generator and month.

    Parameters
    ----------
    lines : DataFrame
    sellers : collection of str
    """
    found: dict[tuple[str, str], int] = {}
    for side, sign in (("payee", 1), ("payer", -1)):
        mine = lines[lines[side].isin(list(sellers))]
        sums = mine.groupby([side, "month"], observed=True, sort=False)[["amount_micro_yuan"]].sum()
        for (seller, month), amount in sums.itertuples(name=None):
            found[str(seller), str(month)] = found.get((str(seller), str(month)), 0) + sign * int(amount)
    return found
