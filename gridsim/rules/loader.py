"""Finding and reading rule sets: shipped ones by id, others from a YAML file, and those of a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.errors import Fault, ScenarioError, shorten
from gridsim.input_files import InputFileError
from gridsim.rules.catalogue import Catalogue, added, catalogue_of
from gridsim.rules.catalogue import henan as catalogue_of_henan
from gridsim.rules.cited_shape import cited_by_shape
from gridsim.rules.clause_reading import Documents, read_cites, read_clauses
from gridsim.rules.content import RuleContent
from gridsim.rules.entries import Entry
from gridsim.rules.given_shape import GivenShape, merged, without_forms
from gridsim.rules.kinds import UnsureKind
from gridsim.rules.market_meant import SUFFIXES, is_of_0_1
from gridsim.rules.model_faults import LineOf, Report, allowed_name, read_model
from gridsim.rules.overrides import override
from gridsim.rules.reading import EntryReader, value_names
from gridsim.rules.rule_file import RuleFile, leaves
from gridsim.rules.schema import OWN_DEFAULTS
from gridsim.rules.shipped import FIRST, available, shipped_text
from gridsim.rules.stages import MISSING, resolve
from gridsim.rules.wording import Words
from gridsim.rules.yamltext import EMPTY, YamlText, read_yaml_file
from gridsim.suggest import nearest
from gridsim.words import NOTHING, Sentence, named, verbatim

if TYPE_CHECKING:
    from gridsim.rules.citations import Citation
    from gridsim.rules.shape import MarketShape

__all__ = ["content_from_dict", "load_content", "shipped"]

_LONGEST_PATH = 1_024
_OF_READINGS = ("id", "after", "also", "case")
_OF_BASE = ("in_force_from", "in_force_to", "titles", "number", "document", "notes")  # unless the file says it


def load_content(
    name: str | Path,
    overrides: Mapping[str, object] | None,
    *,
    base_dir: str | Path | None,
    file: str,
    line_of: LineOf | None,
) -> RuleContent:
    """What `gridsim.rules.load` loads."""
    asker = Fault(file, line_of("rules") if line_of else None, "rules", _shown_name(name), NOTHING)
    rules = _find(name, Path(base_dir) if base_dir is not None else None, asker, ())
    return rules if overrides is None else override(rules, overrides, file=file, line_of=line_of)


def _find(name: object, base_dir: Path | None, asker: Fault, chain: tuple[Path, ...]) -> RuleContent:
    """The rule set called `name`; `asker` is the place that named it, `chain` the files that led there."""
    if not isinstance(name, (str, Path)) or not str(name):
        raise ScenarioError([_told(asker, Sentence("not the name of a rule set"), _known())])
    if not str(name).endswith(SUFFIXES):
        if str(name) not in available():
            guess = nearest(str(name), available())
            raise ScenarioError([_told(asker, Sentence("there is no such rule set"), allowed_name(_known(), guess))])
        return shipped(str(name))
    folder = base_dir if base_dir is not None else chain[-1].parent if chain else Path()
    path = folder / name
    try:
        whole = path.resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle, a name with a NUL
        raise ScenarioError([_told(asker, Sentence("the file can't be read"), _known())]) from None
    if base_dir is not None and not whole.is_relative_to(base_dir.resolve()):
        raise ScenarioError(
            [_told(asker, Sentence("the file lies outside the scenario folder"), Sentence("a path inside the folder"))]
        )
    if whole in chain:
        raise ScenarioError([_told(asker, Sentence("the rule sets extend each other in a circle"), _known())])
    try:
        text, faults = read_yaml_file(path, str(name))
    except InputFileError:
        raise ScenarioError([_told(asker, Sentence("the file can't be read"), _known())]) from None
    return _build_read(text, faults, str(name), base_dir, (*chain, whole))


@cache
def shipped(name: str) -> RuleContent:
    """A shipped rule set."""
    return _build_read(*shipped_text(name), f"{name}.yaml", None, ())


def _build_read(
    text: YamlText, faults: list[Fault], file: str, base_dir: Path | None, chain: tuple[Path, ...]
) -> RuleContent:
    report = Report(file, text)
    report.faults.extend(faults)
    if text.data is None and [fault.message for fault in faults] != [EMPTY]:
        raise ScenarioError(faults)
    return _build({} if text.data is None else text.data, report, base_dir, chain)


def content_from_dict(data: object, file: str) -> RuleContent:
    """A rule set from a manifest; see `RuleSet.from_dict`."""
    report = Report(file)
    plain = dict(data) if isinstance(data, Mapping) else {}
    told = plain.pop("hash", None)
    format = plain.pop("format", 1)
    if format not in (1, 2, 3):
        allowed = Sentence("{names} or {last}", names="1, 2", last="3")
        raise ScenarioError([Fault(file, None, "format", None, Sentence("written by a later gridsim"), allowed)])
    if format == 1:
        # Clauses were no data then: whatever the rule set, results named those of Henan's notice.
        henan = shipped(FIRST)
        plain["clauses"] = {name: henan.cited(name) for name in henan.cites}
        if henan.how_to_read is not None:
            plain["clauses"]["how_to_read"] = {"en": henan.how_to_read.en, "zh": henan.how_to_read.zh}
    if "shape" in plain:
        plain["shape"] = without_forms(plain["shape"])
    rules = _build(plain, report, None, (), manifest=True)
    if told != rules.hash:
        raise ScenarioError(
            [Fault(file, None, "hash", str(told), Sentence("the values don't match their hash"), verbatim(rules.hash))]
        )
    return rules


def _build(
    data: object, report: Report, base_dir: Path | None, chain: tuple[Path, ...], *, manifest: bool = False
) -> RuleContent:
    """A rule set from plain data; every fault at once."""
    if not isinstance(data, Mapping):
        known = Sentence("a map with id, title, document, in_force and values")
        report.add((), None, Sentence("not a rule set"), known)
        raise ScenarioError(report.faults)
    base = None
    if "extends" in data:
        asker = Fault(report.file, report.line(("extends",)), "extends", _shown_name(data["extends"]), NOTHING)
        try:
            base = _find(data["extends"], base_dir, asker, chain)
        except ScenarioError as error:
            _head(data, None, report)
            raise ScenarioError([*report.faults, *error.faults]) from None
    head = _head(data, base, report)
    if base is None and not manifest and data.get("shape") is None and not is_of_0_1(data):
        allowed = Sentence("the lists of a market, or extends with a rule set that has them ({ids})", ids=_known())
        report.add(("shape",), None, Sentence("nothing says what the market is made of"), allowed)
        data = {**data, "shape": {}}
    documents = Documents(base, head.get("number"))
    head["foreign"] = documents.foreign
    catalogue, given_shape, cites = _root(data, base, report)
    entries, touched = _entries(data, base, documents, EntryReader(catalogue, head["in_force_from"], report, manifest))
    market = _market(data, base, given_shape, catalogue, report)
    if market is not None and not any(isinstance(kind, UnsureKind) for kind in catalogue.kinds.values()):
        _tell_contradictions(market, entries, catalogue, report)
    head["cites"] = read_cites(data.get("cites", {}), cites, catalogue, given_shape, report)
    if market is not None:
        _tell_check_of_mode(market, head["cites"], report)
    citations = head["cites"]
    if market is not None and not (given_shape.is_henans and citations):
        citations = cited_by_shape(market, citations)
    head["clauses"], head["how_to_read"] = read_clauses(
        data.get("clauses", {}), citations, head["cites"], base, documents, touched, report
    )
    if report.faults:
        raise ScenarioError(report.faults)
    made = RuleContent(entries=tuple(entries.values()), catalogue=catalogue, given_shape=given_shape, **head)
    if market is not None:
        made.__dict__["shape"] = market  # it is read already
    return made


def _market(
    data: Mapping[str, Any], base: RuleContent | None, given: GivenShape, catalogue: Catalogue, report: Report
) -> MarketShape | None:
    """The lists of the market; None where they are faulty, and for a shipped set, which the tests look at."""
    if "shape" not in data:
        return (base or shipped(FIRST)).shape
    if base is None and is_shipped(given.data):
        return None
    from gridsim.rules.shape_file import checked_shape

    return checked_shape(given.data, catalogue.kinds, report)


def _tell_check_of_mode(market: MarketShape, cites: Mapping[str, Citation], report: Report) -> None:
    """Checks of the mode compare with the value that governs `mode`, so that there must be one."""
    governs = cites.get("compliance.mode")
    if {"mode", "mode_encouraged"} & set(market.checks) and (governs is None or not governs.by):
        nothing = Sentence("the check {check} compares with no value", check="mode")
        report.add(("shape", "checks"), None, nothing, verbatim("cites: {compliance.mode: {by: [PATH], en, zh}}"))


def _tell_contradictions(
    market: MarketShape, entries: Mapping[str, Entry], catalogue: Catalogue, report: Report
) -> None:
    """What the lists of the market ask of sound values."""
    from gridsim.rules.value_checks import shape_problems

    for problem in shape_problems(market, resolve(entries.values(), catalogue)[0]):
        place = ("values", *problem.paths[0].split(".")) if problem.paths else ("shape", *problem.place)
        report.add(place, None, problem.message, problem.allowed)


def _entries(
    data: Mapping[str, Any], base: RuleContent | None, documents: Documents, reader: EntryReader
) -> tuple[dict[str, Entry], set[str]]:
    """The entries of a rule set, and which of those that it extends are others here or have another clause."""
    catalogue, report = reader.catalogue, reader.report
    of_base = {
        entry.path: replace(entry, clause=documents.named(entry.clause)) for entry in (base.entries if base else ())
    }
    entries = _taken_over(of_base, base, documents) if base else {}
    faulty: set[str] = set()
    touched: set[str] = set()
    given = [*_readings(data.get("readings"), reader)]
    values = {} if data.get("values") is None else data["values"]  # left out, or all of it in comments
    for path, raw, place in leaves(values, value_names(catalogue, report), ("values",)):
        given.append((path, reader.entry(path, raw, of_base.get(path), place)))
    for path, entry in given:
        if entry is None:
            faulty.add(path)
        else:
            entries[path] = entry
            if path in of_base and (entry.pieces, entry.clause) != (of_base[path].pieces, of_base[path].clause):
                touched.add(path)
    for path in added():
        if base is None and not reader.manifest and path in catalogue.kinds and path not in {*entries, *faulty}:
            entries[path] = _as_before(path, data.get("document"))  # of an earlier gridsim
    _tell_missing(entries, faulty, catalogue, report)
    if not reader.manifest:  # of an earlier gridsim, which need not have had them all
        for path in (OWN_DEFAULTS | set(catalogue.unsaid)) & set(catalogue.kinds) - {*entries, *faulty}:
            report.add(("values", *path.split(".")), None, MISSING, catalogue.kind(path).allowed)
        _tell_missing_readings(entries, faulty, catalogue, report)
    return entries, touched


def _root(
    data: Mapping[str, Any], base: RuleContent | None, report: Report
) -> tuple[Catalogue, GivenShape, Mapping[str, Citation]]:
    """Which values and readings there are, the lists of the market, and what cites a clause before this file's own.

    A file that extends nothing says them itself. One that says nothing of a shape is of gridsim 0.1, or like it:
    what it has no word for is Henan's.
    """
    given = data.get("shape")
    if base is not None:
        shape = base.given_shape if given is None else GivenShape(merged(base.given_shape.data, given))
        return base.catalogue, shape, base.cites
    if given is None:
        henan = shipped(FIRST)
        return henan.catalogue, henan.given_shape, henan.cites
    if is_shipped(given):
        return catalogue_of_henan(), GivenShape(given), {}
    return catalogue_of(data, report), GivenShape(given), {}


def is_shipped(shape: object) -> bool:
    """Whether plain data are the very ones that gridsim ships as its first rule set."""
    return shape is shipped_text(FIRST)[0].data["shape"]


def _as_before(path: str, document: object) -> Entry:
    """A value that rule sets of earlier versions don't have, as it held then; Henan's clauses hold in Henan alone."""
    henan = shipped(FIRST)
    entry = henan.entry(path)
    is_henans = isinstance(document, Mapping) and document.get("number") == henan.number
    return entry if is_henans else replace(entry, clause="", origin="choice", verified=True)


def _readings(given: object, reader: EntryReader) -> Iterator[tuple[str, Entry | None]]:
    """The readings that a file lists, each by its id; None for one that is not taken. Some have become values since."""
    for number, raw in enumerate(given if isinstance(given, list) else ()):
        path, place = str(raw.get("id")) if isinstance(raw, Mapping) else "", ("readings", number)
        if path in reader.catalogue.once_readings:
            value = {name: each for name, each in raw.items() if name not in _OF_READINGS} | {"unit": "option"}
            yield path, reader.entry(path, value, None, place)
        else:
            yield path, reader.reading(raw, place)


def _tell_missing(entries: Mapping[str, Entry], faulty: set[str], catalogue: Catalogue, report: Report) -> None:
    """What is not there, and what contradicts itself, among the sound entries."""
    for problem in resolve(entries.values(), catalogue)[1]:
        if problem.message == MISSING:
            for path in problem.candidates:
                if path not in faulty:
                    report.add(("values", *path.split(".")), None, MISSING, catalogue.kind(path).allowed)
        elif faulty.isdisjoint(problem.candidates):
            path = problem.candidates[0]
            report.add(("values", *path.split(".")), None, problem.message, problem.allowed)


def _tell_missing_readings(
    entries: Mapping[str, Entry], faulty: set[str], catalogue: Catalogue, report: Report
) -> None:
    for path, reading in catalogue.readings.items():
        if path not in entries and path not in faulty and path not in added():
            report.add(("readings",), None, Sentence("the reading {id} is missing", id=path), verbatim(reading.value))


def _taken_over(of_base: Mapping[str, Entry], base: RuleContent, documents: Documents) -> dict[str, Entry]:
    """What a rule set has of the one that it extends; under another document that one's notice is another source."""
    if not documents.differ:
        return dict(of_base)
    source = Words(f"{base.document.en} ({base.number})", f"{base.document.zh}（{base.number}）")
    return {
        path: replace(entry, origin="other", verified=False, source=source) if entry.origin == "notice" else entry
        for path, entry in of_base.items()
    }


