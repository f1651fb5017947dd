"""What one user with a retail contract pays of a month: its price, its charges, its lines (rulebook part 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.arrow import dicts
from gridsim.explain.bill import bill_steps
from gridsim.explain.billed import bill_of
from gridsim.explain.check import check, fees_by_product
from gridsim.explain.derive import derive
from gridsim.explain.facts import gather, transfers_of
from gridsim.explain.retail_derived import derive_retail
from gridsim.explain.script import conventions
from gridsim.explain.steps_accounts import accounts_step, ground_step
from gridsim.explain.steps_metered import changed_users
from gridsim.explain.steps_parts import parts_step
from gridsim.explain.steps_retail import retail_steps
from gridsim.rules.shape import CORRECTION, TAIL_ITEMS
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.model import Explanation
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts
    from gridsim.explain.subject import Subject
    from gridsim.show.document import Block

__all__ = ["customer_explanation"]


def customer_explanation(script: Script, source: ResultFacts, subject: Subject) -> Explanation:
    """Explain what a user of a retailer pays in a month.

    Parameters
    ----------
    script : Script
    source : ResultFacts
    subject : Subject
        With the user's settlement unit.

    Raises
    ------
    ResultError
        The results contradict the derivation.
    """
    words, user, month = script.words, subject.name, subject.month
    facts, rules = gather(source, subject.unit, month), source.rules
    products = [each for each in rules.shape.product_ids if (each, False) in facts.positions]
    assert facts.retail is not None  # as was found before
    positions = [derive(facts, rules, product, trial=False) for product in products]
    fees = fees_by_product(positions) if rules.shape.fees is not None else {}
    for position in positions:
        check(position, fees.get(position.product, ()))
    retail_steps(script, derive_retail(positions, facts.retail, facts.retail_lines), facts.retail, {user})
    script.section(words.say("Retail contract"))
    bill = bill_of(source, user, month)
    if bill.charged is not None or bill.factor is not None or bill.of(CORRECTION):
        bill_steps(script, source, bill)
        script.section(words.say("The rest of the bill"))
    lines = transfers_of(dicts(source.exact.arrow("ledger", {"user_id": user, "month": month, "payer": user})))
    paid = [line for line in lines if not line.trial]
    accounts_step(script, paid, (*rules.shape.items, *TAIL_ITEMS), msg("what this user pays"))
    script.section(words.say("All that the user pays"))
    ground_step(script, rules, month, source.inputs)
    retailer = words.named(facts.buyer, facts.buyer_name)
    lead: list[Block] = [
        words.say(
            "User {user} buys through retailer {retailer}; its settlement unit {unit} is explained under that name.",
            user=user,
            retailer=retailer,
            unit=words.called("unit", facts.unit),
        ),
        *changed_users(words, [bill.user]),
        *parts_step(words, bill.parts, month),
        *conventions(words, rules),
    ]
    title = words.say("What user {user} pays in {month}", user=user, month=words.month(month))
    return script.explanation(user, month, title, lead)
