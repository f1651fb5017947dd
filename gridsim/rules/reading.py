"""Reading the values and readings of a rule set from plain data: YAML, JSON or Python, with every fault."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from pydantic import ValidationError

from gridsim.errors import WrongValueError
from gridsim.rules.calendar_kinds import Months
from gridsim.rules.catalogue import DECLARES, Catalogue
from gridsim.rules.entries import VALUE, Entry, Piece
from gridsim.rules.kinds import Flag, Kind, Option, Plain, UnsureKind
from gridsim.rules.model_faults import RefusedError, Report, allowed_name, read_model, tell_model_faults
from gridsim.rules.rule_file import DatedValue, EntryFile, Names, Reading
from gridsim.rules.wording import Words
from gridsim.rules.yamltext import Place
from gridsim.suggest import nearest
from gridsim.words import Sentence, named, verbatim

__all__ = ["EntryReader", "read_pieces", "read_plain", "read_words", "value_names"]


def value_names(catalogue: Catalogue, report: Report) -> Names:
    """The paths of values and readings, and what is said where there is no such one."""

    def no_map(group: str, node: object, place: Place) -> None:
        report.add(place, node, Sentence("a group of values is needed"), Sentence("a map of names to values"))

    return Names(catalogue.order, catalogue.groups, lambda path, _, place: catalogue.knows(path, place, report), no_map)


def read_plain(kind: Kind, raw: object, place: Place, report: Report, *, again: bool = False) -> Plain | None:
    """A value in its one fixed spelling; None, and a fault, if its kind does not take it."""
    try:
        return kind.plain(kind.parse_again(raw) if again else kind.parse(raw))
    except WrongValueError as error:
        report.add(place, "" if raw is None else raw, error.sentence, kind.allowed)
        return None


def read_pieces(
    path: str,
    kind: Kind,
    raw: object,
    since: str,
    place: Place,
    report: Report,
    *,
    dated: Collection[str],
    again: bool = False,
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
    dated : collection of str
        The top groups whose values may change within the year.
    again : bool
        It was taken before, and comes from a manifest.

    Returns
    -------
    tuple of Piece, or None if there was a fault
    """
    if not (isinstance(raw, list | tuple) and raw and all(isinstance(item, Mapping) for item in raw)):
        value = read_plain(kind, raw, place, report, again=again)
        return None if value is None else (Piece(None, value),)
    if path.partition(".")[0] not in dated:
        report.add(place, None, Sentence("this value holds for the whole year and can't be dated"), kind.allowed)
        return None
    before = report.count
    pieces: list[Piece] = []
    for index, item in enumerate(raw):
        here = (*place, index)
        try:
            piece = DatedValue.model_validate(dict(item))
        except ValidationError as error:
            tell_model_faults(report, error, item, DatedValue, here)
            continue
        value = read_plain(kind, piece.value, (*here, "value"), report, again=again)
        wrong = _out_of_order(piece.start, pieces, since)
        if wrong is not None:
            report.add((*here, "from"), piece.start, *wrong)
        elif value is not None:
            pieces.append(Piece(piece.start, value))
    return (Piece(None, pieces[0].value), *pieces[1:]) if report.count == before else None


def _out_of_order(start: str, pieces: list[Piece], since: str) -> tuple[Sentence, Sentence] | None:
    """What is wrong with the month of the next piece, and what is allowed; None if it is right."""
    if pieces and pieces[-1].start is not None and start <= pieces[-1].start:
        return Sentence("months out of order"), Sentence("a month after {month}", month=pieces[-1].start)
    if not pieces and start > since:
        missing = Sentence("the value is missing before {month}", month=start)
        return missing, Sentence("{month} or earlier", month=since)
    return None


