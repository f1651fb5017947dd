"""MAP.yaml: how the files of one source are read, written by the first import and read by the next."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, StrictBool, StrictInt, StrictStr

from gridsim.errors import Fault, ScenarioError
from gridsim.importing.choices import Choices
from gridsim.importing.heading_texts import heading_text
from gridsim.importing.headings import Vocabulary
from gridsim.importing.meanings import HELPERS, LEFT_OUT, Meaning
from gridsim.input_files import InputFileError, shown_path
from gridsim.io.safe_write import replace_file
from gridsim.market_tables import input_tables
from gridsim.rules.model_faults import RefusedError, Report, Wrong, allowed_name, read_model
from gridsim.rules.yamltext import YamlText, read_yaml_file
from gridsim.suggest import nearest
from gridsim.tables.heading_units import HeadingUnit, parse_unit
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from gridsim.importing.parts import Part
    from gridsim.rules import RuleSet

__all__ = ["MapModel", "choices_of_map", "map_of", "read_map", "unit_of", "write_map"]

_SUM = "sum"
_OF_A_HEADING = ("is", "user", "period", "month", "year", "unit")
_UNITS = Sentence("kWh, MWh, 万千瓦时, yuan/kWh, yuan/MWh, 分/千瓦时 …")
_HEAD = """\
# How gridsim import reads files of this kind. The next ones:
#   gridsim import FILE... --as {table} --map MAP.yaml --out FOLDER
# columns: what stands beneath each heading; those of intervals, months and years are known by themselves.
"""


def unit_of(text: object) -> HeadingUnit:
    """A unit of energy or of a price.

    Raises
    ------
    RefusedError
    """
    found = parse_unit(text) if isinstance(text, str) else None
    if found is None or found[0] not in ("energy", "price"):
        raise RefusedError(Sentence("no unit of energy or of a price"), _UNITS)
    assert isinstance(text, str)  # what was parsed
    return HeadingUnit("", text, *found)


def _multiplier(value: object) -> Decimal | Literal["column"]:
    if value == "column":
        return "column"
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise RefusedError(Sentence("not a number")) from None
    if isinstance(value, bool) or not number.is_finite() or number <= 0:
        raise RefusedError(Sentence("not a number"))
    return number


def _year(value: int) -> int:
    if not 1900 <= value <= 2199:
        raise RefusedError(Sentence("out of bounds"))
    return value


_Texts = Annotated[dict[str, StrictStr], Field(description=Sentence("texts by name, each in quotation marks"))]


class MapModel(BaseModel):
    """The keys of MAP.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Annotated[StrictStr | None, Field(description=Sentence("the table that is made, as --as names it"))] = None
    stamped: Annotated[Literal["starts", "ends"] | None, Field(description=named(["starts", "ends"]))] = None
    units: Annotated[
        list[Annotated[HeadingUnit, PlainValidator(unit_of)]],
        Field(description=_UNITS),
        Wrong(Sentence("no list of units of energy or of prices")),
    ] = []  # pydantic copies it
    year: Annotated[
        Annotated[StrictInt, AfterValidator(_year)] | None, Field(description=Sentence("a year, such as 2021"))
    ] = None
    multiplier: Annotated[
        Annotated[Decimal | Literal["column"], PlainValidator(_multiplier)] | None,
        Field(description=Sentence("a number above 0, or column")),
    ] = None
    sheets: Annotated[
        list[StrictStr],
        Field(description=Sentence("names of the sheets that are read")),
        Wrong(Sentence("not a list of names")),
    ] = []
    add_meters: Annotated[StrictBool, Field(description=Sentence("true or false"))] = False
    users_across: Annotated[StrictBool, Field(description=Sentence("true or false"))] = False
    columns: Annotated[dict[str, Any], Field(description=Sentence("what stands beneath each heading, one a line"))] = {}
    ids: _Texts = {}
    constants: _Texts = {}


def read_map(path: str | os.PathLike[str]) -> tuple[YamlText, str, list[Fault]]:
    """The text of a map, its name for faults, and what is wrong with the file itself.

    Raises
    ------
    ScenarioError
        There is none.
    """
    file = shown_path(Path(path).name)
    try:
        text, faults = read_yaml_file(path, file)
    except InputFileError as error:
        fault = Fault.of_file(
            shown_path(path), error.sentence, Sentence("a map; the first import writes one with --write-map")
        )
        raise ScenarioError([fault]) from None
    return text, file, faults


def choices_of_map(data: object, name: str, rules: RuleSet, report: Report) -> Choices:
    """What a map says; its faults go to the report.

    Parameters
    ----------
    data : object
        As YAML was read, or a mapping of Python's.
    name : str
        The table that is to be made.
    rules : RuleSet
    report : Report
    """
    given = read_model(MapModel, data, report)
    if given.table is not None and given.table != name:
        report.add(
            ("table",), given.table, Sentence("a map of another table"), Sentence("{name}, as --as says", name=name)
        )
    words = Vocabulary(input_tables(rules.shape)[name], rules.shape)
    columns: dict[str, Meaning | None] = {}
    for heading, value in (given.columns or {}).items():
        columns[heading_text(heading)] = _meaning(value, ("columns", heading), words, report)
    known = [column.name for column in words.table]
    for column in given.constants or {}:
        if column not in known:
            report.add(
                ("constants", column),
                None,
                Sentence("unknown column"),
                allowed_name(named(known), nearest(column, known)),
            )
    return Choices(
        stamped=given.stamped,
        units={unit.quantity: unit for unit in given.units or ()},
        year=given.year or 0,
        multiplier=given.multiplier,
        add_meters=bool(given.add_meters),
        users_across=bool(given.users_across),
        sheets=tuple(given.sheets or ()),
        columns=columns,
        ids=dict(given.ids or {}),
        constants=dict(given.constants or {}),
    )


