"""Finding and reading rule sets: shipped ones by id, others from a YAML file, and those of a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from gridsim.calendar import is_month
from gridsim.errors import Fault, ScenarioError, shorten
from gridsim.input_files import InputFileError
from gridsim.rules.citations import GOVERNED_BY
from gridsim.rules.entries import Entry, Words
from gridsim.rules.overrides import LineOf, apply_overrides
from gridsim.rules.parsed import data_of
from gridsim.rules.read_clauses import Documents, read_clauses
from gridsim.rules.reading import Report, allowed_name, known_path, read_entry, read_words
from gridsim.rules.ruleset import MISSING, RuleSet, resolve
from gridsim.rules.schema import FIELDS, GROUPS
from gridsim.rules.yamltext import Place, YamlText, read_yaml, read_yaml_file
from gridsim.suggest import nearest
from gridsim.words import NOTHING, Sentence, named, verbatim

__all__ = ["available", "load", "rule_set_from_dict"]

_SUFFIXES = (".yaml", ".yml")
_LONGEST_PATH = 1_024


def available() -> tuple[str, ...]:
    """The ids of the rule sets that gridsim ships."""
    files = (resources.files("gridsim.rules") / "data").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


def load(
    name: str | Path,
    overrides: Mapping[str, object] | None = None,
    *,
    base_dir: str | Path | None = None,
    file: str = "scenario.yaml",
    line_of: LineOf | None = None,
) -> RuleSet:
    """Load a rule set.

    Parameters
    ----------
    name : str or Path
        A shipped rule set's id (`available`), or the path of a YAML file, which may say ``extends`` and give
        only what differs.
    overrides : mapping of str to object, optional
        Single values by dotted path: plain numbers, decimals as text or Decimal or float, names, lists, or a
        mapping for a group of values.
    base_dir : str or Path, optional
        The scenario folder: a path is relative to it and must lie inside it.
    file : str
        The file that names the rule set and holds the overrides, for the faults.
    line_of : callable, optional
        Tells the line of ``rules`` or ``overrides.<path>`` in `file`.

    Returns
    -------
    RuleSet

    Raises
    ------
    ScenarioError
        Every fault: file, line, dotted path, value, what is allowed, the nearest right name.

    Examples
    --------
    >>> rules = load("henan-2021", {"settlement.tou.upper": "1.05"})
    >>> rules.at("2021-04").settlement.tou.upper
    10500
    """
    asker = Fault(file, line_of("rules") if line_of else None, "rules", _shown_name(name), NOTHING)
    rules = _find(name, Path(base_dir) if base_dir is not None else None, asker, ())
    if overrides is None:
        return rules
    entries, faults = apply_overrides(rules, overrides, file=file, line_of=line_of)
    if faults:
        raise ScenarioError(faults)
    return rules.with_entries(entries)


def _find(name: object, base_dir: Path | None, asker: Fault, chain: tuple[Path, ...]) -> RuleSet:
    """The rule set called `name`; `asker` is the place that named it, `chain` the files that led there."""
    if not isinstance(name, (str, Path)) or not str(name):
        raise ScenarioError([_told(asker, Sentence("not the name of a rule set"), _known())])
    if not str(name).endswith(_SUFFIXES):
        if str(name) not in available():
            guess = nearest(str(name), available())
            raise ScenarioError([_told(asker, Sentence("there is no such rule set"), allowed_name(_known(), guess))])
        return _shipped(str(name))
    path = Path(name) if base_dir is None else base_dir / name
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
def _shipped(name: str) -> RuleSet:
    folder = resources.files("gridsim.rules") / "data"
    content = (folder / f"{name}.yaml").read_bytes()
    data = data_of(content, (folder / f"{name}.json").read_bytes())
    if data is not None:
        return _build(data, Report(f"{name}.yaml"), None, ())
    return _build_read(*read_yaml(content, f"{name}.yaml"), f"{name}.yaml", None, ())


def _build_read(
    text: YamlText, faults: list[Fault], file: str, base_dir: Path | None, chain: tuple[Path, ...]
) -> RuleSet:
    report = Report(file, text)
    report.faults.extend(faults)
    if text.data is None and faults:
        raise ScenarioError(faults)
    return _build(text.data, report, base_dir, chain)


def rule_set_from_dict(data: object, file: str) -> RuleSet:
    """A rule set from a manifest; see `RuleSet.from_dict`."""
    report = Report(file)
    plain = dict(data) if isinstance(data, Mapping) else {}
    told = plain.pop("hash", None)
    format = plain.pop("format", 1)
    if format not in (1, 2):
        allowed = Sentence("{names} or {last}", names="1", last="2")
        raise ScenarioError([Fault(file, None, "format", None, Sentence("written by a later gridsim"), allowed)])
    if format == 1:
        # Clauses were no data then: whatever the rule set, results named those of Henan's notice.
        henan = _shipped("henan-2021")
        plain["clauses"] = {name: henan.cited(name) for name in GOVERNED_BY}
        if henan.how_to_read is not None:
            plain["clauses"]["how_to_read"] = {"en": henan.how_to_read.en, "zh": henan.how_to_read.zh}
    rules = _build(plain, report, None, (), manifest=True)
    if told != rules.hash:
        raise ScenarioError(
            [Fault(file, None, "hash", str(told), Sentence("the values don't match their hash"), verbatim(rules.hash))]
        )
    return rules


_KEYS = ("id", "extends", "title", "document", "in_force", "notes", "clauses", "values")


def _build(
    data: object, report: Report, base_dir: Path | None, chain: tuple[Path, ...], *, manifest: bool = False
) -> RuleSet:
    """A rule set from plain data; every fault at once."""
    if not isinstance(data, Mapping):
        report.add(
            (), None, Sentence("not a rule set"), Sentence("a map with id, title, document, in_force and values")
        )
        raise ScenarioError(report.faults)
    for key in data:
        if key not in _KEYS:
            guess = nearest(str(key), _KEYS)
            report.add(
                (key,),
                None,
                Sentence("there is no such key in a rule set"),
                allowed_name(named(_KEYS), guess),
            )

    base = None
    if "extends" in data:
        asker = Fault(report.file, report.line(("extends",)), "extends", _shown_name(data["extends"]), NOTHING)
        try:
            base = _find(data["extends"], base_dir, asker, chain)
        except ScenarioError as error:
            raise ScenarioError([*report.faults, *error.faults]) from None

    head = _head(data, base, report)
    documents = Documents(base, head.get("number"))
    head["foreign"] = documents.foreign
    entries_of_base = base.entries if base else ()
    of_base = {entry.path: replace(entry, clause=documents.named(entry.clause)) for entry in entries_of_base}
    entries = _taken_over(of_base, base, documents) if base else {}
    faulty: set[str] = set()
    touched: set[str] = set()
    for path, raw, place in _leaves(data.get("values", {} if base else None), report):
        entry = read_entry(path, raw, of_base.get(path), head["in_force_from"], place, report, manifest=manifest)
        if entry is None:
            faulty.add(path)
        else:
            entries[path] = entry
            if path in of_base and (entry.pieces, entry.clause) != (of_base[path].pieces, of_base[path].clause):
                touched.add(path)
    head["clauses"], head["how_to_read"] = read_clauses(data.get("clauses", {}), base, documents, touched, report)
    for problem in resolve(entries.values())[1]:
        if problem.message == MISSING:
            for path in problem.candidates:
                if path not in faulty:
                    report.add(("values", *path.split(".")), None, MISSING, FIELDS[path].allowed)
        elif faulty.isdisjoint(problem.candidates):
            path = problem.candidates[0]
            report.add(("values", *path.split(".")), None, problem.message, problem.allowed)
    if report.faults:
        raise ScenarioError(report.faults)
    return RuleSet(entries=tuple(entries.values()), **head)


def _taken_over(of_base: Mapping[str, Entry], base: RuleSet, documents: Documents) -> dict[str, Entry]:
    """What a rule set has of the one that it extends; under another document that one's notice is another source."""
    if not documents.differ:
        return dict(of_base)
    source = Words(f"{base.document.en} ({base.number})", f"{base.document.zh}（{base.number}）")
    return {
        path: replace(entry, origin="other", verified=False, source=source) if entry.origin == "notice" else entry
        for path, entry in of_base.items()
    }


