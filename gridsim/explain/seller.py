"""A generator's month, where a market settles its sellers by what they generated: its explanation in numbered steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.arrow import rows_where
from gridsim.explain.arithmetic import Quotient, cut_off
from gridsim.explain.model import Explanation
from gridsim.explain.places import ratio_at
from gridsim.explain.price_lines import PriceForm, source_lines, worked_price
from gridsim.explain.script import condense, condensed, conventions, table
from gridsim.explain.sold import seller_clause, sold_in
from gridsim.explain.steps_accounts import accounts_step, ground_step
from gridsim.rules.shape import ENERGY
from gridsim.show.numbers import energy, money_in_full, price, ratio
from gridsim.units import MONEY_DECIMALS
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.script import Script
    from gridsim.explain.sold import Sold, SoldPart
    from gridsim.explain.source import ResultFacts
    from gridsim.explain.subject import Subject
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["seller_explanation"]


def seller_explanation(script: Script, source: ResultFacts, subject: Subject) -> Explanation:
    """Explain a generator's month.

    Parameters
    ----------
    script : Script
    source : ResultFacts
    subject : Subject

    Raises
    ------
    ResultError
        The results contradict the derivation.
    """
    words, rules = script.words, source.rules
    sold = sold_in(source, subject.name, subject.month)
    rows = rows_where(source.input("generators"), {"generator_id": subject.name})
    named = words.named(subject.name, rows[0].get("name") if rows else None)
    lead: list[Block] = [
        words.say("Generator {seller}: its contracts, and what it generated.", seller=named),
        *conventions(words, rules),
    ]
    _contracts(script, sold)
    _deviation(script, sold)
    for part in sold.parts:
        _part(script, sold, part)
    if sold.fee is not None or sold.fee_free:
        _fee(script, sold)
    if sold.balance_line is not None:
        _balance(script, sold)
    accounts_step(script, sold.lines, rules.shape.items, msg("this generator's month"))
    script.section(words.say("Generator {seller}", seller=subject.name))
    ground_step(script, rules, subject.month, source.inputs)
    script.section(words.say("What this rests on"))
    title = words.say(
        "Settlement of generator {seller} in {month}", seller=subject.name, month=words.month(subject.month)
    )
    return Explanation(subject.name, subject.month, title, tuple(lead), tuple(script.sections), words.lang)


def _contracts(script: Script, sold: Sold) -> None:
    """The legs, paid in full whatever is generated."""
    words = script.words
    shown, rest = condense(sold.legs, lambda leg: leg.energy)
    rows = []
    for number in shown:
        leg = sold.legs[number]
        lines = sold.ledger.of_leg(ENERGY, leg.id)
        line = f"{lines[0].line:,}" if lines else ""
        money = _money(leg.energy * leg.price)
        rows.append((leg.id, words.called("unit", leg.unit or ""), energy(leg.energy), price(leg.price), money, line))
    others = [sold.legs[number] for number in rest]
    if others:
        of_rest = _money(sum(leg.energy * leg.price for leg in others))
        held = energy(sum(leg.energy for leg in others))
        rows.append((words.say("{count} more", count=f"{len(rest):,}"), "", held, "", of_rest, ""))
    total = sum(leg.energy * leg.price for leg in sold.legs)
    blocks: list[Block] = [condensed(words, len(sold.legs))] if rest else []
    if sold.legs:
        foot = (words.say("sum"), "", energy(sold.contracted), "", _money(total), "")
        blocks.append(table(words, ("leg", "unit", "energy", "price", "money", "line"), rows, foot))
    else:
        blocks.append(words.say("The generator has no contract for this month."))
    script.step(
        msg("Contracts, paid in full"),
        seller_clause(sold.rules, ENERGY),
        words.say("money = contract energy × price, whatever is generated; paid to the generator"),
        blocks,
        transfers=sold.ledger.of(ENERGY),
        values={"contract_kwh": sold.contracted, "energy_micro_yuan": total},
    )


def _money(micro_yuan: int) -> str:
    return money_in_full(micro_yuan)


def _deviation(script: Script, sold: Sold) -> None:
    """What it generated beyond its contracts, and which part of that is the market's and which its own."""
    words = script.words
    deviation = sold.generated - sold.contracted
    own = deviation - sold.structural_energy
    blocks: list[Block] = [
        words.say(
            "deviation = generated − contracted = {generated} − {contracted} = {result}",
            generated=energy(sold.generated),
            contracted=energy(sold.contracted),
            result=energy(deviation),
        ),
        words.say(
            "surplus of the market = generated by all − metered by all units − bought by accounts = {all} − {metered} "
            "− {bought} = {result}",
            all=energy(sold.all_generated),
            metered=energy(sold.consumed),
            bought=energy(sold.by_accounts),
            result=energy(sold.surplus),
        ),
    ]
    if sold.all_generated:
        blocks.append(_structural(words, sold))
    blocks.append(
        words.say(
            "own deviation = {deviation} − {structural} = {result}",
            deviation=energy(deviation),
            structural=_in_brackets(energy(sold.structural_energy)),
            result=energy(own),
        )
    )
    shape = sold.shape
    item = shape.over if shape.structural is None else shape.structural
    script.step(
        msg("What was generated, and the deviation"),
        seller_clause(sold.rules, item.item),
        words.say(
            "own deviation = deviation − the generator's part of the market's surplus, in proportion to generation"
        ),
        blocks,
        values={
            "generated_kwh": sold.generated,
            "structural_kwh": sold.structural_energy,
            "deviation_kwh": own,
        },
    )


