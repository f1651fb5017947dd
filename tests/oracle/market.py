"""Rulebook 2: who trades, in which settlement unit, and which tariff holds; the scenario's text rows made plain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .dates import instant
from .exact import energy_kwh, price_micro_yuan
from .rule_values import Rules

Row = dict[str, str]
PERIODS = ("peak", "flat", "valley")


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
class Tariff:
    """A row of `tariffs`, in 10⁻⁶ yuan/kWh."""

    catalogue: dict[str, int]
    transmission: int
    funds: int


@dataclass
class Cell:
    """Metered energy of one user in one month and period."""

    user: User
    month: str
    period: str
    energy: int


@dataclass
class Market:
    """A scenario."""

    year: int
    rules: Rules
    heat_priority: dict[str, bool] = field(default_factory=dict)  # of the generators
    retailers: list[str] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    history: dict[str, dict[int, int]] = field(default_factory=dict)  # user → year → kWh
    tariff_rows: list[Row] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    sessions: list[Row] | None = None  # None: the scenario has no such table
    bilateral: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)

    def products_of(self, buyer: str) -> set[str]:
        """Rulebook 3: `total` if the buyer has a conventional user, the periods if it has a `tou` user.

        A user who buys through a retailer can't buy itself: it is no one's buyer, so it has no product.
        """
        products: set[str] = set()
        for user in self.users:
            if user.buyer == buyer and user.in_market:
                products |= {"total"} if user.mode == "conventional" else set(PERIODS)
        return products

    def tariff(self, user: User, month: str) -> Tariff:
        """Formats 1: the row of the user's class and voltage with the latest `effective_from` not after the month."""
        rows = [
            row
            for row in self.tariff_rows
            if (row["tariff_class"], row["voltage"]) == (user.tariff_class, user.voltage)
            and row.get("effective_from", "") <= month
        ]
        row = max(rows, key=lambda row: row.get("effective_from", ""))
        return Tariff(
            {period: price_micro_yuan(row[f"catalogue_{period}"]) for period in PERIODS},
            price_micro_yuan(row["transmission"]),
            price_micro_yuan(row["funds"]),
        )


def unit_of_buyer(buyer: str, product: str) -> str:
    """Rulebook 2: `<buyer>/conventional` or `<buyer>/tou`; formats 1: the product tells the unit."""
    return f"{buyer}/{'conventional' if product == 'total' else 'tou'}"


def unit_of_user(user: User, month: str) -> str:
    """The unit that the user's energy counts in; empty for a user that has left or is on priority purchase."""
    if user.priority_purchase or user.has_left(month):
        return ""
    return f"{user.buyer}/{user.mode}"


def read_market(scenario: dict[str, Any]) -> Market:
    """Plain text rows, as they stand in the files, to a `Market`."""
    tables: dict[str, list[Row]] = scenario["tables"]
    market = Market(scenario["year"], Rules(scenario.get("rules", {})))
    for row in tables.get("generators", []):
        market.heat_priority[row["generator_id"]] = row.get("heat_priority", "") == "true"
    market.retailers = [row["retailer_id"] for row in tables.get("retailers", [])]
    for row in tables["users"]:
        market.users.append(
            User(
                id=row["user_id"],
                tariff_class=row["tariff_class"],
                voltage=row["voltage"],
                on_peak_valley_tariff=row["peak_valley_tariff"] == "true",
                mode=row["mode"],
                retailer=row.get("retailer_id", ""),
                exit_month=row.get("exit_month", ""),
                priority_purchase=row.get("priority_purchase", "") == "true",
            )
        )
    for row in tables.get("history", []):
        market.history.setdefault(row["user_id"], {})[int(row["year"])] = energy_kwh(row["energy_mwh"])
    market.tariff_rows = tables["tariffs"]
    market.sessions = tables.get("sessions")
    market.bilateral = tables.get("bilateral", [])
    market.orders = tables.get("orders", [])
    users = {user.id: user for user in market.users}
    if "load" in tables:
        market.cells = cells_of_load(tables["load"], users, market.rules)
    else:
        for row in tables["meter"]:
            cell = Cell(users[row["user_id"]], row["month"], row["period"], energy_kwh(row["energy_mwh"]))
            market.cells.append(cell)
    return market


def cells_of_load(rows: list[Row], users: dict[str, User], rules: Rules) -> list[Cell]:
    """Formats 1: `load` is summed to periods by the rule set's hours; R9: cells in order of first appearance."""
    sums: dict[tuple[str, str, str], int] = {}
    for row in rows:
        when = instant(row["starts_at"])
        key = (row["user_id"], f"{when:%Y-%m}", rules.period_of_hour(when.hour))
        sums[key] = sums.get(key, 0) + energy_kwh(row["energy_mwh"])
    return [Cell(users[user], month, period, energy) for (user, month, period), energy in sums.items()]
