"""Rulebook 14, retail contracts: what users pay their retailer, behind all other lines of the real ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .exact import energy_kwh, price_micro_yuan, ratio, round_half_up, split

if TYPE_CHECKING:
    from .ledger import Settlement
    from .market import Cell, Market, Row, User

CLAUSE = "rulebook 14"


@dataclass
class SoldCell:
    """A cell of a unit in the ledger that counts: its overrun, and what a kWh of it would have paid in band."""

    cell: Cell
    over: int
    delivery_price: int


@dataclass
class Sold:
    """A position in the ledger that counts, as far as retail contracts ask for it."""

    unit: str
    month: str
    product: str
    cost: int
    overrun: int
    overrun_money: int
    shortfall: int
    shortfall_money: int
    cells: list[SoldCell] = field(default_factory=list)


@dataclass
class Charge:
    """What a user's deviation costs it: of a month, or of one of its periods."""

    user: User
    contract: Row
    period: str
    metered: int
    energy: int
    price: int
    share: int | None = None  # where a cap leaves less

    @property
    def amount(self) -> int:
        return self.energy * self.price if self.share is None else self.share


def contract_of(market: Market, user: User, month: str) -> Row | None:
    """The contract of a user in a month: `from` and `to` included, empty is open."""
    for row in market.retail_contracts:
        if row["user_id"] == user.id and row.get("from", "") <= month <= (row.get("to", "") or "9999-99"):
            return row
    return None


def retail_price(contract: Row, period: str, cost: int) -> int:
    """The price of a user's kWh: cost is a price already, the result is rounded once."""
    if contract["kind"] == "fixed":
        return price_micro_yuan(contract.get(f"price_{period}", "") or contract["price"])
    if contract["kind"] == "cost_plus":
        return cost + price_micro_yuan(contract["fee"])
    reference = price_micro_yuan(contract["reference"])
    price = round_half_up(reference + ratio(contract["share"]) * (cost - reference))
    if contract.get("floor", "") != "":
        price = max(price, price_micro_yuan(contract["floor"]))
    if contract.get("cap", "") != "":
        price = min(price, price_micro_yuan(contract["cap"]))
    return price


def own_price(market: Market, cell: Cell, in_band: tuple[int, int]) -> int | None:
    """The retail price of a cell's user, without what deviation adds to it; None without a contract."""
    contract = contract_of(market, cell.user, cell.month)
    return None if contract is None else retail_price(contract, cell.period, cost_of(in_band))


def cost_of(in_band: tuple[int, int]) -> int:
    """In-band energy money / in-band energy, rounded as prices are; without in-band energy 0."""
    energy, money = in_band
    return round_half_up(Fraction(money, energy)) if energy else 0


def settle_retail(result: Settlement, market: Market, sold: list[Sold]) -> None:
    """The lines of every unit's month, by unit, month, user."""
    months: dict[tuple[str, str], list[Sold]] = {}
    for position in sold:
        months.setdefault((position.unit, position.month), []).append(position)
    for (unit, month), positions in months.items():
        settle_unit_month(result, market, unit, month, positions)


def settle_unit_month(result: Settlement, market: Market, unit: str, month: str, positions: list[Sold]) -> None:
    bears = market.rules["retail.overrun_delivery"] == "retailer_bears"
    retailer = unit.rpartition("/")[0]
    delivered = 0
    for position in positions:
        for held in position.cells:
            if bears or contract_of(market, held.cell.user, month) is None:
                continue
            delivered += result.pay(
                "retail_delivery", held.cell.user.id, retailer, held.over, held.delivery_price, CLAUSE,
                **where_of(unit, held.cell),
            )  # fmt: skip
    users = [market.user_in(user.id, month) for user in market.users]
    charges = [charge for user in users for charge in charges_of(market, user, month, positions)]
    cap(charges, positions, delivered)
    for charge in (charge for charge in charges if charge.contract["deviation"] == "own"):
        where = {"month": month, "unit_id": unit, "user_id": charge.user.id, "period": charge.period}
        where["tariff_period"] = charge.period
        if charge.share is None:
            result.pay("retail_deviation", charge.user.id, retailer, charge.energy, charge.price, CLAUSE, **where)
        else:
            result.pay_share("retail_deviation", charge.user.id, retailer, charge.share, CLAUSE, **where)
    for position in positions:
        for held in position.cells:
            cell = held.cell
            contract = contract_of(market, cell.user, month)
            if contract is None:
                continue
            price = retail_price(contract, cell.period, position.cost)
            for charge in charges:
                inside = charge.contract["deviation"] == "price" and charge.user.id == cell.user.id
                if inside and charge.period in ("", cell.period) and charge.metered:
                    price += round_half_up(Fraction(charge.amount, charge.metered))
            result.pay("retail_energy", cell.user.id, retailer, cell.energy, price, CLAUSE, **where_of(unit, cell))


