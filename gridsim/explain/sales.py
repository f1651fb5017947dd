"""What an account buys of a generator in a month, as the market's does of deals without a buyer (rulebook part 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.arrow import dicts, rows_at, rows_where
from gridsim.explain.check import Expected, matched
from gridsim.explain.cited import apart
from gridsim.explain.facts import transfers_of
from gridsim.explain.legs import leg_of
from gridsim.explain.moves import moves_of
from gridsim.explain.origin_grounds import clauses_of_origins, leans_of_origins
from gridsim.explain.origins import origins_of
from gridsim.explain.script import condense, condensed, conventions, table
from gridsim.explain.steps_accounts import accounts_step, ground_step
from gridsim.explain.steps_contracts import origin_lines
from gridsim.integrity.places import TablePlace
from gridsim.rules.citations import clauses_together
from gridsim.rules.shape import ENERGY, MARKET
from gridsim.show.document import ListItem
from gridsim.show.numbers import energy, money_in_full, price
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.check import Ledger
    from gridsim.explain.legs import Leg
    from gridsim.explain.model import Explanation
    from gridsim.explain.script import Script
    from gridsim.explain.source import ResultFacts
    from gridsim.explain.subject import Subject
    from gridsim.rules import RuleSet
    from gridsim.show.document import Block

__all__ = ["months_of_sales", "sales_explanation"]


@dataclass(frozen=True, slots=True)
class _Sale:
    """A leg that no unit bought, and the account that did."""

    leg: Leg
    buyer: str


def months_of_sales(source: ResultFacts, seller: str) -> list[str]:
    """The months in which an account pays a generator itself."""
    where = {"item": ENERGY, "payee": seller, "unit_id": None, "trial": False}
    accounts = source.rules.shape.all_accounts
    lines = dicts(source.exact.arrow("ledger", where, ("month", "payer")))
    return sorted({line["month"] for line in lines if line["payer"] in accounts})


def sales_explanation(script: Script, source: ResultFacts, subject: Subject) -> Explanation:
    """Explain what an account pays a generator for in a month.

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
    words, rules, seller, month = script.words, source.rules, subject.name, subject.month
    sales = _sales(source, seller, month)
    rows = rows_where(source.input("generators"), {"generator_id": seller})
    named = words.named(seller, rows[0].get("name") if rows else None)
    lead: list[Block] = [
        words.say(
            "Generator {seller}: what it sold to no unit. Where no buyer is given, account {account} stands for it.",
            seller=named,
            account=MARKET,
        ),
        *conventions(words, rules),
    ]
    ledger = _ledger(source, seller, month, sales)
    _origins_step(script, source, month, sales)
    _money_step(script, rules, sales, ledger)
    accounts_step(script, ledger.lines, rules.shape.items, msg("what was sold"))
    script.section(words.say("Generator {seller}", seller=seller))
    ground_step(script, rules, month)
    title = words.say("What generator {seller} sold in {month}", seller=seller, month=words.month(month))
    return script.explanation(seller, month, title, lead)


def _sales(source: ResultFacts, seller: str, month: str) -> list[_Sale]:
    legs = rows_where(source.exact.arrow("legs"), {"month": month, "seller_id": seller, "unit_id": None})
    pays_seller = source.rules.shape.sellers is None
    sales = []
    for row in legs:
        first = row
        while first.get("from_leg_id"):  # who transfers its delivery leaves the buyer what it is
            (first,) = rows_where(source.exact.arrow("legs"), {"leg_id": first["from_leg_id"]})
        buyer = rows_at(source.exact.arrow("trades"), {first["trade_row"]})[first["trade_row"]]["buyer_id"]
        if buyer == MARKET or pays_seller:
            sales.append(_Sale(leg_of(row), buyer))
    return sales


def _ledger(source: ResultFacts, seller: str, month: str, sales: list[_Sale]) -> Ledger:
    """The lines of the legs, held against the ledger."""
    where = {"month": month, "item": ENERGY, "payee": seller, "unit_id": None, "trial": False}
    rules = source.rules
    accounts = {sale.buyer for sale in sales}
    lines = [line for line in transfers_of(dicts(source.exact.arrow("ledger", where))) if line.payer in accounts]
    expected = [
        Expected(
            ENERGY,
            sale.buyer,
            seller,
            None,
            sale.leg.id,
            None,
            sale.leg.energy,
            sale.leg.price,
            _clause(rules, sale.leg),
        )
        for sale in sales
    ]
    return matched(TablePlace("ledger", f"{seller} {month}"), expected, lines)


def _clause(rules: RuleSet, leg: Leg) -> str:
    shape = rules.shape
    mode = shape.mode_ids[int(shape.mode_of_product[shape.product_ids.index(leg.product)])]
    return apart(rules, (f"{ENERGY}.sellers", f"{ENERGY}.{mode}", ENERGY))[0]


def _origins_step(script: Script, source: ResultFacts, month: str, sales: list[_Sale]) -> None:
    words, rules, legs = script.words, source.rules, [sale.leg for sale in sales]
    moves = moves_of(source, month, {leg.product for leg in legs})
    shown, rest = condense(legs, lambda leg: leg.energy)
    origins = origins_of(source, [legs[number] for number in shown], month, moves)
    lines: list[Block] = []
    for number in shown:
        leg = legs[number]
        head = words.say(
            "{leg}: {buyer} buys {energy} MWh of {product} at {price} yuan/MWh",
            leg=leg.id,
            buyer=words.account(sales[number].buyer),
            energy=energy(leg.energy),
            product=words.called("product", leg.product),
            price=price(leg.price),
        )
        lines.append(ListItem(head, tuple(origin_lines(words, origins[leg.id], month, rules))))
    if rest:
        lines.append(condensed(words, len(legs)))
    used = list(origins.values())
    script.step(
        msg("Contracts of the month"),
        clauses_of_origins(used, rules),
        words.say("what the generator's contracts of the month hold that no unit bought"),
        lines,
        leans=leans_of_origins(used, rules),
    )


def _money_step(script: Script, rules: RuleSet, sales: list[_Sale], ledger: Ledger) -> None:
    words, legs = script.words, [sale.leg for sale in sales]
    shown, rest = condense(legs, lambda leg: leg.energy)
    rows = []
    for number in shown:
        leg = legs[number]
        lines = ledger.of_leg(ENERGY, leg.id)
        line = f"{lines[0].line:,}" if lines else ""
        rows.append((leg.id, energy(leg.energy), price(leg.price), money_in_full(leg.energy * leg.price), line))
    if rest:
        others = [legs[number] for number in rest]
        money = money_in_full(sum(leg.energy * leg.price for leg in others))
        count = words.say("{count} more", count=f"{len(rest):,}")
        rows.append((count, energy(sum(leg.energy for leg in others)), "", money, ""))
    total = sum(leg.energy * leg.price for leg in legs)
    foot = (words.say("sum"), energy(sum(leg.energy for leg in legs)), "", money_in_full(total), "")
    script.step(
        msg("Contracts, paid in full"),
        clauses_together(sorted({_clause(rules, leg) for leg in legs})),
        words.say("money = contract energy × price; it makes no position, whatever is metered"),
        [table(words, ("leg", "energy", "price", "money", "line"), rows, foot)],
        transfers=ledger.lines,
        values={"energy_micro_yuan": total},
    )
