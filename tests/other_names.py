"""A result of Henan in which everything that a market names is called otherwise, in ids and in words.

Results of other markets are told as those of this one: what shows a name must ask the rule set of the result for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pyarrow as pa

import gridsim
from gridsim.market_tables import result_tables
from gridsim.rules import RuleSet
from gridsim.rules.loader import shipped
from gridsim.rules.shape import MarketShape
from gridsim.rules.shape_lists import ChargeShape
from gridsim.rules.wording import Words
from tests.shared import MINI, fresh, scenario_in

__all__ = ["HENANS", "NEW", "OTHER", "renamed"]

HENAN = shipped("henan-2021").shape
_OWN = {"energy", "shortfall", "overrun", "transfer"}  # gridsim's own items

NEW: dict[str, dict[str, str]] = {
    "periods": {"peak": "p-1", "flat": "p-2", "valley": "p-3"},
    "products": {"total": "whole", "peak": "g-1", "flat": "g-2", "valley": "g-3"},
    "modes": {"conventional": "m-a", "tou": "m-b"},
    "items": {item: f"i-{number}" for number, item in enumerate(HENAN.charge_items)},
    "accounts": {"GRID": "WIRES", "GOVERNMENT": "CROWN"},
    "sessions": {kind.id: f"k-{number}" for number, kind in enumerate(HENAN.sessions)},
    "without_sessions": {kind.id: f"w-{number}" for number, kind in enumerate(HENAN.without_sessions)},
    "regimes": {"transition": "r-1"},
}
"""New ids by list and Henan's id."""


def _words(new: str) -> Words:
    return Words(f"the {new}", f"名{new}")


def _charges(charges: tuple[ChargeShape, ...]) -> tuple[ChargeShape, ...]:
    items, accounts = NEW["items"], NEW["accounts"]
    return tuple(replace(each, item=items[each.item], payee=accounts[each.payee]) for each in charges)


def _shape() -> MarketShape:
    periods, products, modes, accounts = (NEW[name] for name in ("periods", "products", "modes", "accounts"))
    return replace(
        HENAN,
        periods=tuple(map(periods.__getitem__, HENAN.periods)),
        products=tuple(
            each._replace(id=products[each.id], periods=tuple(map(periods.__getitem__, each.periods)))
            for each in HENAN.products
        ),
        modes=tuple(
            replace(
                mode,
                id=modes[mode.id],
                products=tuple(map(products.__getitem__, mode.products)),
                over=tuple(replace(band, payee=accounts[band.payee]) for band in mode.over),
                charges=_charges(mode.charges),
            )
            for mode in HENAN.modes
        ),
        off_tariff=HENAN.off_tariff
        and HENAN.off_tariff._replace(
            period=periods[HENAN.off_tariff.period], modes=tuple(map(modes.__getitem__, HENAN.off_tariff.modes))
        ),
        outside=tuple((why, _charges(charges)) for why, charges in HENAN.outside),
        accounts=tuple(map(accounts.__getitem__, HENAN.accounts)),
        regimes=tuple(replace(regime, id=NEW["regimes"][regime.id]) for regime in HENAN.regimes),
        sessions=tuple(replace(kind, id=NEW["sessions"][kind.id]) for kind in HENAN.sessions),
        without_sessions=tuple(replace(kind, id=NEW["without_sessions"][kind.id]) for kind in HENAN.without_sessions),
        words={name: {new: _words(new) for new in ids.values()} for name, ids in NEW.items()},
    )


OTHER = _shape()
"""Henan's shape with other names."""

HENANS = frozenset(
    text
    for name, ids in HENAN.words.items()
    if name in NEW
    for code, words in ids.items()
    if code not in _OWN
    for text in (words.en, words.zh)
) | {code for codes in NEW.values() for code in codes}
"""What Henan's rule set calls these things, and their ids there."""


class _OtherRules(RuleSet):
    """Henan's values, with the other shape."""

    @property
    def shape(self) -> MarketShape:
        return OTHER


@cache
def renamed(load: str = "1") -> gridsim.Result:
    """The result of the mini scenario with every name of the market changed, in results, inputs and rules."""
    result = fresh(MINI) if load == "1" else gridsim.run(scenario_in(MINI).with_load(load))
    to_new = {
        "period": NEW["periods"],
        "tariff_period": NEW["periods"],
        "product": NEW["products"],
        "mode": NEW["modes"],
        "item": NEW["items"],
        "payer": NEW["accounts"],
        "payee": NEW["accounts"],
        "kind": {**NEW["sessions"], **NEW["without_sessions"]},
    }

    def column(name: str) -> Callable[[str], str] | None:
        if name == "unit_id":
            return _unit
        if name in ("leg_id", "from_leg_id"):
            return None
        return _of(to_new[name]) if name in to_new else None

    tables = {name: _table(result.exact.arrow(name), column) for name in result_tables(HENAN)}
    inputs = {name: _table(table, column) for name, table in result.inputs.items()}
    return gridsim.Result(tables, inputs, result.manifest, _OtherRules.of(result.rules))


def _of(ids: Mapping[str, str]) -> Callable[[str], str]:
    return lambda old: ids.get(old, old)


def _unit(unit: str) -> str:
    buyer, _, mode = unit.rpartition("/")
    return f"{buyer}/{NEW['modes'][mode]}" if buyer else unit


def _table(table: pa.Table, column: Callable[[str], Callable[[str], str] | None]) -> pa.Table:
    """A table with other texts in some columns; a column that is called by an item is called by its new id."""
    made: dict[str, Any] = {}
    for name, values in zip(table.column_names, table.columns, strict=True):
        change = column(name)
        if change is not None:
            texts = values.cast(pa.string()).to_pylist()
            values = pa.chunked_array([pa.array([None if t is None else change(t) for t in texts]).dictionary_encode()])
        item = name.removesuffix("_micro_yuan")
        made[f"{NEW['items'][item]}_micro_yuan" if item in NEW["items"] else _of_a_tariff(name)] = values
    return pa.table(made)


def _of_a_tariff(name: str) -> str:
    """A column of tariffs of one period is called by it."""
    item, _, period = name.removesuffix("_micro_yuan_per_kwh").rpartition("_")
    return f"{item}_{NEW['periods'][period]}_micro_yuan_per_kwh" if period in NEW["periods"] else name
