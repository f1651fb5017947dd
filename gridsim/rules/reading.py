"""Reading the values of a rule set from plain data: YAML, JSON or Python, with every fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from gridsim.calendar import is_month
from gridsim.errors import Fault, WrongValueError, shorten, shown_value
from gridsim.rules.entries import VALUE, Entry, Origin, Piece, Words
from gridsim.rules.kinds import Flag, Kind, Months, Option, Plain
from gridsim.rules.schema import BY_MONTH, FIELDS, GROUPS
from gridsim.rules.yamltext import Place, YamlText, dotted
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import NOTHING, Sentence, listed, named, verbatim

__all__ = ["Report", "allowed_name", "known_path", "read_entry", "read_pieces", "read_words"]

_ORIGINS = ("notice", "choice", "other")
_LISTED = 100  # faults alike in one file that people write by hand; the rest is counted


class Report:
    """Collects the faults of one file.

    Parameters
    ----------
    file : str
    text : YamlText or None
        For the lines.
    """

    def __init__(self, file: str, text: YamlText | None = None) -> None:
        self.file = file
        self.text = text
        self.faults: list[Fault] = []
        self.count = 0
        self._alike: dict[str, int] = {}
        self._counted: dict[str, int] = {}

    def line(self, place: Place) -> int | None:
        """The line where `place` stands."""
        return self.text.line(place) if self.text else None

    def add(
        self,
        place: Place,
        value: object,
        message: Sentence,
        allowed: Sentence | Callable[[], Sentence] = NOTHING,
    ) -> None:
        """One more fault; `value` None: there is none to show. Of many alike the first are listed, the others counted.

        What is `allowed` may be found when it is needed: looking for the nearest of many names takes time.
        """
        self.count += 1
        alike = self._alike[message] = self._alike.get(message, 0) + 1
        if alike > _LISTED:
            more = alike - _LISTED
            told = Sentence("and {count:,} more like these: {what}", count=more, what=message)
            counted = Fault(self.file, None, None, None, told, count=more)
            if more == 1:
                self._counted[message] = len(self.faults)
                self.faults.append(counted)
            else:
                self.faults[self._counted[message]] = counted
            return
        told = allowed() if callable(allowed) else allowed
        column = shorten(dotted(place)) or None
        self.faults.append(Fault(self.file, self.line(place), column, shown_value(value), message, told))


def allowed_name(what: Sentence, guess: str | None) -> Sentence:
    """What is allowed where a name is wrong."""
    return listed(what, nearest_in_words(guess))


def known_path(path: str, place: Place, report: Report) -> bool:
    """Whether `path` is a value or a group of the schema; if not, that is a fault with the nearest right path."""
    if path in FIELDS or path in GROUPS:
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
    alone = [known for known in FIELDS if known.endswith(f".{last}")]
    for known in alone:
        if known.endswith(f".{written}") or len(alone) == 1:
            return known
    by_name = {known.rpartition(".")[2]: known for known in reversed(tuple(FIELDS))}
    name = nearest(last, by_name)
    return nearest(path, alone or FIELDS) or (by_name[name] if name else None) or nearest(path, sorted(GROUPS))


def read_pieces(
    path: str, raw: object, since: str, place: Place, report: Report, *, again: bool = False
) -> tuple[Piece, ...] | None:
    """Read a plain value, or a list of ``{from, value}`` for one that changes within the year.

    Parameters
    ----------
    path : str
        A path of `FIELDS`.
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
    kind = FIELDS[path]
    if not (isinstance(raw, (list, tuple)) and raw and all(isinstance(item, Mapping) for item in raw)):
        value = _read_plain(kind, raw, place, report, again=again)
        return None if value is None else (Piece(None, value),)
    if path.partition(".")[0] not in BY_MONTH:
        report.add(place, None, Sentence("this value holds for the whole year and can't be dated"), kind.allowed)
        return None
    pieces: list[Piece] = []
    sound = True
    for index, item in enumerate(raw):
        here = (*place, index)
        if set(item) != {"from", "value"}:
            report.add(
                here,
                ", ".join(map(str, item)),
                Sentence("a dated value has exactly these keys"),
                verbatim("from, value"),
            )
            sound = False
            continue
        start = item["from"]
        value = _read_plain(kind, item["value"], (*here, "value"), report, again=again)
        if not is_month(start):
            report.add((*here, "from"), start, Sentence("not a month"), verbatim("YYYY-MM"))
            sound = False
        elif pieces and pieces[-1].start is not None and start <= pieces[-1].start:
            report.add(
                (*here, "from"),
                start,
                Sentence("months out of order"),
                Sentence("a month after {month}", month=pieces[-1].start),
            )
            sound = False
        elif not pieces and start > since:
            report.add(
                (*here, "from"),
                start,
                Sentence("the value is missing before {month}", month=start),
                Sentence("{month} or earlier", month=since),
            )
            sound = False
        if value is None:
            sound = False
        else:
            pieces.append(Piece(start, value))
    if not sound:
        return None
    return (Piece(None, pieces[0].value), *pieces[1:])


