"""What closes a month: sellers by what they generated, fees that return, the market's balance (rulebook part 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.rules.shape import ENERGY, MARKET, TRANSFER
from gridsim.settlement.closing import NO_PRICE, LineList, signed_shares, whole_shares
from gridsim.settlement.extended_items import pay_items
from gridsim.settlement.figures import figure
from gridsim.settlement.monthly import MONTHS
from gridsim.settlement.position_prices import PositionPlaces
from gridsim.settlement.unitless import tell_lacking
from gridsim.units import RATIO_ONE, round_half_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import SellerShape, SoldItem
    from gridsim.scenario import Scenario
    from gridsim.settlement.closing import ClosingLines
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome, UnitlessOutcome

    Ints = NDArray[np.int64]

__all__ = ["Generation", "SellerOutcome", "close_months", "generation_of", "returned_shares", "settling_months"]


@dataclass(frozen=True, eq=False)
class Generation:
    """What generators delivered, and what the grid company's agency users consumed.

    Attributes
    ----------
    energy : (G, 12) int64 array
        [kWh] 0 where there is no row.
    own_fault : (G, 12) bool array
    has_row : (12,) bool array
        Whether some generator has a row of the month.
    agency : (12,) int64 array
        [kWh]
    """

    energy: Ints
    own_fault: NDArray[np.bool_]
    has_row: NDArray[np.bool_]
    agency: Ints


class SellerOutcome(NamedTuple):
    """Lines that close the months, and a row for each generator and month that settles, month by month.

    Energies in kWh, price in micro-yuan/kWh, money in micro-yuan as the seller receives it.
    """

    lines: ClosingLines
    trial_lines: ClosingLines
    """Of the trial settlement, which has the transfers alone."""
    seller: Ints
    month: Ints
    contract: Ints
    generated: Ints
    structural: Ints
    deviation: Ints
    price: Ints
    energy_money: Ints
    structural_money: Ints
    deviation_money: Ints
    fee_money: Ints
    balance_money: Ints


NO_SELLERS = SellerOutcome(LineList(()).closed(), LineList(()).closed(), *np.zeros((12, 0), dtype=np.int64))


def generation_of(scenario: Scenario) -> Generation:
    """What the tables ``generation`` and ``agency`` of a scenario say; zeros where it has none."""
    energy = np.zeros((len(scenario.tables["generators"]), MONTHS), dtype=np.int64)
    own_fault, has_row, agency = energy.astype(bool), np.zeros(MONTHS, dtype=bool), np.zeros(MONTHS, dtype=np.int64)
    if "generation" in scenario.given:
        table = scenario.tables["generation"]
        at = scenario.row_of(table["generator_id"], "generators", "generator_id"), table["month"].array.codes
        energy[at] = table["energy_kwh"].to_numpy()
        has_row[at[1]] = True
        if "own_fault" in table:
            own_fault[at] = table["own_fault"].to_numpy(dtype=bool)
    if "agency" in scenario.given:
        table = scenario.tables["agency"]
        agency[table["month"].array.codes] = table["energy_kwh"].to_numpy()
    return Generation(energy, own_fault, has_row, agency)


def settling_months(shape: MarketShape, meter: Meter, generation: Generation) -> NDArray[np.bool_]:
    """(12,) which months settle: all; where sellers settle, those in which something was metered or generated."""
    if shape.sellers is None:
        return np.ones(MONTHS, dtype=bool)
    months = generation.has_row.copy()
    months[meter.month] = True
    return months


def close_months(
    rules: MonthlyRules,
    months: NDArray[np.bool_],
    legs: ContractBook,
    outcome: Outcome,
    unitless: UnitlessOutcome,
    meter: Meter,
    generation: Generation,
    names: PartyNames,
) -> SellerOutcome:
    """The lines that close each month: legs of accounts, sellers, the return of fees, the balance of the market.

    Parameters
    ----------
    rules : MonthlyRules
    months : (12,) bool array
        Those that settle.
    legs : ContractBook
        After transfers; the unit of a leg of an account is -1.
    outcome : Outcome
        The settlement that counts.
    unitless : UnitlessOutcome
    meter : Meter
    generation : Generation
    names : PartyNames

    Raises
    ------
    ScenarioError
        A line needs a price that its month lacks.
    """
    shape = rules.shape
    has_account_legs = bool((legs.unit < 0).any())
    has_returns = shape.fees is not None and bool(shape.fees.returned_item)
    if not (shape.sellers is not None or has_returns or has_account_legs or shape.closing):
        return NO_SELLERS
    closing = _Closing(rules, legs, outcome, unitless, meter, generation, names)
    for month in np.flatnonzero(months).tolist():
        closing.month(month)
    closing.tell_lacking()
    table = np.array(closing.rows, dtype=np.int64).reshape(-1, 12)
    return SellerOutcome(closing.lines.closed(), closing.trial_lines.closed(), *table.T)


def returned_shares(
    shape: MarketShape, names: PartyNames, pot: int, metered: Ints, agency: int
) -> list[tuple[int, int]]:
    """What of a month's fees goes back to whom: nothing if nobody consumed, and nothing to who collects them.

    Parameters
    ----------
    shape : MarketShape
        Whose fees go back.
    names : PartyNames
    pot : int
        [micro-yuan]
    metered : (parties,) int64 array
        [kWh]
    agency : int
        [kWh] of the users of who collects the fees.

    Returns
    -------
    list of (int, int)
        Parties, and their shares [micro-yuan].
    """
    fees = shape.fees
    assert fees is not None  # as who asks knows
    payee = int(names.party_of_account[shape.accounts.index(fees.payee)])
    groups = {"direct_users": names.direct_users, "retailers": names.retailers}
    accounts = {
        name: [int(names.party_of_account[shape.accounts.index(name)])] for name in fees.to if name not in groups
    }
    participants = [
        int(party) for group in fees.to for party in (accounts[group] if group in accounts else groups[group])
    ]
    weights = [int(metered[party]) + agency * (party == payee) for party in participants]
    if not any(weights):
        return []
    shares = zip(participants, whole_shares(pot, weights), strict=True)
    return [(party, share) for party, share in shares if party != payee]


class _Closing:
    """The closing lines as they are written."""

    def __init__(
        self,
        rules: MonthlyRules,
        legs: ContractBook,
        outcome: Outcome,
        unitless: UnitlessOutcome,
        meter: Meter,
        generation: Generation,
        names: PartyNames,
    ) -> None:
        self._rules, self._legs, self._outcome, self._generation, self._names = rules, legs, outcome, generation, names
        self._meter = meter
        self._shape = rules.shape
        self.lines, self.trial_lines = LineList(rules.shape.items), LineList(rules.shape.items)
        self.rows: list[tuple[int, ...]] = []
        self._lacking: dict[str, list[int]] = {}
        positions, fees = outcome.positions, outcome.fees
        self._consumed = _by_month(positions.month, outcome.by_position.metered)
        self._fees = _by_month(
            positions.month, sum((fee.energy * fee.price for fee in fees), np.zeros(len(positions), np.int64))
        )
        sellers = rules.shape.sellers
        self._held = np.zeros(MONTHS, dtype=np.int64)
        if sellers is not None:
            self._held = _received(sellers.balance.account, outcome, unitless, meter, rules.shape)

    def month(self, month: int) -> None:
        """One month's lines."""
        shape = self._shape
        mine = np.flatnonzero(self._legs.month == month)
        for leg in mine[self._legs.unit[mine] < 0].tolist():
            self._pay_account_leg(month, leg)
        self._pay_account_moves(month)
        pot = int(self._fees[month])
        rows: list[list[int]] = []
        sellers = None if self._is_one_sided(mine).any() else shape.sellers
        if sellers is not None:
            rows = self._sellers(month, mine, sellers)
            pot -= sum(row[_FEE] for row in rows)
        self._return_fees(month, pot)
        if sellers is not None:
            self._balance(month, rows, sellers)
        if shape.closing:
            generated = self._generation.energy[:, month]
            pay_items(month, self._rules, self._names, self._legs, self._meter, generated, self.lines)
        self.rows += [tuple(row) for row in rows]

    def _is_one_sided(self, leg: Ints) -> NDArray[np.bool_]:
        """Which legs come from deals that lack their other side: of their months nobody knows the whole (part 12)."""
        market = self._shape.all_accounts.index(MARKET)
        legs = self._legs
        found: NDArray[np.bool_] = (legs.unit[leg] == -1 - market) | (legs.seller[leg] == len(self._names.generators))
        return found

    def _account(self, name: str) -> int:
        return int(self._names.party_of_account[self._shape.accounts.index(name)])

    def _price(self, expression: Expression, month: int, item: str) -> int:
        found = figure(expression, PositionPlaces(self._rules, np.array([month])))
        if found.is_there is not None and not np.broadcast_to(found.is_there, 1)[0]:
            self._lacking.setdefault(item, []).append(month)
        return int(np.broadcast_to(found.values, 1)[0])

    def _price_then(self, expression: Expression, month: int, item: str) -> int:
        return next(
            self._price(form, month, item) for form, is_then in self._rules.by_month(expression) if is_then[month]
        )

    def tell_lacking(self) -> None:
        """Raise a fault if a line's price is not there."""
        for item in sorted(self._lacking):
            tell_lacking(item, np.array(self._lacking[item]), self._rules)

    def _pay_account_leg(self, month: int, leg: int) -> None:
        """A leg of an account settles in full at its price, whatever is metered; `MARKET` pays the seller itself."""
        legs, names = self._legs, self._names
        payer = int(names.party_of_account[-legs.unit[leg] - 1])
        sellers = self._shape.sellers
        market = self._account(sellers.balance.account) if sellers is not None else None
        mode = self._shape.mode_ids[self._shape.mode_of_product[legs.product[leg]]]
        payee = int(names.party_of_seller[legs.seller[leg]])
        if not self._shape.direct and market is not None and payer != market:
            payee = market
        paid = self.lines.pay(
            month,
            ENERGY,
            (payer, payee),
            int(legs.energy[leg]),
            int(legs.price[leg]),
            (f"{ENERGY}.sellers", f"{ENERGY}.{mode}"),
            leg,
        )
        if payee == market:
            self._held[month] += paid

    def _pay_account_moves(self, month: int) -> None:
        """What generators pay each other for legs of accounts that they took over."""
        legs, moves, party = self._legs, self._legs.moves, self._names.party_of_seller
        own = (legs.month[moves.leg] == month) & (legs.unit[moves.leg] < 0) & (moves.energy > 0)
        for move in np.flatnonzero(own).tolist():
            leg = int(moves.leg[move])
            parties = int(party[legs.seller[leg]]), int(party[legs.seller[moves.source[move]]])
            for lines in (self.lines, self.trial_lines)[: 1 + bool(self._rules.has_trial[month])]:
                lines.pay(month, TRANSFER, parties, int(moves.energy[move]), int(moves.price[move]), (TRANSFER,), leg)

    def _sellers(self, month: int, mine: Ints, sellers: SellerShape) -> list[list[int]]:
        """The lines of all generators, and their rows without the balance."""
        legs, market = self._legs, self._account(sellers.balance.account)
        generated = self._generation.energy[:, month].tolist()
        bought_by_accounts = int(legs.energy[mine[legs.unit[mine] < 0]].sum())
        surplus = sum(generated) - int(self._consumed[month]) - bought_by_accounts
        structural = signed_shares(surplus, generated) if sum(generated) else [0] * len(generated)
        rows = []
        for seller, (energy, share) in enumerate(zip(generated, structural, strict=True)):
            party = int(self._names.party_of_seller[seller])
            contracted, energy_money = 0, 0
            for leg in mine[legs.seller[mine] == seller].tolist():
                contracted += int(legs.energy[leg])
                energy_money += self.lines.pay(
                    month,
                    ENERGY,
                    (market, party),
                    int(legs.energy[leg]),
                    int(legs.price[leg]),
                    (f"{ENERGY}.sellers", ENERGY),
                    leg,
                )
            self._held[month] -= energy_money
            deviation = energy - contracted
            share = share if sellers.structural is not None else 0
            own = deviation - share
            structural_money = self._receive(month, party, sellers.structural, share)[1]
            price, own_money = self._receive(month, party, sellers.over if own > 0 else sellers.under, own)
            fee = self._fee(month, party, seller, sellers, deviation, contracted)
            rows.append(
                [
                    seller,
                    month,
                    contracted,
                    energy,
                    share,
                    own,
                    price,
                    energy_money,
                    structural_money,
                    own_money,
                    -fee,
                    0,
                ]
            )
        return rows

    def _receive(self, month: int, party: int, entry: SoldItem | None, energy: int) -> tuple[int, int]:
        """Price, and what the generator gets for its energy; of a negative one it pays, with positive energy."""
        if energy == 0 or entry is None or entry.price is None:
            return NO_PRICE, 0
        price, account = self._price_then(entry.price, month, entry.item), self._account(entry.account)
        parties = (account, party) if energy > 0 else (party, account)
        self.lines.pay(month, entry.item, parties, abs(energy), price, (f"{entry.item}.sellers",))
        sellers = self._shape.sellers
        if sellers is not None and entry.account == sellers.balance.account:
            self._held[month] -= energy * price
        return price, energy * price

    def _fee(self, month: int, party: int, seller: int, sellers: SellerShape, deviation: int, contracted: int) -> int:
        """What a generator pays for a deviation that is its own fault."""
        fees = self._shape.fees
        if sellers.fee is None or fees is None or sellers.fee.price is None or sellers.fee_free is None:
            return 0
        if not self._generation.own_fault[seller, month]:
            return 0
        free = self._price_then(sellers.fee_free, month, sellers.fee.item)
        charged = max(0, abs(deviation) - round_half_up(contracted * free, RATIO_ONE))
        if charged == 0:
            return 0
        price = self._price_then(sellers.fee.price, month, sellers.fee.item)
        return self.lines.pay(
            month,
            sellers.fee.item,
            (party, self._account(fees.payee)),
            charged,
            price,
            (f"{sellers.fee.item}.sellers", sellers.fee.item),
        )

    def _return_fees(self, month: int, pot: int) -> None:
        """The month's fees go back by metered energy, to the payee itself without a line."""
        fees, names, positions = self._shape.fees, self._names, self._outcome.positions
        if fees is None or not fees.returned_item:
            return
        of_month = positions.month == month
        metered = np.zeros(len(names.parties), dtype=np.int64)
        np.add.at(metered, names.party_of_unit[positions.unit[of_month]], self._outcome.by_position.metered[of_month])
        payee = self._account(fees.payee)
        for party, share in returned_shares(self._shape, names, pot, metered, int(self._generation.agency[month])):
            self.lines.pay_share(month, fees.returned_item, (payee, party), share, (fees.returned_item,))

    def _balance(self, month: int, rows: list[list[int]], sellers: SellerShape) -> None:
        """What the market's account holds after all other lines goes to the generators, by what they generated."""
        held, market = int(self._held[month]), self._account(sellers.balance.account)
        item, governed_by = sellers.balance.item, (f"{sellers.balance.item}.sellers",)
        generated = [row[_GENERATED] for row in rows]
        if not any(generated):
            self.lines.pay_share(month, item, (market, self._account(sellers.balance_if_none)), held, governed_by)
            return
        for row, share in zip(rows, signed_shares(held, generated), strict=True):
            party = int(self._names.party_of_seller[row[0]])
            row[_BALANCE] = self.lines.pay_share(month, item, (market, party), share, governed_by)


