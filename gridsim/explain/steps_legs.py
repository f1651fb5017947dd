"""Steps from in-band energy and shortfall to what each contract has of them (rulebook parts 4, 5 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.leg_columns import key_columns
from gridsim.explain.price_lines import PriceForm, source_lines, worked_price
from gridsim.explain.script import FIRST, condense, condensed, table
from gridsim.explain.split_lines import all_whole, share_texts, split_leans, split_lines
from gridsim.rules.shape import ENERGY, SHORTFALL
from gridsim.show.numbers import energy, money_in_full, price, ratio
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gridsim.explain.arithmetic import Share
    from gridsim.explain.check import Ledger
    from gridsim.explain.derivation import Derivation
    from gridsim.explain.model import Transfer
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["legs_step", "shortfall_step"]


def legs_step(script: Script, position: Derivation, ledger: Ledger) -> int:
    """In-band energy shared out over the legs, its money, and the average price."""
    words = script.words
    shares = [part.in_band for part in position.legs]
    prices = [part.price for part in position.legs]
    lines = split_lines(
        words,
        msg("in band = {in_band}, C = {contract}"),
        {"in_band": energy(position.in_band), "contract": energy(position.contract)},
        shares,
    )
    if position.order is not None:
        lines += _order_lines(words, position)
    lines += _leg_lines(words, position, ENERGY, shares, prices, _lines_of(position, ledger, ENERGY))
    average = position.average_price
    assert average is not None  # there is in-band energy
    lines.append(
        words.say(
            "average in-band price = {money} ÷ {energy} = {result} yuan/MWh",
            money=money_in_full(position.energy_money),
            energy=energy(position.in_band),
            result=words.rounded_price(average),
        )
    )
    return script.step(
        msg("In-band energy by contract, and its money"),
        position.cited(ENERGY),
        words.say(
            msg("each contract up to its energy, one after the other; money = share × price")
            if position.order is not None
            else msg("share = in band × contract energy ÷ C; money = share × price")
            if all_whole(shares)
            else msg(
                "share = in band × contract energy ÷ C, rounded down to the kWh; the kWh left over go one "
                "each to the largest remainders; money = share × price"
            )
        ),
        lines,
        transfers=ledger.of(ENERGY),
        values={"energy_micro_yuan": position.energy_money, "average_price_micro_yuan_per_kwh": average.rounded},
        leans=(*_leans(position, shares), *(script.rests_on("order_of_legs") if position.order is not None else ())),
    )


def shortfall_step(script: Script, position: Derivation, band: int, ledger: Ledger) -> int:
    """The shortfall of one band shared out over the legs, and what it costs.

    Parameters
    ----------
    script : Script
    position : Derivation
    band : int
        Which of its under bands.
    ledger : Ledger
    """
    words, under = script.words, position.under[band]
    shares = [part.shortfall[band] for part in position.legs]
    cost, form = (
        under.price.rounded,
        PriceForm.at(SHORTFALL, under.band.price, position.place),
    )
    blanks = {"shortfall": energy(under.energy), "contract": energy(position.contract)}
    is_paid = position.rules.shape.direct or not under.band.price.is_zero
    given = msg("shortfall = {shortfall}, C = {contract}; the fee goes from buyer to seller.")
    if not position.rules.shape.direct:
        given = msg("shortfall = {shortfall}, C = {contract}; the fee goes from buyer to the market account.")
    lines = split_lines(words, given, blanks, shares)
    lines += source_lines(words, form.form, position.place, position, 0)
    lines += worked_price(words, form, position.place)
    if position.order is not None:
        lines.append(words.say("What is missing falls on the last contract first, as the contracts are filled."))
    if not is_paid:
        lines.append(words.say("Nothing is paid to the market account for it, so there is no line in the ledger."))
    taken = _lines_of(position, ledger, SHORTFALL, band)
    lines += _leg_lines(words, position, SHORTFALL, shares, [cost] * len(shares), taken)
    is_one = len(position.under) == 1
    title = words.say("Shortfall by contract, and its fee")
    if not is_one:
        title = words.say("{title}, below C × {ratio}", title=title, ratio=ratio(under.ratio or 0))
    return script.step(
        title,
        position.cited(SHORTFALL),
        words.say(
            msg("the last contract first, each up to its energy; fee = share × {price}")
            if position.order is not None
            else msg("share = shortfall × contract energy ÷ C; fee = share × {price}")
            if all_whole(shares)
            else msg(
                "share = shortfall × contract energy ÷ C, rounded down to the kWh; the kWh left over go one "
                "each to the largest remainders; fee = share × {price}"
            ),
            price=price(cost),
        ),
        lines,
        transfers=[line for each in taken for line in each],
        values={"shortfall_micro_yuan": position.shortfall_money} if is_one else {},
        leans=(
            *under.band.price.paths(),
            "settlement.shortfall_fee",
            "scope.generator_deviation",
            *_leans(position, shares),
        ),
        is_said=True,
    )


def _lines_of(position: Derivation, ledger: Ledger, item: str, band: int = 0) -> list[tuple[Transfer, ...]]:
    """The line of each leg, none or one: of several bands those with energy have one each, in their order."""
    found = []
    for part in position.legs:
        lines = ledger.of_leg(item, part.leg.id)
        before, here = 0, part.in_band.value
        if item == SHORTFALL:
            paid = [
                share.value if position.rules.shape.direct or not each.band.price.is_zero else 0
                for share, each in zip(part.shortfall, position.under, strict=True)
            ]
            before, here = sum(energy > 0 for energy in paid[:band]), paid[band]
        found.append(lines[before : before + 1] if here else ())
    return found


def _leans(position: Derivation, shares: Sequence[Share]) -> tuple[str, ...]:
    """The readings that the shares of legs rest on: those of a split, if they are in proportion."""
    return split_leans("settlement.legs_share", shares) if position.order is None else ()


def _order_lines(words: Wording, position: Derivation) -> Iterator[Block]:
    """In which order the legs are filled, and what decides it."""
    order = position.order or ()
    columns, cells = key_columns(words, position)
    shown = list(range(len(order)))[: 3 * FIRST]
    rows = [(str(place + 1), position.legs[order[place]].leg.id, *cells[order[place]]) for place in shown]
    if len(rows) > 1:
        yield words.say("Contracts are filled one after the other; these keys decide, from left to right.")
        yield table(words, ("place", "leg", *columns), rows)
        if len(order) > len(shown):
            yield words.say("{count} more", count=f"{len(order) - len(shown):,}")
    if position.in_band > position.contract:
        yield words.say(
            "The contracts hold {contract}; the other {rest} is split over them in proportion to their energy.",
            contract=energy(position.contract),
            rest=energy(position.in_band - position.contract),
        )


def _leg_lines(
    words: Wording,
    position: Derivation,
    item: str,
    shares: Sequence[Share],
    prices: Sequence[int],
    taken: Sequence[Sequence[Transfer]],
) -> list[Block]:
    legs = [part.leg for part in position.legs]
    shown, rest = condense(legs, lambda leg: leg.energy)
    amounts = [share.value * leg_price for share, leg_price in zip(shares, prices, strict=True)]
    rows = [
        (
            legs[i].id,
            legs[i].seller,
            energy(legs[i].energy),
            *share_texts(shares[i]),
            price(prices[i]),
            money_in_full(amounts[i]),
            f"{taken[i][0].line:,}" if taken[i] else "",
        )
        for i in shown
    ]
    lines: list[Block] = []
    if rest:
        lines.append(condensed(words, len(legs)))
        counted = sum(bool(taken[i]) for i in rest)
        rows.append(
            (
                words.say("{count} more", count=f"{len(rest):,}"),
                "",
                energy(sum(legs[i].energy for i in rest)),
                "",
                str(sum(shares[i].extra for i in rest) or ""),
                energy(sum(shares[i].value for i in rest)),
                "",
                money_in_full(sum(amounts[i] for i in rest)),
                words.say("{count} lines", count=f"{counted:,}"),
            )
        )
    columns = ("leg", "seller", "contract_energy", "exact_share", "extra", "share", "price", "money", "line")
    total = sum(share.value for share in shares)
    left = str(sum(share.extra for share in shares) or "")
    foot = (
        words.say("sum"),
        "",
        energy(position.contract),
        "",
        left,
        energy(total),
        "",
        money_in_full(sum(amounts)),
        "",
    )
    lines.append(table(words, columns, rows, foot))
    return lines
