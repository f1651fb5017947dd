"""Rulebook 2 and 9: who trades, in which unit, by which tariff; the scenario's text rows made plain."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .dates import instant
from .exact import energy_kwh, number, price_micro_yuan, round_half_up, split
from .hours import period_at
from .rule_values import Rules
from .shape import FaultError, Shape, henan_shape, is_none, is_true, load_shape

Row = dict[str, str]
MARKET = "MARKET"  # the side of a deal that is left empty (rulebook 12)
PERIODS = ("peak", "flat", "valley")  # of henan-2021


@dataclass
class User:
    """A row of `users`."""

    id: str
    tariff_class: str
    voltage: str
    on_peak_valley_tariff: bool
    mode: str
    retailer: str
    exit_month: str
    priority_purchase: bool
    period_set: str = ""
    effective_from: str = ""  # rulebook 15: empty as the year begins
    day: str = ""  # rulebook 15: of a part of a month, the day on which its tariff begins

    @property
    def buyer(self) -> str:
        """Rulebook 2: a user buys directly or through one retailer."""
        return self.retailer or self.id

    @property
    def in_market(self) -> bool:
        """R1: a priority-purchase user joins no unit; leaving the market later doesn't count here."""
        return not self.priority_purchase

    def has_left(self, month: str) -> bool:
        """Formats 1: from `exit_month` on the user has left the market."""
        return self.exit_month != "" and self.exit_month <= month


@dataclass
class Cell:
    """Metered energy of one user in one month and period.

    `period` is the one that contracts are about; `tariff_period` the rule set's, which differs only where a unit has
    periods of its own (rulebook 11).
    """

    user: User
    month: str
    period: str
    energy: int
    tariff_period: str = ""
    by_day: dict[int, Fraction] = field(default_factory=dict)  # rulebook 15: what `load` has of it by day, exactly

    def __post_init__(self) -> None:
        self.tariff_period = self.tariff_period or self.period


@dataclass
class Market:
    """A scenario."""

    year: int
    rules: Rules
    heat_priority: dict[str, bool] = field(default_factory=dict)  # of the generators
    retailers: list[str] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    changes: list[User] = field(default_factory=list)  # rulebook 15: later rows of users
    history: dict[str, dict[int, int]] = field(default_factory=dict)  # user → year → kWh
    tariff_rows: list[Row] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    sessions: list[Row] | None = None  # None: the scenario has no such table
    bilateral: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    deals: list[Row] = field(default_factory=list)
    shape: Shape = field(default_factory=lambda: henan_shape(Rules({})))
    capacity: dict[str, Fraction] = field(default_factory=dict)  # of the generators, MW
    generation: list[Row] = field(default_factory=list)
    market_prices: dict[str, Row] = field(default_factory=dict)  # by month
    agency: dict[str, int] = field(default_factory=dict)  # month → kWh
    period_sets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    retail_contracts: list[Row] = field(default_factory=list)
    nominations: list[Row] = field(default_factory=list)

    @property
    def generators(self) -> list[str]:
        return list(self.heat_priority)

    def user_in(self, name: str, month: str) -> User:
        """Rulebook 15: the row of a user that holds in a month."""
        rows = [row for row in [*self.users, *self.changes] if row.id == name and row.effective_from <= month]
        if not rows:
            raise FaultError(f"no row of users says what {name} is in {month}")
        return max(rows, key=lambda row: row.effective_from)

    def rows_of(self, name: str) -> list[User]:
        """Rulebook 15: what a user is in one month of the year or another."""
        return [row for row in [*self.users, *self.changes] if row.id == name]

    def users_of(self, buyer: str) -> list[User]:
        """The market's users that buy through a buyer, or are it, in any month of the year (rulebook 15).

        A user who buys through a retailer can't buy itself: it is no one's buyer.
        """
        return [user for user in [*self.users, *self.changes] if user.buyer == buyer and user.in_market]

    def buys_directly(self, user: User) -> bool:
        """Rulebook 15: in any month of the year."""
        return any(not row.retailer for row in self.rows_of(user.id))

    def products_of(self, buyer: str) -> set[str]:
        """Rulebook 3: the products of every mode that the buyer has a user in."""
        return {product for user in self.users_of(buyer) for product in self.shape["modes"][user.mode]["products"]}

    def period_set_of(self, buyer: str, mode: str) -> str:
        """Rulebook 11: the set that a unit settles by; empty: the rule set's hours. All its users agree."""
        names = {user.period_set for user in self.users_of(buyer) if user.mode == mode}
        if len(names) > 1:
            raise FaultError(f"the users of {buyer}/{mode} have several period sets: {sorted(names)}")
        return names.pop() if names else ""

    def has_own_periods(self, unit: str) -> bool:
        buyer, _, mode = unit.rpartition("/")
        return self.period_sets != {} and unit != "" and self.period_set_of(buyer, mode) != ""

    def tariff(self, user: User, month: str, item: str, period: str = "") -> int:
        """Formats 1 and 4: an item's price, from a wide or long table: the row with the latest `effective_from`."""
        rows = [
            row
            for row in self.tariff_rows
            if (row["tariff_class"], row["voltage"]) == (user.tariff_class, user.voltage)
            and first_day(row.get("effective_from", "")) <= (user.day or f"{month}-01")
        ]
        column = f"{item}_{period}" if period else item
        if rows and "item" in rows[0]:
            rows = [row for row in rows if (row["item"], row.get("period", "")) == (item, period)]
            column = "price_yuan_per_mwh"
        if not rows:
            raise FaultError(f"no tariff {item} {period} for {user.id} in {month}")
        row = max(rows, key=lambda row: first_day(row.get("effective_from", "")))
        return price_micro_yuan(row[column])

    def unit(self, buyer: str, product: str) -> str:
        """Rulebook 2 and 9: `<buyer>/<mode>`, the product tells the mode; an account such as GRID is no unit."""
        if buyer in self.shape["accounts"] or buyer == MARKET:
            return ""
        modes = self.shape.modes_with(product)
        if len(modes) == 1:
            return f"{buyer}/{modes[0]}"
        its_own = [mode for mode in modes if any(user.mode == mode for user in self.users_of(buyer))]
        return f"{buyer}/{(its_own or modes)[0]}"