def _head(data: Mapping[str, Any], base: RuleContent | None, report: Report) -> dict[str, Any]:
    """Everything but values, readings and clauses; what the file does not say is as in `base`."""
    needed = ("id",) if "extends" in data else ("id", "title", "document", "in_force")
    given = read_model(RuleFile, data, report, needed=needed)
    head: dict[str, Any] = {"id": given.id, "in_force_from": "0000-01", "in_force_to": "9999-12", "number": None}
    if base is not None:
        head |= {name: getattr(base, name) for name in _OF_BASE}
    if given.title is not None:
        head["titles"] = given.title
    if given.document is not None:
        head["number"], head["document"] = given.document.number, Words(given.document.en, given.document.zh)
    if given.in_force is not None:
        start, end = given.in_force.start, given.in_force.end
        if end < start:
            allowed = Sentence("{month} or later", month=start)
            report.add(("in_force", "to"), end, Sentence("ends before it begins"), allowed)
        else:
            head["in_force_from"], head["in_force_to"] = start, end
    if given.notes or base is None:
        head["notes"] = tuple(given.notes)
    inherits = base or (None if "shape" in data else shipped(FIRST))
    head["headings"] = {**(inherits.headings if inherits else {}), **given.headings}
    return head


def _shown_name(name: object) -> str:
    """A rule set's name as it was given: a path is told whole, unless no system has so long a one."""
    text = str(name)
    return text if len(text) <= _LONGEST_PATH else shorten(text)


def _known() -> Sentence:
    return Sentence("{ids}, or the path of a YAML file", ids=named(available()))


def _told(asker: Fault, message: Sentence, allowed: Sentence) -> Fault:
    return Fault(asker.file, asker.row, asker.column, asker.value, message, allowed)
