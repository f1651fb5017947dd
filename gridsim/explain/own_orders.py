"""Where a leg comes from, told to who has it: its own order, and nothing of the one that met it (rulebook part 3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.explain.steps_transfers import cut_line
from gridsim.show.numbers import energy, line_numbers, price
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.moves import Move
    from gridsim.explain.origins import Origin, Pair
    from gridsim.explain.words import Wording

__all__ = ["delivery_of", "own_cut_line", "own_move_lines", "own_order_lines"]


def delivery_of(words: Wording, origin: Origin) -> str:
    """What a pair delivers."""
    delivery = words.delivery(origin.delivery)
    if not origin.segment:
        return delivery
    return words.say("{delivery}, {segment}", delivery=delivery, segment=words.called("segment", origin.segment))


def own_order_lines(words: Wording, origin: Origin, pair: Pair) -> Iterator[str]:
    """The own order of a matched pair, what it traded and at which price; of the other order nothing.

    Parameters
    ----------
    words : Wording
    origin : Origin
    pair : Pair
    """
    if origin.seen_by not in (pair.sell.participant, pair.buy.participant):
        return  # generators that transferred among themselves what the party had bought
    is_seller = pair.sell.participant == origin.seen_by
    own = pair.sell if is_seller else pair.buy
    blanks = {
        "session": origin.session,
        "kind": words.called("kind", origin.kind),
        "delivery": delivery_of(words, origin),
        "limit": words.say("any price") if own.price is None else price(own.price),
        "row": f"{own.row:,}",
    }
    yield words.say(
        msg("Session {session} ({kind}), delivery {delivery}: own sell order at {limit} (row {row} of orders).")
        if is_seller
        else msg("Session {session} ({kind}), delivery {delivery}: own buy order at {limit} (row {row} of orders)."),
        **blanks,
    )
    if own.replaced:
        yield words.say(
            "The last submission stands; replaced rows of orders: {rows}.", rows=line_numbers(list(own.replaced))
        )
    yield words.say(
        "Of the order's {energy} MWh, {left} were left; {traded} of them traded, at {price} yuan/MWh. "
        "What others ordered is not shown.",
        energy=energy(own.energy),
        left=energy(own.left),
        traded=energy(origin.energy),
        price=price(origin.price),
    )


def own_move_lines(words: Wording, move: Move, seen_by: str) -> Iterator[str]:
    """Contract energy that was taken over: how much, of whom, at which price; not what the giver held.

    Parameters
    ----------
    words : Wording
    move : Move
    seen_by : str
        The party that is told.
    """
    if move.giver == seen_by:  # what is given away stands with the leg that it was cut from
        return
    yield words.say(
        "Taken over from {giver}: {energy} MWh are this contract's part. The price of the contract stays {price}. What "
        "the giver held is not shown.",
        giver=move.giver,
        energy=energy(move.share.value),
        price=price(move.own_price),
    )


def own_cut_line(words: Wording, move: Move, seen_by: str) -> str:
    """What was cut from a leg; what is paid for it only to who pays or is paid.

    Parameters
    ----------
    words : Wording
    move : Move
    seen_by : str
        The party that is told.
    """
    if seen_by in (move.giver, move.taker):
        return cut_line(words, move)
    return words.say(
        "{energy} of it is sold by {taker} instead of {giver}, and is leg {leg}; the price stays.",
        energy=energy(move.share.value),
        giver=move.giver,
        taker=move.taker,
        leg=move.leg,
    )