def _leaves(node: Any, report: Report, path: str = "", place: Place = ("values",)) -> Iterator[tuple[str, Any, Place]]:
    """Each value's path, plain data and place; keys may be nested or dotted."""
    if not isinstance(node, Mapping):
        report.add(place, node, Sentence("a group of values is needed"), Sentence("a map of names to values"))
        return
    for key, inner in node.items():
        here, inner_place = f"{path}{key}", (*place, key)
        if here in FIELDS:
            yield here, inner, inner_place
        elif here in GROUPS:
            yield from _leaves(inner, report, f"{here}.", inner_place)
        else:
            known_path(here, inner_place, report)


def _head(data: Mapping[str, Any], base: RuleSet | None, report: Report) -> dict[str, Any]:
    """Everything but the values."""
    head: dict[str, Any] = {"id": data.get("id")}
    if not isinstance(head["id"], str) or not head["id"]:
        report.add(("id",), head["id"], Sentence("a rule set has an id"), Sentence("text"))
    in_force = data.get("in_force", {"from": base.in_force_from, "to": base.in_force_to} if base else None)
    head["in_force_from"], head["in_force_to"] = "0000-01", "9999-12"
    is_span = isinstance(in_force, Mapping) and set(in_force) == {"from", "to"}
    if not is_span or not all(map(is_month, in_force.values())):
        report.add(
            ("in_force",),
            None,
            Sentence("the months for which the rules are made"),
            Sentence("from and to, YYYY-MM each"),
        )
    elif in_force["to"] < in_force["from"]:
        report.add(
            ("in_force", "to"),
            in_force["to"],
            Sentence("ends before it begins"),
            Sentence("{month} or later", month=in_force["from"]),
        )
    else:
        head["in_force_from"], head["in_force_to"] = in_force["from"], in_force["to"]

    head["titles"] = _words(data, "title", base.titles if base else None, report)
    document = data.get("document")
    if base is not None and "document" not in data:
        head["number"], head["document"] = base.number, base.document
    elif isinstance(document, Mapping) and isinstance(document.get("number"), str):
        head["number"] = document["number"]
        head["document"] = read_words({k: v for k, v in document.items() if k != "number"}, ("document",), report)
    else:
        report.add(
            ("document",),
            None,
            Sentence("the document that issued the rules"),
            Sentence("number, and its title in en and zh"),
        )
    notes = data.get("notes", ())
    if not isinstance(notes, (list, tuple)):
        report.add(("notes",), notes, Sentence("not a list"), Sentence("a list of sentences, en and zh each"))
        notes = ()
    read = tuple(read_words(note, ("notes", number), report) for number, note in enumerate(notes))
    head["notes"] = read if notes or base is None else base.notes
    return head


def _words(data: Mapping[str, Any], key: str, default: Words | None, report: Report) -> Words | None:
    return default if default is not None and key not in data else read_words(data.get(key), (key,), report)


def _shown_name(name: object) -> str:
    """A rule set's name as it was given: a path is told whole, unless no system has so long a one."""
    text = str(name)
    return text if len(text) <= _LONGEST_PATH else shorten(text)


def _known() -> Sentence:
    return Sentence("{ids}, or the path of a YAML file", ids=named(available()))


def _told(asker: Fault, message: Sentence, allowed: Sentence) -> Fault:
    return Fault(asker.file, asker.row, asker.column, asker.value, message, allowed)
