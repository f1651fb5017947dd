"""The rest of a user's bill: capacity or demand, and the adjustment by the power factor (rulebook part 13).

All of it follows from what was settled, and stands behind it in the settlement that counts (`ledger_tail`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.errors import InputOverflowError
from gridsim.rules.shape import TAIL_ITEMS, TAIL_OF_TABLE
from gridsim.settlement.closing import NO_PRICE
from gridsim.settlement.ledger_tail import NO_TAIL, NOBODY, TailLines
from gridsim.settlement.levies import BilledUsers, Levies
from gridsim.settlement.monthly import MONTHS
from gridsim.settlement.power_factor import adjustment, adjustment_ratio, power_factor, steps_of
from gridsim.settlement.unitless import LEFT_MARKET, PRIORITY_PURCHASE
from gridsim.units import INT64_MAX
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.schema import Billing
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.scenario.states import UserStates
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome, UnitlessOutcome
    from gridsim.settlement.tariffs import Tariffs

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["Bill", "BilledRows", "Biller", "billed_rows", "billing_lines"]

_CAPACITY, _DEMAND, _POWER_FACTOR = TAIL_OF_TABLE["billing"]
_RETAIL_ENERGY, _RETAIL_DELIVERY, _ = TAIL_OF_TABLE["retail_contracts"]
_PRICED = {_CAPACITY: ("capacity_va", "capacity_yuan_per_kva"), _DEMAND: ("demand_w", "demand_yuan_per_kw")}
"""By item: the column of ``billing``, and that of the tariffs."""
_COLUMNS = ("item", "month", "payer", "payee", "unit", "user", "period", "tariff_period", "energy", "price", "amount")


class BilledRows(NamedTuple):
    """The rows of ``billing``, each an (n,) int64 array.

    Attributes
    ----------
    number : int64 array
        The row of the table.
    user, month : int64 array
        Row of users; 0 to 11.
    item : int64 array
        Among `TAIL_ITEMS`; `NOBODY`: neither capacity nor demand is billed.
    quantity, price, charge : int64 array
        [VA or W], [10⁻³ yuan per kVA or kW], their product [micro-yuan]
    reactive : int64 array
        [kvarh]
    standard : tuple of str or None
        None: no power factor is asked for.
    """

    number: Ints
    user: Ints
    month: Ints
    item: Ints
    quantity: Ints
    price: Ints
    charge: Ints
    reactive: Ints
    standard: tuple[str | None, ...]

    def take(self, rows: Flags) -> BilledRows:
        """Some of them."""
        *numbers, standard = self
        kept = tuple(one for one, is_kept in zip(standard, rows.tolist(), strict=True) if is_kept)
        return BilledRows(*(values[rows] for values in numbers), kept)  # type: ignore[call-arg, arg-type]


class Bill(NamedTuple):
    """What adjustments by the power factor are of: (n, 12) arrays, by users whose power factor counts, and month.

    Attributes
    ----------
    place : (U,) int64 array
        The place of each user among these n; `NOBODY`: it is none of them.
    metered : int64 array
        [kWh]
    energy : int64 array
        What the energy itself costs: of who buys directly, of a retail contract, or outside the market [micro-yuan].
    charges : int64 array
        What the user pays the grid company for each kWh beside it [micro-yuan].
    levies : int64 array
        In prices of the energy; they bear no adjustment [micro-yuan].
    has_energy : bool array
        Whether the energy has a price of the user's own: not where a retailer buys for it without a retail contract.
    """

    place: Ints
    metered: Ints
    energy: Ints
    charges: Ints
    levies: Ints
    has_energy: Flags

    def base(self, at: tuple[int, int], charge: int) -> int:
        """The base of an adjustment [micro-yuan], of which `charge` is for capacity or demand."""
        return charge + int(self.charges[at]) + int(self.energy[at]) - int(self.levies[at])

    def add(
        self, to: NDArray[Any], user: NDArray[np.integer], month: NDArray[np.integer], values: NDArray[Any]
    ) -> None:
        """Add amounts of lines to one of the arrays; those of other users are passed over."""
        place = self.place[user]
        np.add.at(to, (place[place >= 0], month[place >= 0]), values[place >= 0])

    def add_levies(self, price: Ints, part: NDArray[np.integer], meter: Meter, cell: Ints, energy: Ints) -> None:
        """Add the levies on some energy of cells at a price by part of the month, user, month and period."""
        user = meter.user[cell]
        mine = np.flatnonzero(self.place[user] >= 0)
        user, month, period = user[mine], meter.month[cell[mine]], meter.tariff_period[cell[mine]]
        self.add(self.levies, user, month, energy[mine] * price[part[mine], self.place[user], month, period])


class Biller:
    """Bills rows of ``billing`` after a settlement, or after each of many that differ in metered energy alone.

    Parameters
    ----------
    rows : BilledRows
    users : BilledUsers
    values : Billing
        Of the rule set.
    rules : MonthlyRules
    names : PartyNames
    tariffs : Tariffs
    """

    def __init__(
        self,
        rows: BilledRows,
        users: BilledUsers,
        values: Billing,
        rules: MonthlyRules,
        names: PartyNames,
        tariffs: Tariffs,
    ) -> None:
        self._rows, self._states, self._names = rows, users.states, names
        self._user = np.unique(rows.user[[standard is not None for standard in rows.standard]])
        self._place = np.full(len(users.mode), NOBODY, dtype=np.int64)
        self._place[self._user] = np.arange(len(self._user))
        self._levies = Levies(users, rules, tariffs, self._user)
        self._steps = {standard: steps_of(standard, values) for standard in set(rows.standard) if standard is not None}

    def lines(
        self, meter: Meter, outcome: Outcome, unitless: UnitlessOutcome, retail: TailLines = NO_TAIL
    ) -> TailLines:
        """The lines of bills, in the order of the rows.

        Parameters
        ----------
        meter : Meter
        outcome : Outcome
            The settlement that counts.
        unitless : UnitlessOutcome
        retail : TailLines
            Lines of retail contracts.

        Raises
        ------
        InputOverflowError
            Money of a bill leaves int64.
        """
        rows, names, bill = self._rows, self._names, self._bill(meter, outcome, unitless, retail)
        payee = int(names.party_of_account[names.shape.accounts.index(names.shape.grid_account)])
        numbers = (
            values.tolist() for values in (rows.number, rows.user, rows.month, rows.item, rows.charge, rows.reactive)
        )
        lines: list[list[int]] = []
        for standard, (row, user, month, item, charge, reactive) in zip(
            rows.standard, zip(*numbers, strict=True), strict=True
        ):
            head = [month, int(names.party_of_user[user]), payee, NOBODY, user, NOBODY, NOBODY, 0, NO_PRICE]
            if item != NOBODY:
                lines.append([item, *head, charge])
            if standard is None or not bill.has_energy[at := (int(bill.place[user]), month)]:
                continue
            factor = power_factor(int(bill.metered[at]), reactive)
            if factor is None:
                continue
            amount = adjustment(bill.base(at, charge), adjustment_ratio(factor, self._steps[standard]))
            if abs(amount) > INT64_MAX:
                raise InputOverflowError(Sentence("row {row} of billing: its money leaves int64", row=row + 1))
            lines.append([TAIL_ITEMS.index(_POWER_FACTOR), *head, amount])
        columns = np.array(lines, dtype=np.int64).reshape(-1, len(_COLUMNS)).T
        return TailLines.plain(**dict(zip(_COLUMNS, columns, strict=True)))

    def _bill(self, meter: Meter, outcome: Outcome, unitless: UnitlessOutcome, retail: TailLines) -> Bill:
        """What adjustments by the power factor are of."""
        names, levies = self._names, self._levies
        metered, energy, charges, of_levies = np.zeros((4, len(self._user), MONTHS), dtype=np.int64)
        has_energy = np.zeros((len(self._user), MONTHS), dtype=bool)
        bill = Bill(self._place, metered, energy, charges, of_levies, has_energy)
        bill.add(bill.metered, meter.user, meter.month, meter.energy)
        is_delivered = np.zeros((len(self._place), MONTHS), dtype=bool)
        for item in (_RETAIL_ENERGY, _RETAIL_DELIVERY):
            lines = retail.take(retail.item == TAIL_ITEMS.index(item))
            bill.add(bill.energy, lines.user, lines.month, lines.amount)
            bill.add(bill.has_energy, lines.user, lines.month, np.ones(len(lines.user), dtype=bool))
            if item == _RETAIL_DELIVERY:  # of the overrun of all of a user's cells in a month, or of none
                some = np.flatnonzero(lines.energy)
                is_delivered[lines.user[some], lines.month[some]] = True
        _add_cells(bill, outcome, meter, names, levies, is_delivered)
        _add_positions(bill, outcome, names, self._states)
        _add_outside(bill, unitless, meter, names, levies)
        return bill


def billing_lines(
    scenario: Scenario,
    rules: MonthlyRules,
    names: PartyNames,
    meter: Meter,
    tariffs: Tariffs,
    outcome: Outcome,
    unitless: UnitlessOutcome,
    retail: TailLines = NO_TAIL,
) -> TailLines:
    """The lines of a year's bills, in the order of the rows of ``billing``.

    Parameters
    ----------
    scenario : Scenario
    rules : MonthlyRules
    names : PartyNames
    meter : Meter
    tariffs : Tariffs
    outcome : Outcome
        The settlement that counts.
    unitless : UnitlessOutcome
    retail : TailLines
        Lines of retail contracts.

    Raises
    ------
    InputOverflowError
        Money of a bill leaves int64.
    """
    values, rows = scenario.rules.values.billing, billed_rows(scenario, tariffs)
    biller = Biller(rows, BilledUsers.of(scenario), values, rules, names, tariffs)
    return biller.lines(meter, outcome, unitless, retail)


def billed_rows(scenario: Scenario, tariffs: Tariffs) -> BilledRows:
    """The rows of ``billing``, with the prices of their users' tariffs."""
    table = scenario.tables["billing"]
    user = scenario.row_of(table["user_id"], "users", "user_id")
    month = table["month"].array.codes.astype(np.int64)
    rate = tariffs.rate_of_state[scenario.states.at(user, month)]
    item = np.full(len(table), NOBODY, dtype=np.int64)
    quantity, price = np.zeros((2, len(table)), dtype=np.int64)
    for name, (column, tariff) in _PRICED.items():
        has = table[column].notna().to_numpy()
        item[has] = TAIL_ITEMS.index(name)
        quantity[has] = table[column].fillna(0).to_numpy(dtype=np.int64)[has]
        price[has] = tariffs.per_month[tariff][rate, month][has]
    standard = table["power_factor_standard"].astype(object)
    return BilledRows(
        number=np.arange(len(table)),
        user=user,
        month=month,
        item=item,
        quantity=quantity,
        price=price,
        charge=quantity * price,
        reactive=table["reactive_kvarh"].fillna(0).to_numpy(dtype=np.int64),
        standard=tuple(standard.where(standard.notna(), None).tolist()),
    )


