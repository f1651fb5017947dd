"""Rulebook 5 and 6: positions, bands, and every transfer of money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .contracts import Leg
from .exact import round_half_up, split
from .market import Cell, Market, Tariff, User, unit_of_user
from .rule_values import Rules

GRID, GOVERNMENT = "GRID", "GOVERNMENT"


@dataclass
class Settlement:
    """The result tables of this part, row by row."""

    positions: list[dict[str, Any]] = field(default_factory=list)
    leg_settlement: list[dict[str, Any]] = field(default_factory=list)
    cell_settlement: list[dict[str, Any]] = field(default_factory=list)
    ledger: list[dict[str, Any]] = field(default_factory=list)

    def pay(self, item: str, payer: str, payee: str, energy: int, price: int, clause: str, **where: Any) -> int:
        """One ledger line; returns its amount. Rulebook 1: kWh × 10⁻⁶ yuan/kWh, no rounding at all.

        Formats 2: lines of zero amount and zero energy are left out (R7: a zero amount with energy stays).
        """
        amount = energy * price
        if energy != 0:
            line = {"month": "", "unit_id": "", "user_id": "", "leg_id": "", "period": "", "trial": False}
            line |= {"item": item, "payer": payer, "payee": payee, "clause": clause, **where}
            line |= {"energy_kwh": energy, "price_micro_yuan_per_kwh": price, "amount_micro_yuan": amount}
            self.ledger.append(line)
        return amount


def settle(market: Market, legs: list[Leg]) -> Settlement:
    """Every position, and the users that have no unit, month by month."""
    result = Settlement()
    for unit, month, product, its_legs, its_cells in positions_of(market, legs):
        if month in market.rules["transition.months"]:
            # Rulebook 6: the first quarter by the older method, and the new rules beside it as a trial settlement.
            prices = transition_prices(unit, month, legs)
            settle_in_transition(result, market, unit, month, product, its_legs, its_cells, prices)
            settle_by_bands(result, market, unit, month, product, its_legs, its_cells, trial=True)
        else:
            settle_by_bands(result, market, unit, month, product, its_legs, its_cells, trial=False)
    for cell in market.cells:
        if unit_of_user(cell.user, cell.month) == "":
            settle_without_unit(result, market, cell)
    return result


def positions_of(market: Market, legs: list[Leg]) -> Iterator[tuple[str, str, str, list[Leg], list[Cell]]]:
    """Rulebook 5: unit × month × product, wherever a unit has a leg or a meter row, be it zero (R6).

    A conventional position holds all three periods of all users of the unit, a `tou` position only its own period.
    Legs stand in the order of trades, cells in the row order of `meter`.
    """
    held: dict[tuple[str, str, str], tuple[list[Leg], list[Cell]]] = {}
    for leg in legs:
        held.setdefault((leg.unit, leg.month, leg.product), ([], []))[0].append(leg)
    for cell in market.cells:
        unit = unit_of_user(cell.user, cell.month)
        if unit != "":  # a user that has left brings its unit no more energy
            product = "total" if cell.user.mode == "conventional" else cell.period
            held.setdefault((unit, cell.month, product), ([], []))[1].append(cell)
    for unit, month, product in sorted(held):
        yield (unit, month, product, *held[unit, month, product])


# ---- the new rules: bands (rulebook 5) -----------------------------------------------------------------------------


def settle_by_bands(
    result: Settlement, market: Market, unit: str, month: str, product: str,
    legs: list[Leg], cells: list[Cell], *, trial: bool,
) -> None:  # fmt: skip
    """One position by N5.1 or N5.2."""
    rules, mode = market.rules.at(month), mode_of(product)
    contracted = sum(leg.energy for leg in legs)
    metered = sum(cell.energy for cell in cells)
    upper = round_half_up(contracted * rules.ratio(f"settlement.{mode}.upper"))
    lower = round_half_up(contracted * rules.ratio(f"settlement.{mode}.lower"))
    in_band = min(metered, upper)
    shortfall = max(0, lower - metered)

    def overrun_price(user: User, period: str, tariff: Tariff) -> int:
        """N5.1: the catalogue price; N5.2: peak pays the peak, flat and valley pay the flat catalogue price."""
        if mode == "conventional" and not user.on_peak_valley_tariff:
            return tariff.catalogue["flat"]
        return tariff.catalogue[rules[f"settlement.{mode}.overrun_catalogue.{period}"]]

    def transmission_price(user: User, period: str, tariff: Tariff) -> int:
        """N4: T&D; in `tou` mode × the period's coefficient, for a user off the peak-valley tariff too."""
        if mode == "tou":
            return round_half_up(tariff.transmission * rules.ratio(f"tariff.coefficient.{period}"))
        return tariff.transmission

    settle_position(
        result, market, unit, month, product, legs, cells,
        edges=(upper, lower), in_band=in_band, shortfall=shortfall, leg_prices=[leg.price for leg in legs],
        overrun_price=overrun_price, transmission_price=transmission_price, adjusted=mode == "conventional",
        clause="N5.1" if mode == "conventional" else "N5.2", trial=trial,
    )  # fmt: skip


