"""What a plan varies: lists of values that are combined, or ranges that a design samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from gridsim.rules.kinds import Count, Kind, Quantity
from gridsim.rules.model_faults import Report, Wrong, read_model
from gridsim.rules.reading import read_plain
from gridsim.scenario.changes import LEGS, ORDERS
from gridsim.words import Sentence, listed, named, verbatim

if TYPE_CHECKING:
    from gridsim.rules.catalogue import Catalogue
    from gridsim.scenario.changes import Basis

__all__ = [
    "ANY_NAME",
    "CONTRACTS",
    "DESIGNS",
    "PRICES",
    "RULES",
    "SCALES",
    "Axis",
    "Range",
    "Sweep",
    "SweepValue",
    "UnitScale",
    "is_scale",
    "read_sweep",
    "scale_of_unit",
]

CONTRACTS, PRICES = "contracts.scale", "prices.scale"
SCALES = (CONTRACTS, "load.scale", PRICES)
RULES = "rules"
DESIGNS = ("sobol", "latin_hypercube", "saltelli", "morris")
SCALE_KIND = Quantity("ratio", 4, 0, 100)

_BASIS = "basis"
_MOST_POINTS = 10**5
_MOST_LEVELS = 1000
ANY_NAME = Sentence("a value of the rule set by its dotted path, {names} or {last}", names=named(SCALES), last=RULES)

_NOT_WHOLE = Wrong(Sentence("not a whole number in bounds"))

SweepValue: TypeAlias = "str | int | bool | tuple[Any, ...] | Mapping[str, object]"
"""A value as a plan holds it: plain, decimals as text; for ``rules`` an id or a map of overrides."""


@dataclass(frozen=True)
class Axis:
    """One thing that is varied, and the values that it takes.

    Attributes
    ----------
    name : str
        A dotted path of the rule set, a scale, or ``rules``.
    values : tuple
        In the order of the plan.
    """

    name: str
    values: tuple[SweepValue, ...]


@dataclass(frozen=True)
class Range:
    """One number that a design samples between two bounds, both included.

    Attributes
    ----------
    name : str
        A dotted path of the rule set, or a scale.
    low, high : int
        Of ``10**-decimals``.
    decimals : int
        Sampled values are rounded to so many, half up.
    """

    name: str
    low: int
    high: int
    decimals: int


@dataclass(frozen=True)
class Sweep:
    """Either axes, whose cartesian product is run, or ranges and the design that samples them.

    Attributes
    ----------
    axes : tuple of Axis
    design : {"sobol", "latin_hypercube", "saltelli", "morris"} or None
    ranges : tuple of Range
    n : int
        Points of ``sobol`` and ``latin_hypercube``; base points of ``saltelli``; trajectories of ``morris``.
    levels : int
        Of the grid of ``morris``.
    second_order : bool
        Whether ``saltelli`` samples what second-order indices need.
    basis : {"legs", "orders"}
        What scales of contracts and their prices are on: contracts as traded, or what is ordered, traded again.
    """

    axes: tuple[Axis, ...] = ()
    design: str | None = None
    ranges: tuple[Range, ...] = ()
    n: int = 0
    levels: int = 4
    second_order: bool = False
    basis: Basis = LEGS

    @property
    def names(self) -> tuple[str, ...]:
        """What is varied, in the order of the plan."""
        return (*(axis.name for axis in self.axes), *(bounds.name for bounds in self.ranges))

    @property
    def size(self) -> int:
        """How many points it has."""
        if self.design in ("sobol", "latin_hypercube"):
            return self.n
        if self.design == "saltelli":
            return self.n * (len(self.ranges) + 2 + (len(self.ranges) if self.second_order else 0))
        if self.design == "morris":
            return self.n * (len(self.ranges) + 1)
        size = 1
        for axis in self.axes:
            size *= len(axis.values)
        return size


class UnitScale(NamedTuple):
    """A scale on the contracts of one settlement unit as traded: ``contracts.scale[R1/tou]``."""

    scale: str
    unit: str


def scale_of_unit(name: str) -> UnitScale | None:
    """The scale and the unit that a name is of; None if it is another name."""
    scale, sign, rest = name.partition("[")
    return UnitScale(scale, rest[:-1]) if sign and scale in (CONTRACTS, PRICES) and rest.endswith("]") else None


def is_scale(name: str) -> bool:
    """Whether a name is a scale, on all or on a unit's contracts."""
    return name in SCALES or scale_of_unit(name) is not None


def _basis(data: Mapping[str, Any], report: Report) -> Basis:
    """What scales of contracts and prices are on: contracts as traded, unless it is said otherwise."""
    basis = data.get(_BASIS, LEGS)
    if basis not in (LEGS, ORDERS):
        report.add(("sweep", _BASIS), basis, Sentence("unknown basis"), named((LEGS, ORDERS)))
        return LEGS
    scales = [name for name in (CONTRACTS, PRICES) if name in data]
    if _BASIS in data and not scales:
        message = Sentence("there is no scale that it is of")
        report.add(("sweep", _BASIS), basis, message, named((CONTRACTS, PRICES)))
    for name in scales:
        if basis == ORDERS and isinstance(data[name], Mapping):
            message = Sentence("scales unit by unit are on contracts as traded")
            report.add(("sweep", name), None, message, Sentence("a list of values, or basis: legs"))
    return ORDERS if basis == ORDERS else LEGS