def _add_cells(
    bill: Bill, outcome: Outcome, meter: Meter, names: PartyNames, levies: Levies, is_delivered: Flags
) -> None:
    """What users pay the grid company for the energy of their cells; funds in what they pay for overrun.

    They pay for overrun itself where they buy directly, and where they pay their retailer for its delivery
    (`is_delivered`, by user and month): a line for each cell. From lines alone it could not be told of which part of a
    month each is, and so by which tariff.
    """
    positions, by_cell = outcome.positions, outcome.by_cell
    packed = np.flatnonzero(bill.place[meter.user[positions.cell]] >= 0)
    row = positions.cell[packed]
    user, month = meter.user[row], meter.month[row]
    grid = names.shape.accounts.index(names.shape.grid_account)
    for number, charge in enumerate(by_cell.prices.charges):
        energy = by_cell.energy_of_charge(number, packed, meter.energy[row])
        money = energy * by_cell.price_of_charge(number, packed)
        money = money * (charge.account.take(by_cell.prices.place[packed]) == grid)
        bill.add(bill.charges, user, month, money)
    pays = (names.party_of_unit[meter.unit[row]] == names.party_of_user[user]) | is_delivered[user, month]
    over = by_cell.over[:, packed].sum(axis=0) * pays
    bill.add_levies(levies.of_overrun, meter.state[row] // levies.states, meter, row, over)


def _add_positions(bill: Bill, outcome: Outcome, names: PartyNames, states: UserStates) -> None:
    """The energy money of who buys directly in the month: contracts and overrun."""
    positions, money = outcome.positions, outcome.by_position
    user_of_party = np.full(len(names.parties), NOBODY, dtype=np.int64)
    user_of_party[names.party_of_user] = np.arange(len(names.users))
    user = user_of_party[names.party_of_unit[positions.unit]]
    is_direct = states.rows["retailer_id"].isna().to_numpy()
    mine = np.flatnonzero(user >= 0)
    mine = mine[is_direct[states.at(user[mine], positions.month[mine])]]
    bill.add(bill.energy, user[mine], positions.month[mine], (money.energy_money + money.overrun_money)[mine])
    bill.add(bill.has_energy, user[mine], positions.month[mine], np.ones(len(mine), dtype=bool))


def _add_outside(bill: Bill, unitless: UnitlessOutcome, meter: Meter, names: PartyNames, levies: Levies) -> None:
    """What users without a unit pay the grid company, and what of it is levies."""
    user, month = meter.user[unitless.cell], meter.month[unitless.cell]
    grid = names.shape.accounts.index(names.shape.grid_account)
    for charge in unitless.charges:
        if charge.account == grid:
            money = unitless.energy[charge.row] * charge.price
            bill.add(bill.energy, user[charge.row], month[charge.row], money)
    bill.add(bill.has_energy, user, month, np.ones(len(user), dtype=bool))
    contains_levies = np.where(
        unitless.is_priority, _is_delivered(names.shape, PRIORITY_PURCHASE), _is_delivered(names.shape, LEFT_MARKET)
    )
    part = meter.state[unitless.cell] // levies.states
    bill.add_levies(levies.of_all, part, meter, unitless.cell, unitless.energy * contains_levies)


def _is_delivered(shape: MarketShape, why: str) -> bool:
    """Whether users outside pay one price for all, with no charge of another account beside it."""
    return all(charge.payee == shape.grid_account for charge in dict(shape.outside).get(why, ()))