def where_of(unit: str, cell: Cell) -> dict[str, Any]:
    return {
        "month": cell.month, "unit_id": unit, "user_id": cell.user.id, "period": cell.period,
        "tariff_period": cell.tariff_period, "day": cell.user.day,
    }  # fmt: skip


def charges_of(market: Market, user: User, month: str, positions: list[Sold]) -> list[Charge]:
    """Against the nomination: by period where it is given so, else the month."""
    contract = contract_of(market, user, month)
    cells = [(position, held.cell) for position in positions for held in position.cells if held.cell.user.id == user.id]
    if contract is None or contract.get("deviation", "") not in ("own", "price") or not cells:
        return []
    nominated = {
        row.get("period", ""): energy_kwh(row["energy_mwh"])
        for row in market.nominations
        if (row["user_id"], row["month"]) == (user.id, month)
    }
    if "" in nominated:
        prices = [(cell.energy, retail_price(contract, cell.period, position.cost)) for position, cell in cells]
        return [charge(contract, user, "", nominated[""], prices, positions)]
    charges = []
    for period in market.shape.periods:
        if period in nominated:
            product = market.shape.product_of(user.mode, period)
            here = [position for position in positions if position.product == product]
            cost = here[0].cost if here else 0
            energy = sum(cell.energy for _, cell in cells if cell.period == period)
            prices = [(energy, retail_price(contract, period, cost))]
            charges.append(charge(contract, user, period, nominated[period], prices, here))
    return charges


def charge(
    contract: Row, user: User, period: str, nominated: int, prices: list[tuple[int, int]], positions: list[Sold]
) -> Charge:
    free = ratio(contract.get("free", "") or "0")
    metered = sum(energy for energy, _ in prices)
    over = max(0, metered - round_half_up(nominated * (1 + free)))
    under = max(0, round_half_up(nominated * (1 - free)) - metered)
    side = contract.get("side", "") or "both"
    if side == "under" or (side == "unit" and not any(position.overrun for position in positions)):
        over = 0
    if side == "over" or (side == "unit" and not any(position.shortfall for position in positions)):
        under = 0
    if contract.get("deviation_price", "") != "":
        price = price_micro_yuan(contract["deviation_price"])
    else:
        if metered:
            mean = round_half_up(Fraction(sum(energy * each for energy, each in prices), metered))
        else:
            mean = round_half_up(Fraction(sum(each for _, each in prices), len(prices)))
        price = max(0, round_half_up(ratio(contract["rate"]) * mean))
    return Charge(user, contract, period, metered, over + under, price)


def cap(charges: list[Charge], positions: list[Sold], delivered: int) -> None:
    """Charges of contracts with `capped` together take at most max(0, extra cost - the others)."""
    extra = sum(p.shortfall_money + p.overrun_money - p.overrun * p.cost for p in positions) - delivered
    held = [charge for charge in charges if charge.contract.get("capped", "") == "true"]
    room = max(0, max(0, extra) - sum(charge.amount for charge in charges if charge not in held))
    amounts = [charge.amount for charge in held]
    if sum(amounts) > room:
        for charge, share in zip(held, split(room, amounts), strict=True):
            charge.share = share
