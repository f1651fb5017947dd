"""The values and readings that gridsim knows, by their paths, in the order in which people see them.

A value is read by code and stands in the schema. A reading has one legal value, which no code reads: it stands in the
rule data alone, with what else the text could mean and the worked case that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gridsim.rules.entries import ReadingKind
from gridsim.rules.kinds import Kind
from gridsim.rules.model_faults import Report, allowed_name
from gridsim.rules.rule_file import Reading
from gridsim.rules.schema import FIELDS, GROUPS
from gridsim.rules.shipped import available, shipped_text
from gridsim.rules.wording import Words
from gridsim.rules.yamltext import Place
from gridsim.suggest import nearest
from gridsim.words import Sentence, verbatim

__all__ = ["all_groups", "all_paths", "inside", "kind_of", "known_path", "known_readings", "order_of"]


@cache
def known_readings() -> Mapping[str, Reading]:
    """The readings of the shipped rule sets, by their ids."""
    sets = (shipped_text(name)[0].data["readings"] for name in available())
    found = (Reading.model_validate(each) for readings in sets for each in readings)
    return MappingProxyType({reading.id: reading for reading in found})


@cache
def all_paths() -> tuple[str, ...]:
    """Every value and reading by its dotted path: the values in the order of the schema, each reading in its place."""
    behind: dict[str, list[str]] = {}
    place = ""
    for reading in known_readings().values():
        place = reading.after or place
        behind.setdefault(place, []).append(reading.id)
    return tuple(each for path in FIELDS for each in (path, *behind.get(path, ())))


@cache
def order_of() -> Mapping[str, int]:
    """The number of each path in the order of `all_paths`."""
    return MappingProxyType({path: number for number, path in enumerate(all_paths())})


@cache
def all_groups() -> frozenset[str]:
    """Every group of values or readings by its dotted path."""
    ends = ((path, end) for path in known_readings() for end, letter in enumerate(path) if letter == ".")
    return GROUPS | {path[:end] for path, end in ends}


def inside(group: str) -> Sentence:
    """Some of the values of a group, where one of them is meant."""
    paths = [path for path in all_paths() if path.startswith(f"{group}.")]
    return verbatim(", ".join(paths[:4]) + (", …" if paths[4:] else ""))


def kind_of(path: str) -> Kind:
    """The kind of the value at a path; KeyError if gridsim knows neither a value nor a reading there."""
    if path in FIELDS:
        return FIELDS[path]
    reading = known_readings()[path]
    return ReadingKind(reading.value, Words(reading.en, reading.zh), reading.also, reading.clause)


def known_path(path: str, place: Place, report: Report) -> bool:
    """Whether there is such a value, reading or group; if not, that is a fault with the nearest right path."""
    if path in order_of() or path in all_groups():
        return True
    report.add(
        place,
        None,
        Sentence("there is no such value in a rule set"),
        lambda: allowed_name(Sentence("a value of the rule set"), _nearest_path(path)),
    )
    return False


def _nearest_path(path: str) -> str | None:
    """The right path that `path` most likely stands for: the groups may be missing or wrong, or letters anywhere."""
    written = path.casefold()
    last = written.rpartition(".")[2]
    alone = [known for known in all_paths() if known.endswith(f".{last}")]
    for known in alone:
        if known.endswith(f".{written}") or len(alone) == 1:
            return known
    by_name = {known.rpartition(".")[2]: known for known in reversed(all_paths())}
    name = nearest(last, by_name)
    return (
        nearest(path, alone or all_paths()) or (by_name[name] if name else None) or nearest(path, sorted(all_groups()))
    )