def first_day(effective_from: str) -> str:
    """Rulebook 15: a month is its first day; empty: from ever."""
    return f"{effective_from}-01" if len(effective_from) == len("2021-05") else effective_from


def in_parts(market: Market, cell: Cell) -> list[Cell]:
    """Rulebook 15: a cell for each part of its month, from tariff to tariff, by `split` over what weighs them.

    That is their calendar days; under `load` the exact energy that `load` has in each, if it has any.
    """
    days = {first_day(row.get("effective_from", "")) for row in market.tariff_rows if of_user(row, cell.user)}
    begins = sorted(day for day in days if day[:7] == cell.month and day[8:] != "01")
    if not begins:
        return [cell]
    last = monthrange(int(cell.month[:4]), int(cell.month[5:]))[1]
    starts = [1, *(int(day[8:]) for day in begins), last + 1]
    weights = [Fraction(end - start) for start, end in pairwise(starts)]
    if market.rules.at(cell.month)["changes.tariff_within_month"] == "load" and sum(cell.by_day.values()) > 0:
        weights = [
            sum((energy for day, energy in cell.by_day.items() if start <= day < end), Fraction(0))
            for start, end in pairwise(starts)
        ]
    energies = split(cell.energy, weights)
    return [
        Cell(replace(cell.user, day=day), cell.month, cell.period, energy, cell.tariff_period)
        for day, energy in zip(["", *begins], energies, strict=True)
    ]


def of_user(row: Row, user: User) -> bool:
    """A row of `tariffs` that is the user's."""
    return (row["tariff_class"], row["voltage"]) == (user.tariff_class, user.voltage)


def unit_of_user(user: User, month: str) -> str:
    """The unit that the user's energy counts in; empty for a user that has left or is on priority purchase."""
    if user.priority_purchase or user.has_left(month):
        return ""
    return f"{user.buyer}/{user.mode}"


def shape_of(scenario: dict[str, Any], rules: Rules) -> Shape:
    """The scenario's shape: plain data, the name of one of `shapes`, or henan-2021 with the scenario's values."""
    shape = scenario.get("shape", scenario.get("market", "henan-2021"))
    if shape == "henan-2021":
        return henan_shape(rules)
    return Shape(load_shape(shape) if isinstance(shape, str) else shape)


