"""Contracts as they stand: two sides, one of which may be empty, and a product of the buyer's (rulebook part 12)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridsim.errors import Fault
from gridsim.scenario.draft import Draft, UserRows
from gridsim.words import Sentence, named

__all__ = ["products_of_deals", "sides_of_deals"]

_SIDES = ("buyer_id", "seller_id")
_MODES = ("user_id", "retailer_id", "mode", "priority_purchase")
"""What tells which units a buyer has."""


def sides_of_deals(draft: Draft) -> Iterator[Fault]:
    """A deal without any side, or between one and the same."""
    deals = draft.get("deals", *_SIDES)
    if deals is None:
        return
    buyer, seller = (deals.codes(name) for name in _SIDES)
    usable = deals.usable(*_SIDES)
    rows = np.flatnonzero(usable & (buyer < 0) & (seller < 0))
    yield from deals.faults(rows, _SIDES, Sentence("a deal without buyer and seller"), Sentence("one of them, or both"))
    of_buyer = deals.code_of(deals.categories("buyer_id"), "seller_id")
    rows = np.flatnonzero(usable & (buyer >= 0) & (seller >= 0) & (of_buyer[buyer] == seller))
    yield from deals.faults(rows, _SIDES, Sentence("buyer and seller alike"), Sentence("two different ones"))


def products_of_deals(draft: Draft) -> Iterator[Fault]:
    """A product that none of the buyer's settlement units trades."""
    deals = draft.get("deals", "buyer_id", "product")
    users = draft.users(*_MODES)
    if deals is None or users is None or not users.usable(*_MODES).all():
        return
    trades = _products_by_buyer(draft, users)
    buyers, products = deals.categories("buyer_id"), draft.shape.product_ids
    everyone = {*users.texts("user_id"), *users.texts("retailer_id")} - {None}
    if "retailers" in draft.tables:
        everyone |= {*draft.tables["retailers"].categories("retailer_id")}
    # Who is nobody is told as such; so is nothing that could not be read.
    known = np.array([text in everyone for text in buyers] + [False])
    may = np.array([[product in trades.get(text, ()) for product in products] for text in [*buyers, ""]], dtype=bool)
    buyer, product = deals.codes("buyer_id"), deals.codes("product")
    usable = deals.usable("buyer_id", "product") & known[buyer]
    rows = np.flatnonzero(usable & ~may[buyer, product])

    def allowed(row: int) -> Sentence:
        own = trades.get(buyers[buyer[row]], set())
        if not own:
            return Sentence("a retailer with users, or a user that buys directly")
        return Sentence("what its units trade: {codes}", codes=named(each for each in products if each in own))

    yield from deals.faults(
        rows,
        ("buyer_id", "product"),
        Sentence("a product that no unit of this buyer trades"),
        allowed,
        kind=Sentence("a product that no unit of the buyer trades"),
    )


def _products_by_buyer(draft: Draft, users: UserRows) -> dict[str, set[str]]:
    """What the units of each buyer trade: by its users' modes, those on priority purchase apart (rulebook part 2)."""
    frame = users.states.rows[~users.states.rows["priority_purchase"].to_numpy(dtype=bool)]
    products = {mode.id: mode.products for mode in draft.shape.modes}
    buyers = frame["retailer_id"].astype(object).where(frame["retailer_id"].notna(), frame["user_id"].astype(object))
    found: dict[str, set[str]] = {}
    for buyer, mode in dict.fromkeys(zip(buyers.tolist(), frame["mode"].tolist(), strict=True)):
        found.setdefault(buyer, set()).update(products[mode])
    return found
