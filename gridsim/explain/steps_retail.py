"""Steps from what energy costs a retailer to what each of its users pays it (rulebook part 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import Quotient
from gridsim.explain.charges_grid import Charge as Row
from gridsim.explain.charges_grid import charges_grid
from gridsim.explain.price_lines import users_listed
from gridsim.explain.script import FIRST, condense, table
from gridsim.retail.contracts import MONTHS
from gridsim.retail.deviation import WHOLE_MONTH
from gridsim.retail.prices import before_bounds
from gridsim.rules.citations import OWN_CLAUSES
from gridsim.show.numbers import energy, money_in_full, price, ratio
from gridsim.units import RATIO_ONE, round_half_up
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gridsim.explain.model import Transfer
    from gridsim.explain.retail_derived import RetailDerivation, Sold
    from gridsim.explain.retail_facts import RetailMonth
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.retail.contracts import RetailContract
    from gridsim.retail.deviation import Charge
    from gridsim.show.document import Block

__all__ = ["retail_steps"]

_ENERGY, _DELIVERY, _DEVIATION = "retail_energy", "retail_delivery", "retail_deviation"
_CHOICE = "retail.overrun_delivery"


def retail_steps(
    script: Script, found: RetailDerivation, terms: RetailMonth, users: Collection[str] | None = None
) -> None:
    """Write down what users pay their retailer.

    Parameters
    ----------
    script : Script
    found : RetailDerivation
    terms : RetailMonth
    users : collection of str, optional
        These alone; all if left out.
    """
    sold = [each for each in found.sold if users is None or each.part.cell.user.id in users]
    name_of = {contract.row: user for user, contract in terms.contracts.items()}
    charges = [each for each in found.charges if users is None or name_of[each[0].contract.row] in users]
    cost_step = _cost_step(script, found)
    _price_step(script, sold, cost_step, has_products=len(found.costs) > 1)
    delivered = [each for each in sold if each.part.overrun]
    delivery_step = _delivery_step(script, found, delivered) if delivered else 0
    if charges:
        _deviation_step(script, found, terms, charges, delivery_step)
    _energy_step(script, sold)


def _clause(lines: Sequence[Transfer | None], item: str) -> str:
    clauses = [line.clause for line in lines if line is not None]
    return clauses[0] if clauses else OWN_CLAUSES[item]


def _cost_step(script: Script, found: RetailDerivation) -> int:
    words = script.words
    lines: list[Block] = []
    for position, cost in found.costs:
        product = words.called("product", position.product)
        if not position.in_band:
            lines.append(words.say("{product}: no energy in band, so 0", product=product))
            continue
        exact = Quotient(position.energy_money, position.in_band)
        lines.append(
            words.say(
                "{product}: {money} ÷ {energy} = {result} yuan/MWh",
                product=product,
                money=money_in_full(position.energy_money),
                energy=energy(position.in_band),
                result=words.rounded_price(exact),
            )
        )
        assert exact.rounded == cost, "the mean of the position"
    return script.step(
        msg("What energy costs the retailer"),
        OWN_CLAUSES[_ENERGY],
        words.say("cost = money of the position's energy in band ÷ that energy, half up to 0.001"),
        lines,
    )


def _price_step(script: Script, sold: Sequence[Sold], cost_step: int, *, has_products: bool) -> int:
    words = script.words
    lines: list[Block] = [words.say("Costs are those of step {step}.", step=cost_step)]
    for text in dict.fromkeys(_worked_price(words, each, has_products=has_products) for each in sold):
        lines.append(text)
        if len(lines) > 3 * FIRST:
            lines.append(words.say("The others are computed in the same way."))
            break
    return script.step(
        msg("Prices of the retail contracts"),
        OWN_CLAUSES[_ENERGY],
        words.say(
            "fixed: the price agreed on; share of the spread: reference + share × (cost − reference), within floor and "
            "cap; cost plus: cost + fee; the result is rounded once, half up to 0.001"
        ),
        lines,
        leans=["changes.retail_contracts"] if any(_of_some_months(each.contract) for each in sold) else (),
    )


def _of_some_months(contract: RetailContract) -> bool:
    """Whether another contract, or none, holds in other months of the year."""
    return contract.first > 0 or contract.last < MONTHS - 1


def _worked_price(words: Wording, each: Sold, *, has_products: bool) -> str:
    """How the price of a cell's kWh comes about."""
    contract, cell, place = each.contract, each.part.cell, each.part.place
    period = place.shape.periods.index(cell.period)
    exact, text = Quotient(each.price, 1), price(each.price)
    if contract.kind == "cost_plus":
        text = f"{price(each.cost)} {_signed(contract.fee or 0)}"
    elif contract.kind == "spread_share":
        start, share = contract.reference or 0, contract.share or 0
        exact = Quotient(start * RATIO_ONE + share * (each.cost - start), RATIO_ONE)
        text = f"{price(start)} + {ratio(share)} × ({price(each.cost)} − {_in_brackets(start)})"
    before = before_bounds(contract, period, each.cost)
    result = words.rounded_price(exact) if contract.kind != "fixed" else text
    if before != each.price:
        bound = msg("{result} → {price}, the floor") if before < each.price else msg("{result} → {price}, the cap")
        result = words.say(bound, result=result, price=price(each.price))
    where = words.called("period", cell.period) if contract.is_by_period or has_products else ""
    blanks = {
        "user": f"{cell.user.id} {where}".rstrip(),
        "kind": words.called("kind_of_price", contract.kind),
        "row": contract.row,
        "worked": text,
        "result": result,
    }
    if contract.kind == "fixed":
        return words.say("{user} ({kind}, row {row}): {result}", **blanks)
    return words.say("{user} ({kind}, row {row}): {worked} = {result}", **blanks)