# ---- the older method of the first quarter of 2021 (rulebook 6) ----------------------------------------------------


def transition_prices(unit: str, month: str, legs: list[Leg]) -> int | None:
    """The cleared flat price of a unit's month: the energy-weighted mean of its `flat` legs; None without any (R8)."""
    flat = [leg for leg in legs if (leg.unit, leg.month, leg.product) == (unit, month, "flat") and leg.energy > 0]
    if not flat:
        return None
    return round_half_up(Fraction(sum(leg.energy * leg.price for leg in flat), sum(leg.energy for leg in flat)))


def settle_in_transition(
    result: Settlement, market: Market, unit: str, month: str, product: str,
    legs: list[Leg], cells: list[Cell], flat_price: int | None,
) -> None:  # fmt: skip
    """Without bands: all metered energy is in band; with C = 0 it is all overrun. Both modes like conventional ones."""
    contracted = sum(leg.energy for leg in legs)
    metered = sum(cell.energy for cell in cells)
    in_band = metered if contracted > 0 else 0
    replaced = product in ("peak", "valley") and flat_price is not None
    prices = [flat_price if replaced else leg.price for leg in legs]

    def overrun_price(user: User, period: str, tariff: Tariff) -> int:
        """The catalogue price of the period itself; off the peak-valley tariff the flat one in every period."""
        return catalogue_price(user, period, tariff)

    def transmission_price(user: User, period: str, tariff: Tariff) -> int:
        """T&D has no coefficient then."""
        return tariff.transmission

    settle_position(
        result, market, unit, month, product, legs, cells,
        edges=(in_band, 0), in_band=in_band, shortfall=0, leg_prices=prices,
        overrun_price=overrun_price, transmission_price=transmission_price, adjusted=True,
        clause="N5", trial=False,
    )  # fmt: skip


# ---- what both have in common --------------------------------------------------------------------------------------


def settle_position(
    result: Settlement, market: Market, unit: str, month: str, product: str, legs: list[Leg], cells: list[Cell], *,
    edges: tuple[int, int], in_band: int, shortfall: int, leg_prices: list[int],
    overrun_price: Any, transmission_price: Any, adjusted: bool, clause: str, trial: bool,
) -> None:  # fmt: skip
    """The table of rulebook 5, line by line."""
    buyer = unit.rpartition("/")[0]
    rules = market.rules.at(month)
    where = {"month": month, "unit_id": unit, "trial": trial}

    # energy: buyer → each leg's generator, split(in_band, legs), the leg's own price.
    # shortfall: buyer → each leg's generator, split(shortfall, legs), 10 yuan/MWh.
    leg_energies = split(in_band, [leg.energy for leg in legs]) if in_band > 0 else [0] * len(legs)
    leg_shortfalls = split(shortfall, [leg.energy for leg in legs]) if shortfall > 0 else [0] * len(legs)
    fee = rules.price("settlement.shortfall_price")
    energy_money = shortfall_money = 0
    for leg, price, energy, missing in zip(legs, leg_prices, leg_energies, leg_shortfalls, strict=True):
        paid = result.pay("energy", buyer, leg.seller, energy, price, clause, leg_id=leg.id, **where)
        charged = result.pay("shortfall", buyer, leg.seller, missing, fee, clause, leg_id=leg.id, **where)
        energy_money += paid
        shortfall_money += charged
        result.leg_settlement.append(
            {
                "leg_id": leg.id,
                "in_band_kwh": energy,
                "energy_micro_yuan": paid,
                "shortfall_kwh": missing,
                "shortfall_micro_yuan": charged,
                "trial": trial,
            }
        )

    # The average in-band price of a position = Σ energy money / in_band, rounded to 10⁻⁶ yuan/kWh.
    average_price = round_half_up(Fraction(energy_money, in_band)) if in_band > 0 else 0
    cell_energies = split(in_band, [cell.energy for cell in cells]) if in_band > 0 else [0] * len(cells)
    overrun_money = 0
    for cell, energy in zip(cells, cell_energies, strict=True):
        user, period = cell.user, cell.period
        tariff = market.tariff(user, month)
        place = {"user_id": user.id, "period": period, **where}
        overrun = cell.energy - energy  # a cell's overrun is what is left of it

        # overrun: buyer → grid company. A catalogue price contains T&D and funds, so overrun pays neither again.
        price = overrun_price(user, period, tariff)
        overrun_paid = result.pay("overrun", buyer, GRID, overrun, price, clause, **place)

        # transmission: the cell's user → grid company, the cell's kWh in band.
        price = transmission_price(user, period, tariff)
        transmission_paid = result.pay("transmission", user.id, GRID, energy, price, "N4", **place)

        # tou_adjustment: (average in-band energy price of the position + T&D) × (coefficient − 1), rounded.
        adjustment_paid = 0
        if adjusted and user.on_peak_valley_tariff:
            coefficient = rules.ratio(f"tariff.coefficient.{period}")
            price = round_half_up((average_price + tariff.transmission) * (coefficient - 1))
            adjustment_paid = result.pay("tou_adjustment", user.id, GRID, energy, price, "N4", **place)

        # funds: the cell's user → government, the cell's kWh in band.
        funds_paid = result.pay("funds", user.id, GOVERNMENT, energy, tariff.funds, "choice", **place)

        overrun_money += overrun_paid
        result.cell_settlement.append(
            cell_row(cell, unit, trial)
            | {
                "in_band_kwh": energy,
                "overrun_kwh": overrun,
                "overrun_micro_yuan": overrun_paid,
                "transmission_micro_yuan": transmission_paid,
                "tou_adjustment_micro_yuan": adjustment_paid,
                "funds_micro_yuan": funds_paid,
            }
        )

    metered = sum(cell.energy for cell in cells)
    result.positions.append(
        {
            "unit_id": unit,
            "month": month,
            "product": product,
            "contract_kwh": sum(leg.energy for leg in legs),
            "metered_kwh": metered,
            "upper_kwh": edges[0],
            "lower_kwh": edges[1],
            "in_band_kwh": in_band,
            "overrun_kwh": metered - in_band,
            "shortfall_kwh": shortfall,
            "energy_micro_yuan": energy_money,
            "overrun_micro_yuan": overrun_money,
            "shortfall_micro_yuan": shortfall_money,
            "trial": trial,
        }
    )