def _by_unit(data: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """What is swept, with scales that are told unit by unit under a name of each."""
    found: dict[str, Any] = {}
    for name, values in data.items():
        if name not in (CONTRACTS, PRICES) or not isinstance(values, Mapping):
            found[str(name)] = values
            continue
        if not values:
            allowed = Sentence("settlement units, with a list of values each")
            report.add(("sweep", name), values, Sentence("no settlement unit"), allowed)
        found |= {f"{name}[{unit}]": of_unit for unit, of_unit in values.items()}
    return found


def _place(name: str) -> tuple[str, ...]:
    """Where a name stands in a plan."""
    of = scale_of_unit(name)
    return ("sweep", name) if of is None else ("sweep", *of)


def kind_of(name: str, catalogue: Catalogue) -> Kind:
    """The kind of value that a name takes (``rules`` has none)."""
    return SCALE_KIND if is_scale(name) else catalogue.kind(name)


def decimals_of(kind: Kind) -> int | None:
    """The decimals of a kind that can be sampled; None for one that cannot."""
    if isinstance(kind, Quantity):
        return kind.decimals
    return 0 if isinstance(kind, Count) else None


def _whole(least: int, most: int) -> Sentence:
    return Sentence("a whole number, {least} to {most}", least=least, most=most)


class DesignModel(BaseModel):
    """The keys of a design; every other one is a range that it samples."""

    model_config = ConfigDict(extra="allow", frozen=True)

    design: Annotated[
        Literal["sobol", "latin_hypercube", "saltelli", "morris"],
        Field(description=named(DESIGNS)),
        Wrong(Sentence("unknown design")),
    ]
    n: Annotated[StrictInt, Field(ge=1, le=_MOST_POINTS, description=_whole(1, _MOST_POINTS)), _NOT_WHOLE]
    levels: Annotated[StrictInt, Field(ge=2, le=_MOST_LEVELS, description=_whole(2, _MOST_LEVELS)), _NOT_WHOLE] = 4
    second_order: Annotated[
        StrictBool,
        Field(description=Sentence("{names} or {last}", names="true", last="false")),
        Wrong(Sentence("not a truth value")),
    ] = False


def read_sweep(data: Mapping[str, Any] | None, report: Report, catalogue: Catalogue) -> Sweep:
    """The sweep of a plan; what is wrong goes to `report`.

    Parameters
    ----------
    data : mapping or None
        What stands under ``sweep``; None: nothing is varied.
    report : Report
    catalogue : Catalogue
        The values of the scenario's rule set.
    """
    if data is None:
        return Sweep()
    basis = _basis(data, report)
    data = _by_unit({name: values for name, values in data.items() if name != _BASIS}, report)
    if "design" in data:
        return replace(_design(data, report, catalogue), basis=basis)
    axes = [axis for name, values in data.items() if (axis := _axis(str(name), values, report, catalogue)) is not None]
    swept = {axis.name for axis in axes}
    for axis in axes:
        if axis.name == RULES:
            _no_path_twice(axis, swept, report)
    sweep = Sweep(axes=tuple(axes), basis=basis)
    if sweep.size > _MOST_POINTS:
        report.add(
            ("sweep",),
            sweep.size,
            Sentence("too many points"),
            Sentence("at most {count} combinations", count=_MOST_POINTS),
        )
    return sweep


def _axis(name: str, values: object, report: Report, catalogue: Catalogue) -> Axis | None:
    place = _place(name)
    if name in ("n", "levels", "second_order"):
        report.add(
            place,
            values,
            Sentence("this belongs to a design, and there is none"),
            verbatim("design: " + ", ".join(DESIGNS)),
        )
        return None
    if not _is_name(name, report, catalogue):
        return None
    if not isinstance(values, list | tuple) or not values:
        report.add(place, values, Sentence("not a list of values"), Sentence("a list, such as [1.02, 1.05]"))
        return None
    if name == RULES:
        return _rules_axis(values, report, catalogue)
    kind = kind_of(name, catalogue)
    taken: list[SweepValue] = []
    for index, value in enumerate(values):
        plain = read_plain(kind, value, (*place, index), report)
        if plain is None:
            continue
        if plain in taken:
            report.add((*place, index), value, Sentence("this value stands here twice"), Sentence("each value once"))
        taken.append(plain)
    return Axis(name, tuple(taken))


def _rules_axis(values: list[object] | tuple[object, ...], report: Report, catalogue: Catalogue) -> Axis:
    """Rule sets by id, or overrides of the scenario's; whether they exist is found where the scenario is known."""
    taken: list[SweepValue] = []
    for index, value in enumerate(values):
        place = ("sweep", RULES, index)
        if isinstance(value, str) and value:
            taken.append(value)
        elif isinstance(value, Mapping):
            for path, inner in value.items():
                _check_override(str(path), inner, (*place, str(path)), report, catalogue)
            taken.append(dict(value))
        else:
            report.add(
                place,
                value,
                Sentence("neither a rule set nor overrides"),
                Sentence("an id, a path, or a map of paths to values"),
            )
    return Axis(RULES, tuple(taken))


def _check_override(
    path: str, value: object, place: tuple[str | int, ...], report: Report, catalogue: Catalogue
) -> None:
    """A single value is checked here; dated values and groups when the rule set is made."""
    if not catalogue.knows(path, place, report) or path not in catalogue.order:
        return
    if isinstance(value, list | tuple) and value and all(isinstance(item, Mapping) for item in value):
        return
    read_plain(catalogue.kind(path), value, place, report)


def _no_path_twice(rules: Axis, swept: set[str], report: Report) -> None:
    for index, value in enumerate(rules.values):
        for path in value if isinstance(value, Mapping) else ():
            if path in swept:
                message = Sentence("this value is swept on its own too")
                report.add(("sweep", RULES, index, str(path)), None, message, Sentence("one of the two"))


def _design(data: Mapping[str, Any], report: Report, catalogue: Catalogue) -> Sweep:
    given = read_model(DesignModel, data, report, ("sweep",))
    design, n, levels = given.design, given.n or 1, given.levels  # n that is refused is told, and no matter here
    if design in ("sobol", "saltelli") and n & (n - 1):
        message = Sentence("the balance of a Sobol sequence needs a power of two")
        two = Sentence("{names} or {last}", names=1 << (n.bit_length() - 1), last=1 << n.bit_length())
        report.add(("sweep", "n"), n, message, two)
    if design == "morris" and levels % 2:
        report.add(
            ("sweep", "levels"), levels, Sentence("the steps of Morris need an even number"), Sentence("an even number")
        )
    for key, owner in (("levels", "morris"), ("second_order", "saltelli")):
        if key in data and design not in (None, owner):
            report.add(
                ("sweep", key),
                data[key],
                Sentence("the design {name} has no such key", name=design),
                Sentence("only with design: {name}", name=owner),
            )
    names = [str(name) for name in data if name not in DesignModel.model_fields]
    ranges = [found for name in names if (found := _range(name, data[name], report, catalogue)) is not None]
    if not names:
        report.add(
            ("sweep",),
            None,
            Sentence("a design needs ranges to sample"),
            Sentence("{what}, with [low, high] each", what=ANY_NAME),
        )
    return Sweep((), design, tuple(ranges), n, levels, given.second_order)


def _range(name: str, bounds: object, report: Report, catalogue: Catalogue) -> Range | None:
    place = _place(name)
    if not _is_name(name, report, catalogue, ranges=True):
        return None
    kind = kind_of(name, catalogue)
    decimals = decimals_of(kind)
    if decimals is None:
        report.add(
            place,
            None,
            Sentence("a design samples numbers, and this value is none"),
            Sentence("a list of values ({each})", each=kind.allowed),
        )
        return None
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        report.add(place, bounds, Sentence("not a range"), Sentence("[low, high], each {each}", each=kind.allowed))
        return None
    plain = [read_plain(kind, value, (*place, index), report) for index, value in enumerate(bounds)]
    if None in plain:
        return None
    ends = [kind.parse(value) for value in plain]
    if ends[0] >= ends[1]:
        report.add(place, bounds, Sentence("the range is empty"), Sentence("low below high"))
        return None
    return Range(name, ends[0], ends[1], decimals)


def _is_name(name: str, report: Report, catalogue: Catalogue, *, ranges: bool = False) -> bool:
    """Whether `name` can be varied; if not, that is a fault with the nearest right name."""
    place = _place(name)
    if is_scale(name) or name in catalogue.order:
        return True
    if name == RULES:
        if ranges:
            report.add(place, None, Sentence("a design samples numbers, and rule sets are none"), ANY_NAME)
        return not ranges
    if name in catalogue.groups:
        report.add(place, None, Sentence("this is a group of values, not one value"), catalogue.inside(name))
        return False
    from gridsim.suggest import nearest

    own = nearest(name, (*SCALES, RULES, *(("design", "n", _BASIS) if not ranges else ())), cutoff=0.75)
    if own is not None:
        report.add(place, None, Sentence("unknown name"), listed(ANY_NAME, Sentence("nearest: {name}", name=own)))
        return False
    return catalogue.knows(name, place, report)


def exact_text(value: int, decimals: int) -> str:
    """An integer of ``10**-decimals`` as decimal text without needless zeros."""
    number = Decimal(value).scaleb(-decimals)
    return format(number.normalize(), "f") if number else "0"