def _delivery_step(script: Script, found: RetailDerivation, delivered: Sequence[Sold]) -> int:
    words = script.words
    lines: list[Block] = []
    if found.bears:
        lines.append(
            words.say(
                "The retailer bears it: {users} pay the price of energy alone for their overrun.",
                users=users_listed(words, (each.part.cell.user.id for each in delivered)),
            )
        )
    else:
        for each in delivered[:FIRST]:
            cell = each.part.cell
            parts = " + ".join(f"{words.called('item', item)} {_in_brackets(value)}" for item, value in each.delivery)
            lines.append(
                words.say(
                    "{user} {period}: {parts} = {price}",
                    user=cell.user.id,
                    period=words.both_periods(cell.period, cell.tariff_period),
                    parts=parts,
                    price=price(each.delivery_price),
                )
            )
        if len(delivered) > FIRST:
            lines.append(words.say("{count} more are computed in the same way.", count=f"{len(delivered) - FIRST:,}"))
        rows = [
            Row(each.part.cell, each.part.overrun, each.delivery_price, (), each.delivery_line) for each in delivered
        ]
        lines += charges_grid(script, rows, (), delivered[0].part.place.shape.periods, has_period=True)
    return script.step(
        words.title(_DELIVERY),
        _clause([each.delivery_line for each in delivered], _DELIVERY),
        words.say(
            "money = overrun × what a kWh pays in band beside its energy: the retailer has paid the delivered price"
        ),
        lines,
        transfers=[each.delivery_line for each in delivered if each.delivery_line is not None],
        leans=[_CHOICE],
        is_said=True,
    )


def _deviation_step(
    script: Script,
    found: RetailDerivation,
    terms: RetailMonth,
    charges: Sequence[tuple[Charge, Transfer | None]],
    delivery_step: int,
) -> int:
    words = script.words
    name_of = {contract.row: user for user, contract in terms.contracts.items()}
    shown, rest = condense(charges, lambda each: each[0].full_amount)
    lines: list[Block] = [
        _worked_charge(words, terms, name_of[charges[place][0].contract.row], charges[place][0]) for place in shown
    ]
    if rest:
        lines.append(words.say("{count} more are computed in the same way.", count=f"{len(rest):,}"))
    every = [each for each, _ in found.charges]
    if any(each.contract.capped for each, _ in charges):
        lines += _cap_lines(words, found, every, delivery_step)
    rows = [
        (
            name_of[charge.contract.row],
            _period(words, terms, charge),
            "" if charge.share is not None else energy(charge.energy),
            "" if charge.share is not None else price(charge.price),
            money_in_full(charge.amount),
            f"{line.line:,}" if line is not None else words.say("in the price") if charge.added_price else "",
        )
        for charge, line in (charges[place] for place in shown)
        if charge.amount or charge.energy
    ]
    if rows:
        lines.append(table(words, ("user", "period", "energy", "price", "money", "lines"), rows))
    made = [line for _, line in charges if line is not None]
    return script.step(
        words.title(_DEVIATION),
        _clause(made, _DEVIATION),
        words.say(
            "over = metered − nomination × (1 + free), under = nomination × (1 − free) − metered, neither below 0; "
            "money = (over + under) × its price, or a ratio of the user's price"
        ),
        lines,
        transfers=made,
        leans=["retail.own_deviation"],
        is_said=True,
    )


