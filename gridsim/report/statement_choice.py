"""Which statements are written: what was asked for, the largest first, as many as the limit allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.analysis.items import head_items
from gridsim.errors import ResultError
from gridsim.report.statement_buyers import has_lines_elsewhere, lines_elsewhere, without_sellers
from gridsim.report.statement_closing import closing_lines
from gridsim.report.statement_model import Key, Sums
from gridsim.report.statement_sellers import money_of_sellers, sums_of_sellers
from gridsim.rules.shape import CORRECTION, TAIL_ITEMS
from gridsim.settlement.parted import made_ahead
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import LISTED, Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.io.named_frames import ExactTables
    from gridsim.rules.shape import MarketShape

__all__ = ["Choice", "choose", "sums_of_all"]

_MORE = ("payer", "payee", "leg_id")
_COLUMNS = ("month", "unit_id", "user_id", "energy_kwh", "item", "amount_micro_yuan", "trial")
_CLOSING = ("line", "month", "payer", "payee", "unit_id", "user_id", "price_micro_yuan_per_kwh", "amount_micro_yuan")
_OF_A_LINE = ["unit_id", "user_id", "month", "amount_micro_yuan"]
_OF_A_BILL = ["user_id", "month", "amount_micro_yuan"]
_LIKELY, _SURELY = 0.6, 0.95  # how like a name must be to be taken for the one that was meant


@dataclass(frozen=True, slots=True)
class Choice:
    """Statements to write, and what the others sum to.

    Parameters
    ----------
    sums : mapping of Key to Sums
        Of the statements that get a sheet, in the order of their sheets.
    rest : mapping of Key to Sums
        Of the statements that were asked for and get none.
    """

    sums: Mapping[Key, Sums]
    rest: Mapping[Key, Sums]

    @property
    def others(self) -> int:
        """Statements that were asked for and get none."""
        return len(self.rest)

    @property
    def sums_of_others(self) -> Sums:
        """What those come to."""
        return sum(self.rest.values(), Sums())

    def part(self, *, of_sellers: bool) -> Choice:
        """The statements of generators alone, or all but theirs."""
        sums, rest = (
            {key: sums for key, sums in each.items() if key.is_seller is of_sellers} for each in (self.sums, self.rest)
        )
        return Choice(sums, rest)

    @property
    def total(self) -> Sums:
        """Of all that was asked for."""
        return sum(self.sums.values(), self.sums_of_others)


def sums_of_all(
    exact: ExactTables, months: Sequence[str], shape: MarketShape, whose: Mapping[str, tuple[str, str]]
) -> dict[Key, Sums]:
    """What each statement of these months sums to; the trial settlement is left out.

    The ledger is read part by part: a province's has millions of lines.
    """
    import pandas as pd

    positions = exact.arrow("positions").to_pandas()
    positions = positions[~positions["trial"] & positions["month"].isin(list(months))]
    names = ["contract_kwh", "metered_kwh", "overrun_kwh", "shortfall_kwh"]
    heads = head_items(shape)
    found: dict[Key, Sums] = {}
    tails = [positions.reindex(columns=_OF_A_BILL).iloc[:0]]
    by_unit = positions.groupby(["unit_id", "month"], observed=True, sort=False)[names].sum()
    for (unit, month), *energies in by_unit.itertuples(name=None):
        found[Key(unit, month, False)] = Sums(*map(int, energies))
    found |= sums_of_sellers(exact, months, shape)
    sellers = {key.subject for key in found if key.is_seller}
    is_elsewhere = has_lines_elsewhere(exact, shape)
    columns = (*_COLUMNS, *_MORE) if is_elsewhere or sellers else _COLUMNS
    if is_elsewhere:
        for month in months:
            more = lines_elsewhere(exact, month, whose, shape, list(columns))
            for unit, amount in more.groupby("unit_id")["amount_micro_yuan"].sum().items():
                _add(found, Key(str(unit), month, False), Sums(amount_micro_yuan=int(amount)))
    for part in made_ahead(exact.parts("ledger", columns)):
        lines = part.to_pandas()
        lines = lines[~lines["trial"] & lines["month"].isin(list(months))]
        is_tail = lines["item"].isin(TAIL_ITEMS) & ((lines["item"] != CORRECTION) | lines["unit_id"].isna())
        tails.append(lines[is_tail])
        lines = lines[~is_tail]
        if sellers:
            for (seller, month), amount in money_of_sellers(lines, sellers).items():
                key = Key(seller, month, False, True)
                if key in found:  # no seller settles in a month of which deals lack a side (rulebook part 12)
                    _add(found, key, Sums(amount_micro_yuan=amount))
        if is_elsewhere:
            lines = without_sellers(lines, whose)
        in_unit = lines["unit_id"].notna()
        money = lines[in_unit].groupby(["unit_id", "month"], observed=True, sort=False)["amount_micro_yuan"].sum()
        for (unit, month), amount in money.items():
            _add(found, Key(str(unit), str(month), False), Sums(amount_micro_yuan=int(amount)))
        outside = lines[~in_unit]
        outside = outside.assign(metered=outside["energy_kwh"].where(outside["item"].isin(heads), 0))
        of_user = outside.groupby(["user_id", "month"], observed=True, sort=False)[
            ["metered", "amount_micro_yuan"]
        ].sum()
        for (user, month), metered, amount in of_user.itertuples(name=None):
            _add(found, Key(str(user), str(month), True), Sums(metered_kwh=int(metered), amount_micro_yuan=int(amount)))
    for user, month, amount in pd.concat(tails)[_OF_A_BILL].itertuples(index=False, name=None):
        if Key(user, month, True) in found:  # of a user in a unit they stand on its own bill
            _add(found, Key(user, month, True), Sums(amount_micro_yuan=int(amount)))
    closing = closing_lines(exact, months, _CLOSING, shape, whose)
    for unit, user, month, amount in () if closing is None else closing[_OF_A_LINE].itertuples(index=False, name=None):
        key = Key(user, month, True) if unit is None else Key(unit, month, False)
        if key in found:
            _add(found, key, Sums(amount_micro_yuan=int(amount)))
    return found


def _add(found: dict[Key, Sums], key: Key, sums: Sums) -> None:
    found[key] = found.get(key, Sums()) + sums


def choose(
    sums: Mapping[Key, Sums], wanted: Sequence[str], max_sheets: int, units: Mapping[str, tuple[str, str]]
) -> Choice:
    """The statements of the units that were asked for, whole units by their money, as many as fit.

    Parameters
    ----------
    sums : mapping of Key to Sums
        Of all that there is in the months asked for.
    wanted : sequence of str
        Settlement units, users outside the market, or generators; all if empty.
    max_sheets : int
    units : mapping of str to (str, str)
        Buyer and mode of each unit.

    Raises
    ------
    ResultError
        There is no statement of that name in these months; the message names the nearest.
    """
    names = {key.subject for key in sums}
    for name in wanted:
        if name not in names:
            raise ResultError(_unknown(name, names, units))
    asked = {key: value for key, value in sums.items() if not wanted or key.subject in wanted}
    months: dict[tuple[str, bool, bool], list[Key]] = {}
    money: dict[tuple[str, bool, bool], int] = {}
    for key, value in asked.items():
        of_unit = (key.subject, key.is_outside, key.is_seller)
        months.setdefault(of_unit, []).append(key)
        money[of_unit] = money.get(of_unit, 0) + abs(value.amount_micro_yuan)
    chosen: list[Key] = []
    for of_unit in sorted(months, key=lambda unit: (-money[unit], unit)):
        keys = sorted(months[of_unit], key=lambda key: key.month)
        if len(chosen) + len(keys) > max_sheets:
            chosen += keys[: max_sheets if not chosen else 0]
            break
        chosen += keys
    with_sheet = set(chosen)
    return Choice(
        {key: asked[key] for key in chosen}, {key: sums for key, sums in asked.items() if key not in with_sheet}
    )


def _unknown(name: str, names: set[str], units: Mapping[str, tuple[str, str]]) -> Sentence:
    of_buyer = sorted(unit for unit in names if unit in units and units[unit][0] == name)
    if of_buyer:
        return Sentence(
            "{name} is a buyer and no settlement unit; its settlement units: {units}", name=name, units=named(of_buyer)
        )
    of_others = name.count("/") == 1 and not any(each.startswith(f"{name.partition('/')[0]}/") for each in names)
    cutoff = _SURELY if of_others else _LIKELY  # another buyer's unit is no slip: U1/tou, U4/tou
    return listed(
        Sentence("there is no settlement unit {name!r} in these months", name=name),
        nearest_in_words(nearest(name, names, cutoff)),
        Sentence("there are: {names}", names=named(sorted(names), LISTED)),
    )
