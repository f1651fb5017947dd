"""The market as a party may see it: sums and mean prices of sessions, where they tell of no single other party."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.charts.display import rows_of
from gridsim.report.page.listing import Listing, listing, number, text
from gridsim.rules.shape import MARKET
from gridsim.show.numbers import NOTHING_THERE, count, energy, mean_price
from gridsim.words import within

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.report.page.party import Party
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["own_market_of"]

_OTHERS = 2  # of one other party alone its figures would be the sum less the own
_COLUMNS = ("session", "kind", "seller_id", "buyer_id", "energy_kwh", "price_micro_yuan_per_kwh", "bilateral_row")
_SUMS = ["energy_kwh", "money", "own_kwh", "own_money"]


def own_market_of(result: Result, party: Party, words: PageWords) -> Listing | None:
    """Sessions with the energy and the mean price of all trades, beside the own ones.

    A session's sum is left out where contracts were filed, which their two sides alone know of, and where fewer than
    two others bought, or fewer than two sold, beside the party itself; not where all of it is the party's own. A lowest
    or a highest price is somebody's, so there is none.

    Parameters
    ----------
    result : Result
    party : Party
    words : PageWords

    Returns
    -------
    Listing or None
        None where nothing was traded.
    """
    trades = result.exact.arrow("trades", None, _COLUMNS).to_pandas()
    if trades.empty:
        return None
    table = _sessions(trades, party.id)
    rows, hidden = [], 0
    for row in rows_of(table.reset_index()):
        are_many = not row.filed and min(row.buyers, row.sellers) >= _OTHERS
        is_seen = are_many or row.energy_kwh == row.own_kwh
        hidden += not is_seen
        whole = (energy(row.energy_kwh), mean_price(row.money, row.energy_kwh)) if is_seen else (NOTHING_THERE,) * 2
        own = (energy(row.own_kwh), mean_price(row.own_money, row.own_kwh)) if row.own_kwh else (NOTHING_THERE,) * 2
        rows.append([str(row.session) or words.say("no session"), words.called("kind", str(row.kind)), *whole, *own])
    columns = (
        text(words.say("session")),
        text(words.say("kind")),
        number(words.say("all trades, MWh")),
        number(words.say("on average, yuan/MWh")),
        number(words.say("own, MWh")),
        number(words.say(within("own trades", "on average, yuan/MWh"))),
    )
    note = ""
    if hidden:
        note = words.say(
            "A dash, in {count} sessions: filed contracts are known to their two sides alone, and where fewer than two "
            "others bought or sold, the sum would tell what one of them did.",
            count=count(hidden),
        )
    return listing(columns, rows, note=note)


def _sessions(trades: pd.DataFrame, party: str) -> pd.DataFrame:
    """By session: energy and money of all, and of the party; how many others bought and sold."""
    for name in ("session", "kind", "seller_id", "buyer_id"):
        trades[name] = trades[name].astype(object).fillna("")
    is_own = (trades["buyer_id"] == party) | (trades["seller_id"] == party)
    money = trades["energy_kwh"].astype(object) * trades["price_micro_yuan_per_kwh"].astype(object)
    trades = trades.assign(
        money=money,
        own_kwh=trades["energy_kwh"].where(is_own, 0),
        own_money=money.where(is_own, 0),
        buyers=_other(trades["buyer_id"], party),
        sellers=_other(trades["seller_id"], party),
        filed=trades["bilateral_row"].notna(),
    )
    grouped = trades.groupby(["session", "kind"], sort=False)
    table: pd.DataFrame = grouped[_SUMS].sum()
    return table.join(grouped[["buyers", "sellers"]].nunique()).join(grouped["filed"].any())


def _other(who: pd.Series, party: str) -> pd.Series:
    """Who it is besides the party; the account that stands for somebody unknown may stand for one alone."""
    return who.where((who != party) & (who != MARKET))