def _in_brackets(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _structural(words: Wording, sold: Sold) -> str:
    exact = Quotient(sold.surplus * sold.generated, sold.all_generated * 1000)
    blanks = {
        "surplus": energy(sold.surplus),
        "generated": energy(sold.generated),
        "all": energy(sold.all_generated),
        "exact": cut_off(exact, 6, least=3),
    }
    if exact.numerator * 1000 % exact.denominator == 0:
        return words.say("structural part = {surplus} × {generated} ÷ {all} = {exact}", **blanks)
    return words.say(
        "structural part = {surplus} × {generated} ÷ {all} = {exact}, to whole kWh by largest remainder: {result}",
        result=energy(sold.structural_energy),
        **blanks,
    )


def _part(script: Script, sold: Sold, part: SoldPart) -> None:
    """Structural energy, or the generator's own deviation, at its price."""
    words, item = script.words, part.item
    assert item.price is not None, "or there would be no part"
    form = PriceForm.at(item.item, item.price, sold.place)
    text, _ = form.formula(words, sold.place)
    blocks = [*source_lines(words, form.form, sold.place, None, 0), *worked_price(words, form, sold.place)]
    if part.energy < 0:
        blocks.append(words.say("The energy is negative: the generator pays."))
    blocks.append(
        words.say(
            "money = {energy} × {price} = {money}",
            energy=energy(abs(part.energy)),
            price=_in_brackets(price(part.price.rounded)),
            money=_money(abs(part.energy) * part.price.rounded),
        )
    )
    script.step(
        words.title(item.item),
        seller_clause(sold.rules, item.item),
        words.say(
            "price = {price}; paid by {account}, or to it where the energy is negative",
            price=text,
            account=words.account(item.account),
        ),
        blocks,
        transfers=sold.ledger.of(item.item),
        leans=(*item.price.paths(), *script.rests_on(f"{item.item}.sellers")),
        is_said=True,
    )


def _fee(script: Script, sold: Sold) -> None:
    """The fee of a generator that deviated through its own fault."""
    words, item = script.words, sold.shape.fee
    assert item is not None, "or nothing would be free of it"
    assert item.price is not None, "a fee has a price"
    form = PriceForm.at(item.item, item.price, sold.place)
    free = sold.shape.fee_free
    blocks: list[Block] = [
        words.say(
            "free of it: {ratio} of the contracts, {free}; the deviation without its sign is {deviation}",
            ratio=ratio(0 if free is None else ratio_at(free, sold.place)),
            free=energy(sold.fee_free),
            deviation=energy(abs(sold.generated - sold.contracted)),
        ),
        *source_lines(words, form.form, sold.place, None, 0),
    ]
    if sold.fee is not None:
        blocks += worked_price(words, form, sold.place)
        blocks.append(
            words.say(
                "fee = {energy} × {price} = {money}",
                energy=energy(-sold.fee.energy),
                price=price(sold.fee.price.rounded),
                money=_money(-sold.fee.money),
            )
        )
    else:
        blocks.append(words.say("Nothing is left, so there is no fee."))
    script.step(
        words.title(item.item),
        seller_clause(sold.rules, item.item),
        words.say("of a generator that deviated through its own fault: what is beyond the free part × price"),
        blocks,
        transfers=sold.ledger.of(item.item),
        leans=(*(() if free is None else free.paths()), *item.price.paths(), *script.rests_on(f"{item.item}.sellers")),
        is_said=True,
    )


def _balance(script: Script, sold: Sold) -> None:
    """Its part of what the market's account holds in the end."""
    words, line = script.words, sold.balance_line
    assert line is not None, "asked where there is one"
    exact = Quotient(sold.held * sold.generated, sold.all_generated * 10**MONEY_DECIMALS)
    script.step(
        words.title(line.item),
        seller_clause(sold.rules, line.item),
        words.say("what the account holds after all other lines of the month, in proportion to generation"),
        [
            words.say(
                "part = {held} × {generated} ÷ {all} = {exact}, by largest remainder {result} yuan",
                held=_money(sold.held),
                generated=energy(sold.generated),
                all=energy(sold.all_generated),
                exact=cut_off(exact, 8, least=2),
                result=_money(sold.balance_money),
            )
        ],
        transfers=[line],
        values={"balance_micro_yuan": sold.balance_money},
        leans=script.rests_on(f"{line.item}.sellers"),
        is_said=True,
    )
