"""Steps about contract energy that changed hands (rulebook part 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import energy_share
from gridsim.explain.script import condense, condensed, table
from gridsim.rules.shape import TRANSFER
from gridsim.show.numbers import energy, money_in_full, price
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsim.explain.check import Ledger
    from gridsim.explain.derivation import Derivation
    from gridsim.explain.model import Transfer
    from gridsim.explain.moves import Move
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["cut_line", "move_lines", "paid_among_sellers", "transfer_step"]


def move_lines(words: Wording, move: Move) -> Iterator[str]:
    """How a leg was cut from another one.

    Parameters
    ----------
    words : Wording
    move : Move
    """
    blanks = {
        "source": move.source,
        "giver": move.giver,
        "taker": move.taker,
        "energy": energy(move.energy),
        "before": energy(move.before),
        "held": energy(move.held),
        "exact": energy_share(move.share.exact),
    }
    if move.share.exact.is_whole:
        yield words.say(
            "Cut from {source}, taken over from {giver} by {taker}: {energy} × {before} ÷ {held} = {exact}.", **blanks
        )
    else:
        yield words.say(
            "Cut from {source}, taken over from {giver} by {taker}: {energy} × {before} ÷ {held} = {exact} → {part}; "
            "the kWh left over go one each to the largest remainders.",
            part=energy(move.share.value),
            **blanks,
        )
    yield words.say(
        "{before} is what {source} had left, {held} all that {giver} could give away of the month and product. The "
        "price of the contract stays {price}.",
        price=price(move.own_price),
        **blanks,
    )


def cut_line(words: Wording, move: Move) -> str:
    """What was cut from a leg, and what is paid for it.

    Parameters
    ----------
    words : Wording
    move : Move
    """
    return words.say(
        "{energy} of it was given away by {giver} to {taker}, and is leg {leg}. {taker} pays {giver} {moved} × "
        "{price} = {money} for it; the line of the ledger is that leg's.",
        energy=energy(move.share.value),
        moved=energy(move.moved),
        giver=move.giver,
        taker=move.taker,
        leg=move.leg,
        price=price(move.paid),
        money=money_in_full(move.moved * move.paid),
    )


def paid_among_sellers(position: Derivation, ledger: Ledger) -> list[Transfer]:
    """Lines that stand with a position but that nobody of it pays: generators that took its contracts over.

    Parameters
    ----------
    position : Derivation
    ledger : Ledger
        The position's lines.
    """
    made = position.facts.moves.made
    return [line for line in ledger.of(TRANSFER) if made[line.leg_id or ""].among == "generators"]


def transfer_step(script: Script, position: Derivation, ledger: Ledger) -> int:
    """What takers of contract energy pay its givers for the difference of prices (rulebook part 10).

    Parameters
    ----------
    script : Script
    position : Derivation
    ledger : Ledger
        The position's lines.
    """
    words, lines = script.words, ledger.of(TRANSFER)
    rows = []
    for line in lines:
        move = position.facts.moves.made[line.leg_id or ""]
        first, second = (move.price, move.own_price) if move.among == "buyers" else (move.own_price, move.price)
        terms = f"{price(first)} − {price(second)} = {price(move.paid_as_traded)}"
        if move.paid != move.paid_as_traded:
            terms = f"{terms} → {price(move.paid)}"
        rows.append(
            (move.leg, move.taker, move.giver, energy(move.moved), terms, money_in_full(line.amount_micro_yuan))
        )
    total = sum(line.amount_micro_yuan for line in lines)
    shown, rest = condense(rows, lambda row: len(row[3]))
    some: list[Block] = [condensed(words, len(rows))] if rest else []
    foot = (words.say("sum"), "", "", energy(sum(line.energy_kwh for line in lines)), "", money_in_full(total))
    some.append(table(words, ("leg", "from", "to", "energy", "price", "money"), [rows[i] for i in shown], foot))
    of_generators = paid_among_sellers(position, ledger)
    if of_generators:
        some.append(
            words.say(
                "{money} of this sum is paid among generators: these lines stand with the unit whose legs they are, "
                "and the unit pays nothing of them.",
                money=money_in_full(sum(line.amount_micro_yuan for line in of_generators)),
            )
        )
    return script.step(
        msg("Contract energy that changed hands"),
        position.cited(TRANSFER),
        words.say(
            "among buyers: price of the transfer − price of the contract; among generators: price of the contract − "
            "price of the transfer; for all the energy taken over, whatever is metered"
        ),
        some,
        transfers=lines,
        leans=(*position.rules.shape.values_of_transfers, "transfers.counted", *script.rests_on(TRANSFER)),
    )