def _read_plain(kind: Kind, raw: object, place: Place, report: Report, *, again: bool = False) -> Plain | None:
    try:
        return kind.plain(kind.parse_again(raw) if again else kind.parse(raw))
    except WrongValueError as error:
        report.add(place, "" if raw is None else raw, error.sentence, kind.allowed)
        return None


def read_words(raw: object, place: Place, report: Report) -> Words | None:
    """Read a sentence ``{en, zh}``; both must be there."""
    if isinstance(raw, Mapping) and set(raw) == {"en", "zh"} and all(isinstance(t, str) and t for t in raw.values()):
        return Words(raw["en"], raw["zh"])
    report.add(place, None, Sentence("words are needed in both languages"), Sentence("en and zh, a sentence each"))
    return None


_ENTRY_KEYS = (
    "value", "unit", "clause", "origin", "verified", "source", "from", "to",
    "within", "when", "en", "zh", "options",
)  # fmt: skip


def read_entry(
    path: str, raw: object, base: Entry | None, since: str, place: Place, report: Report, *, manifest: bool = False
) -> Entry | None:
    """Read one entry of a rule file.

    Parameters
    ----------
    path : str
        A path of `FIELDS`.
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
    known = (*_ENTRY_KEYS, "instead_of") if manifest else _ENTRY_KEYS
    for key in [key for key in fields if key not in known]:
        guess = nearest(str(key), _ENTRY_KEYS)
        report.add(
            (*place, key),
            None,
            Sentence("there is no such key in an entry"),
            allowed_name(named(_ENTRY_KEYS), guess),
        )
        del fields[key]

    kind = FIELDS[path]
    pieces = None
    if "value" in fields:
        value_place = (*place, "value") if isinstance(raw, Mapping) else place
        pieces = read_pieces(path, fields["value"], since, value_place, report, again=manifest)
    elif base is not None:
        pieces = base.pieces
    else:
        report.add(place, None, Sentence("the value is missing"), kind.allowed)
    changed = base is not None and pieces is not None and pieces != base.pieces

    reader = _EntryReader(fields, kind, place, report)
    origin = reader.origin("other" if changed else base.origin if base else None)
    entry = Entry(
        path=path,
        pieces=pieces or (),
        clause=reader.text("clause", "" if changed else base.clause if base else None),
        origin=origin,
        verified=reader.verified(origin, False if changed else base.verified if base else None),
        source=reader.source(None if changed or base is None else base.source),
        words=reader.words(base),
        options=reader.options(base),
        start=reader.month("from", base.start if base else None),
        end=reader.month("to", base.end if base else None),
        within=reader.within(base.within if base else None),
        when=reader.when(base.when if base else ()),
        instead_of=_read_instead_of(path, fields, since, place, report),
    )
    reader.unit(required=base is None)
    _check_words(entry, kind, place, report)
    return entry if report.count == before else None


def _read_instead_of(
    path: str, fields: Mapping[str, Any], since: str, place: Place, report: Report
) -> tuple[Piece, ...] | None:
    if "instead_of" not in fields:
        return None
    return read_pieces(path, fields["instead_of"], since, (*place, "instead_of"), report, again=True)


def _check_words(entry: Entry, kind: Kind, place: Place, report: Report) -> None:
    """Every legal value must have words of its own or stand in a sentence that names it."""
    names = kind.names if isinstance(kind, Option) else ("true", "false") if isinstance(kind, Flag) else ()
    told = {name for name, _ in entry.options}
    if told and told != set(names):
        shown = ", ".join(sorted(told))
        report.add((*place, "options"), shown, Sentence("words for each legal value, and no other"), kind.allowed)
    elif not told and entry.words is None:
        report.add(place, None, Sentence("words are needed in both languages"), Sentence("en and zh, a sentence each"))
    elif not told and len(names) > 1 and entry.words is not None:
        for lang in ("en", "zh"):
            if VALUE not in entry.words.in_(lang):
                here = (*place, lang)
                report.add(
                    here,
                    None,
                    Sentence("the sentence can't tell one value from another"),
                    Sentence("{{value}} in it, or options"),
                )


class _EntryReader:
    """Reads the keys beside the value. A default of None means that the key must be there."""

    def __init__(self, fields: Mapping[str, Any], kind: Kind, place: Place, report: Report) -> None:
        self.fields = fields
        self.kind = kind
        self.place = place
        self.report = report

    def _fault(self, key: str, message: Sentence, allowed: Sentence) -> None:
        self.report.add((*self.place, key), self.fields.get(key), message, allowed)

    def text(self, key: str, default: str | None) -> str:
        value = self.fields.get(key, default)
        if not isinstance(value, str):
            self._fault(key, Sentence("text is needed"), Sentence("text"))
            return ""
        return value

    def source(self, default: Words | None) -> Words | None:
        if "source" not in self.fields:
            return default
        return read_words(self.fields["source"], (*self.place, "source"), self.report)

    def origin(self, default: Origin | None) -> Origin:
        value = self.fields.get("origin", default)
        if value not in _ORIGINS:
            self._fault(
                "origin",
                Sentence("where the value comes from"),
                Sentence("{names} or {last}", names="notice, choice", last="other"),
            )
            return "other"
        return cast("Origin", value)

    def verified(self, origin: Origin, default: bool | None) -> bool:
        value = self.fields.get("verified", True if origin == "choice" else default)
        if not isinstance(value, bool):
            self._fault(
                "verified",
                Sentence("whether the value was compared with its source"),
                Sentence("{names} or {last}", names="true", last="false"),
            )
            return False
        return value

    def unit(self, *, required: bool) -> None:
        unit = self.fields.get("unit", None if required else self.kind.unit)
        if unit != self.kind.unit:
            self._fault("unit", Sentence("the value has another unit"), verbatim(self.kind.unit))

    def month(self, key: str, default: str | None) -> str | None:
        value = self.fields.get(key, default)
        if value is not None and not is_month(value):
            self._fault(key, Sentence("not a month"), verbatim("YYYY-MM"))
            return None
        return cast("str | None", value)

    def within(self, default: str | None) -> str | None:
        value = self.fields.get("within", default)
        if value is not None and not isinstance(FIELDS.get(value), Months):
            self._fault("within", Sentence("not the path of a list of months"), verbatim("transition.months"))
            return None
        return cast("str | None", value)

    def when(self, default: tuple[tuple[str, Plain], ...]) -> tuple[tuple[str, Plain], ...]:
        raw = self.fields.get("when")
        if raw is None:
            return default
        if not isinstance(raw, Mapping):
            self._fault(
                "when", Sentence("not a map of paths to values"), Sentence("a path and the value that it must have")
            )
            return ()
        conditions: list[tuple[str, Plain]] = []
        for path, value in raw.items():
            here = (*self.place, "when", path)
            if path not in FIELDS:
                known_path(path, here, self.report)
            elif (plain := _read_plain(FIELDS[path], value, here, self.report)) is not None:
                conditions.append((path, plain))
        return tuple(conditions)

    def words(self, base: Entry | None) -> Words | None:
        given = {lang: self.fields[lang] for lang in ("en", "zh") if lang in self.fields}
        if not given:
            return base.words if base else None
        return read_words(given, self.place, self.report)

    def options(self, base: Entry | None) -> tuple[tuple[str, Words], ...]:
        raw = self.fields.get("options")
        if raw is None:
            return base.options if base and not {"en", "zh"} & set(self.fields) else ()
        if not isinstance(raw, Mapping):
            self._fault("options", Sentence("not a map of names to words"), self.kind.allowed)
            return ()
        read = {name: read_words(words, (*self.place, "options", name), self.report) for name, words in raw.items()}
        return tuple((str(name), words) for name, words in read.items() if words is not None)
