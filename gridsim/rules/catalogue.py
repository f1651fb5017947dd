"""Which values and readings a rule set has: said by its own file, or by the one at the root of what it extends.

A value is read by code: by the lists of the market, which name it by its path, or by gridsim itself (the groups of
`gridsim.rules.schema`). A reading has one legal value, which no code reads: it stands in the rule data alone, with
what else the text could mean and the worked case that shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from gridsim.errors import WrongValueError
from gridsim.rules.calendar_kinds import Dates, HourRanges, MonthDay, MonthNumbers, Months
from gridsim.rules.entries import ReadingKind
from gridsim.rules.kinds import Count, Flag, Kind, Option, Quantity, RatioKind, UnsureKind, whole_number
from gridsim.rules.model_faults import Report, allowed_name
from gridsim.rules.rule_file import Reading
from gridsim.rules.schema import OWN_FIELDS, OWN_GROUPS
from gridsim.rules.shipped import FIRST, shipped_text
from gridsim.rules.wording import Words
from gridsim.rules.yamltext import Place
from gridsim.suggest import nearest
from gridsim.words import NOTHING, Sentence, named, verbatim

__all__ = ["Catalogue", "added", "catalogue_of", "henan", "value_paths"]

DECLARES = ("names", "least", "most", "may_be_open", "weekends", "once_a_reading", "unsaid")
"""Keys of a value that say, beside its unit, what kind of value it is."""

_MOST_COUNT = 1_000_000
"""The highest whole number that is taken where a file names no bound."""


@dataclass(frozen=True)
class Catalogue:
    """The values and readings of a rule set by their paths, in the order in which people see them.

    Attributes
    ----------
    kinds : mapping of str to Kind
        Of each value.
    readings : mapping of str to Reading
    declared : mapping of str to mapping of str to object
        What the file says of a value's kind beside its unit, for the manifest.
    once_readings : mapping of str to mapping
        Options that files of earlier versions tell of in one sentence, with the words of each name.
    unsaid : mapping of str to object
        What manifests of earlier versions mean that do not have the value.
    """

    kinds: Mapping[str, Kind]
    readings: Mapping[str, Reading] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    once_readings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unsaid: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every value and reading: the values in the order of the file, each reading in its place."""
        behind: dict[str, list[str]] = {}
        place = ""
        for reading in self.readings.values():
            place = reading.after or place
            behind.setdefault(place, []).append(reading.id)
        placed = [each for path in self.kinds for each in (path, *behind.get(path, ()))]
        return tuple(dict.fromkeys((*placed, *self.readings)))

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The number of each path."""
        return {path: number for number, path in enumerate(self.paths)}

    @cached_property
    def value_groups(self) -> frozenset[str]:
        """Every group of values by its dotted path."""
        return frozenset(_groups_of(self.kinds))

    @cached_property
    def groups(self) -> frozenset[str]:
        """Every group of values or readings by its dotted path."""
        return self.value_groups | frozenset(_groups_of(self.readings))

    @cached_property
    def dated_groups(self) -> frozenset[str]:
        """The top groups whose values may change within the year.

        What gridsim's own code reads holds for the year, and so do lists of hours and months.
        """
        dated = Quantity | Option | UnsureKind
        tops = {path.partition(".")[0] for path, kind in self.kinds.items() if isinstance(kind, dated)}
        return frozenset(tops - set(OWN_GROUPS))

    def kind(self, path: str) -> Kind:
        """The kind of the value at a path; KeyError if there is neither a value nor a reading."""
        if path in self.kinds:
            return self.kinds[path]
        reading = self.readings[path]
        return ReadingKind(reading.value, Words(reading.en, reading.zh), reading.also, reading.clause)

    def inside(self, group: str) -> Sentence:
        """Some of the values of a group, where one of them is meant."""
        paths = [path for path in self.paths if path.startswith(f"{group}.")]
        return verbatim(", ".join(paths[:4]) + (", …" if paths[4:] else ""))

    def knows(self, path: str, place: Place, report: Report) -> bool:
        """Whether there is such a value, reading or group; if not, that is a fault with the nearest right path."""
        if path in self.order or path in self.groups:
            return True
        report.add(
            place,
            None,
            Sentence("there is no such value in a rule set"),
            lambda: allowed_name(Sentence("a value of the rule set"), self._nearest_path(path)),
        )
        return False

    def _nearest_path(self, path: str) -> str | None:
        """The right path that `path` most likely stands for: groups may be missing or wrong, or letters anywhere."""
        written = path.casefold()
        last = written.rpartition(".")[2]
        alone = [known for known in self.paths if known.endswith(f".{last}")]
        for known in alone:
            if known.endswith(f".{written}") or len(alone) == 1:
                return known
        by_name = {known.rpartition(".")[2]: known for known in reversed(self.paths)}
        name = nearest(last, by_name)
        return (
            nearest(path, alone or self.paths)
            or (by_name[name] if name else None)
            or nearest(path, sorted(self.groups))
        )


@cache
def henan() -> Catalogue:
    """The values and readings that rule sets have which say nothing of a shape: all of gridsim 0.1."""
    data = shipped_text(FIRST)[0].data
    return catalogue_of(data, Report(f"{FIRST}.yaml"))


@cache
def added() -> Mapping[str, str]:
    """Values and readings that files and manifests of earlier versions don't have, and what held then.

    Henan's file marks them; what stands there is what held, so that they change no hash.
    """
    data = shipped_text(FIRST)[0].data
    entries = {path: raw for path, raw, _ in _entries(data["values"], (), "")}
    entries |= {reading["id"]: reading for reading in data["readings"]}
    return {path: str(raw["value"]) for path, raw in entries.items() if isinstance(raw, Mapping) and "added" in raw}


def catalogue_of(data: Mapping[str, Any], report: Report) -> Catalogue:
    """What a whole rule file, which extends nothing, says of the kinds of its values and of its readings.

    Parameters
    ----------
    data : mapping of str to object
        Plain data of the file. Of its sections, ``values`` says the kinds, ``shape`` what periods are called that a
        value names; and ``shape`` and ``cites`` tell which values of gridsim's own groups the file itself asks for.
    report : Report
        Is told what is wrong with the kinds alone: the rest is found when the entries are read.
    """
    periods = _words_of_periods(data.get("shape"))
    asked = set(_texts((data.get("shape"), data.get("cites"))))
    kinds: dict[str, Kind] = {}
    declared: dict[str, dict[str, Any]] = {}
    once: dict[str, Mapping[str, Any]] = {}
    unsaid: dict[str, Any] = {}
    for path, raw, place in _entries(data.get("values"), ("values",), ""):
        told = raw if isinstance(raw, Mapping) else {}
        declared[path] = {key: told[key] for key in DECLARES if key in told}
        if declared[path].pop("once_a_reading", False) and isinstance(told.get("options"), Mapping):
            once[path] = told["options"]
        if path in OWN_FIELDS:
            kinds[path] = OWN_FIELDS[path]
            for key in declared.pop(path):
                own = Sentence("a value that gridsim reads itself has the kind that it needs")
                report.add((*place, key), None, own, OWN_FIELDS[path].allowed)
        elif path.partition(".")[0] in OWN_GROUPS and path not in asked:
            group = path.partition(".")[0]
            near = nearest(path, [known for known in OWN_FIELDS if known.startswith(f"{group}.")])
            report.add(
                place,
                None,
                Sentence("there is no such value in a rule set"),
                allowed_name(Sentence("a value of the group {group}", group=group), near),
            )
        else:
            kinds[path] = _declared_kind(told, place, report, periods)
            if "unsaid" in told:
                unsaid[path] = told["unsaid"]
    groups = {path.partition(".")[0] for path in kinds}.union(_in_every_market(data.get("shape")))
    for path, kind in OWN_FIELDS.items():  # a group of gridsim's own is there as a whole, or not at all
        if path.partition(".")[0] in groups:
            kinds.setdefault(path, kind)
    found = _readings_of(data.get("readings"))
    return Catalogue(_in_order(kinds), found, {path: each for path, each in declared.items() if each}, once, unsaid)


def _in_every_market(shape: object) -> Iterator[str]:
    """The groups that hold by what gridsim does without them, so that they can be seen and set in every market."""
    yield from ("retail", "changes")
    kinds = [shape.get(name) for name in ("sessions", "without_sessions")] if isinstance(shape, Mapping) else []
    each = (kind for found in kinds if isinstance(found, Mapping) for kind in found.values())
    if any(isinstance(kind, Mapping) and kind.get("transfers", "none") != "none" for kind in each):
        yield "transfers"


def _in_order(kinds: dict[str, Kind]) -> Mapping[str, Kind]:
    """Values of one top group together, in the order of the file; those that gridsim adds to a group at its end."""
    tops = dict.fromkeys(path.partition(".")[0] for path in kinds)
    own = {path: number for number, path in enumerate(OWN_FIELDS)}
    ordered: dict[str, Kind] = {}
    for top in tops:
        paths = [path for path in kinds if path.partition(".")[0] == top]
        if top in OWN_GROUPS and all(path in own for path in paths):
            paths.sort(key=own.__getitem__)
        ordered |= {path: kinds[path] for path in paths}
    return ordered


def _texts(node: object) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for inner in node.values():
            yield from _texts(inner)
    elif isinstance(node, list | tuple):
        for inner in node:
            yield from _texts(inner)


def _readings_of(readings: object) -> Mapping[str, Reading]:
    from pydantic import ValidationError

    found = {}
    for raw in readings if isinstance(readings, list) else ():
        try:
            reading = Reading.model_validate(raw)
        except ValidationError:
            continue  # told where the entries are read
        found[reading.id] = reading
    return found


def _groups_of(paths: Mapping[str, object]) -> Iterator[str]:
    return (path[:end] for path in paths for end, letter in enumerate(path) if letter == ".")


def _entries(node: object, place: Place, group: str) -> Iterator[tuple[str, Any, Place]]:
    """Each entry with its path: a map that has a value or a unit is one, all other maps are groups."""
    if not isinstance(node, Mapping):
        return
    for key, inner in node.items():
        path, here = f"{group}{key}", (*place, key)
        if isinstance(inner, Mapping) and not {"value", "unit"} & set(inner):
            yield from _entries(inner, here, f"{path}.")
        else:
            yield path, inner, here


def value_paths(values: object) -> Iterator[str]:
    """The paths that the section ``values`` of a file names, nested or dotted."""
    return (path for path, _, _ in _entries(values, (), ""))


def _words_of_periods(shape: object) -> Mapping[str, Words]:
    periods = shape.get("periods") if isinstance(shape, Mapping) else None
    words = {
        name: told
        for name, told in (periods.items() if isinstance(periods, Mapping) else ())
        if isinstance(told, Mapping)
    }
    return {name: Words(str(told.get("en", name)), str(told.get("zh", name))) for name, told in words.items()}


def _declared_kind(told: Mapping[str, Any], place: Place, report: Report, periods: Mapping[str, Words]) -> Kind:
    """The kind of a value by its unit and what else its entry says; an unsure one, and a fault, where none does."""
    unit = told.get("unit")
    if unit is None:
        report.add((*place, "unit"), None, Sentence("the unit is missing"), _units())
        return UnsureKind(unit)
    takes = _TAKES.get(unit if isinstance(unit, str) else "", ())
    if not isinstance(unit, str) or unit not in _TAKES:
        guess = nearest(str(unit), _TAKES)
        report.add((*place, "unit"), unit, Sentence("unknown unit"), allowed_name(_units(), guess))
        return UnsureKind(unit)
    for key in DECLARES:
        if key in told and key not in (*takes, "once_a_reading", "unsaid"):
            allowed = named(takes) if takes else NOTHING
            report.add((*place, key), told[key], Sentence("not a key of a value with this unit"), allowed)
    try:
        return _made(unit, told, periods)
    except WrongValueError as error:
        key = next((key for key in takes if key in told), "unit")
        report.add((*place, key), told.get(key), error.sentence, _ALLOWED.get(key, NOTHING))
        return UnsureKind(unit)


def _made(unit: str, told: Mapping[str, Any], periods: Mapping[str, Words]) -> Kind:
    if unit == "option":
        options = told.get("options")
        names = told.get("names", tuple(options) if isinstance(options, Mapping) else None)
        if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) for name in names):
            raise WrongValueError(Sentence("the options of the value are missing"))
        return Option(tuple(names), periods if set(names) <= set(periods) else None)
    if unit == "ratio":
        most = whole_number(told["most"]) if "most" in told else 100
        if not 1 <= most <= _MOST_COUNT:
            raise WrongValueError(Sentence("out of bounds"))
        return RatioKind(most, may_be_open=told.get("may_be_open") is True)
    if unit in _PER_UNIT:
        price = _PER_UNIT[unit]
        if not {"least", "most"} & set(told):
            return price
        bounds = {"least": 0, "most": price.most // 10**price.decimals, **told}
        least, most = whole_number(bounds["least"]), whole_number(bounds["most"])
        return Quantity(unit, price.decimals, least, most)
    if unit in _COUNTED:
        least, most = whole_number(told.get("least", 0)), whole_number(told.get("most", _MOST_COUNT))
        if least > most:
            raise WrongValueError(Sentence("out of bounds"))
        return Count(unit, least, most)
    return _BY_UNIT[unit]() if unit != "dates" else Dates(weekend=told.get("weekends") is True)


_PER_UNIT = {"yuan/MWh": Quantity.price(), "MWh": Quantity.energy()}
_BY_UNIT: Mapping[str, Callable[[], Kind]] = {
    "flag": Flag,
    "months": Months,
    "month of year": MonthNumbers,
    "month-day": MonthDay,
    "hours": HourRanges,
    "dates": Dates,
}
_COUNTED = ("working days", "day of month", "years")
_TAKES: Mapping[str, tuple[str, ...]] = {
    "option": ("names", "options"),
    "ratio": ("most", "may_be_open"),
    **dict.fromkeys((*_PER_UNIT, *_COUNTED), ("least", "most")),
    **{unit: ("weekends",) if unit == "dates" else () for unit in _BY_UNIT},
}
"""By unit: what else a value may say of its kind."""

_ALLOWED = {
    "names": Sentence("a list of names"),
    "options": Sentence("a map of names to words"),
    "least": Sentence("a whole number"),
    "most": Sentence("a whole number"),
}


def _units() -> Sentence:
    return Sentence("one of {names}", names=named(_TAKES))
