"""Whose a unit's deviation was, as its statement shows it: by user, by the method that is named; netting apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gridsim.analysis.attribution.asked import attribution_table, netting_table
from gridsim.trading.units import units_by_id

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.attribution.methods import Method
    from gridsim.report.statement_model import Key
    from gridsim.result import Result

__all__ = ["Bearer", "Bearers", "Saved", "bearers_of"]

_FEWEST = 2
"""Where one bears all, nothing is to be told."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """What one user bears of an item of a product.

    Attributes
    ----------
    item, product : str
    user : str
        Empty: the buyer's own part, or that of `others` users.
    others : int
        So many users in one row; 0: it is of one, or the buyer's own.
    metered, plan : int or None
        [kWh]
    plan_from : str
    energy : int
        Its part [kWh].
    amount : int
        Its part; negative: a credit [micro-yuan].
    error : int or None
        The standard error of an amount from orders that were drawn [micro-yuan].
    """

    item: str
    product: str
    user: str
    others: int
    metered: int | None
    plan: int | None
    plan_from: str
    energy: int
    amount: int
    error: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a position's users save by settling together: kWh by side, and money [micro-yuan]."""

    product: str
    over: int
    under: int
    amount: int


@dataclass(frozen=True, slots=True)
class Bearers:
    """Whose the deviation of a unit's month was.

    Attributes
    ----------
    method : str
    parts : tuple of tuple of Bearer
        Of each product and item, those who bear most first.
    saved : tuple of Saved
        Of the positions in which netting saves anything; it belongs to nobody.
    """

    method: Method
    parts: tuple[tuple[Bearer, ...], ...]
    saved: tuple[Saved, ...]

    @property
    def amount(self) -> int:
        """All that is shared [micro-yuan]."""
        return sum(row.amount for part in self.parts for row in part)


def bearers_of(result: Result, keys: Sequence[Key], method: Method, max_lines: int) -> dict[Key, Bearers]:
    """Whose the deviation was, by statement of a retailer's unit that has several users, and any deviation or none
    because they settle together.

    Parameters
    ----------
    result : Result
    keys : sequence of Key
        Of the statements; those of others than units are passed over.
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
    max_lines : int
        Rows of a statement at most: the largest are shown, the others of a product and item are one.
    """
    retailers = set(result.inputs["retailers"].column("retailer_id").to_pylist())
    units_of = units_by_id(result.inputs, result.rules.shape)
    of_units = [
        key
        for key in keys
        if not (key.is_outside or key.is_seller or key.is_customer) and units_of[key.subject][0] in retailers
    ]
    if not of_units or "position_bands" not in result.manifest["counts"]["results"]:
        return {}  # a result that 0.1 wrote lacks the table of bands
    asked = tuple(dict.fromkeys(key.subject for key in of_units)), tuple(dict.fromkeys(key.month for key in of_units))
    with_position = set(result.exact.arrow("positions", None, ("unit_id",)).column("unit_id").to_pylist())
    units = tuple(unit for unit in asked[0] if unit in with_position)
    if not units:
        return {}
    shared = _by_statement(attribution_table(result, method, "real", units, asked[1]).exact)
    netted = _by_statement(netting_table(result, "real", units, asked[1]).exact)
    found = {}
    for key in of_units:
        rows, saved = shared.get((key.subject, key.month)), _saved(netted.get((key.subject, key.month)))
        parts = []
        if rows is not None and rows["user_id"].nunique(dropna=False) >= _FEWEST:
            parts = [_part(part) for _, part in rows.groupby(["product", "item"], sort=False, observed=True)]
        if parts or saved:
            room = max(1, max_lines // max(1, len(parts)))
            found[key] = Bearers(method, tuple(tuple(_few(part, room)) for part in parts), saved)
    return found


def _by_statement(exact: pd.DataFrame) -> Mapping[tuple[str, str], pd.DataFrame]:
    groups = exact.groupby(["unit_id", "month"], sort=False, observed=True)
    return {(str(unit), str(month)): rows for (unit, month), rows in groups}


def _part(rows: pd.DataFrame) -> list[Bearer]:
    """Who bears something of one product and item, those who bear most first, the buyer's own last."""
    figures = ["metered_kwh", "plan_kwh", "share_kwh", "amount_micro_yuan", "standard_error_micro_yuan"]
    found: dict[str, Bearer] = {}
    names = ["item", "product", "user_id", "plan_from", *figures]
    for item, product, user, origin, *numbers in rows[names].astype(object).itertuples(index=False, name=None):
        metered, plan, energy, amount, error = map(_number, numbers)
        name = user if isinstance(user, str) else ""
        before = found.get(name)
        if before is None:
            told = origin if isinstance(origin, str) else ""
            found[name] = Bearer(item, product, name, 0, metered, plan, told, energy or 0, amount or 0, error)
        else:  # of another band
            found[name] = replace(
                before,
                energy=before.energy + (energy or 0),
                amount=before.amount + (amount or 0),
                error=_sum(before.error, error),
            )
    return sorted(found.values(), key=lambda row: (not row.user, -abs(row.amount)))


def _number(value: Any) -> int | None:
    """None where pandas has no number."""
    import pandas as pd

    return None if pd.isna(value) else int(value)


def _sum(one: int | None, other: int | None) -> int | None:
    """Of standard errors: at most that of the sum."""
    return None if one is None and other is None else (one or 0) + (other or 0)


def _few(part: list[Bearer], room: int) -> list[Bearer]:
    if len(part) <= room:
        return part
    users, own = [row for row in part if row.user], [row for row in part if not row.user]
    shown, rest = users[: room - 1], users[room - 1 :]
    energy, amount = sum(row.energy for row in rest), sum(row.amount for row in rest)
    others = Bearer(part[0].item, part[0].product, "", len(rest), None, None, "", energy, amount)
    return [*shown, others, *own]


def _saved(rows: pd.DataFrame | None) -> tuple[Saved, ...]:
    if rows is None:
        return ()
    figures = rows[["product", "over_kwh", "under_kwh", "saved_micro_yuan"]].itertuples(index=False, name=None)
    return tuple(Saved(str(product), *map(int, numbers)) for product, *numbers in figures if any(numbers))
