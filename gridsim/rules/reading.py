"""Reading the values and clauses of a rule set from plain data: YAML, JSON or Python, with every fault."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from gridsim.columns import PERIODS
from gridsim.errors import WrongValueError
from gridsim.rules.citations import CHOICE, CITATION_GROUPS, GOVERNED_BY, PERIOD, UNSTATED, clause_parts
from gridsim.rules.content import RuleContent
from gridsim.rules.entries import VALUE, Entry, Piece
from gridsim.rules.kinds import Flag, Kind, Option, Plain
from gridsim.rules.model_faults import RefusedError, Report, allowed_name, read_model, tell_model_faults
from gridsim.rules.readings import all_groups, kind_of, known_path, known_readings, order_of
from gridsim.rules.rule_file import Clauses, DatedValue, EntryFile, Names, Reading, leaves
from gridsim.rules.schema import BY_MONTH
from gridsim.rules.shipped import shipped_text
from gridsim.rules.wording import Words
from gridsim.rules.yamltext import Place
from gridsim.suggest import nearest
from gridsim.words import Sentence, verbatim

__all__ = ["Documents", "read_clauses", "read_entry", "read_pieces", "read_plain", "read_reading", "value_names"]

_HOW_TO_READ = "how_to_read"
_ONCE_READINGS = (  # told in one sentence in older files
    *("settlement.tou_adjustment_base", "calendar.before_day"),
    "matching.intra_month",
)


def value_names(report: Report) -> Names:
    """The paths of values and readings, and what is said where there is no such one."""

    def no_map(group: str, node: object, place: Place) -> None:
        report.add(place, node, Sentence("a group of values is needed"), Sentence("a map of names to values"))

    return Names(order_of(), all_groups(), lambda path, _, place: known_path(path, place, report), no_map)


def read_plain(kind: Kind, raw: object, place: Place, report: Report, *, again: bool = False) -> Plain | None:
    """A value in its one fixed spelling; None, and a fault, if its kind does not take it."""
    try:
        return kind.plain(kind.parse_again(raw) if again else kind.parse(raw))
    except WrongValueError as error:
        report.add(place, "" if raw is None else raw, error.sentence, kind.allowed)
        return None


def read_pieces(
    path: str, kind: Kind, raw: object, since: str, place: Place, report: Report, *, again: bool = False
) -> tuple[Piece, ...] | None:
    """Read a plain value, or a list of ``{from, value}`` for one that changes within the year.

    Parameters
    ----------
    path : str
        Of a value or reading.
    kind : Kind
        The kind of what stands there.
    raw : object
        Plain data from YAML, JSON or Python.
    since : str
        First month of the rule set: a dated value must be there from then on.
    place : tuple
        Where `raw` stands, for the faults.
    report : Report
    again : bool
        It was taken before, and comes from a manifest.

    Returns
    -------
    tuple of Piece, or None if there was a fault
    """
    if not (isinstance(raw, list | tuple) and raw and all(isinstance(item, Mapping) for item in raw)):
        value = read_plain(kind, raw, place, report, again=again)
        return None if value is None else (Piece(None, value),)
    if path.partition(".")[0] not in BY_MONTH:
        report.add(place, None, Sentence("this value holds for the whole year and can't be dated"), kind.allowed)
        return None
    before = report.count
    pieces: list[Piece] = []
    for index, item in enumerate(raw):
        here = (*place, index)
        try:
            dated = DatedValue.model_validate(dict(item))
        except ValidationError as error:
            tell_model_faults(report, error, item, DatedValue, here)
            continue
        value = read_plain(kind, dated.value, (*here, "value"), report, again=again)
        wrong = _out_of_order(dated.start, pieces, since)
        if wrong is not None:
            report.add((*here, "from"), dated.start, *wrong)
        elif value is not None:
            pieces.append(Piece(dated.start, value))
    return (Piece(None, pieces[0].value), *pieces[1:]) if report.count == before else None


def _out_of_order(start: str, pieces: list[Piece], since: str) -> tuple[Sentence, Sentence] | None:
    """What is wrong with the month of the next piece, and what is allowed; None if it is right."""
    if pieces and pieces[-1].start is not None and start <= pieces[-1].start:
        return Sentence("months out of order"), Sentence("a month after {month}", month=pieces[-1].start)
    if not pieces and start > since:
        missing = Sentence("the value is missing before {month}", month=start)
        return missing, Sentence("{month} or earlier", month=since)
    return None


def read_entry(
    path: str, raw: object, base: Entry | None, since: str, place: Place, report: Report, *, manifest: bool = False
) -> Entry | None:
    """Read one entry of a rule file.

    Parameters
    ----------
    path : str
        Of a value or reading.
    raw : object
        A mapping with at least one of the keys of an entry; anything else is the value alone.
    base : Entry or None
        The entry that this one changes; what `raw` doesn't say is taken from it. A changed value that doesn't
        say where it comes from is of origin ``other`` and not verified.
    since : str
        First month of the rule set.
    place, report
        Where it stands, and who wants to know of faults.
    manifest : bool
        It comes from a manifest, which also tells what a scenario's override stands in place of.
    """
    before = report.count
    fields = dict(raw) if isinstance(raw, Mapping) else {"value": raw}
    instead_of = fields.pop("instead_of", None) if manifest else None
    kind = base.kind if base is not None else kind_of(path)
    pieces = base.pieces if base is not None else None
    if "value" in fields:
        value_place = (*place, "value") if isinstance(raw, Mapping) else place
        pieces = read_pieces(path, kind, fields["value"], since, value_place, report, again=manifest)
    elif base is None:
        report.add(place, None, Sentence("the value is missing"), kind.allowed)
    changed = base is not None and pieces is not None and pieces != base.pieces
    needed = ("clause", "origin", "unit") if base is None else ()
    allowed = {"value": kind.allowed, "unit": verbatim(kind.unit), "options": kind.allowed}
    given = read_model(EntryFile, fields, report, place, needed, allowed)
    if "unit" in given.model_fields_set and given.unit != kind.unit:
        report.add((*place, "unit"), given.unit, Sentence("the value has another unit"), verbatim(kind.unit))
    start = base or _new_entry(path)
    if changed:
        start = replace(start, clause="", origin="other", verified=False, source=None)
    entry = _grounded(replace(start, pieces=pieces or ()), given, place, report, whole=base is None)
    words = {lang: fields[lang] for lang in ("en", "zh") if lang in fields}
    if words:
        entry = replace(entry, words=_words(words, place, report), options=())
    if given.options:
        entry = replace(entry, options=tuple(given.options.items()))
    when = tuple(_conditions(given.when, (*place, "when"), report))
    entry = replace(entry, when=when or entry.when)
    if instead_of is not None:
        instead = read_pieces(path, kind, instead_of, since, (*place, "instead_of"), report, again=True)
        entry = replace(entry, instead_of=instead)
    if base is None and words and path in _ONCE_READINGS and isinstance(kind, Option) and pieces:
        entry = _told_apart(entry, kind, pieces)
    if entry.words is not None or not words:
        _check_words(entry, kind, place, report)
    return entry if report.count == before else None


def _told_apart(entry: Entry, kind: Option, pieces: tuple[Piece, ...]) -> Entry:
    """A value that an earlier version had as a reading: its one sentence is that of its value alone."""
    if entry.words is None or VALUE in entry.words.en:
        return entry
    shipped: Any = shipped_text("henan-2021")[0].data["values"]
    for name in entry.path.split("."):
        shipped = shipped[name]
    said = {name: Words.of(shipped["options"][name]) for name in kind.names} | {str(pieces[0].value): entry.words}
    return replace(entry, words=None, options=tuple(said.items()))


def _new_entry(path: str) -> Entry:
    """An entry of which nothing is known; of a reading, what else the text could mean is as gridsim ships it."""
    known = known_readings().get(path)
    return Entry(path, (), "", "other", verified=False, also=known.also if known is not None else None)


def read_reading(raw: object, place: Place, report: Report) -> Entry | None:
    """Read one of the readings that a rule file lists: whole, of those that gridsim knows, and as it computes them."""
    before = report.count
    try:
        reading = Reading.model_validate(raw)
    except ValidationError as error:
        tell_model_faults(report, error, raw, Reading, place)
        return None
    known = known_readings().get(reading.id)
    if known is None:
        allowed = allowed_name(Sentence("a reading of gridsim's"), nearest(reading.id, known_readings()))
        report.add((*place, "id"), reading.id, Sentence("there is no such reading"), allowed)
        return None
    value = read_plain(kind_of(reading.id), reading.value, (*place, "value"), report)
    pieces = () if value is None else (Piece(None, value),)
    words = Words(reading.en, reading.zh)
    entry = replace(_new_entry(reading.id), pieces=pieces, words=words, also=reading.also)
    entry = _grounded(entry, reading, place, report, whole=True)
    return entry if report.count == before else None


def _grounded(entry: Entry, given: EntryFile | Reading, place: Place, report: Report, *, whole: bool) -> Entry:
    """An entry with what a file says of where it comes from and holds; `whole`: nothing else tells of that."""
    kept = ("clause", "origin", "verified", "source", "start", "end", "within")
    told = {name: getattr(given, name) for name in kept if name in given.model_fields_set}
    if told.get("origin") == "choice":
        told = {"verified": True} | told
    elif whole and "verified" not in told:
        message = Sentence("whether the value was compared with its source")
        report.add((*place, "verified"), None, message, Sentence("{names} or {last}", names="true", last="false"))
    return replace(entry, **told)


def _words(raw: object, place: Place, report: Report) -> Words | None:
    try:
        return Words.of(raw)
    except RefusedError as error:
        report.add(place, None, error.sentence, error.allowed)
        return None


def _conditions(raw: Mapping[str, object], place: Place, report: Report) -> Iterator[tuple[str, Plain]]:
    """The values that must hold for an entry to matter."""
    for path, value in raw.items():
        here = (*place, path)
        if path not in order_of():
            known_path(path, here, report)
        elif (plain := read_plain(kind_of(path), value, here, report)) is not None:
            yield path, plain


def _check_words(entry: Entry, kind: Kind, place: Place, report: Report) -> None:
    """Every legal value must have words of its own or stand in a sentence that names it."""
    names = kind.names if isinstance(kind, Option) else ("true", "false") if isinstance(kind, Flag) else ()
    told = {name for name, _ in entry.options}
    if told and told != set(names):
        shown = ", ".join(sorted(told))
        report.add((*place, "options"), shown, Sentence("words for each legal value, and no other"), kind.allowed)
    elif not told and entry.words is None:
        _words(None, place, report)
    elif not told and names and entry.words is not None:
        for lang in ("en", "zh"):
            if VALUE not in entry.words.in_(lang):
                message = Sentence("the sentence can't tell one value from another")
                report.add((*place, lang), None, message, Sentence("{{value}} in it, or options"))


# ---- clauses that are not those of values ----------------------------------------------------------------------------


class Documents:
    """Which document the clauses of an extended rule set stand in, as seen from the one that extends it.

    Parameters
    ----------
    base : RuleSet or None
        The rule set that is extended.
    number : str or None
        The number of the document of the one that extends it.

    Attributes
    ----------
    differ : bool
        They have two documents, so that a bare clause of the one would be read as the other's.
    foreign : tuple of str
        Numbers of documents that clauses name in the rule set that extends.
    """

    def __init__(self, base: RuleContent | None, number: str | None) -> None:
        self.differ = base is not None and number not in (None, base.number)
        self._number = base.number if base is not None else ""
        self._known = base.foreign if base is not None else ()
        self.foreign = (*self._known, self._number) if self.differ else self._known

    def named(self, clauses: str) -> str:
        """Clauses of the extended rule set, each with the number of its document before it if that is another one."""
        if not self.differ or not clauses:
            return clauses
        return ", ".join(part if self._is_named(part) else f"{self._number} {part}" for part in clause_parts(clauses))

    def _is_named(self, clause: str) -> bool:
        return clause in (CHOICE, UNSTATED) or any(clause.startswith(f"{number} ") for number in self._known)


def read_clauses(
    data: object, base: RuleContent | None, documents: Documents, touched: Collection[str], report: Report
) -> tuple[dict[str, str], Words | None]:
    """Read the section ``clauses`` of a rule set.

    Parameters
    ----------
    data : object
        Plain data: names of `GOVERNED_BY`, nested or dotted, to clauses; and ``how_to_read``.
    base : RuleSet or None
        The rule set that is extended. Its own clauses are taken over, but not where `touched` values govern: what
        they are now is not what that clause says.
    documents : Documents
    touched : collection of str
        Paths of the values that are changed here, or whose clause is said here.
    report : Report

    Returns
    -------
    dict of str to str
        In the order of `GOVERNED_BY`.
    Words or None
        How clauses are to be read; of another document's nothing is taken over.
    """
    how_to_read = base.how_to_read if base is not None and not documents.differ else None
    if isinstance(data, Mapping) and _HOW_TO_READ in data:
        how_to_read = _words(data[_HOW_TO_READ], ("clauses", _HOW_TO_READ), report)
        data = {key: value for key, value in data.items() if key != _HOW_TO_READ}
    given: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for name, raw, place in leaves(data, _clause_names(report), ("clauses",)):
        given[name], places[name] = raw, place
    found = dict(given)
    try:
        Clauses.model_validate(given)
    except ValidationError as error:
        tell_model_faults(report, error, given, Clauses, lambda inner: places[str(inner[0])])
    if base is not None:
        for name, clauses in base.clauses.items():
            if name not in found and _governing(name).isdisjoint(touched):
                found[name] = documents.named(clauses)
    for name, governed_by in GOVERNED_BY.items():
        if not governed_by and name not in found:
            report.add(("clauses", *name.split(".")), None, Sentence("the clause is missing"), Sentence("text"))
    return {name: found[name] for name in GOVERNED_BY if name in found}, how_to_read


def _governing(name: str) -> set[str]:
    """The paths of all values that govern what cites a clause."""
    return {path.replace(PERIOD, period) for path in GOVERNED_BY[name] for period in PERIODS}


def _clause_names(report: Report) -> Names:
    def unknown(name: str, node: object, place: Place) -> None:
        allowed = allowed_name(Sentence("what cites a clause, or how_to_read"), nearest(name, GOVERNED_BY))
        report.add(place, None, Sentence("nothing of that name cites a clause"), allowed)

    def no_map(group: str, node: object, place: Place) -> None:
        report.add(place, node, Sentence("a group of clauses is needed"), Sentence("a map of names to clauses"))

    return Names(GOVERNED_BY, CITATION_GROUPS, unknown, no_map)
