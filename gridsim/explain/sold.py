"""A generator's month settled again on plain integers, where a market settles its sellers (rulebook part 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.arrow import dicts, rows_where
from gridsim.explain.agree import expect, same
from gridsim.explain.arithmetic import Quotient, Share, split
from gridsim.explain.check import Expected, matched
from gridsim.explain.cited import apart, seller_names
from gridsim.explain.derivation import needed
from gridsim.explain.facts import transfers_of
from gridsim.explain.month_prices import MonthPrices
from gridsim.explain.places import Place, ratio_at
from gridsim.integrity.places import TablePlace
from gridsim.rules.shape import ENERGY, MARKET, TRANSFER
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gridsim.explain.check import Ledger
    from gridsim.explain.model import Transfer
    from gridsim.explain.source import ResultFacts
    from gridsim.rules import RuleSet
    from gridsim.rules.shape_lists import SellerShape, SoldItem

__all__ = ["Sold", "SoldLeg", "SoldPart", "signed_share", "sold_in"]


@dataclass(frozen=True, slots=True)
class SoldLeg:
    """A leg that the generator sells: energy [kWh], price [micro-yuan/kWh]; `unit` is None where an account buys."""

    id: str
    unit: str | None
    energy: int
    price: int


@dataclass(frozen=True, slots=True)
class SoldPart:
    """An item of the generator's own settlement: energy [kWh], negative where it pays; its price before rounding."""

    item: SoldItem
    energy: int
    price: Quotient

    @property
    def money(self) -> int:
        """What the generator receives [micro-yuan]."""
        return self.energy * self.price.rounded


@dataclass(frozen=True)
class Sold:
    """A generator's month.

    Attributes
    ----------
    seller, month : str
    rules : RuleSet
    place : Place
        Where its prices are asked for.
    legs : tuple of SoldLeg
    generated, all_generated : int
        By it, and by all generators [kWh].
    consumed, by_accounts : int
        What all units metered, and what accounts bought [kWh].
    structural : Share
        Its part of what was generated beyond that, without its sign.
    parts : tuple of SoldPart
        Structural energy and its own deviation, those that have energy.
    fee_free, fee : int, SoldPart or None
        The deviation that bears no fee [kWh]; the fee, where the generator is at fault.
    held : int
        What the market's account holds after all other lines [micro-yuan].
    balance : Share
        Its part of that, without its sign.
    ledger : Ledger
    balance_line : Transfer or None
    """

    seller: str
    month: str
    rules: RuleSet
    place: Place
    legs: tuple[SoldLeg, ...]
    generated: int
    all_generated: int
    consumed: int
    by_accounts: int
    structural: Share
    parts: tuple[SoldPart, ...]
    fee_free: int
    fee: SoldPart | None
    held: int
    balance: Share
    ledger: Ledger
    balance_line: Transfer | None

    @property
    def shape(self) -> SellerShape:
        """How sellers settle."""
        sellers = self.rules.shape.sellers
        assert sellers is not None, "or nothing of this is settled"
        return sellers

    @property
    def contracted(self) -> int:
        """[kWh]."""
        return sum(leg.energy for leg in self.legs)

    @property
    def surplus(self) -> int:
        """What all generated beyond what was consumed [kWh]."""
        return self.all_generated - self.consumed - self.by_accounts

    @property
    def structural_energy(self) -> int:
        """[kWh]."""
        return self.structural.value if self.surplus >= 0 else -self.structural.value

    @property
    def balance_money(self) -> int:
        """What it receives of the account's balance [micro-yuan]."""
        return self.balance.value if self.held >= 0 else -self.balance.value

    @property
    def lines(self) -> tuple[Transfer, ...]:
        """All lines of its settlement."""
        return (*self.ledger.lines, *([] if self.balance_line is None else [self.balance_line]))


def signed_share(total: int, weights: Sequence[int], at: int) -> Share:
    """One part of a split of a total without its sign; nothing where there are no weights."""
    return split(abs(total) if sum(weights) else 0, weights)[at]


def sold_in(source: ResultFacts, seller: str, month: str) -> Sold:
    """Settle a generator's month, and hold it against the tables.

    Parameters
    ----------
    source : ResultFacts
    seller, month : str

    Raises
    ------
    ResultError
        The results contradict the derivation, or a price is not there.
    """
    rules, exact = source.rules, source.exact
    sellers = rules.shape.sellers
    assert sellers is not None, "asked where sellers settle alone"
    place = Place(rules.shape, rules.at(month), month, MonthPrices(source, month))
    names = [row["generator_id"] for row in dicts(source.input("generators"), ("generator_id",))]
    rows = {row["generator_id"]: row for row in rows_where(source.input("generation"), {"month": month})}
    generated = [rows[name]["energy_kwh"] if name in rows else 0 for name in names]
    at = names.index(seller)
    all_legs = dicts(exact.arrow("legs", {"month": month}))
    legs = tuple(
        SoldLeg(row["leg_id"], row["unit_id"], row["energy_kwh"], row["price_micro_yuan_per_kwh"])
        for row in all_legs
        if row["seller_id"] == seller
    )
    positions = dicts(exact.arrow("positions", {"month": month, "trial": False}, ("metered_kwh",)))
    consumed = sum(row["metered_kwh"] for row in positions)
    by_accounts = sum(row["energy_kwh"] for row in all_legs if row["unit_id"] is None)
    surplus = sum(generated) - consumed - by_accounts
    structural = signed_share(surplus, generated, at)
    structural_energy = structural.value if surplus >= 0 else -structural.value
    deviation = generated[at] - sum(leg.energy for leg in legs)
    parts = tuple(_parts(sellers, structural_energy, deviation - structural_energy, place))
    fee_free, fee = _fee(sellers, rows.get(seller, {}), deviation, sum(leg.energy for leg in legs), place)
    held = _held(source, month, sellers)
    lines = [line for line in _lines(source, seller, month) if line.item != TRANSFER]
    of_balance = [line for line in lines if line.item == sellers.balance.item]
    expected = _expected(rules, seller, legs, parts, fee)
    found = Sold(
        seller=seller,
        month=month,
        rules=rules,
        place=place,
        legs=legs,
        generated=generated[at],
        all_generated=sum(generated),
        consumed=consumed,
        by_accounts=by_accounts,
        structural=structural,
        parts=parts,
        fee_free=fee_free,
        fee=fee,
        held=held,
        balance=signed_share(held, generated, at),
        ledger=matched(
            TablePlace("ledger", f"{seller} {month}"), expected, [line for line in lines if line not in of_balance]
        ),
        balance_line=of_balance[0] if of_balance else None,
    )
    _check(source, found)
    return found