def settle_without_unit(result: Settlement, market: Market, cell: Cell) -> None:
    """N6: a user that has left the market, or on priority purchase (which comes first, R1)."""
    tariff = market.tariff(cell.user, cell.month)
    catalogue = catalogue_price(cell.user, cell.period, tariff)
    place = {"month": cell.month, "user_id": cell.user.id, "period": cell.period}
    row = cell_row(cell, "", trial=False)
    if cell.user.priority_purchase:
        # catalogue: all kWh at the catalogue price of the period itself.
        row["catalogue_micro_yuan"] = result.pay("catalogue", cell.user.id, GRID, cell.energy, catalogue, "N6", **place)
    else:
        # fallback: all kWh at 1.2 × (catalogue of the period itself − funds), with `funds` beside it; not T&D.
        price = fallback_price(catalogue, tariff.funds, market.rules.at(cell.month))
        row["fallback_micro_yuan"] = result.pay("fallback", cell.user.id, GRID, cell.energy, price, "N6", **place)
        row["funds_micro_yuan"] = result.pay(
            "funds", cell.user.id, GOVERNMENT, cell.energy, tariff.funds, "choice", **place
        )
    result.cell_settlement.append(row)


def cell_row(cell: Cell, unit: str, trial: bool) -> dict[str, Any]:
    """A row of `cell_settlement` before any money. Without a unit, in-band and overrun are zero (formats 2)."""
    names = ("overrun", "transmission", "tou_adjustment", "funds", "fallback", "catalogue")
    return {
        "user_id": cell.user.id,
        "unit_id": unit,
        "month": cell.month,
        "period": cell.period,
        "metered_kwh": cell.energy,
        "in_band_kwh": 0,
        "overrun_kwh": 0,
        **{f"{name}_micro_yuan": 0 for name in names},
        "trial": trial,
    }


def mode_of(product: str) -> str:
    """Rulebook 2: a conventional unit trades `total`, a `tou` unit the periods."""
    return "conventional" if product == "total" else "tou"


def catalogue_price(user: User, period: str, tariff: Tariff) -> int:
    """Rulebook 5: a user off the peak-valley tariff pays the flat catalogue price in every period."""
    return tariff.catalogue[period if user.on_peak_valley_tariff else "flat"]


def fallback_price(catalogue: int, funds: int, rules: Rules) -> int:
    """N6: 1.2 × (catalogue − funds), rounded to 10⁻⁶ yuan/kWh before it meets the energy."""
    return round_half_up(rules.ratio("fallback.multiple") * (catalogue - funds))
