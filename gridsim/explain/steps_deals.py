"""What a contract as it stands says of itself, where a step tells of the month's contracts (rulebook part 12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.rules.shape import MARKET
from gridsim.show.numbers import energy, price
from gridsim.trading.sessions import NO_KIND

if TYPE_CHECKING:
    from gridsim.explain.held import HeldDeal
    from gridsim.explain.origins import Origin
    from gridsim.explain.words import Wording

__all__ = ["deal_lines"]


def deal_lines(words: Wording, origin: Origin, deal: HeldDeal) -> Iterator[str]:
    """The deal and its row, and what else that says, its note among it."""
    yield words.say(
        "Deal {deal}, a contract as it stands: {energy} for {delivery} at {price} (row {row} of deals).",
        deal=deal.id or origin.contract or words.say("without a name"),
        energy=energy(origin.energy),
        delivery=words.delivery(origin.delivery),
        price=price(origin.price),
        row=f"{deal.row:,}",
    )
    said = []
    if origin.contract not in (None, deal.id):
        said.append(words.say("contract {contract}", contract=origin.contract))
    if origin.kind != NO_KIND.id:
        said.append(words.say("counts as {kind}", kind=words.called("kind", origin.kind)))
    if origin.session:
        said.append(words.say("session {session}", session=origin.session))
    if deal.concluded_on is not None:
        said.append(words.say("concluded on {day}", day=f"{deal.concluded_on:%Y-%m-%d}"))
    if deal.note:
        said.append(words.say("note: {note}", note=deal.note))
    if said:
        yield words.say("It says: {what}.", what=words.listed(said))
    if origin.leg.seller == MARKET:
        yield words.say("Its seller is not given: the market account {account} stands for it.", account=MARKET)
