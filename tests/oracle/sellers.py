"""Jiangsu 120, 122–123 and rulebook 9 `sellers`: what a generator gets, fees that return, and the market's balance."""

from __future__ import annotations

from typing import Any

from .exact import energy_kwh, ratio, round_half_up, split
from .ledger import Settlement
from .legs import Leg
from .market import Market, Row
from .positions import Position
from .prices import Place, price_of
from .shape import is_none, is_true


def signed_split(total: int, weights: list[int]) -> list[int]:
    """For a negative total the split of what it is without its sign, turned negative."""
    return split(total, weights) if total >= 0 else [-share for share in split(-total, weights)]


def generation_row(market: Market, generator: str, month: str) -> Row:
    """A missing row counts as zero."""
    rows = [row for row in market.generation if (row["generator_id"], row["month"]) == (generator, month)]
    return rows[0] if rows else {"energy_mwh": "0"}


def settle_sellers(
    result: Settlement, market: Market, month: str, legs: list[Leg], positions: list[Position], place: Place
) -> None:
    """One month: legs in full, structural and own deviation, fees, the return of fees, the balance of MARKET."""
    sellers = place.shape["sellers"]
    mine = [leg for leg in legs if leg.month == month]
    generated = [energy_kwh(generation_row(market, g, month)["energy_mwh"]) for g in market.generators]
    consumed = sum(position.metered for position in positions if position.month == month)
    bought_by_accounts = sum(leg.energy for leg in mine if leg.unit == "")
    surplus = sum(generated) - consumed - bought_by_accounts
    structural = signed_split(surplus, generated) if sum(generated) else [0] * len(generated)
    rows = []
    for generator, energy, share in zip(market.generators, generated, structural, strict=True):
        its_legs = [leg for leg in mine if leg.seller == generator]
        rows.append(settle_seller(result, market, month, generator, its_legs, energy, share, place))
    return_fees(result, market, month, positions, place)
    settle_balance(result, market, month, rows, generated, sellers["balance"])
    result.seller_settlement += rows


def settle_seller(
    result: Settlement, market: Market, month: str, generator: str, legs: list[Leg], generated: int, structural: int,
    place: Place,
) -> dict[str, Any]:  # fmt: skip
    """The lines of one generator, and its row of `seller_settlement` (money as it receives it)."""
    sellers = place.shape["sellers"]
    contracted = sum(leg.energy for leg in legs)
    deviation = generated - contracted
    own = deviation - structural  # r_g
    energy_money = sum(
        result.pay(
            sellers["take_or_pay"]["item"], sellers["take_or_pay"]["payer"], generator, leg.energy, leg.price,
            sellers["take_or_pay"].get("clause", ""), month=month, leg_id=leg.id,
        )
        for leg in legs
    )  # fmt: skip

    structural_money = 0
    if structural != 0:
        entry = sellers["structural"]
        structural_money = received(result, month, generator, entry, structural, place)
    price: int | None = None
    own_money = 0
    if own != 0:
        entry = sellers["over"] if own > 0 else sellers["under"]
        price = price_of(entry["price"], place, entry["item"])
        own_money = received(result, month, generator, entry, own, place)

    fee_money = 0
    fee = sellers.get("fee")
    if not is_none(fee) and is_true(generation_row(market, generator, month).get(fee["flag"], "")):
        charged = max(0, abs(deviation) - round_half_up(ratio(fee["free"]) * contracted))
        if charged:
            price_of_fee, payee = price_of(fee["price"], place, fee["item"]), place.shape["fees"]["payee"]
            clause = fee.get("clause", "")
            fee_money = -result.pay(fee["item"], generator, payee, charged, price_of_fee, clause, month=month)
    return {
        "generator_id": generator,
        "month": month,
        "contract_kwh": contracted,
        "generated_kwh": generated,
        "structural_kwh": structural,
        "deviation_kwh": own,
        "price_micro_yuan_per_kwh": price,
        "energy_micro_yuan": energy_money,
        "structural_micro_yuan": structural_money,
        "deviation_micro_yuan": own_money,
        "fee_micro_yuan": fee_money,
        "balance_micro_yuan": 0,
    }


def received(result: Settlement, month: str, generator: str, entry: dict[str, Any], energy: int, place: Place) -> int:
    """Account → generator; for a negative energy generator → account, the energy positive."""
    price = price_of(entry["price"], place, entry["item"])
    payer, payee = (entry["account"], generator) if energy > 0 else (generator, entry["account"])
    amount = result.pay(entry["item"], payer, payee, abs(energy), price, entry.get("clause", ""), month=month)
    return amount if energy > 0 else -amount


def return_fees(result: Settlement, market: Market, month: str, positions: list[Position], place: Place) -> None:
    """Jiangsu 120: the month's fees go back by metered energy: direct users, retailers, and GRID with its agency's.

    The energy of a participant is that of its units: who has left the market has none. The text doesn't say which
    columns name the one who gets it: here the payee alone, `unit_id` and `user_id` are empty.
    """
    fees = place.shape.get("fees")
    if fees is None or is_none(fees.get("returned")):
        return
    returned = fees["returned"]
    pot = sum(
        line["amount_micro_yuan"]
        for line in result.ledger
        if (line["item"], line["month"], line["trial"]) == (fees["item"], month, False)
    )
    names = {
        "direct_users": [user.id for user in market.users if market.buys_directly(user)],
        "retailers": market.retailers,
    }
    participants = [name for group in returned["to"] for name in names.get(group, [group])]
    metered = dict.fromkeys(participants, 0)
    for position in positions:
        if position.month == month and position.buyer in metered:
            metered[position.buyer] += position.metered
    if fees["payee"] in metered:
        metered[fees["payee"]] += market.agency.get(month, 0)
    if sum(metered.values()) == 0:
        return  # no consumption at all: who collects fees keeps them
    for name, share in zip(participants, split(pot, list(metered.values())), strict=True):
        if name != fees["payee"]:  # to itself: no line
            result.pay_share(returned["item"], fees["payee"], name, share, returned.get("clause", ""), month=month)


def settle_balance(
    result: Settlement, market: Market, month: str, rows: list[dict[str, Any]], generated: list[int],
    balance: dict[str, Any],
) -> None:  # fmt: skip
    """Jiangsu 123.6: what the account holds after all other lines, over generators by generation."""
    account, item, clause = balance["of"], balance["item"], balance.get("clause", "")
    held = result.held_by(account, month)
    if sum(generated) == 0:
        result.pay_share(item, account, balance["if_none"], held, clause, month=month)
        return
    for row, share in zip(rows, signed_split(held, generated), strict=True):
        row["balance_micro_yuan"] = result.pay_share(item, account, row["generator_id"], share, clause, month=month)
