"""Steps from trades to the contract energy of the month (rulebook part 3), and prices of a regime (part 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import energy_share
from gridsim.explain.mechanisms import ROLLING, UNIFORM
from gridsim.explain.origin_grounds import clauses_of_origins, leans_of_origins
from gridsim.explain.own_orders import delivery_of, own_cut_line, own_move_lines, own_order_lines
from gridsim.explain.script import condense, condensed, table
from gridsim.explain.steps_changed import change_lines
from gridsim.explain.steps_deals import deal_lines
from gridsim.explain.steps_transfers import cut_line, move_lines
from gridsim.rules.shape import ENERGY
from gridsim.show.document import ListItem
from gridsim.show.numbers import energy, line_numbers, money_in_full, price, ratio
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridsim.explain.derivation import Derivation
    from gridsim.explain.legs import Leg
    from gridsim.explain.origins import Filing, MonthShares, Origin, Pair
    from gridsim.explain.script import Condensed, Script
    from gridsim.explain.words import Wording
    from gridsim.rules import RuleSet
    from gridsim.show.document import Block, Grid

__all__ = ["contracts_step", "leg_price_step", "origin_lines", "shown_legs"]


def shown_legs(legs: Sequence[Leg]) -> Condensed:
    """Which legs are shown one by one, and which are summed up."""
    return condense(legs, lambda leg: leg.energy)


def contracts_step(
    script: Script, position: Derivation, origins: Mapping[str, Origin], names: Mapping[str, str | None], rules: RuleSet
) -> int:
    """Where the contracts of a position come from, and their sum.

    Parameters
    ----------
    script : Script
    position : Derivation
    origins : mapping of str to Origin
        By leg, for all legs that are shown.
    names : mapping of str to str or None
        Of the sellers.
    rules : RuleSet
    """
    words = script.words
    legs = [part.leg for part in position.legs]
    shown, rest = shown_legs(legs)
    lines: list[Block] = []
    if not legs:
        lines.append(words.say("The unit has no contract for this product and month: C = 0.000."))
    for i in shown:
        origin = origins[legs[i].id]
        head = words.say(
            "{leg}: {seller} sells {energy} MWh at {price} yuan/MWh",
            leg=legs[i].id,
            seller=words.named(legs[i].seller, names.get(legs[i].seller)),
            energy=energy(legs[i].energy),
            price=price(legs[i].price),
        )
        lines.append(ListItem(head, tuple(origin_lines(words, origin, position.facts.month, rules))))
    if rest:
        lines.append(condensed(words, len(legs)))
    for change in position.facts.changed.get(position.product, ()):
        lines += change_lines(words, change)
    if len(legs) == 1:
        lines.append(words.say("C = {contract}", contract=energy(position.contract)))
    elif legs:
        lines.append(_legs_grid(words, legs, shown, rest, position.contract))
    if legs and not position.contract:
        lines.append(words.say("The contract energies are all zero: C = 0.000."))
    used = [origins[legs[i].id] for i in shown]
    return script.step(
        msg("Contracts of the month"),
        clauses_of_origins(used, rules),
        words.say("C = sum of the month's contract energies"),
        lines,
        values={"contract_kwh": position.contract},
        leans=leans_of_origins(used, rules),
    )


def leg_price_step(script: Script, position: Derivation, *, is_shown: bool) -> int:
    """The price that takes the place of a unit's own prices in the months of a regime (rulebook parts 6 and 9).

    Parameters
    ----------
    script : Script
    position : Derivation
    is_shown : bool
        Whether the explanation shows the unit's position of the product that makes the price too.
    """
    words, cleared, rule = script.words, position.mean_leg_price, position.way.leg_price
    assert rule is not None, "or the prices are the legs' own"
    product = words.called("product", rule.product)
    lines: list[Block] = []
    if position.product in rule.keeps:
        lines.append(
            words.own("leg_price.kept")
            or words.say(
                "Legs of {kept} keep their own prices; the mean price of {product} is for the others.",
                kept=words.listed(words.called("product", each) for each in rule.keeps),
                product=product,
            )
        )
        has = "kept"
    elif cleared is None:
        lines.append(
            words.say(
                "The unit has no {product} legs with energy this month: each leg keeps its own price.", product=product
            )
        )
        has = "missing"
    else:
        rows = [
            (leg.id, leg.seller, energy(leg.energy), price(leg.price), money_in_full(leg.energy * leg.price))
            for leg in position.mean_legs
        ]
        total = sum(leg.energy for leg in position.mean_legs)
        worth = sum(leg.energy * leg.price for leg in position.mean_legs)
        foot = (words.say("sum"), "", energy(total), "", money_in_full(worth))
        lines.append(table(words, ("leg", "seller", "energy", "price", "money"), rows, foot))
        result = words.rounded_price(cleared)
        lines.append(
            words.say(
                "mean = {money} ÷ {energy} = {result} yuan/MWh",
                money=money_in_full(worth),
                energy=energy(total),
                result=result,
            )
        )
        lines.append(
            words.say(
                "It takes the place of the contracts' own prices for {product}.",
                product=words.called("product", position.product),
            )
        )
        if not is_shown:
            lines.append(
                words.say("Where the {product} legs come from is shown with the product {product}.", product=product)
            )
        has = "replaced"
    paths = script.rests_on("leg_price")
    return script.step(
        words.own("leg_price") or words.say("The mean price of {product}", product=product),
        position.rules.clauses_of(*paths) if paths else position.cited(ENERGY),
        words.say("energy-weighted mean price of the unit's {product} legs of the month, half up", product=product),
        lines,
        leans=(*paths, *script.rests_on(f"leg_price.{has}")),
        is_said=True,
    )


def _legs_grid(words: Wording, legs: Sequence[Leg], shown: list[int], rest: list[int], contract: int) -> Grid:
    rows = [(legs[i].id, legs[i].seller, energy(legs[i].energy), price(legs[i].price)) for i in shown]
    if rest:
        others = words.say("{count} more", count=f"{len(rest):,}")
        rows.append((others, "", energy(sum(legs[i].energy for i in rest)), ""))
    return table(words, ("leg", "seller", "energy", "price"), rows, (words.say("C"), "", energy(contract), ""))


def origin_lines(words: Wording, origin: Origin, month: str, rules: RuleSet) -> Iterator[str]:
    """Where the contract of a leg comes from, how much of it is the month's, and what changed hands."""
    if origin.filing is not None:
        yield from _filing_lines(words, origin, origin.filing)
    if origin.deal is not None:
        yield from deal_lines(words, origin, origin.deal)
    if origin.pair is not None and origin.seen_by:
        yield from own_order_lines(words, origin, origin.pair)
    elif origin.pair is not None:
        yield from _pair_lines(words, origin, origin.pair)
    if origin.decomposition is not None:
        yield from _decomposition_lines(words, origin, origin.decomposition, month)
    if origin.move is not None:
        yield from (
            own_move_lines(words, origin.move, origin.seen_by) if origin.seen_by else move_lines(words, origin.move)
        )
    for cut in origin.cuts:
        yield own_cut_line(words, cut, origin.seen_by) if origin.seen_by else cut_line(words, cut)
    leg = origin.leg
    if leg.is_changed:
        energy_as_traded, price_as_traded = leg.traded
        yield words.say(
            "As traded {energy} at {price}; what if: {changed} at {changed_price}.",
            energy=energy(energy_as_traded),
            price=price(price_as_traded),
            changed=energy(leg.energy),
            changed_price=price(leg.price),
        )


