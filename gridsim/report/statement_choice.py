"""Which statements are written: what was asked for, the largest first, as many as the limit allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.analysis.items import head_items
from gridsim.errors import ResultError
from gridsim.report.statement_closing import closing_lines
from gridsim.report.statement_model import Key, Sums
from gridsim.settlement.parted import made_ahead
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.io.table_sets import ExactTables
    from gridsim.rules.shape import MarketShape

__all__ = ["Choice", "choose", "sums_of_all"]

_COLUMNS = ("month", "unit_id", "user_id", "energy_kwh", "item", "amount_micro_yuan", "trial")
_CLOSING = ("line", "month", "payer", "payee", "unit_id", "user_id", "price_micro_yuan_per_kwh", "amount_micro_yuan")
_OF_A_LINE = ["unit_id", "user_id", "month", "amount_micro_yuan"]
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """Statements to write, and what the others sum to.

    Parameters
    ----------
    sums : mapping of Key to Sums
        Of the statements that get a sheet, in the order of their sheets.
    others : int
        Statements that were asked for and get none.
    sums_of_others : Sums
    """

    sums: Mapping[Key, Sums]
    others: int
    sums_of_others: Sums

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
    positions = exact.arrow("positions").to_pandas()
    positions = positions[~positions["trial"] & positions["month"].isin(list(months))]
    names = ["contract_kwh", "metered_kwh", "overrun_kwh", "shortfall_kwh"]
    heads = head_items(shape)
    found: dict[Key, Sums] = {}
    by_unit = positions.groupby(["unit_id", "month"], observed=True, sort=False)[names].sum()
    for (unit, month), *energies in by_unit.itertuples(name=None):
        found[Key(unit, month, False)] = Sums(*map(int, energies))
    for part in made_ahead(exact.parts("ledger", _COLUMNS)):
        lines = part.to_pandas()
        lines = lines[~lines["trial"] & lines["month"].isin(list(months))]
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
        Settlement units, or users outside the market; all if empty.
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
    months: dict[tuple[str, bool], list[Key]] = {}
    money: dict[tuple[str, bool], int] = {}
    for key, value in asked.items():
        of_unit = (key.subject, key.is_outside)
        months.setdefault(of_unit, []).append(key)
        money[of_unit] = money.get(of_unit, 0) + abs(value.amount_micro_yuan)
    chosen: list[Key] = []
    for of_unit in sorted(months, key=lambda unit: (-money[unit], unit)):
        keys = sorted(months[of_unit], key=lambda key: key.month)
        if len(chosen) + len(keys) > max_sheets:
            chosen += keys[: max_sheets if not chosen else 0]
            break
        chosen += keys
    others = [key for key in asked if key not in set(chosen)]
    return Choice(
        {key: asked[key] for key in chosen},
        len(others),
        sum((asked[key] for key in others), Sums()),
    )


def _unknown(name: str, names: set[str], units: Mapping[str, tuple[str, str]]) -> Sentence:
    of_buyer = sorted(unit for unit in names if unit in units and units[unit][0] == name)
    if of_buyer:
        return Sentence(
            "{name} is a buyer and no settlement unit; its settlement units: {units}", name=name, units=named(of_buyer)
        )
    return listed(
        Sentence("there is no settlement unit {name!r} in these months", name=name),
        nearest_in_words(nearest(name, names)),
        Sentence("there are: {names}", names=named(sorted(names), _LISTED)),
    )
