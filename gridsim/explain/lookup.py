"""What there is to explain, and what to say to a question about something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from gridsim.calendar import is_month, month_ordinal
from gridsim.columns import PRODUCTS
from gridsim.errors import ResultError
from gridsim.explain.arrow import distinct, rows_where
from gridsim.suggest import nearest

if TYPE_CHECKING:
    from gridsim.explain.facts import Source

__all__ = ["Subject", "find"]

_LISTED = 12


class Subject(NamedTuple):
    """What is to be explained: a unit and its products, or a user outside the market, who has none."""

    name: str
    month: str
    products: tuple[str, ...]

    @property
    def is_user(self) -> bool:
        """Whether this is a user outside the market."""
        return not self.products


def find(source: Source, unit: str, month: str, product: str | None) -> Subject:
    """The positions of a unit's month, or the user of that id if it has cells without a unit there.

    Parameters
    ----------
    source : Source
    unit : str
        A settlement unit or a user.
    month : str
    product : str or None
        One product alone.

    Raises
    ------
    ResultError
        There is no such thing; the message names what there is, the nearest first.
    """
    positions = source.exact.arrow("positions")
    of_unit = rows_where(positions, {"unit_id": unit, "trial": False}, ("month", "product"))
    if not of_unit:
        return _find_user(source, unit, month, product)
    months = sorted({row["month"] for row in of_unit})
    if month not in months:
        raise ResultError(f"{unit} has no position in {_month(month)}; {_choice(month, months, 'month')}")
    in_month = {row["product"] for row in of_unit if row["month"] == month}
    products = tuple(name for name in PRODUCTS if name in in_month)
    if product is None:
        return Subject(unit, month, products)
    if product not in products:
        raise ResultError(f"{unit} has no position {product!r} in {month}; {_choice(product, products, 'product')}")
    return Subject(unit, month, (product,))


def _find_user(source: Source, user: str, month: str, product: str | None) -> Subject:
    of_user = source.exact.arrow("cell_settlement", {"user_id": user})
    cells = rows_where(of_user, {"user_id": user, "trial": False}, ("unit_id", "month"))
    if not cells:
        raise _unknown_unit(source, user)
    outside = sorted({row["month"] for row in cells if row["unit_id"] is None})
    if month in outside:
        if product is not None:
            raise ResultError(f"user {user} is outside the market in {month} and has no products: leave product out")
        return Subject(user, month, ())
    units = sorted({row["unit_id"] for row in cells if row["month"] == month})
    if units:
        raise ResultError(f"{user} is a user; in {month} it belongs to settlement unit {units[0]}: ask for that")
    months = sorted({row["month"] for row in cells})
    raise ResultError(f"user {user} has no metered energy in {_month(month)}; {_choice(month, months, 'month')}")


def _unknown_unit(source: Source, unit: str) -> ResultError:
    units = distinct(source.exact.arrow("positions").column("unit_id"))
    of_buyer = [name for name in units if name.rpartition("/")[0] == unit]
    if of_buyer:
        return ResultError(f"{unit} is a buyer and no settlement unit; its settlement units: {', '.join(of_buyer)}")
    users = distinct(source.exact.arrow("cell_settlement").column("user_id"))
    near = nearest(unit, units) or nearest(unit, users)
    hint = f"; nearest: {near}" if near else ""
    return ResultError(f"there is no settlement unit {unit!r}{hint}; there are: {_listed(sorted(units))}")


def _month(month: str) -> str:
    return month if is_month(month) else f"{month!r} (a month is written YYYY-MM)"


def _choice(wrong: str, right: Sequence[str], what: str) -> str:
    near = nearest(wrong, right)
    hint = f"nearest: {near}; " if near else ""
    return f"{hint}{what}s that it has: {_listed(right)}"


def _listed(names: Sequence[str]) -> str:
    if len(names) > 2 and all(map(is_month, names)):  # a year's months are many words for one span
        ordinals = [month_ordinal(month) for month in names]
        if ordinals == list(range(ordinals[0], ordinals[0] + len(names))):
            return f"{names[0]} to {names[-1]}"
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more:,} more" if more > 0 else "")
