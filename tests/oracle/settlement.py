"""Rulebook 5, 6, 9, 10: positions, and the lines of every month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .contracts import Trade, new_energy_legs
from .ledger import Settlement
from .legs import Leg
from .market import MARKET, Cell, Market, Row, unit_of_user
from .positions import Method, Position, settle_position
from .prices import Legs, Place, price_of
from .retail import settle_retail
from .sellers import return_fees, settle_sellers
from .sessions import standing_orders
from .shape import FaultError, list_of


@dataclass
class Surroundings:
    """What prices ask of a month beyond the position."""

    market: Market
    new_energy: list[Leg]  # before transfers
    trades: list[Trade]
    legs: list[Leg]

    def place(self, month: str, unit: str = "") -> Place:
        """Where a price of this month (and unit) is asked for."""
        by_kind: dict[str, Legs] = {}
        for leg in self.new_energy:
            if leg.month == month:
                by_kind.setdefault(leg.kind, []).append((leg.energy, leg.price))
        transferred = [
            (trade["energy_kwh"], trade["price_micro_yuan_per_kwh"])
            for trade in self.trades
            if (trade["transfer"], trade["month"]) == ("generators", month)
        ]
        by_product: dict[str, Legs] = {}
        for leg in self.legs:
            if unit and (leg.unit, leg.month) == (unit, month):
                by_product.setdefault(leg.product, []).append((leg.energy, leg.price))
        bought: dict[int, int] = {}
        for trade in self.trades:
            if trade["buy_row"] is not None:
                bought[trade["buy_row"]] = bought.get(trade["buy_row"], 0) + trade["energy_kwh"]
        return Place(
            self.market, month, trades=by_kind, seller_transfers=transferred, unit_legs=by_product, bought=bought,
            standing=self.standing,
        )  # fmt: skip

    @cached_property
    def standing(self) -> list[tuple[int, Row]]:
        return standing_orders(self.market)[0]


def settle(market: Market, trades: list[Trade], legs: list[Leg]) -> Settlement:
    """Every position, and the users that have no unit, month by month; then transfers, sellers, fees."""
    result = Settlement(market.shape)
    around = Surroundings(market, new_energy_legs(trades, market), trades, legs)
    months = settling_months(market, legs)
    positions = [position for position in positions_of(market, legs) if position.month in months]
    for position in positions:
        place = around.place(position.month, position.unit)
        regime = market.shape.regime_of(position.month)
        normal = Method.of_mode(place.shape, position.mode)
        if regime is None:
            settle_position(result, market, position, normal, place, trial=False)
            continue
        # Rulebook 6: by the older method, and where the set says so the new rules beside it as a trial settlement.
        settle_position(
            result, market, position, Method.of_regime(place.shape, position.mode, regime), place, trial=False
        )
        if regime.get("trial") in (True, "true"):
            settle_position(result, market, position, normal, place, trial=True)
    for cell in market.cells:
        if unit_of_user(cell.user, cell.month) == "":
            settle_without_unit(result, market, cell, around.place(cell.month))
    for leg in legs:
        if leg.month in months:
            settle_transfer(result, market, leg)
            if leg.unit == "":
                settle_account_leg(result, market, leg)
    if market.shape.get("sellers") is not None:
        for month in months:
            if any(MARKET in (leg.buyer, leg.seller) for leg in legs if leg.month == month):
                # Rulebook 12: no seller lines and no balance; buyers' fees are theirs and return.
                return_fees(result, market, month, positions, around.place(month))
            else:
                settle_sellers(result, market, month, legs, positions, around.place(month))
    else:
        for month in months:  # rulebook 9, `fees`: returned whether sellers settle or not
            return_fees(result, market, month, positions, around.place(month))
    if market.retail_contracts:
        settle_retail(result, market, result.sold)
    return result


def settling_months(market: Market, legs: list[Leg]) -> list[str]:
    """Every month with a leg or a cell.

    Jiangsu: in a set whose sellers settle, a month where `meter` or `generation` has a row; it needs its row of
    `market_prices`.
    """
    months = {cell.month for cell in market.cells}
    if market.shape.get("sellers") is None:
        return sorted(months | {leg.month for leg in legs})
    months |= {row["month"] for row in market.generation}
    for month in sorted(months):
        if month not in market.market_prices:
            raise FaultError(f"market_prices has no row for {month}")
    return sorted(months)


def positions_of(market: Market, legs: list[Leg]) -> Iterator[Position]:
    """Rulebook 5: unit × month × product, wherever a unit has a leg or a meter row, be it zero (R6).

    A position holds the periods of its product. Legs stand in the order of trades, cells in the row order of `meter`;
    legs of an account make no position.
    """
    held: dict[tuple[str, str, str], Position] = {}

    def position(unit: str, month: str, product: str) -> Position:
        return held.setdefault((unit, month, product), Position(unit, month, product, [], []))

    for leg in legs:
        if leg.unit != "":
            position(leg.unit, leg.month, leg.product).legs.append(leg)
    for cell in market.cells:
        unit = unit_of_user(cell.user, cell.month)
        if unit != "":  # a user that has left brings its unit no more energy
            product = market.shape.product_of(cell.user.mode, cell.period)
            position(unit, cell.month, product).cells.append(cell)
    # Rulebook 12: contracts of a unit's month from deals alone, and nothing metered in it: no position.
    unit_months = {(unit, month) for unit, month, _ in held}
    silent = {
        (unit, month)
        for unit, month in unit_months
        if all(
            not place.cells and all(leg.from_deal for leg in place.legs)
            for place in held.values()
            if (place.unit, place.month) == (unit, month)
        )
    }
    for key in sorted(held):
        if key[:2] not in silent:
            yield held[key]


# ---- users outside the market: N6, rulebook 9 `outside` ------------------------------------------------------------


def settle_without_unit(result: Settlement, market: Market, cell: Cell, place: Place) -> None:
    """A user that has left the market, or on priority purchase (which comes first, R1): all kWh at the set's charges.

    Rulebook 11: what is not the band or the overrun price goes by the tariff period.
    """
    where = "priority_purchase" if cell.user.priority_purchase else "left_market"
    shape = place.shape
    charges: list[dict[str, Any]] = []
    for entry in list_of(shape["outside"].get(where)):
        charges += shape["modes"][entry["charges"]]["charges"] if "charges" in entry else [entry]
    if not charges:
        raise FaultError(f"this set has no price for {cell.user.id}: {where}")
    off_period = None if cell.user.on_peak_valley_tariff else shape.off_period(where)
    here = place.of(user=cell.user, period=cell.tariff_period, off_period=off_period)
    row = result.cell_row(cell, "", trial=False)
    for charge in charges:
        if cell.energy == 0 or (charge.get("only") and not cell.user.on_peak_valley_tariff):
            continue
        paid = result.pay(
            charge["item"], cell.user.id, charge["payee"], cell.energy,
            price_of(charge["price"], here, charge["item"]), charge.get("clause", ""),
            month=cell.month, user_id=cell.user.id, period=cell.period, tariff_period=cell.tariff_period,
            day=cell.user.day,
        )  # fmt: skip
        row[f"{charge['item']}_micro_yuan"] += paid
    result.cell_settlement.append(row)


def settle_account_leg(result: Settlement, market: Market, leg: Leg) -> None:
    """Jiangsu 40.2: a leg of an account such as GRID settles in full at its price, GRID → MARKET (照付不议).

    The text has such a buyer only where MARKET stands between; where the counterparty is direct, its seller is paid.
    Like a leg of a month that doesn't settle, it has no row in `leg_settlement`. Rulebook 12: MARKET pays the seller.
    """
    sellers = market.shape.get("sellers")
    clause = sellers["take_or_pay"].get("clause", "") if sellers else ""
    if leg.buyer == MARKET and not sellers:
        clause = Method.of_mode(market.shape, market.shape.modes_with(leg.product)[0]).clause_of("energy")
    payee = MARKET if market.shape["counterparty"] == "market" and leg.buyer != MARKET else leg.seller
    result.pay("energy", leg.buyer, payee, leg.energy, leg.price, clause, month=leg.month, leg_id=leg.id)


# ---- transfers: rulebook 10 ----------------------------------------------------------------------------------------


def settle_transfer(result: Settlement, market: Market, leg: Leg) -> None:
    """The difference of prices, for the full energy whatever is metered; in both ledgers where there is a trial one.

    Also in a regime the line uses the leg's own price.
    """
    if leg.line is None:
        return
    transfers = market.shape["transfers"]
    regime = market.shape.regime_of(leg.month)
    for trial in (False, True) if regime and regime.get("trial") in (True, "true") else (False,):
        result.pay(
            transfers["item"], leg.line.payer, leg.line.payee, leg.line.energy, leg.line.price,
            transfers.get("clause", ""), month=leg.month, unit_id=leg.unit, leg_id=leg.id, trial=trial,
        )  # fmt: skip
