"""What there is to explain, and what to say to a question about something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gridsim.arrow import dicts, distinct
from gridsim.calendar import is_month, month_ordinal
from gridsim.errors import ResultError
from gridsim.explain.billed import has_bills
from gridsim.explain.retail_facts import retail_month
from gridsim.explain.sales import months_of_sales
from gridsim.explain.subject import Subject
from gridsim.names import code_told
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import LISTED, Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.explain.source import ResultFacts

__all__ = ["find"]


def find(source: ResultFacts, unit: str, month: str, product: str | None) -> Subject:
    """The positions of a unit's month, or the user of that id if it has cells without a unit or a retail contract.

    Parameters
    ----------
    source : ResultFacts
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
    sales = months_of_sales(source, unit)
    if source.rules.shape.sellers is not None:
        of_seller = dicts(source.exact.arrow("seller_settlement", {"generator_id": unit}, ("month",)))
        months = sorted({row["month"] for row in of_seller})
        if month in months:
            return Subject(unit, month, (), is_seller=True)
        if months and month not in sales:
            what = Sentence("generator {seller} has no settlement in {month}", seller=unit, month=_month(month))
            raise ResultError(listed(what, nearest_in_words(nearest(month, months)), _months(months)))
    if month in sales:
        return Subject(unit, month, (), is_sale=True)
    if sales:
        what = Sentence("generator {seller} sold nothing to an account in {month}", seller=unit, month=_month(month))
        raise ResultError(listed(what, nearest_in_words(nearest(month, sales)), _months(sales)))
    of_unit = dicts(source.exact.arrow("positions", {"unit_id": unit, "trial": False}, ("month", "product")))
    if not of_unit:
        return _find_user(source, unit, month, product)
    months = sorted({row["month"] for row in of_unit})
    if month not in months and product is None and _has_lines(source, month, "unit_id", unit):
        return Subject(unit, month, (), is_corrected=True)
    if month not in months:
        told = code_told("unit", unit, source.rules.shape)
        what = Sentence("{unit} has no position in {month}", unit=told, month=_month(month))
        raise ResultError(listed(what, nearest_in_words(nearest(month, months)), _months(months)))
    in_month = {row["product"] for row in of_unit if row["month"] == month}
    products = tuple(name for name in source.rules.shape.product_ids if name in in_month)
    if product is None:
        return Subject(unit, month, products)
    if product not in products:
        told = code_told("unit", unit, source.rules.shape)
        what = Sentence("{unit} has no position {product!r} in {month}", unit=told, product=product, month=month)
        right = Sentence("products that it has: {names}", names=_named(source, "product", products))
        raise ResultError(listed(what, _nearest(source, "product", nearest(product, products)), right))
    return Subject(unit, month, (product,))


def _find_user(source: ResultFacts, user: str, month: str, product: str | None) -> Subject:
    cells = dicts(source.exact.arrow("cell_settlement", {"user_id": user, "trial": False}, ("unit_id", "month")))
    if not cells:
        raise _unknown_unit(source, user)
    outside = sorted({row["month"] for row in cells if row["unit_id"] is None})
    if month in outside:
        if product is not None:
            raise ResultError(
                Sentence(
                    "user {user} is outside the market in {month} and has no products: leave product out",
                    user=user,
                    month=month,
                )
            )
        return Subject(user, month, ())
    units = sorted({row["unit_id"] for row in cells if row["month"] == month})
    if units and product is None and retail_month(source, [user], month) is not None:
        return Subject(user, month, (), unit=units[0])
    if units and product is None and has_bills(source):
        return Subject(user, month, (), is_bill=True)
    if units:
        raise ResultError(
            Sentence(
                "{user} is a user; in {month} it belongs to settlement unit {unit}: ask for that",
                user=user,
                month=month,
                unit=code_told("unit", units[0], source.rules.shape),
            )
        )
    if product is None and any(_has_lines(source, month, side, user) for side in ("payer", "payee")):
        return Subject(user, month, (), is_bill=True)
    months = sorted({row["month"] for row in cells})
    what = Sentence("user {user} has no metered energy in {month}", user=user, month=_month(month))
    raise ResultError(listed(what, nearest_in_words(nearest(month, months)), _months(months)))


def _has_lines(source: ResultFacts, month: str, column: str, name: str) -> bool:
    """Whether there is money of a month without metered energy: charges without any, corrections of earlier months."""
    return bool(source.exact.arrow("ledger", {"month": month, "trial": False, column: name}, ("line",)).num_rows)


def _unknown_unit(source: ResultFacts, unit: str) -> ResultError:
    units = distinct(source.exact.arrow("positions").column("unit_id"))
    of_buyer = [name for name in units if name in source.units and source.buyer_and_mode(name)[0] == unit]
    if of_buyer:
        return ResultError(
            Sentence(
                "{name} is a buyer and no settlement unit; its settlement units: {units}",
                name=unit,
                units=_named(source, "unit", of_buyer),
            )
        )
    users = distinct(source.exact.arrow("cell_settlement").column("user_id"))
    user = unit.rpartition("/")[0]
    if user in users:
        cells = dicts(source.exact.arrow("cell_settlement", {"user_id": user, "trial": False}, ("unit_id",)))
        of_user = sorted({row["unit_id"] for row in cells if row["unit_id"] is not None})
        if of_user:
            message = Sentence(
                "{user} has no settlement unit {unit!r}; it belongs to {units}",
                user=user,
                unit=unit,
                units=_named(source, "unit", of_user),
            )
            return ResultError(message)
    near = nearest(unit, units) or nearest(unit, users)
    return ResultError(
        listed(
            Sentence("there is no settlement unit {unit!r}", unit=unit),
            _nearest(source, "unit", near),
            Sentence("there are: {names}", names=_named(source, "unit", sorted(units), LISTED)),
        )
    )


def _named(source: ResultFacts, column: str, codes: Iterable[str], most: int | None = None) -> Sentence:
    """Codes one after the other; in Chinese what they are called, which may be asked for as well."""
    return named([code_told(column, code, source.rules.shape) for code in codes], most)


def _nearest(source: ResultFacts, column: str, code: str | None) -> Sentence | None:
    return nearest_in_words(code_told(column, code, source.rules.shape) if code else None)


def _month(month: str) -> str | Sentence:
    return month if is_month(month) else Sentence("{month!r} (a month is written YYYY-MM)", month=month)


def _months(months: Sequence[str]) -> Sentence:
    names = named(months, LISTED)
    ordinals = [month_ordinal(month) for month in months]
    if len(months) > 2 and ordinals == list(range(ordinals[0], ordinals[0] + len(months))):
        # a year's months are many words for one span
        names = Sentence("{low} to {high}", low=months[0], high=months[-1])
    return Sentence("months that it has: {names}", names=names)
