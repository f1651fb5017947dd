"""Rulebook 5 and 9: one position, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .bands import edge_units, has_fee, is_zero, over_edge, over_energies, under_edge, under_energies
from .contracts import by_month
from .dates import months_of_delivery
from .exact import energy_kwh, price_micro_yuan, split
from .ledger import Settlement
from .legs import Leg, filled, filling_order, missing
from .market import MARKET, Cell, Market
from .prices import Place, evaluated, price_of
from .retail import Sold, SoldCell, cost_of, own_price
from .sessions import is_transfer, kind_of_session
from .shape import Shape, list_of


@dataclass
class Position:
    """Unit × month × product."""

    unit: str
    month: str
    product: str
    legs: list[Leg]
    cells: list[Cell]

    @property
    def buyer(self) -> str:
        return self.unit.rpartition("/")[0]

    @property
    def mode(self) -> str:
        return self.unit.rpartition("/")[2]

    @property
    def contracted(self) -> int:
        return sum(leg.energy for leg in self.legs)

    @property
    def metered(self) -> int:
        return sum(cell.energy for cell in self.cells)


@dataclass
class Method:
    """The bands, charges and prices that a position settles by."""

    over: list[dict[str, Any]]
    under: list[dict[str, Any]]
    charges: list[dict[str, Any]]
    clause: Any
    off_places: list[str]  # where `off_tariff` may hold
    leg_price: dict[str, Any] | None = None

    @staticmethod
    def of_mode(shape: Shape, mode: str) -> Method:
        entry = shape["modes"][mode]
        return Method(
            list_of(entry["over"]), list_of(entry.get("under")), list_of(entry.get("charges")),
            entry.get("clause", ""), [mode],
        )  # fmt: skip

    @staticmethod
    def of_regime(shape: Shape, mode: str, regime: dict[str, Any]) -> Method:
        """Rulebook 6 and 9: other bands, prices and charges. A mode of `off_tariff` is one in a regime too."""
        charges_of = (regime.get("charges") or {}).get(mode, mode)
        return Method(
            list_of(regime["over"]), list_of(regime.get("under")),
            list_of(shape["modes"][charges_of].get("charges")), regime.get("clause", ""), [mode, "regimes"],
            regime.get("leg_price"),
        )  # fmt: skip

    def clause_of(self, item: str) -> str:
        return self.clause.get(item, "") if isinstance(self.clause, dict) else self.clause

    def price_of_leg(self, leg: Leg, place: Place) -> int:
        """Rulebook 6: the mean price of a product's legs of the unit's month replaces those of the others.

        Without such legs (or only zero ones) each leg keeps its own.
        """
        if self.leg_price is None or leg.product in list_of(self.leg_price.get("keeps")):
            return leg.price
        mean = evaluated({"mean_of_product": self.leg_price["mean_of_product"]}, place)
        return leg.price if mean is None else int(mean)


def settle_position(
    result: Settlement, market: Market, position: Position, method: Method, place: Place, *, trial: bool
) -> None:
    """The table of rulebook 5."""
    contracted, metered = position.contracted, position.metered
    uppers = [over_edge(band, contracted, metered) for band in method.over]
    lowers = [under_edge(band, contracted) for band in method.under]
    in_band = min(metered, uppers[0])
    under = under_energies(lowers, metered)

    prices = [method.price_of_leg(leg, place) for leg in position.legs]
    order = filling_order(position.legs, place.shape)
    energies = [leg.energy for leg in position.legs]
    here = place.of(position_legs=list(zip(energies, prices, strict=True)))
    shares = filled(in_band, energies, order)
    energy_money = sum(share * price for share, price in zip(shares, prices, strict=True))
    here = here.of(in_band=(in_band, energy_money))
    short = missing(under, energies, order)
    shortfall_prices = [
        price_of(b["price"], here, "shortfall") if e else 0 for b, e in zip(method.under, under, strict=True)
    ]
    shortfall_money = [0] * len(under)
    for i, leg in enumerate(position.legs):
        settle_leg(
            result, position, method, leg, trial,
            energy=shares[i], price=prices[i], short=[band[i] for band in short], short_prices=shortfall_prices,
        )  # fmt: skip
        for number, band in enumerate(short):
            shortfall_money[number] += band[i] * shortfall_prices[number]

    over = over_energies(uppers, metered)
    over_money, over_prices, delivered = settle_cells(result, position, method, here, in_band, over, trial=trial)
    over_fees = [
        settle_fee(result, position, method, here, "over", band, energy, trial=trial)
        for band, energy in zip(method.over, over, strict=True)
    ]
    under_fees = [
        settle_fee(result, position, method, here, "under", band, energy, trial=trial)
        for band, energy in zip(method.under, under, strict=True)
    ]
    if not trial:
        sold = Sold(
            position.unit, position.month, position.product, cost_of((in_band, energy_money)), metered - in_band,
            sum(over_money), sum(under), sum(shortfall_money), delivered,
        )  # fmt: skip
        result.sold.append(sold)
    result.positions.append(
        {
            "unit_id": position.unit,
            "month": position.month,
            "product": position.product,
            "contract_kwh": contracted,
            "metered_kwh": metered,
            "upper_kwh": uppers[0],
            "lower_kwh": lowers[0] if lowers else 0,
            "in_band_kwh": in_band,
            "overrun_kwh": metered - in_band,
            "shortfall_kwh": sum(under),
            "energy_micro_yuan": energy_money,
            "overrun_micro_yuan": sum(over_money),
            "shortfall_micro_yuan": sum(shortfall_money),
            "trial": trial,
        }
    )
    over_rows = zip(method.over, over, over_prices, over_money, over_fees, strict=True)
    under_rows = zip(method.under, under, shortfall_prices, shortfall_money, under_fees, strict=True)
    result.position_bands += [band_row(position, "over", trial, *row) for row in over_rows if row[1] > 0]
    result.position_bands += [band_row(position, "under", trial, *row) for row in under_rows if row[1] > 0]


def band_row(
    position: Position, side: str, trial: bool, band: dict[str, Any], energy: int, price: int | None, amount: int,
    fee: int,
) -> dict[str, Any]:  # fmt: skip
    """Rulebook 9: one row per position and band that holds energy."""
    return {
        "unit_id": position.unit,
        "month": position.month,
        "product": position.product,
        "trial": trial,
        "side": side,
        "edge": edge_units(band),
        "energy_kwh": energy,
        "price_micro_yuan_per_kwh": price,
        "amount_micro_yuan": amount,
        "fee_micro_yuan": fee,
    }


# ---- legs ----------------------------------------------------------------------------------------------------------


def settle_leg(
    result: Settlement, position: Position, method: Method, leg: Leg, trial: bool, *,
    energy: int, price: int, short: list[int], short_prices: list[int],
) -> dict[str, Any]:  # fmt: skip
    """`energy` at the leg's own price and `shortfall` at its band's, from the buyer to the leg's seller or MARKET."""
    market_between = result.shape["counterparty"] == "market"
    payee = MARKET if market_between else leg.seller
    where = {"month": position.month, "unit_id": position.unit, "leg_id": leg.id, "trial": trial}
    paid = result.pay("energy", position.buyer, payee, energy, price, method.clause_of("energy"), **where)
    charged = 0
    for band, part, short_price in zip(method.under, short, short_prices, strict=True):
        # Jiangsu's table of a buyer's lines has no `shortfall`: with MARKET between, price 0 to sellers is no line.
        if market_between and is_zero(band["price"]):
            continue
        charged += result.pay(
            "shortfall", position.buyer, payee, part, short_price, method.clause_of("shortfall"), **where
        )
    row = {
        "leg_id": leg.id,
        "in_band_kwh": energy,
        "energy_micro_yuan": paid,
        "shortfall_kwh": sum(short),
        "shortfall_micro_yuan": charged,
        "trial": trial,
    }
    result.leg_settlement.append(row)
    return row


