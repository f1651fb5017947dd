"""A user's bill, step by step: what was settled, capacity or demand, the power factor (rulebook parts 13 and 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.billed import Bill, Factor, bill_of
from gridsim.explain.corrections import corrections_step
from gridsim.explain.script import conventions, table
from gridsim.explain.steps_accounts import accounts_step, ground_step
from gridsim.explain.steps_metered import changed_users
from gridsim.explain.steps_parts import PARTED, parts_step
from gridsim.rules.citations import OWN_CLAUSES
from gridsim.rules.shape import CORRECTION, TAIL_OF_TABLE
from gridsim.show.numbers import decimal, energy, line_numbers, money_in_full, price
from gridsim.units import POWER_DECIMALS, RATIO_DECIMALS
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.model import Explanation
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts
    from gridsim.explain.subject import Subject
    from gridsim.show.document import Block
    from gridsim.words import Language

__all__ = ["bill_explanation", "bill_steps", "factor_sentences"]

_CAPACITY, _, _POWER_FACTOR = TAIL_OF_TABLE["billing"]


def bill_explanation(script: Script, source: ResultFacts, subject: Subject) -> Explanation:
    """Explain the bill of a user that belongs to a settlement unit.

    It tells nothing of what the user's retailer pays, and to whom.

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
    words, bill = script.words, bill_of(source, subject.name, subject.month)
    user = words.named(bill.user.id, bill.user.name)
    lead: list[Block] = [
        words.say("User {user} metered nothing in this month.", user=user)
        if not bill.metered
        else words.say("User {user} buys directly; the prices below are explained under its unit {unit}.",
                  user=user, unit=words.listed(bill.units))
        if bill.user.retailer is None
        else words.say("User {user} is supplied by retailer {retailer}.", user=user, retailer=bill.user.retailer),
        *changed_users(words, [bill.user]),
        *conventions(words, source.rules),
    ]  # fmt: skip
    _metered(script, bill)
    _settled(script, bill)
    bill_steps(script, source, bill)
    items = source.rules.shape.items_with(TAIL_OF_TABLE)
    accounts_step(script, bill.lines, items, msg("this user's month"))
    script.section(words.say("User {user}", user=bill.user.id))
    ground_step(script, source.rules, subject.month, source.inputs)
    title = words.say("Bill of user {user} in {month}", user=bill.user.id, month=words.month(subject.month))
    return script.explanation(subject.name, subject.month, title, lead)


def bill_steps(script: Script, source: ResultFacts, bill: Bill) -> None:
    """What stands behind the settlement: capacity or demand, the adjustment by the power factor, corrections."""
    if bill.charged is not None:
        _charged(script, bill)
    if bill.factor is not None:
        _factor(script, source, bill, bill.factor)
    corrections_step(script, source, bill.month, bill.lines, user=bill.user.id)


def _metered(script: Script, bill: Bill) -> None:
    words = script.words
    rows = [(words.both_periods(cell.period, cell.tariff_period), energy(cell.metered)) for cell in bill.metered]
    whole = sum(cell.metered for cell in bill.metered)
    parts = parts_step(words, bill.parts, bill.month)
    script.step(
        msg("Metered energy"),
        "",
        words.say("A = sum of the user's metered energies"),
        [table(words, ("period", "energy"), rows, (words.say("A"), energy(whole))), *parts],
        values={"metered_kwh": whole},
        leans=PARTED if parts else (),
    )


def _settled(script: Script, bill: Bill) -> None:
    """The lines of the settlement, as they stand in the ledger."""
    words = script.words
    lines = [line for line in bill.lines if line.item not in (*TAIL_OF_TABLE["billing"], CORRECTION)]
    if not lines:
        return
    sign = {line.line: 1 if line.payer == bill.user.id else -1 for line in lines}
    rows = [
        (
            words.called("item", line.item),
            words.called("party", line.payee if sign[line.line] > 0 else line.payer),
            words.called("period", line.period) if line.period else "",
            energy(line.energy_kwh),
            price(line.price_micro_yuan_per_kwh) if line.energy_kwh else "",
            money_in_full(sign[line.line] * line.amount_micro_yuan),
            line_numbers([line.line]),
        )
        for line in lines
    ]
    whole = sum(sign[line.line] * line.amount_micro_yuan for line in lines)
    script.step(
        msg("What was settled"),
        "",
        words.say("money = energy × price; what the user receives is negative"),
        [
            table(
                words,
                ("item", "to", "period", "energy", "price", "money", "line"),
                rows,
                (words.say("sum"), "", "", "", "", money_in_full(whole), ""),
            )
        ],
        transfers=lines,
    )