def read_market(scenario: dict[str, Any]) -> Market:
    """Plain text rows, as they stand in the files, to a `Market`."""
    tables: dict[str, list[Row]] = scenario["tables"]
    rules = Rules(scenario.get("rules", {}))
    market = Market(scenario["year"], rules, shape=shape_of(scenario, rules))
    for row in tables.get("generators", []):
        market.heat_priority[row["generator_id"]] = row.get("heat_priority", "") == "true"
        market.capacity[row["generator_id"]] = number(row.get("capacity_mw", "") or 0)
    market.retailers = [row["retailer_id"] for row in tables.get("retailers", [])]
    rows = [read_user(row, market.shape) for row in tables["users"]]
    market.users = [row for row in rows if row.effective_from == ""]
    market.changes = [row for row in rows if row.effective_from != ""]
    for row in tables.get("history", []):
        years = market.history.setdefault(row["user_id"], {})  # a year may stand in months and periods
        years[int(row["year"])] = years.get(int(row["year"]), 0) + energy_kwh(row["energy_mwh"])
    market.tariff_rows = tables["tariffs"]
    market.sessions = tables.get("sessions")
    market.bilateral = tables.get("bilateral", [])
    market.orders = tables.get("orders", [])
    market.deals = tables.get("deals", [])
    market.generation = tables.get("generation", [])
    market.market_prices = {row["month"]: row for row in tables.get("market_prices", [])}
    market.agency = {row["month"]: energy_kwh(row["energy_mwh"]) for row in tables.get("agency", [])}
    market.period_sets = scenario.get("period_sets", {})
    market.retail_contracts = tables.get("retail_contracts", [])
    market.nominations = tables.get("nominations", [])
    users = {user.id: user for user in market.users}
    if "load" in tables:
        market.cells = cells_of_load(tables["load"], users, market)
    else:
        # Formats 4: in a set of one period `meter` needs no such column.
        for row in tables["meter"]:
            period = row.get("period", "") or market.shape.periods[0]
            user = market.user_in(row["user_id"], row["month"])
            market.cells.append(Cell(user, row["month"], period, energy_kwh(row["energy_mwh"])))
    market.cells = [part for cell in market.cells for part in in_parts(market, cell)]
    return market


def read_user(row: Row, shape: Shape) -> User:
    """A row of `users`. Formats 4: a set of one mode needs no mode, one without such tariffs no flag for them."""
    return User(
        id=row["user_id"],
        tariff_class=row["tariff_class"],
        voltage=row["voltage"],
        on_peak_valley_tariff=is_true(row.get("peak_valley_tariff", "true")),
        mode=row.get("mode", "") or next(iter(shape["modes"])),
        retailer=row.get("retailer_id", ""),
        exit_month=row.get("exit_month", ""),
        priority_purchase=is_true(row.get("priority_purchase", "")),
        period_set=row.get("period_set", ""),
        effective_from=row.get("effective_from", ""),
    )


def check_users(market: Market, *, with_load: bool) -> None:
    """Rulebook 11: all users of one unit agree; only in a mode by periods, without priority purchase, with `load`.

    Rulebook 9: a user outside, for whom the set has no price, is a fault.
    """
    for user in [*market.users, *market.changes]:
        if user.priority_purchase and is_none(market.shape["outside"].get("priority_purchase")):
            raise FaultError(f"this set has no price for {user.id}: priority_purchase")
        if user.period_set and (user.priority_purchase or not market.shape.is_by_periods(user.mode)):
            raise FaultError(f"{user.id} has no periods of its own to settle by")
        if user.period_set and not with_load:
            raise FaultError(f"the periods of {user.id} need load")
        market.period_set_of(user.buyer, user.mode)


def cells_of_load(rows: list[Row], users: dict[str, User], market: Market) -> list[Cell]:
    """Formats 1: `load` is summed to periods by the hours that hold; R9: cells in order of first appearance.

    Rulebook 1: the exact sum is rounded once, to the kWh. Rulebook 11: cells of a user with periods of its own are
    contract period × tariff period, and stand by the first row of user and month, then as the rule set lists periods.
    A pair of periods without a row of `load` has no cell, as a period without one has none elsewhere.
    """
    # (user, month) → (period, tariff period) → day → kWh
    sums: dict[tuple[str, str], dict[tuple[str, str], dict[int, Fraction]]] = {}
    first_seen: dict[tuple[str, str, str, str], int] = {}
    for place, row in enumerate(rows):
        user, when = users[row["user_id"]], instant(row["starts_at"])
        month = f"{when:%Y-%m}"
        tariff_period = period_at(market.shape.at(month)["hours"], when, market.rules)
        period = (
            period_at(market.period_sets[user.period_set], when, market.rules) if user.period_set else tariff_period
        )
        held = sums.setdefault((user.id, month), {}).setdefault((period, tariff_period), {})
        held[when.day] = held.get(when.day, Fraction(0)) + number(row["energy_mwh"]) * 1000
        own_first_row = (user.id, month, "", "") if user.period_set else (user.id, month, period, tariff_period)
        first_seen.setdefault(own_first_row, place)
    order = market.shape.periods.index
    cells = []
    for (user_id, month), of_month in sums.items():
        user = users[user_id]
        for (period, tariff_period), by_day in of_month.items():
            key = (user_id, month, "", "") if user.period_set else (user_id, month, period, tariff_period)
            energy = round_half_up(sum(by_day.values(), Fraction(0)))
            cell = Cell(market.user_in(user_id, month), month, period, energy, tariff_period, by_day)
            cells.append(((first_seen[key], order(period), order(tariff_period)), cell))
    return [cell for _, cell in sorted(cells, key=lambda place_and_cell: place_and_cell[0])]
