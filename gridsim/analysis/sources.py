"""Which dimensions each result table has, read off its columns or reached through them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.names import Dimensions

    Codes = NDArray[np.int32]

__all__ = [
    "ATTRIBUTION",
    "CELLS",
    "LEDGER",
    "LEGS",
    "LEG_SETTLEMENT",
    "MARGINS",
    "NETTING",
    "POSITIONS",
    "POSITION_BANDS",
    "TRADES",
    "VALUES_OF",
    "Source",
]

VALUES_OF = {
    **{name: name for name in ("unit", "buyer", "retailer", "mode", "user", "tariff_class", "voltage", "generator")},
    **{name: name for name in ("month", "period", "product", "item", "clause", "session", "kind")},
    **{name: name for name in ("delivery", "segment", "transfer", "party", "side", "corrects_month", "metering")},
    "corrects_item": "corrected",
    "payer": "party",
    "payee": "party",
    "payer_group": "group",
    "payee_group": "group",
    "party_group": "group",
}
"""The set of values (`Dimensions`) that each dimension takes its own from."""


class Reach(NamedTuple):
    """How a dimension is reached: from which text columns, each with its set of values, and by what steps."""

    columns: Mapping[str, str]
    codes: Callable[..., Codes]


@dataclass(frozen=True)
class Source:
    """A result table, and the dimensions that its rows have."""

    table: str
    dimensions: Mapping[str, Reach]
    has_trial: bool = True


def _direct(column: str, values: str) -> Reach:
    return Reach({column: values}, lambda _, codes: codes)


def _through(column: str, values: str, other: str) -> Reach:
    """Through the texts of a column, as a user's tariff class."""
    return Reach({column: values}, lambda names, codes: names.way(values, other)[codes])


def _by_unit(column: str = "unit_id") -> dict[str, Reach]:
    return {
        "unit": _direct(column, "unit"),
        **{name: _through(column, "unit", name) for name in ("buyer", "retailer", "mode")},
    }


def _by_month() -> dict[str, Reach]:
    """The month, and whether it is metered or a forecast."""
    return {"month": _direct("month", "month"), "metering": _through("month", "month", "metering")}


def _product_of_cell(names: Dimensions, unit: Codes, period: Codes) -> Codes:
    """The product of a mode that covers the cell's period; of a cell without a unit none."""
    of_cell = names.shape.product_of_cell
    modes, periods = of_cell.shape
    found = np.full((modes + 1, periods + 1), len(names.shape.products), dtype=np.int32)  # the last: no unit, no period
    found[:-1, :-1] = of_cell
    is_one = (of_cell == of_cell[:, :1]).all(axis=1)
    found[:-1, -1] = np.where(is_one, of_cell[:, 0], found[:-1, -1])  # all periods are one product
    return found[names.way("unit", "mode")[unit], period]


def _product_of_line(names: Dimensions, leg: Codes, unit: Codes, period: Codes) -> Codes:
    of_leg = names.way("leg", "product")
    return np.where(leg < len(of_leg) - 1, of_leg[leg], _product_of_cell(names, unit, period))


def _user_of_line(names: Dimensions, user: Codes, unit: Codes) -> Codes:
    """The cell's user; of a leg's line the buyer, if it is a user that buys for itself."""
    of_unit = names.way("unit", "user")
    return np.where(user < len(names.index("user")), user, of_unit[unit])


def _attribute_of_line(attribute: str) -> Reach:
    def codes(names: Dimensions, user: Codes, unit: Codes, month: Codes) -> Codes:
        return names.of_users(attribute, _user_of_line(names, user, unit), month)

    return Reach({"user_id": "user", "unit_id": "unit", "month": "month"}, codes)


def _attribute_of_cell(attribute: str) -> Reach:
    def codes(names: Dimensions, user: Codes, month: Codes) -> Codes:
        return names.of_users(attribute, user, month)

    return Reach({"user_id": "user", "month": "month"}, codes)