def _parts(sellers: SellerShape, structural: int, own: int, place: Place) -> Iterator[SoldPart]:
    for item, energy in ((sellers.structural, structural), (sellers.over if own > 0 else sellers.under, own)):
        if item is not None and item.price is not None and energy:
            yield SoldPart(item, energy, needed(item.price, place, item.item, energy))


def _fee(
    sellers: SellerShape, row: dict[str, Any], deviation: int, contracted: int, place: Place
) -> tuple[int, SoldPart | None]:
    """What of the deviation bears no fee, and the fee of a generator at fault: it pays, so its energy is negative."""
    if sellers.fee is None or sellers.fee.price is None or not row.get("own_fault"):
        return 0, None
    ratio = 0 if sellers.fee_free is None else ratio_at(sellers.fee_free, place)
    free = Quotient(ratio * contracted, RATIO_ONE).rounded
    charged = max(0, abs(deviation) - free)
    price = needed(sellers.fee.price, place, sellers.fee.item, charged)
    return free, SoldPart(sellers.fee, -charged, price) if charged else None


def _held(source: ResultFacts, month: str, sellers: SellerShape) -> int:
    """What the account holds after all lines but those of its balance [micro-yuan]."""
    account, item = sellers.balance.account, sellers.balance.item

    def sum_of(side: str) -> int:
        where: dict[str, str | bool] = {"month": month, "trial": False, side: account}
        lines = dicts(source.exact.arrow("ledger", where, ("item", "amount_micro_yuan")))
        return sum(line["amount_micro_yuan"] for line in lines if line["item"] != item)

    return sum_of("payee") - sum_of("payer")


def _lines(source: ResultFacts, seller: str, month: str) -> list[Transfer]:
    """All lines of a generator's month."""
    lines: list[Transfer] = []
    for side in ("payer", "payee"):
        where: dict[str, str | bool] = {"month": month, "trial": False, side: seller}
        lines += transfers_of(dicts(source.exact.arrow("ledger", where)))
    return sorted(lines, key=lambda line: line.line)


def _expected(
    rules: RuleSet, seller: str, legs: Sequence[SoldLeg], parts: Sequence[SoldPart], fee: SoldPart | None
) -> Iterator[Expected]:
    sellers, fees = rules.shape.sellers, rules.shape.fees
    account = MARKET if sellers is None or sellers.energy is None else sellers.energy.account
    for leg in legs:
        clause = seller_clause(rules, ENERGY)
        yield Expected(ENERGY, account, seller, None, leg.id, None, leg.energy, leg.price, clause)
    for part in (*parts, *([] if fee is None else [fee])):
        account = fees.payee if part is fee and fees is not None else part.item.account
        payer, payee = (account, seller) if part.energy > 0 else (seller, account)
        terms = abs(part.energy), part.price.rounded, seller_clause(rules, part.item.item)
        yield Expected(part.item.item, payer, payee, None, None, None, *terms)


def seller_clause(rules: RuleSet, item: str) -> str:
    """What a line of a seller's own settlement cites."""
    return apart(rules, seller_names(item))[0]


def _check(source: ResultFacts, sold: Sold) -> None:
    """Hold a generator's month against its row, and its part of the balance against its line."""
    rows = rows_where(source.exact.arrow("seller_settlement"), {"generator_id": sold.seller, "month": sold.month})
    own = [part for part in sold.parts if part.item is not sold.shape.structural]
    expect(
        TablePlace("seller_settlement", f"{sold.seller} {sold.month}"),
        rows[0] if rows else None,
        {
            "contract_kwh": sold.contracted,
            "generated_kwh": sold.generated,
            "structural_kwh": sold.structural_energy,
            "deviation_kwh": sum(part.energy for part in own),
            "energy_micro_yuan": sum(leg.energy * leg.price for leg in sold.legs),
            "structural_micro_yuan": sum(part.money for part in sold.parts if part not in own),
            "deviation_micro_yuan": sum(part.money for part in own),
            "fee_micro_yuan": 0 if sold.fee is None else sold.fee.money,
            "balance_micro_yuan": sold.balance_money,
        },
    )
    stands = 0
    if sold.balance_line is not None:
        is_paid = sold.balance_line.payee == sold.seller
        stands = sold.balance_line.amount_micro_yuan if is_paid else -sold.balance_line.amount_micro_yuan
    same(TablePlace("ledger", f"{sold.seller} {sold.month}"), "amount_micro_yuan", stands, sold.balance_money)