def _meaning(value: object, place: tuple[str | int, ...], words: Vocabulary, report: Report) -> Meaning | None:
    """What the map says of one heading."""
    days = [key for key in ("month", "year") if words.has_intervals]
    keys = [*(column.name for column in words.table if column.name not in words.measures), *days, *HELPERS[:5]]
    names = [*keys, *words.measures, *HELPERS[5:], _SUM, "left_out"]
    said = value if isinstance(value, Mapping) else {"is": value}
    unknown = set(said) - set(_OF_A_HEADING)
    for key in sorted(unknown):
        report.add((*place, key), None, Sentence("unknown key"), named(_OF_A_HEADING))
    what = said.get("is", words.measures[0] if len(words.measures) == 1 else None)
    if what == "left_out":
        return None
    if what not in names:
        allowed = allowed_name(named(names), nearest(str(what), names))
        report.add(place, what, Sentence("unknown name"), allowed)
        return None
    if what in keys:
        return Meaning(key=str(what))
    if what == _SUM:
        return Meaning(is_sum=True, kind="energy")
    unit = None
    if said.get("unit") is not None:
        try:
            unit = unit_of(said["unit"])
        except RefusedError as error:
            report.add((*place, "unit"), said["unit"], error.sentence, error.allowed)
    period = said.get("period")
    if period is not None and str(period).casefold() not in words.periods:
        known = sorted(set(words.periods.values()))
        report.add((*place, "period"), period, Sentence("unknown name"), listed(named(known)))
        period = None
    reading = str(what) if what in HELPERS else ""
    measure = "" if reading else str(what)
    kind = "energy" if reading else words.table[measure].kind
    return Meaning(
        user="" if said.get("user") is None else heading_text(said["user"]),
        measure=measure,
        kind=kind,
        reading=reading,
        period=words.periods[str(period).casefold()] if period is not None else "",
        year=_number(said.get("year"), (*place, "year"), 1900, 2199, report),
        month=_number(said.get("month"), (*place, "month"), 1, 12, report),
        unit=unit,
    )


def _number(value: object, place: tuple[str | int, ...], least: int, most: int, report: Report) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        report.add(place, value, Sentence("out of bounds"), Sentence("{least} to {most}", least=least, most=most))
        return 0
    return value


def map_of(parts: tuple[Part, ...], table: str, choices: Choices) -> dict[str, Any]:
    """What the next files of the same kind are read by, as plain data.

    Parameters
    ----------
    parts : tuple of Part
        As they were read.
    table : str
    choices : Choices
        What the user said.
    """
    columns: dict[str, Any] = {}
    for part in parts:
        layout = part.raw.layout
        of_slots = set(layout.slots.places) if layout.slots is not None else set()
        sums, others = set(layout.sums), set(layout.others)
        for place, (heading, meaning) in enumerate(zip(layout.headings, layout.meanings, strict=True)):
            if place in of_slots or not heading or meaning.user or meaning.month or meaning.year or meaning.day:
                continue  # these change from file to file, and are known by themselves
            if place in others or meaning == LEFT_OUT:
                columns.setdefault(heading, "left_out")
            elif place in sums:
                columns.setdefault(heading, _SUM)
            elif meaning.key:
                columns.setdefault(heading, meaning.key)
            elif meaning.is_value:
                columns.setdefault(heading, _written(meaning, part))
    stamped = {part.stamped for part in parts if part.stamped}
    made: dict[str, Any] = {"table": table}
    if choices.stamped is not None or len(stamped) == 1:
        made["stamped"] = choices.stamped or stamped.pop()
    if choices.units:
        made["units"] = [unit.unit for unit in choices.units.values()]
    if choices.year:
        made["year"] = choices.year
    if choices.multiplier is not None:
        made["multiplier"] = str(choices.multiplier)
    if choices.add_meters:
        made["add_meters"] = True
    if choices.users_across:
        made["users_across"] = True
    if choices.sheets:
        made["sheets"] = list(choices.sheets)
    made["columns"] = columns
    if choices.ids:
        made["ids"] = dict(choices.ids)
    if choices.constants:
        made["constants"] = dict(choices.constants)
    return made


def _written(meaning: Meaning, part: Part) -> Any:
    what = meaning.reading or meaning.measure or next(iter(part.measures), "energy_mwh")
    if meaning.kind == "price" and not meaning.measure:
        what = next((name for name in part.measures if "price" in name), what)
    more = {"period": meaning.period} if meaning.period else {}
    unit = {"unit": meaning.unit.unit} if meaning.unit is not None else {}
    return {"is": what, **more, **unit} if more or unit else what


def write_map(path: Path, data: Mapping[str, Any], head: str = "") -> None:
    """Write a map.

    Parameters
    ----------
    path : Path
    data : mapping
        As `map_of` makes it.
    head : str
        Comments above it; those of an import if left out.
    """
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 4096
    yaml.allow_unicode = True
    yaml.default_flow_style = False

    def write(target: Path) -> None:
        with target.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(head or _HEAD.format(table=data["table"]))
            yaml.dump(_quoted(dict(data)), stream)

    replace_file(path, write)


def _quoted(value: Any, level: int = 0) -> Any:
    """The same with quotation marks around texts that look like something else, and what lies deeper on one line."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        made = CommentedMap((_quoted(key), _quoted(inner, level + 1)) for key, inner in value.items())
        if level > 1:
            made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        items = CommentedSeq(_quoted(inner) for inner in value)
        items.fa.set_flow_style()
        return items
    if isinstance(value, str) and (value[:1].isdigit() or not value.strip() or ":" in value):
        return DoubleQuotedScalarString(value)
    return value