# ---- cells ---------------------------------------------------------------------------------------------------------


def settle_cells(
    result: Settlement, position: Position, method: Method, place: Place, in_band: int, over: list[int], *, trial: bool
) -> tuple[list[int], list[int | None], list[SoldCell]]:
    """Overrun by cell and band, and the charges; the money of each over band, and its price where it has but one."""
    energies = [cell.energy for cell in position.cells]
    shares = split(in_band, energies) if in_band > 0 else [0] * len(energies)
    # First `split(min(A, upper₁), cells)`, then band after band by `split` of what is left.
    left = [energy - share for energy, share in zip(energies, shares, strict=True)]
    band_shares = []
    for energy in over:
        parts = split(energy, left) if energy > 0 else [0] * len(left)
        left = [energy - part for energy, part in zip(left, parts, strict=True)]
        band_shares.append(parts)

    delivered: list[SoldCell] = []
    money = [0] * len(over)
    prices: list[set[int]] = [set() for _ in over]
    for i, cell in enumerate(position.cells):
        off = None if cell.user.on_peak_valley_tariff else place.shape.off_period(method.off_places)
        row = result.cell_row(cell, position.unit, trial)
        row["in_band_kwh"] = shares[i]
        row["overrun_kwh"] = cell.energy - shares[i]
        where = {
            "month": position.month, "unit_id": position.unit, "user_id": cell.user.id, "period": cell.period,
            "tariff_period": cell.tariff_period, "trial": trial, "day": cell.user.day,
        }  # fmt: skip
        # The band's price goes by the contract period, every charge by the tariff period (rulebook 11).
        by_contract = place.of(user=cell.user, period=cell.period, off_period=off)
        for number, band in enumerate(method.over):
            energy = band_shares[number][i]
            if energy == 0:
                continue
            price = price_of(band["price"], by_contract, "overrun")
            paid = result.pay(
                "overrun", band.get("payer", position.buyer), band["payee"], energy, price,
                method.clause_of("overrun"), **where,
            )  # fmt: skip
            row["overrun_micro_yuan"] += paid
            money[number] += paid
            prices[number].add(price)
        own = own_price(place.market, cell, place.in_band)
        by_tariff = place.of(user=cell.user, period=cell.tariff_period, off_period=off, own_price=own)
        over_of_cell = cell.energy - shares[i]
        delivery = delivery_price(method, cell, by_tariff) if over_of_cell and own is not None else 0
        delivered.append(SoldCell(cell, over_of_cell, delivery))
        for charge in method.charges:
            settle_charge(result, charge, cell, shares[i], by_tariff, row, where)
        result.cell_settlement.append(row)
    return money, [some.pop() if len(some) == 1 else None for some in prices], delivered