def _worked_charge(words: Wording, terms: RetailMonth, user: str, charge: Charge) -> str:
    contract = charge.contract
    edges = [round_half_up(charge.nominated * (RATIO_ONE + sign * contract.free), RATIO_ONE) for sign in (-1, 1)]
    side = msg("over by {energy}") if charge.over else msg("under by {energy}")
    blanks = {
        "user": f"{user} {_period(words, terms, charge)}".rstrip(),
        "nominated": energy(charge.nominated),
        "low": energy(edges[0]),
        "high": energy(edges[1]),
        "metered": energy(charge.metered),
    }
    if not charge.energy:
        return words.say(
            "{user}: nominated {nominated}, free from {low} to {high}, metered {metered}: nothing is charged", **blanks
        )
    return words.say(
        "{user}: nominated {nominated}, free from {low} to {high}, metered {metered}: {side}; × {price} = {money} yuan",
        side=words.say(side, energy=energy(charge.energy)),
        price=_charged_price(words, charge),
        money=money_in_full(charge.full_amount),
        **blanks,
    )


def _charged_price(words: Wording, charge: Charge) -> str:
    if charge.contract.rate is None:
        return price(charge.price)
    return words.say(
        "{price} ({rate} of the user's price)", price=price(charge.price), rate=ratio(charge.contract.rate)
    )


def _cap_lines(words: Wording, found: RetailDerivation, every: Sequence[Charge], delivery_step: int) -> Iterator[str]:
    """What deviation cost the retailer, and what that leaves for contracts with a cap."""
    parts = []
    for position, cost in found.costs:
        parts.append(
            f"{money_in_full(position.shortfall_money)} + {money_in_full(position.overrun_money)} − "
            f"{energy(position.overrun)} × {price(cost)}"
        )
    delivered = found.delivered()
    blanks = {"parts": " + ".join(parts), "money": money_in_full(found.extra_cost)}
    if delivered:
        yield words.say(
            "Extra cost of the unit's month = shortfall + overrun − overrun energy × cost, over its positions, less "
            "delivery (step {step}), not below 0: {parts} − {delivery} → {money} yuan",
            step=delivery_step,
            delivery=_in_brackets_money(delivered),
            **blanks,
        )
    else:
        yield words.say(
            "Extra cost of the unit's month = shortfall + overrun − overrun energy × cost, over its positions, not "
            "below 0: {parts} → {money} yuan",
            **blanks,
        )
    others = sum(each.full_amount for each in every if not each.contract.capped)
    asked = sum(each.full_amount for each in every if each.contract.capped)
    room = max(0, found.extra_cost - others)
    yield words.say(
        "Contracts without a cap take {others} yuan of it, which leaves {room} for the others, which ask for {asked}.",
        others=money_in_full(others),
        room=money_in_full(room),
        asked=money_in_full(asked),
    )
    if asked > room:
        yield words.say("That is shared out in proportion to what each asks for, to the micro-yuan.")


def _energy_step(script: Script, sold: Sequence[Sold]) -> int:
    words = script.words
    lines: list[Block] = []
    added = [each for each in sold if each.added]
    for each in added[:FIRST]:
        lines.append(
            words.say(
                "{user} {period}: {price} + {added} for deviation = {sum}",
                user=each.part.cell.user.id,
                period=words.called("period", each.part.cell.period),
                price=price(each.price),
                added=price(each.added),
                sum=price(each.price + each.added),
            )
        )
    rows = [Row(each.part.cell, each.part.cell.metered, each.price + each.added, (), each.energy_line) for each in sold]
    lines += charges_grid(script, rows, (), sold[0].part.place.shape.periods, has_period=True)
    return script.step(
        words.title(_ENERGY),
        _clause([each.energy_line for each in sold], _ENERGY),
        words.say("money = metered × the price of the retail contract; paid by the user to its retailer"),
        lines,
        transfers=[each.energy_line for each in sold if each.energy_line is not None],
        is_said=True,
    )


def _period(words: Wording, terms: RetailMonth, charge: Charge) -> str:
    return "" if charge.period == WHOLE_MONTH else words.called("period", terms.periods[charge.period])


def _signed(value: int) -> str:
    return f"− {price(-value)}" if value < 0 else f"+ {price(value)}"


def _in_brackets(value: int) -> str:
    return f"({price(value)})" if value < 0 else price(value)


def _in_brackets_money(value: int) -> str:
    return f"({money_in_full(value)})" if value < 0 else money_in_full(value)