_GENERATED, _FEE, _BALANCE = 3, 10, 11


def _by_month(month: Ints, values: Ints) -> Ints:
    found = np.zeros(MONTHS, dtype=np.int64)
    np.add.at(found, month, values)
    return found


def _received(account: str, outcome: Outcome, unitless: UnitlessOutcome, meter: Meter, shape: MarketShape) -> Ints:
    """(12,) what an account got from buyers and users [micro-yuan]."""
    number = shape.accounts.index(account)
    positions, by_position, by_cell = outcome.positions, outcome.by_position, outcome.by_cell
    found = np.zeros(MONTHS, dtype=np.int64)
    if not shape.direct:
        found += _by_month(positions.month, by_position.energy_money + by_position.shortfall_money)
    month_of_cell = np.repeat(positions.month, np.diff(positions.cell_start))
    every = slice(0, len(positions.cell))
    for band, over in enumerate(by_cell.over):
        paid = by_cell.prices.over[band].account.take(by_cell.prices.place) == number
        found += _by_month(month_of_cell, over * by_cell.price_of_over(band, every) * paid)
    metered = meter.energy[positions.cell]
    for item, charge in enumerate(by_cell.prices.charges):
        paid = charge.account.take(by_cell.prices.place) == number
        money = by_cell.energy_of_charge(item, every, metered) * by_cell.price_of_charge(item, every)
        found += _by_month(month_of_cell, money * paid)
    for outside in unitless.charges:
        if outside.account == number:
            cell = unitless.cell[outside.row]
            found += _by_month(meter.month[cell].astype(np.int64), unitless.energy[outside.row] * outside.price)
    return found