def delivery_price(method: Method, cell: Cell, place: Place) -> int:
    """Rulebook 14: what a kWh of overrun would have paid in band beside its energy, each price rounded by itself."""
    return sum(
        price_of(charge["price"], place, charge["item"])
        for charge in method.charges
        if charge["base"] == "in_band" and (not charge.get("only") or cell.user.on_peak_valley_tariff)
    )


def settle_charge(
    result: Settlement, charge: dict[str, Any], cell: Cell, in_band: int, place: Place,
    row: dict[str, Any], where: dict[str, Any],
) -> None:  # fmt: skip
    """A charge on a cell's in-band or metered energy: the cell's user → an account."""
    if charge.get("only") and not cell.user.on_peak_valley_tariff:
        return
    energy = {"in_band": in_band, "metered": cell.energy}[charge["base"]]
    if energy == 0:
        return
    price = price_of(charge["price"], place, charge["item"])
    row[f"{charge['item']}_micro_yuan"] += result.pay(
        charge["item"], cell.user.id, charge["payee"], energy, price, charge.get("clause", ""), **where
    )


# ---- fees ----------------------------------------------------------------------------------------------------------


def settle_fee(
    result: Settlement, position: Position, method: Method, place: Place, side: str, band: dict[str, Any], energy: int,
    *, trial: bool,
) -> int:  # fmt: skip
    """A band's fee on what exemptions leave of its energy: buyer → who collects fees, one line per position and side.

    A fee of an over band beside one of another makes a line of its own: energy × price is its amount.
    """
    if not has_fee(band):
        return 0
    if "exempt" in band:
        energy = max(0, energy - exempt_energy(place, position, band["exempt"]))
    if energy == 0:
        return 0
    fees = place.shape["fees"]
    return result.pay(
        fees["item"], position.buyer, fees["payee"], energy, price_of(band["fee"], place, fees["item"]),
        method.clause_of(fees["item"]), month=position.month, unit_id=position.unit, trial=trial,
    )  # fmt: skip


def exempt_energy(place: Place, position: Position, exempt: dict[str, Any]) -> int:
    """Jiangsu 117.3: what stayed unfilled of the unit's standing orders of new energy that deliver that month.

    In sessions of a kind, with a price at least this month's; takers have none and do not count. Of an order that
    delivers several months, the month's part by the decomposition.
    """
    market = place.market
    least = evaluated(exempt["price_at_least"], place)
    if least is None:
        return 0
    unfilled = 0
    for number, row in place.standing:
        if is_transfer(row) or row["side"] != "buy" or row["price_yuan_per_mwh"] == "":
            continue
        if kind_of_session(market, row["session"], "matched") != exempt["unfilled"]:
            continue
        if market.unit(row["participant_id"], row["product"]) != position.unit or row["product"] != position.product:
            continue
        if position.month not in months_of_delivery(row["month"], market.year):
            continue
        if price_micro_yuan(row["price_yuan_per_mwh"]) < least:
            continue
        left = energy_kwh(row["energy_mwh"]) - place.bought.get(number, 0)
        unfilled += by_month(left, row["month"], market)[position.month]
    return unfilled