def _filing_lines(words: Wording, origin: Origin, filing: Filing) -> Iterator[str]:
    yield words.say(
        "Contract {contract}, session {session} ({kind}): {energy} for {delivery} at {price}; filed "
        "{filed}, confirmed {confirmed} (row {row} of bilateral).",
        contract=origin.contract,
        session=origin.session,
        kind=words.called("kind", origin.kind),
        energy=energy(origin.energy),
        delivery=words.delivery(origin.delivery),
        price=price(origin.price),
        filed=words.instant(filing.filed_at),
        confirmed=words.instant(filing.confirmed_at),
        row=f"{filing.row:,}",
    )
    if filing.unused:
        rows = [
            words.say("{row} ({reason})", row=f"{row:,}", reason=words.called("reason", reason))
            for row, reason in filing.unused
        ]
        yield words.say(
            "The last confirmed filing stands. Rows of this contract that are not used: {rows}.",
            rows=words.listed(rows),
        )


def _pair_lines(words: Wording, origin: Origin, pair: Pair) -> Iterator[str]:
    sell, buy = pair.sell, pair.buy
    delivery = delivery_of(words, origin)
    yield words.say(
        "Session {session} ({kind}), delivery {delivery}: sell order of {seller} at {sell} (row "
        "{sell_row} of orders) met buy order of {buyer} at {buy} (row {buy_row}).",
        session=origin.session,
        kind=words.called("kind", origin.kind),
        delivery=delivery,
        seller=sell.participant,
        sell=_limit(words, sell.price),
        sell_row=f"{sell.row:,}",
        buyer=buy.participant,
        buy=_limit(words, buy.price),
        buy_row=f"{buy.row:,}",
    )
    replaced = [*sell.replaced, *buy.replaced]
    if replaced:
        yield words.say("The last submission stands; replaced rows of orders: {rows}.", rows=line_numbers(replaced))
    yield words.say(
        msg(
            "Energy: the smaller of what the two orders had left: sell {sell_left} of {sell_energy}, buy "
            "{buy_left} of {buy_energy} → {energy}."
        )
        if pair.mechanism.is_one_by_one
        else msg(
            "Energy: {energy}, by {mechanism} (sell {sell_left} of {sell_energy}, buy {buy_left} of {buy_energy})."
        )
        if pair.mechanism.is_extension
        else msg(
            "Energy: {energy}, their part of what the orders alike in price trade, in proportion to what "
            "each has left (sell {sell_left} of {sell_energy}, buy {buy_left} of {buy_energy})."
        ),
        sell_left=energy(sell.left),
        sell_energy=energy(sell.energy),
        buy_left=energy(buy.left),
        buy_energy=energy(buy.energy),
        energy=energy(origin.energy),
        mechanism=words.called("mechanisms", pair.mechanism.how),
    )
    yield _price_line(words, origin, pair)
    if pair.held is not None:
        yield words.say("Held within the floor and the cap of the month: {price}.", price=price(pair.held))


