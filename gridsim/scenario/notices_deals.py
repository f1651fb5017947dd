"""What deals leave open: sides that nobody names, and months that only deals tell of (rulebook part 12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gridsim.calendar import delivery_months
from gridsim.names import code_told
from gridsim.rules.shape import MARKET
from gridsim.scenario.draft import Draft
from gridsim.scenario.listing import months_listed
from gridsim.words import Sentence

__all__ = ["months_without_sellers", "one_sided_deals", "unmetered_months"]


def one_sided_deals(draft: Draft) -> Iterator[Sentence]:
    """How many deals lack their other side, of which the market's prices and shares know nothing."""
    deals = draft.tables.get("deals")
    if deals is None:
        return
    lacking = int(np.count_nonzero((deals.codes("buyer_id") < 0) | (deals.codes("seller_id") < 0)))
    if lacking:
        yield Sentence(
            "{file}: {count:,} of {all:,} deals lack their buyer or seller, for which {account} stands; prices and "
            "shares of the market are those of what is given",
            file=deals.file,
            count=lacking,
            all=len(deals),
            account=code_told("party", MARKET, draft.shape),
        )


def months_without_sellers(draft: Draft) -> Iterator[Sentence]:
    """Months in which no seller settles, as nobody knows the whole of them."""
    deals = draft.tables.get("deals")
    if deals is None or draft.shape.sellers is None or draft.year is None:
        return
    one_sided = (deals.codes("buyer_id") < 0) | (deals.codes("seller_id") < 0)
    deliveries = deals.categories("month")
    named = {deliveries[code] for code in np.unique(deals.codes("month")[one_sided]).tolist()}
    months = sorted({month for delivery in named for month in delivery_months(delivery, draft.year)})
    if months:
        yield Sentence(
            "{file}: deals of {months} lack their other side; there no generator's deviation is settled, and {account} "
            "keeps what it holds",
            file=deals.file,
            months=months_listed(months),
            account=code_told("party", MARKET, draft.shape),
        )


def unmetered_months(found: Sequence[tuple[str, str]]) -> Iterator[Sentence]:
    """Units' months with contracts from deals alone and no metered energy, which a run leaves out.

    Parameters
    ----------
    found : sequence of (str, str)
        Units and months.
    """
    if found:
        units = dict.fromkeys(unit for unit, _ in found)
        first = next(iter(units))
        yield Sentence(
            "deals: {units} without metered energy in months that deals alone tell of, which make no position and no "
            "line; the first: {unit} in {months}",
            units=Sentence("1 settlement unit") if len(units) == 1 else Sentence("{count:,} units", count=len(units)),
            unit=first,
            months=months_listed([month for unit, month in found if unit == first]),
        )
