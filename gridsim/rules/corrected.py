"""What a correction of an earlier month may correct, whose line it is, and between whom the money goes (part 16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from gridsim.rules.shape import CORRECTION, ENERGY, MARKET, OVERRUN, SHORTFALL, TAIL_OF_TABLE, TRANSFER, WITHIN_UNITS
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ChargeShape

__all__ = ["CorrectedItem", "corrected_items", "uncorrected_items"]


class CorrectedItem(NamedTuple):
    """How a line that corrects an item is paid.

    Attributes
    ----------
    whose : {"unit", "user", "either"}
        Whom a row must name: a settlement unit, a user, or one of them.
    by_user : bool
        Whether the user that a row names pays; else the unit's buyer does.
    may_name_user : bool
        Whether a row of a unit may name one of its users.
    account : str
        The other side.
    of_mode : mapping of str to str
        The same of a unit in a mode, where it is another.
    """

    whose: Literal["unit", "user", "either"]
    by_user: bool
    may_name_user: bool
    account: str
    of_mode: Mapping[str, str]


@lru_cache(maxsize=256)  # a shape is the same for a whole run; property tests make many
def corrected_items(shape: MarketShape) -> Mapping[str, CorrectedItem]:
    """What may be corrected in a market, by item, in the order of the ledger.

    The other side is the account that the item itself pays. Contracts are paid to sellers: of a correction that names
    none of them it is `MARKET`, the side that nobody names. What sellers settle for themselves, and what users pay
    their retailer, no statement for a buyer holds.

    Parameters
    ----------
    shape : MarketShape
    """
    return MappingProxyType(dict(_items(shape)))


def uncorrected_items(shape: MarketShape) -> Mapping[str, Sentence]:
    """What may not be corrected, by item, and why: it stands on no statement for a buyer.

    Parameters
    ----------
    shape : MarketShape
    """
    of_retailers = Sentence(
        "what a user pays its retailer stands on no settlement statement: enter what is paid back or in addition as "
        "correction, with the user (rulebook part 16)"
    )
    of_sellers = Sentence(
        "what sellers settle for themselves stands on no statement for a buyer, and can't be corrected here (rulebook "
        "part 16)"
    )
    barred = dict.fromkeys(shape.items, of_sellers) | dict.fromkeys(WITHIN_UNITS, of_retailers)
    return {item: why for item, why in barred.items() if item not in corrected_items(shape)}


def _first_payees(charges: Iterable[ChargeShape]) -> dict[str, str]:
    payees: dict[str, str] = {}
    for charge in charges:
        payees.setdefault(charge.item, charge.payee)
    return payees


def _items(shape: MarketShape) -> Iterator[tuple[str, CorrectedItem]]:
    of_unit = CorrectedItem("unit", False, False, MARKET, {})
    grid = shape.grid_account or MARKET
    over = {mode.id: mode.over[0].payee for mode in shape.modes if mode.over}
    # Of a line that names no unit the first that has the charge tells: outside of units, or of the modes.
    inside = _first_payees(charge for mode in shape.modes for charge in mode.charges)
    outside = _first_payees(charge for _, charges in shape.outside for charge in charges)
    found = {
        ENERGY: of_unit,
        SHORTFALL: of_unit,
        OVERRUN: CorrectedItem("unit", False, True, next(iter(over.values()), grid), over),
    }
    for item in shape.charge_items:
        if item in inside:
            of_mode = {m.id: charge.payee for m in shape.modes for charge in m.charges if charge.item == item}
            found[item] = CorrectedItem("either", True, True, outside.get(item, inside[item]), of_mode)
        else:
            found[item] = CorrectedItem("user", True, False, outside[item], {})
    if shape.fees is not None:
        of_fees = of_unit._replace(account=shape.fees.payee)
        found |= dict.fromkeys(filter(None, (shape.fees.item, shape.fees.returned_item)), of_fees)
    found |= {each.item: CorrectedItem("either", True, True, MARKET, {}) for each in shape.closing}
    found[TRANSFER] = of_unit
    found |= dict.fromkeys(TAIL_OF_TABLE["billing"], CorrectedItem("user", True, False, grid, {}))
    found[CORRECTION] = CorrectedItem("either", True, True, MARKET, {})
    in_order = (*shape.items, *TAIL_OF_TABLE["billing"], CORRECTION)
    yield from ((item, found[item]) for item in in_order if item in found)