_ATTRIBUTES = ("tariff_class", "voltage")
_BY_LEG = ("unit", "month", "product", "generator", "session", "kind")


def _leg_then(steps: tuple[str, ...]) -> Reach:
    """From a leg by several steps, as to the retailer of its unit."""

    def codes(names: Dimensions, leg: Codes) -> Codes:
        at, place = leg, "leg"
        for step in steps:
            at, place = names.way(place, step)[at], step
        return at

    return Reach({"leg_id": "leg"}, codes)


POSITIONS = Source(
    "positions",
    {**_by_unit(), **_by_month(), "product": _direct("product", "product")},
)
POSITION_BANDS = Source("position_bands", POSITIONS.dimensions)
CELLS = Source(
    "cell_settlement",
    {
        **_by_unit(),
        "user": _direct("user_id", "user"),
        **{name: _attribute_of_cell(name) for name in _ATTRIBUTES},
        **_by_month(),
        "period": _direct("period", "period"),
        "product": Reach({"unit_id": "unit", "period": "period"}, _product_of_cell),
    },
)
LEGS = Source(
    "legs",
    {
        **_by_unit(),
        **_by_month(),
        "product": _direct("product", "product"),
        "generator": _direct("seller_id", "generator"),
        "session": _direct("session", "session"),
        "kind": Reach({"leg_id": "leg"}, lambda names, leg: names.way("leg", "kind")[leg]),
    },
    has_trial=False,
)
LEG_SETTLEMENT = Source(
    "leg_settlement",
    {
        **{name: _leg_then((name,)) for name in _BY_LEG},
        "metering": _leg_then(("month", "metering")),
        **{name: _leg_then(("unit", name)) for name in ("buyer", "retailer", "mode")},
    },
)
LEDGER = Source(
    "ledger",
    {
        **_by_unit(),
        "user": Reach({"user_id": "user", "unit_id": "unit"}, _user_of_line),
        **{name: _attribute_of_line(name) for name in _ATTRIBUTES},
        "generator": _through("payee", "party", "generator"),
        **_by_month(),
        "period": _direct("period", "period"),
        "product": Reach({"leg_id": "leg", "unit_id": "unit", "period": "period"}, _product_of_line),
        "item": _direct("item", "item"),
        "clause": _direct("clause", "clause"),
        "session": _leg_then(("session",)),
        "kind": _leg_then(("kind",)),
        "payer": _direct("payer", "party"),
        "payee": _direct("payee", "party"),
        "payer_group": _through("payer", "party", "group"),
        "payee_group": _through("payee", "party", "group"),
        "corrects_month": _direct("corrects_month", "corrects_month"),
        "corrects_item": _direct("corrects_item", "corrected"),
    },
)
ATTRIBUTION = Source(
    "attribution",
    {
        **POSITIONS.dimensions,
        "item": _direct("item", "item"),
        "side": _direct("side", "side"),
        "user": _direct("user_id", "user"),
        **{name: _through("user_id", "user", name) for name in _ATTRIBUTES},
    },
    has_trial=False,
)
NETTING = Source("netting", POSITIONS.dimensions, has_trial=False)
MARGINS = Source(
    "margins",
    {
        "retailer": _direct("retailer_id", "retailer"),
        **_by_month(),
        "user": _direct("user_id", "user"),
        **{name: _through("user_id", "user", name) for name in _ATTRIBUTES},
    },
    has_trial=False,
)
TRADES = Source(
    "trades",
    {
        "session": _direct("session", "session"),
        "kind": _direct("kind", "kind"),
        "product": _direct("product", "product"),
        "delivery": _direct("month", "delivery"),
        "segment": _direct("segment", "segment"),
        "transfer": _direct("transfer", "transfer"),
        "generator": _direct("seller_id", "generator"),
        "buyer": _direct("buyer_id", "buyer"),
        "retailer": _through("buyer_id", "buyer", "retailer"),
    },
    has_trial=False,
)