def _price_line(words: Wording, origin: Origin, pair: Pair) -> str:
    """How the price of a pair comes about."""
    mechanism, (low, high) = pair.mechanism, pair.price_of
    is_uniform = mechanism.how == UNIFORM
    if mechanism.is_extension:
        by = words.called("mechanisms", mechanism.how)
        return words.say("Price, by {mechanism}: {price}.", mechanism=by, price=price(origin.price))
    if pair.price is None or mechanism.prices_at_margin:
        return words.say("Price, one for the whole book: {price}.", price=price(origin.price))
    result = words.rounded_price(pair.price)
    rows = {"sell_row": f"{low.row:,}", "buy_row": f"{high.row:,}"} if is_uniform else {}
    if low.price is None or high.price is None:
        return words.say(
            "Price, one for the whole book, from its last pair (rows {sell_row} and {buy_row}), of which one takes any "
            "price: {result}.",
            result=result,
            **rows,
        )
    if mechanism.how == ROLLING:
        return words.say("Price: that of the order that came first, {result}.", result=result)
    return words.say(
        msg(
            "Price, one for the whole book, from its last pair (rows {sell_row} and {buy_row}): {sell} + "
            "{k} × ({buy} − {sell}) = {result}."
        )
        if is_uniform
        else msg("Price: {sell} + {k} × ({buy} − {sell}) = {result}."),
        sell=price(low.price),
        buy=price(high.price),
        k=ratio(mechanism.k),
        result=result,
        **rows,
    )


def _limit(words: Wording, limit: int | None) -> str:
    """The price that an order names."""
    return words.say("any price") if limit is None else price(limit)


def _decomposition_lines(words: Wording, origin: Origin, parts: MonthShares, month: str) -> Iterator[str]:
    at = parts.months.index(month)
    share, weight, weights = parts.shares[at], parts.weights[at], sum(parts.weights)
    is_curve = parts.method == "typical_curve"
    blanks = {
        "delivery": words.delivery(origin.delivery),
        "month": words.month(month),
        "method": words.called("methods", parts.method),
        "energy": energy(origin.energy),
        "weight": ratio(weight) if is_curve else weight,
        "weights": ratio(weights) if is_curve else weights,
        "exact": energy_share(share.exact),
    }
    if share.exact.is_whole:
        yield words.say(
            "Of {delivery}, {month} gets its part by {method}: {energy} × {weight} ÷ {weights} = {exact}.", **blanks
        )
        return
    yield words.say(
        "Of {delivery}, {month} gets its part by {method}: {energy} × {weight} ÷ {weights} = {exact} "
        "→ {floor} rounded down to the kWh.",
        floor=energy(share.floor),
        **blanks,
    )
    receivers = [words.short_month(m) for m, part in zip(parts.months, parts.shares, strict=True) if part.extra]
    yield words.say(
        "All months rounded down leave {left} kWh; they go to the largest remainders ({months}): {energy} for {month}.",
        left=len(receivers),
        months=words.listed(receivers),
        energy=energy(share.value),
        month=words.month(month),
    )
