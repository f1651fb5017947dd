"""Rulebook 9: the shape of a market as plain data, in the words of the specification's sketch."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from .rule_values import Rules, is_dated

SHAPES = Path(__file__).parent / "shapes"


class FaultError(ValueError):
    """What the rulebook calls a fault: the scenario has no result."""


def load_shape(name: str) -> dict[str, Any]:
    """A shape of `shapes/`, one's own to change; every scalar stays the text that was written."""
    return deepcopy(_kept(name))


@cache
def _kept(name: str) -> dict[str, Any]:
    return YAML(typ="base", pure=True).load((SHAPES / f"{name}.yaml").read_text(encoding="utf-8"))


def is_none(value: Any) -> bool:
    """`none` in a shape, or nothing at all."""
    return value is None or value in ("none", "")


def is_true(value: Any) -> bool:
    return value is True or value == "true"


def list_of(value: Any) -> list[Any]:
    """A list where there may be none."""
    return [] if is_none(value) else list(value)


def in_force(value: Any, month: str) -> Any:
    """A piece of a shape as it is in a month: of a value that changes, the last that starts not after it."""
    if is_dated(value) and all(set(piece) == {"from", "value"} for piece in value):
        started = [piece for piece in value if piece["from"] <= month]
        return in_force(max(started, key=lambda piece: piece["from"])["value"], month)
    if isinstance(value, dict):
        return {key: in_force(part, month) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [in_force(part, month) for part in value]
    return value


class Shape:
    """A shape by its lists. What changes within the year is asked for `at` a month."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self._months: dict[str, Shape] = {}

    def at(self, month: str) -> Shape:
        if month not in self._months:
            self._months[month] = Shape(in_force(self.data, month))
        return self._months[month]

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def get(self, name: str) -> Any:
        """A list of the shape; None where it has none."""
        value = self.data.get(name)
        return None if is_none(value) else value

    @property
    def periods(self) -> list[str]:
        return list(self["periods"])

    @property
    def products(self) -> list[str]:
        return list(self["products"])

    def modes_with(self, product: str) -> list[str]:
        """The modes that trade a product, in the set's order."""
        return [name for name, mode in self["modes"].items() if product in mode["products"]]

    def product_of(self, mode: str, period: str) -> str:
        """Rulebook 9: a mode's products hold every period exactly once."""
        (product,) = (p for p in self["modes"][mode]["products"] if period in self["products"][p])
        return product

    def is_by_periods(self, mode: str) -> bool:
        """A mode whose units trade more than one product."""
        return len(self["modes"][mode]["products"]) > 1

    def off_period(self, where: str | list[str]) -> str | None:
        """`off_tariff`: the period that stands for all, in a mode, a regime, or outside; None where there is none."""
        off = self.get("off_tariff")
        if off is None:
            return None
        places = [*list_of(off.get("modes")), *list_of(off.get("also"))]
        asked = [where] if isinstance(where, str) else where
        return off["period"] if any(place in places for place in asked) else None

    def charge_items(self) -> list[str]:
        """Formats 4: the columns of money of `cell_settlement`: each charge in order, then those of users outside."""
        inside = [charge["item"] for mode in self["modes"].values() for charge in list_of(mode.get("charges"))]
        outside = [
            entry["item"] for entries in self["outside"].values() for entry in list_of(entries) if "item" in entry
        ]
        return list(dict.fromkeys([*inside, *outside]))

    def regime_of(self, month: str) -> dict[str, Any] | None:
        """Rulebook 6 and 9: the regime that a month settles by."""
        return next((regime for regime in list_of(self.get("regimes")) if month in regime["months"]), None)


def henan_shape(rules: Rules) -> Shape:
    """The shape of henan-2021 with its values as a scenario's overrides have them, by their old dotted paths."""
    data = load_shape("henan-2021")
    for name, mode in data["modes"].items():
        path = f"settlement.{name}"
        mode["over"][0]["edge"] = rules.raw(f"{path}.upper")
        mode["under"][0]["edge"] = rules.raw(f"{path}.lower")
        mode["under"][0]["price"] = rules.raw("settlement.shortfall_price")
        catalogue = {period: rules.raw(f"{path}.overrun_catalogue.{period}") for period in data["periods"]}
        mode["over"][0]["price"] = {"tariff": "catalogue", "period": catalogue}
    data["coefficients"] = {period: rules.raw(f"tariff.coefficient.{period}") for period in data["periods"]}
    for charge in data["modes"]["conventional"]["charges"]:
        if charge["item"] == "tou_adjustment":
            charge["price"] = adjustment_price(rules["settlement.tou_adjustment_base"]) or charge["price"]
    data["outside"]["left_market"][0]["price"]["times"][0] = rules.raw("fallback.multiple")
    data["regimes"][0]["months"] = rules["transition.months"]
    use = {
        period: [f"{start:02d}:00-{end:02d}:00" for start, end in rules[f"periods.{period}"]]
        for period in data["periods"]
    }
    data["hours"] = [{"use": use}]
    for kind in [*data["sessions"].values(), *data["without_sessions"].values()]:
        if kind["how"] == "filings":
            continue
        kind["how"] = rules["matching.mechanism"]
        kind["ties"] = rules["matching.ties"]
        kind["k"] = rules["matching.k"]
        kind["heat_priority"] = rules["matching.heat_priority"]
        if rules["matching.intra_month"] == "only_adds":
            kind.pop("transfers", None)
    return Shape(data)


def adjustment_price(base: str) -> Any:
    """Rulebook 5, the choice of base of `tou_adjustment`; None for the default, which the shape has."""
    return {
        "average_energy_price": {"product": ["in_band_mean", {"less": ["coefficient", "1"]}]},
        "catalogue_difference": {"less": [{"tariff": "catalogue"}, {"tariff": "catalogue", "period": "flat"}]},
    }.get(base)