class EntryReader(NamedTuple):
    """Reads the entries of one rule file.

    Attributes
    ----------
    catalogue : Catalogue
        Which values and readings there are.
    since : str
        First month of the rule set.
    report : Report
        Is told of faults.
    manifest : bool
        Whether they come from a manifest, which also tells what a scenario's override stands in place of.
    """

    catalogue: Catalogue
    since: str
    report: Report
    manifest: bool = False

    def entry(self, path: str, raw: object, base: Entry | None, place: Place) -> Entry | None:
        """Read one entry.

        Parameters
        ----------
        path : str
            Of a value or reading.
        raw : object
            A mapping with at least one of the keys of an entry; anything else is the value alone.
        base : Entry or None
            The entry that this one changes; what `raw` doesn't say is taken from it. A changed value that doesn't
            say where it comes from is of origin ``other`` and not verified.
        place : tuple
            Where it stands.
        """
        report = self.report
        before = report.count
        fields = dict(raw) if isinstance(raw, Mapping) else {"value": raw}
        instead_of = fields.pop("instead_of", None) if self.manifest else None
        kind = base.kind if base is not None else self.catalogue.kind(path)
        pieces = base.pieces if base is not None else None
        if "value" in fields:
            value_place = (*place, "value") if isinstance(raw, Mapping) else place
            pieces = self._pieces(path, kind, fields["value"], value_place)
        elif base is None:
            report.add(place, None, Sentence("the value is missing"), kind.allowed)
        changed = base is not None and pieces is not None and pieces != base.pieces
        needed = ("clause", "origin", "unit") if base is None else ()
        allowed = {"value": kind.allowed, "unit": verbatim(kind.unit), "options": kind.allowed}
        given = read_model(EntryFile, fields, report, place, needed, allowed)
        self._check_declared(given, base, kind, place)
        start = base or self._new(path)
        if changed:
            start = replace(start, clause="", origin="other", verified=False, source=None)
        entry = self._grounded(replace(start, pieces=pieces or ()), given, place, whole=base is None)
        words = {lang: fields[lang] for lang in ("en", "zh") if lang in fields}
        if words:
            entry = replace(entry, words=read_words(words, place, report), options=())
        if given.options:
            entry = replace(entry, options=tuple(given.options.items()))
        when = tuple(self._conditions(given.when, (*place, "when")))
        entry = replace(entry, when=when or entry.when)
        if instead_of is not None:
            entry = replace(entry, instead_of=self._pieces(path, kind, instead_of, (*place, "instead_of"), again=True))
        if base is None and words and isinstance(kind, Option) and pieces:
            entry = self._told_apart(entry, kind, pieces)
        if entry.words is not None or not words:
            _check_words(entry, kind, place, report)
        return entry if report.count == before else None

    def reading(self, raw: object, place: Place) -> Entry | None:
        """Read one of the readings that a rule file lists: whole, and with the one value that it can have."""
        before = self.report.count
        try:
            reading = Reading.model_validate(raw)
        except ValidationError as error:
            tell_model_faults(self.report, error, raw, Reading, place)
            return None
        if reading.id not in self.catalogue.readings:
            known = self.catalogue.readings
            allowed = allowed_name(Sentence("a reading of gridsim's"), nearest(reading.id, known))
            self.report.add((*place, "id"), reading.id, Sentence("there is no such reading"), allowed)
            return None
        value = read_plain(self.catalogue.kind(reading.id), reading.value, (*place, "value"), self.report)
        pieces = () if value is None else (Piece(None, value),)
        words = Words(reading.en, reading.zh)
        entry = replace(self._new(reading.id), pieces=pieces, words=words, also=reading.also)
        entry = self._grounded(entry, reading, place, whole=True)
        return entry if self.report.count == before else None

    def _pieces(
        self, path: str, kind: Kind, raw: object, place: Place, *, again: bool = False
    ) -> tuple[Piece, ...] | None:
        return read_pieces(
            path,
            kind,
            raw,
            self.since,
            place,
            self.report,
            dated=self.catalogue.dated_groups,
            again=again or self.manifest,
        )

    def _check_declared(self, given: EntryFile, base: Entry | None, kind: Kind, place: Place) -> None:
        """The unit must be that of the value's kind, and only the file at the root says what kind that is."""
        if "unit" in given.model_fields_set and given.unit != kind.unit and not isinstance(kind, UnsureKind):
            self.report.add((*place, "unit"), given.unit, Sentence("the value has another unit"), verbatim(kind.unit))
        for key in DECLARES if base is not None else ():
            if key in given.model_fields_set:
                message = Sentence("what kind of value it is, the rule set says that is extended")
                self.report.add((*place, key), None, message, kind.allowed)

    def _told_apart(self, entry: Entry, kind: Option, pieces: tuple[Piece, ...]) -> Entry:
        """A value that an earlier version had as a reading: its one sentence is that of its value alone."""
        once = self.catalogue.once_readings.get(entry.path)
        if once is None or entry.words is None or VALUE in entry.words.en:
            return entry
        said = {name: Words.of(once[name]) for name in kind.names} | {str(pieces[0].value): entry.words}
        return replace(entry, words=None, options=tuple(said.items()))

    def _new(self, path: str) -> Entry:
        """An entry of which nothing is known; of a reading, what else the text could mean is as the catalogue says."""
        known = self.catalogue.readings.get(path)
        also = known.also if known is not None else None
        return Entry(path, (), "", "other", verified=False, also=also, value_kind=self.catalogue.kinds.get(path))

    def _grounded(self, entry: Entry, given: EntryFile | Reading, place: Place, *, whole: bool) -> Entry:
        """An entry with what a file says of where it comes from; `whole`: nothing else tells of that."""
        kept = ("clause", "origin", "verified", "source", "start", "end", "within", "called")
        told = {name: getattr(given, name) for name in kept if name in given.model_fields_set}
        if told.get("origin") == "choice":
            told = {"verified": True} | told
        elif whole and "verified" not in told:
            message = Sentence("whether the value was compared with its source")
            self.report.add(
                (*place, "verified"), None, message, Sentence("{names} or {last}", names="true", last="false")
            )
        within = told.get("within")
        if within is not None and not isinstance(self.catalogue.kinds.get(within), Months):
            months = [path for path, kind in self.catalogue.kinds.items() if isinstance(kind, Months)]
            message = Sentence("not the path of a list of months")
            self.report.add((*place, "within"), within, message, named(months))
        return replace(entry, **told)

    def _conditions(self, raw: Mapping[str, object], place: Place) -> Iterator[tuple[str, Plain]]:
        """The values that must hold for an entry to matter."""
        for path, value in raw.items():
            here = (*place, path)
            if path not in self.catalogue.order:
                self.catalogue.knows(path, here, self.report)
            elif (plain := read_plain(self.catalogue.kind(path), value, here, self.report)) is not None:
                yield path, plain


def read_words(raw: object, place: Place, report: Report) -> Words | None:
    """Read a sentence in both languages."""
    try:
        return Words.of(raw)
    except RefusedError as error:
        report.add(place, None, error.sentence, error.allowed)
        return None


def _check_words(entry: Entry, kind: Kind, place: Place, report: Report) -> None:
    """Every legal value must have words of its own or stand in a sentence that names it."""
    names = kind.names if isinstance(kind, Option) else ("true", "false") if isinstance(kind, Flag) else ()
    told = {name for name, _ in entry.options}
    if told and told != set(names):
        shown = ", ".join(sorted(told))
        report.add((*place, "options"), shown, Sentence("words for each legal value, and no other"), kind.allowed)
    elif not told and entry.words is None:
        read_words(None, place, report)
    elif not told and names and entry.words is not None:
        for lang in ("en", "zh"):
            if VALUE not in entry.words.in_(lang):
                message = Sentence("the sentence can't tell one value from another")
                report.add((*place, lang), None, message, Sentence("{{value}} in it, or options"))
