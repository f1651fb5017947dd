"""What a plan varies: lists of values that are combined, or ranges that a design samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from gridsim.rules.catalogue import Catalogue
from gridsim.rules.kinds import Count, Kind, Quantity
from gridsim.rules.model_faults import Report, Wrong, read_model
from gridsim.rules.reading import read_plain
from gridsim.words import Sentence, listed, named, verbatim

__all__ = ["ANY_NAME", "DESIGNS", "RULES", "SCALES", "Axis", "Range", "Sweep", "SweepValue", "read_sweep"]

SCALES = ("contracts.scale", "load.scale", "prices.scale")
RULES = "rules"
DESIGNS = ("sobol", "latin_hypercube", "saltelli", "morris")
SCALE_KIND = Quantity("ratio", 4, 0, 100)

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
    """

    axes: tuple[Axis, ...] = ()
    design: str | None = None
    ranges: tuple[Range, ...] = ()
    n: int = 0
    levels: int = 4
    second_order: bool = False

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


def kind_of(name: str, known: Catalogue) -> Kind:
    """The kind of value that a name takes (``rules`` has none)."""
    return SCALE_KIND if name in SCALES else known.kind(name)


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


def read_sweep(data: Mapping[str, Any] | None, report: Report, known: Catalogue) -> Sweep:
    """The sweep of a plan; what is wrong goes to `report`.

    Parameters
    ----------
    data : mapping or None
        What stands under ``sweep``; None: nothing is varied.
    report : Report
    known : Catalogue
        Of the scenario's rule set: which values there are.
    """
    if data is None:
        return Sweep()
    if "design" in data:
        return _design(data, report, known)
    axes = [axis for name, values in data.items() if (axis := _axis(str(name), values, report, known)) is not None]
    swept = {axis.name for axis in axes}
    for axis in axes:
        if axis.name == RULES:
            _no_path_twice(axis, swept, report)
    sweep = Sweep(axes=tuple(axes))
    if sweep.size > _MOST_POINTS:
        report.add(
            ("sweep",),
            sweep.size,
            Sentence("too many points"),
            Sentence("at most {count} combinations", count=_MOST_POINTS),
        )
    return sweep


def _axis(name: str, values: object, report: Report, known: Catalogue) -> Axis | None:
    place = ("sweep", name)
    if name in ("n", "levels", "second_order"):
        report.add(
            place,
            values,
            Sentence("this belongs to a design, and there is none"),
            verbatim("design: " + ", ".join(DESIGNS)),
        )
        return None
    if not _is_name(name, report, known):
        return None
    if not isinstance(values, list | tuple) or not values:
        report.add(place, values, Sentence("not a list of values"), Sentence("a list, such as [1.02, 1.05]"))
        return None
    if name == RULES:
        return _rules_axis(values, report, known)
    kind = kind_of(name, known)
    taken: list[SweepValue] = []
    for index, value in enumerate(values):
        plain = read_plain(kind, value, (*place, index), report)
        if plain is None:
            continue
        if plain in taken:
            report.add((*place, index), value, Sentence("this value stands here twice"), Sentence("each value once"))
        taken.append(plain)
    return Axis(name, tuple(taken))


def _rules_axis(values: list[object] | tuple[object, ...], report: Report, known: Catalogue) -> Axis:
    """Rule sets by id, or overrides of the scenario's; whether they exist is found where the scenario is known."""
    taken: list[SweepValue] = []
    for index, value in enumerate(values):
        place = ("sweep", RULES, index)
        if isinstance(value, str) and value:
            taken.append(value)
        elif isinstance(value, Mapping):
            for path, inner in value.items():
                _check_override(str(path), inner, (*place, str(path)), report, known)
            taken.append(dict(value))
        else:
            report.add(
                place,
                value,
                Sentence("neither a rule set nor overrides"),
                Sentence("an id, a path, or a map of paths to values"),
            )
    return Axis(RULES, tuple(taken))


def _check_override(path: str, value: object, place: tuple[str | int, ...], report: Report, known: Catalogue) -> None:
    """A single value is checked here; dated values and groups when the rule set is made."""
    if not known.knows(path, place, report) or path not in known.order:
        return
    if isinstance(value, list | tuple) and value and all(isinstance(item, Mapping) for item in value):
        return
    read_plain(known.kind(path), value, place, report)


def _no_path_twice(rules: Axis, swept: set[str], report: Report) -> None:
    for index, value in enumerate(rules.values):
        for path in value if isinstance(value, Mapping) else ():
            if path in swept:
                message = Sentence("this value is swept on its own too")
                report.add(("sweep", RULES, index, str(path)), None, message, Sentence("one of the two"))


def _design(data: Mapping[str, Any], report: Report, known: Catalogue) -> Sweep:
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
    ranges = [found for name in names if (found := _range(name, data[name], report, known)) is not None]
    if not names:
        report.add(
            ("sweep",),
            None,
            Sentence("a design needs ranges to sample"),
            Sentence("{what}, with [low, high] each", what=ANY_NAME),
        )
    return Sweep((), design, tuple(ranges), n, levels, given.second_order)


def _range(name: str, bounds: object, report: Report, known: Catalogue) -> Range | None:
    place = ("sweep", name)
    if not _is_name(name, report, known, ranges=True):
        return None
    kind = kind_of(name, known)
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


def _is_name(name: str, report: Report, known: Catalogue, *, ranges: bool = False) -> bool:
    """Whether `name` can be varied; if not, that is a fault with the nearest right name."""
    place = ("sweep", name)
    if name in SCALES or name in known.order:
        return True
    if name == RULES:
        if ranges:
            report.add(place, None, Sentence("a design samples numbers, and rule sets are none"), ANY_NAME)
        return not ranges
    if name in known.groups:
        report.add(place, None, Sentence("this is a group of values, not one value"), known.inside(name))
        return False
    from gridsim.suggest import nearest

    own = nearest(name, (*SCALES, RULES, *(("design", "n") if not ranges else ())), cutoff=0.75)
    if own is not None:
        report.add(place, None, Sentence("unknown name"), listed(ANY_NAME, Sentence("nearest: {name}", name=own)))
        return False
    return known.knows(name, place, report)


def exact_text(value: int, decimals: int) -> str:
    """An integer of ``10**-decimals`` as decimal text without needless zeros."""
    number = Decimal(value).scaleb(-decimals)
    return format(number.normalize(), "f") if number else "0"
