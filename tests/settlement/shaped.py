"""A market of any shape, cleared by the oracle and settled by gridsim's arrays: what lies between the two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gridsim.contracts.book import ContractBook
from gridsim.rules.shape import MARKET, MarketShape
from gridsim.rules.shape_file import read_shape
from gridsim.settlement.clauses import LedgerClauses
from gridsim.settlement.figures import Figure
from gridsim.settlement.ledger import ledger_table
from gridsim.settlement.meter import Meter
from gridsim.settlement.monthly import MonthlyRules, MonthPrices
from gridsim.settlement.names import PartyNames
from gridsim.settlement.position_prices import mean_prices
from gridsim.settlement.positions import Positions, pack
from gridsim.settlement.prices import pairs_of, price_tables
from gridsim.settlement.sellers import Generation, close_months
from gridsim.settlement.sellers import settling_months as settling_months_of
from gridsim.settlement.settle import settle
from gridsim.settlement.tables import leg_ids
from gridsim.settlement.tariffs import Tariffs
from gridsim.settlement.unitless import settle_unitless
from gridsim.settlement.ways import ways_of
from gridsim.trading.units import UnitTable
from tests.oracle.contracts import clear, legs_of_trades, new_energy_legs
from tests.oracle.exact import energy_kwh, price_micro_yuan
from tests.oracle.legs import Leg, filling_order
from tests.oracle.market import Market, read_market, unit_of_user
from tests.oracle.positions import exempt_energy
from tests.oracle.settlement import Surroundings, settling_months

MONTHS = [f"2023-{number:02d}" for number in range(1, 13)]


def shape_of(plain: dict[str, Any]) -> MarketShape:
    def tell(*fault: object) -> None:
        raise AssertionError(*map(str, fault))

    return read_shape(plain, {}, tell)


@dataclass
class _Rules:
    """As much of a rule set as settlement asks of one that has no values."""

    shape: MarketShape
    values: None = None


class Shaped:
    """A scenario of the oracle's, made ready for gridsim's settlement."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self.market = market = read_market(scenario)
        self.trades, _ = clear(market)
        self.all_legs = legs_of_trades(self.trades, market)
        self.months = settling_months(market, self.all_legs)
        self.around = Surroundings(market, new_energy_legs(self.trades, market), self.trades, self.all_legs)
        self.shape = shape_of(market.shape.data)
        self.legs = self.all_legs
        units = {leg.unit for leg in self.legs if leg.unit}
        units |= {unit_of_user(cell.user, cell.month) for cell in market.cells} - {""}
        self.units = sorted(units)
        self.users = [user.id for user in market.users]
        self.on_tariff = np.array([user.on_peak_valley_tariff for user in market.users])
        self.is_priority = np.array([user.priority_purchase for user in market.users])
        self.rules = MonthlyRules(ways_of(_Rules(self.shape), 2023), tuple(MONTHS), self._prices(), (None,) * 12)  # type: ignore[arg-type]
        self.book = self._book()
        self.meter = self._meter()
        self.tariffs = self._tariffs()

    def positions(self, *, trial: bool) -> Positions:
        months = self.rules.has_trial if trial else np.array([month in self.months for month in MONTHS])
        return pack(self.book, self.meter, _Units(len(self.units), self.shape), months)  # type: ignore[arg-type]

    def settle(self, settler: Any, *, trial: bool) -> Any:
        positions = self.positions(trial=trial)
        tables = price_tables(self.rules, self.tariffs, pairs_of(self.meter, len(self.shape.periods)))
        return settle(
            positions, self.book, self.meter, tables, self.on_tariff, self.rules,
            trial=trial, settler=settler, order_of_legs=self._order(positions), threads=1,
        )  # fmt: skip

    def close(self, outcome: Any, unitless: Any) -> Any:
        months = settling_months_of(self.shape, self.meter, self.generation)
        return close_months(
            self.rules, months, self.book, outcome, unitless, self.meter, self.generation, self.names
        )  # fmt: skip

    def ledger(self, outcomes: list[Any]) -> list[dict[str, Any]]:
        """All lines but those of transfers, which come with the cutting of legs."""
        unitless = self.unitless()
        closed = self.close(outcomes[0], unitless)
        closing = closed.lines, closed.trial_lines
        every = dict.fromkeys([*self.shape.items, *(f"{item}.sellers" for item in self.shape.items)], 0)
        for _, charges in self.shape.outside:
            every |= {f"{charges[0].item}_{charge.item}": 0 for charge in charges}
        codes = np.zeros((len(self.rules.ways), len(self.shape.periods)), dtype=np.int64)
        table = ledger_table(
            outcomes, unitless, self.book, self.meter, self.names, leg_ids(len(self.legs)),
            LedgerClauses(("",), dict.fromkeys(every, codes), tuple(way.name for way in self.rules.ways)), closing,
        )  # fmt: skip
        parts = list(table.parts(None))
        assert sum(len(part) for part in parts) == table.rows
        return [row for part in parts for row in part.to_pylist()]

    @cached_property
    def generation(self) -> Generation:
        rows = {(row["generator_id"], row["month"]): row for row in self.market.generation}
        energy = np.zeros((len(self.market.generators), 12), dtype=np.int64)
        fault, has_row = energy.astype(bool), np.zeros(12, dtype=bool)
        for (generator, month), row in rows.items():
            at = self.market.generators.index(generator), MONTHS.index(month)
            energy[at], fault[at] = energy_kwh(row["energy_mwh"]), row["own_fault"] == "true"
            has_row[at[1]] = True
        agency = np.array([self.market.agency.get(month, 0) for month in MONTHS])
        return Generation(energy, fault, has_row, agency)

    @cached_property
    def names(self) -> PartyNames:
        sellers, users, retailers = self.market.generators, self.users, self.market.retailers
        parties = [*sellers, *users, *retailers, *self.shape.all_accounts]
        party_of_user = len(sellers) + np.arange(len(users))
        buyers = [unit.rpartition("/")[0] for unit in self.units]
        mode = [self.shape.mode_ids.index(unit.rpartition("/")[2]) for unit in self.units]
        units = UnitTable(
            self.shape,
            np.array(self.units, dtype=object),
            np.arange(len(buyers)),
            np.array(mode, dtype=int),
            np.zeros((1, 1), int),
        )
        return PartyNames(
            months=tuple(MONTHS),
            units=units,
            shape=self.shape,
            users=np.array(users, dtype=object),
            sellers=np.array([*sellers, MARKET], dtype=object),
            parties=np.array(parties, dtype=object),
            party_of_seller=np.array([parties.index(seller) for seller in (*sellers, MARKET)]),
            party_of_user=party_of_user,
            party_of_unit=np.array([len(sellers) + [*users, *retailers].index(buyer) for buyer in buyers], dtype=int),
            party_of_account=np.array([parties.index(account) for account in self.shape.all_accounts]),
            direct_users=party_of_user[[not user.retailer for user in self.market.users]],
            retailers=len(sellers) + len(users) + np.arange(len(retailers)),
        )

    def unitless(self) -> Any:
        return settle_unitless(self.meter, self.tariffs, self.on_tariff, self.is_priority, self.rules)

    def _order(self, positions: Positions) -> np.ndarray | None:
        if self.market.shape["order_of_legs"] == "pro_rata":
            return None
        order = np.empty(len(positions.leg), dtype=np.int64)
        for p in range(len(positions)):
            start, stop = positions.leg_start[p], positions.leg_start[p + 1]
            legs = [self.legs[leg] for leg in positions.leg[start:stop]]
            order[start:stop] = start + np.array(filling_order(legs, self.market.shape), dtype=np.int64)
        return order

    def _book(self) -> ContractBook:
        def array(values: list[int]) -> np.ndarray:
            return np.array(values, dtype=np.int64)

        sellers = [*self.market.generators, MARKET]
        return ContractBook(
            trade=array(list(range(len(self.legs)))),
            unit=array(
                [
                    self.units.index(leg.unit) if leg.unit else -1 - self.shape.all_accounts.index(leg.buyer)
                    for leg in self.legs
                ]
            ),
            month=array([MONTHS.index(leg.month) for leg in self.legs]),
            product=array([self.shape.product_ids.index(leg.product) for leg in self.legs]),
            seller=array([sellers.index(leg.seller) for leg in self.legs]),
            energy=array([leg.energy for leg in self.legs]),
            price=array([leg.price for leg in self.legs]),
            of_deal=np.array([leg.from_deal for leg in self.legs], dtype=bool),
        )

    def _meter(self) -> Meter:
        cells, shape = self.market.cells, self.shape
        units = [unit_of_user(cell.user, cell.month) for cell in cells]
        period = np.array([shape.periods.index(cell.period) for cell in cells], dtype=np.int8)
        tariff = np.array([shape.periods.index(cell.tariff_period) for cell in cells], dtype=np.int8)
        mode = [shape.mode_ids.index(cell.user.mode) for cell in cells]
        product = [shape.product_of_cell[m, p] if unit else -1 for m, p, unit in zip(mode, period, units, strict=True)]
        user = np.array([self.users.index(cell.user.id) for cell in cells], dtype=np.int32)
        return Meter(
            user=user,
            state=user,
            month=np.array([MONTHS.index(cell.month) for cell in cells], dtype=np.int8),
            period=period,
            energy=np.array([cell.energy for cell in cells], dtype=np.int64),
            unit=np.array([self.units.index(unit) if unit else -1 for unit in units], dtype=np.int32),
            product=np.array(product, dtype=np.int8),
            tariff_period=period if (tariff == period).all() else tariff,
        )

    def _tariffs(self) -> Tariffs:
        def prices(item: str, period: str = "") -> np.ndarray:
            return np.array(
                [[self.market.tariff(user, month, item, period) for month in MONTHS] for user in self.market.users]
            )

        of = {
            item.id: np.stack([prices(item.id, period) for period in self.shape.periods], axis=2)
            if item.by_period
            else prices(item.id)
            for item in self.shape.tariff
        }
        return Tariffs(len(self.users), np.arange(len(self.users)), of)

    def _prices(self) -> MonthPrices:
        def column(name: str) -> Figure:
            texts = [self.market.market_prices.get(month, {}).get(name, "") for month in MONTHS]
            values = np.array([price_micro_yuan(text) if text else 0 for text in texts])
            return Figure(values, np.array([text != "" for text in texts]))

        def mean(legs_of_month: Any) -> Figure:
            legs = [legs_of_month(self.around.place(month)) for month in MONTHS]
            return mean_prices(
                np.array([sum(e * p for e, p in each) for each in legs]),
                np.array([sum(e for e, _ in each) for each in legs]),
            )

        names = {name for row in self.market.market_prices.values() for name in row} - {"month"}
        return MonthPrices(
            market={name: column(name) for name in names},
            mean=lambda kinds: mean(lambda place: [leg for kind in kinds for leg in place.trades.get(kind, [])]),
            transfers=mean(lambda place: place.seller_transfers),
            unfilled=self._unfilled,
        )

    def _unfilled(self, kind: str, least: Figure) -> np.ndarray:
        found = np.zeros((12, len(self.units), len(self.shape.products)), dtype=np.int64)
        for m, month in enumerate(MONTHS):
            exempt = {"unfilled": kind, "price_at_least": str(least.values[m] / 1000)}
            for u, unit in enumerate(self.units):
                for p, product in enumerate(self.shape.product_ids):
                    place = self.around.place(month, unit)
                    found[m, u, p] = exempt_energy(place, _Position(unit, month, product), exempt)  # type: ignore[arg-type]
        return found


@dataclass
class _Position:
    unit: str
    month: str
    product: str


@dataclass
class _Units:
    count: int
    shape: MarketShape

    def __len__(self) -> int:
        return self.count


__all__ = ["MONTHS", "Leg", "Market", "Shaped", "shape_of"]