def _charged(script: Script, bill: Bill) -> None:
    words, charged = script.words, bill.charged
    assert charged is not None, "asked where there is one"
    quantity, each = (decimal(value, POWER_DECIMALS, least=0) for value in (charged.quantity, charged.price))
    form = (
        msg("{quantity} kVA × {price} yuan/kVA = {money} yuan")
        if charged.item == _CAPACITY
        else msg("{quantity} kW × {price} yuan/kW = {money} yuan")
    )
    script.step(
        words.title(charged.item),
        OWN_CLAUSES[charged.item],
        words.say("money = what is billed × the price of the user's tariff; no energy, exact"),
        [words.say(form, quantity=quantity, price=each, money=money_in_full(charged.amount))],
        transfers=bill.of(charged.item),
        leans=("changes.capacity_and_demand",) if any(cell.tariff.begins for cell in bill.parts) else (),
        is_said=True,
    )


def _factor(script: Script, source: ResultFacts, bill: Bill, factor: Factor) -> None:
    words = script.words
    blocks: list[Block] = [*factor_sentences(words, factor)]
    if factor.is_known and factor.factor is not None:
        rows = [(words.called("item", item), money_in_full(amount)) for item, amount in factor.parts]
        rows += [
            (words.say("less levies in {item}", item=words.called("item", item)), money_in_full(-amount))
            for item, amount in factor.levies
        ]
        blocks.insert(-1, table(words, ("item", "money"), rows, (words.say("base"), money_in_full(factor.base))))
    others = {"090", "085", "080"} - {f"{factor.steps.standard:03}"}
    paths = [entry.path for entry in source.rules.entries if entry.path.startswith("billing.")]
    paths = [path for path in paths if not path.endswith(tuple(others))]
    if any(cell.tariff.begins for cell in bill.parts):
        paths.append("changes.power_factor")
    script.step(
        words.title(_POWER_FACTOR),
        source.rules.cited(f"ledger.{_POWER_FACTOR}"),
        words.say("power factor = A ÷ √(A² + R²), rounded half up to 0.01; money = base × percent"),
        blocks,
        transfers=bill.of(_POWER_FACTOR),
        values={"power_factor_hundredths": factor.factor or 0, "base_micro_yuan": factor.base},
        leans=paths,
        is_said=True,
    )


def factor_sentences(words: Language, factor: Factor) -> list[str]:
    """How the power factor was found and what it comes to, in sentences; the last one is of the money."""
    told = {"active": energy(factor.active), "reactive": energy(factor.reactive)}
    if factor.factor is None:
        return [words.say("Nothing was metered, so there is no power factor and no adjustment.")]
    reached = decimal(factor.factor, 2, least=2)
    sentences = [
        words.say("A = {active} MWh, R = {reactive} Mvarh: power factor {factor}", factor=reached, **told),
        words.say(
            "standard {standard}: {count} × 0.01 {side}, in all {percent} % of the base",
            standard=factor.standard,
            count=abs(factor.factor - factor.steps.standard),
            side=words.say(msg("above") if factor.factor > factor.steps.standard else msg("below")),
            percent=decimal(factor.ratio, RATIO_DECIMALS - 2, least=0),
        ),
    ]
    if not factor.is_known:
        no_price = words.say("A retailer buys for the user without a retail contract: there is no adjustment.")
        return [*sentences, no_price]
    return [
        *sentences,
        words.say(
            "{base} × {percent} % = {money} yuan",
            base=money_in_full(factor.base),
            percent=decimal(factor.ratio, RATIO_DECIMALS - 2, least=0),
            money=money_in_full(factor.amount),
        ),
    ]
