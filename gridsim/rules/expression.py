"""A price expression, read: what may stand wherever a price or a ratio stands (rulebook part 9).

An expression is a word with what belongs to it: ``{less: [{tariff: catalogue}, {tariff: funds}]}``. Here it is read
and its kind is found (a price or a ratio); what it is worth is `gridsim.settlement.figures`. A word that is added is a
function that reads it here, one that computes it there, and an entry in the table of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridsim.calendar import is_month
from gridsim.extensions import keep_own
from gridsim.rules.expression_extended import read_parts
from gridsim.rules.expression_kinds import PRICE, RATIO, is_dated, is_number, is_ratio, number_of
from gridsim.rules.kinds import Kind, Option, Quantity, RatioKind, UnsureKind
from gridsim.rules.model_faults import one_of
from gridsim.words import Sentence, named, verbatim

if TYPE_CHECKING:
    from gridsim.rules.yamltext import Place

    Tell = Callable[[Place, object, Sentence, Sentence], object]

__all__ = ["POSITION_WORDS", "WORDS", "Expression", "Vocabulary", "read_expression"]

POSITION_WORDS = frozenset({"contract_mean", "in_band_mean", "mean_of_product"})
"""What a unit's month or a position is worth: known when its legs are, not before."""

_MOST_DEPTH = 16
_TWO = 2


@dataclass(frozen=True)
class Expression:
    """A price [micro-yuan/kWh] or a ratio [10⁻⁴] that is computed.

    Attributes
    ----------
    word : str
        One of `WORDS`, or of an extension.
    parts : tuple of Expression
    arguments : tuple
        What else belongs to the word: a number, a name, names; all of it hashable.
    is_ratio : bool
    """

    word: str
    parts: tuple[Expression, ...] = ()
    arguments: tuple[Any, ...] = ()
    is_ratio: bool = False

    def walk(self) -> Iterator[Expression]:
        """It and all that is in it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def paths(self) -> tuple[str, ...]:
        """The values of the rule set that it takes, each once, in the order in which they are written."""
        found: dict[str, None] = {}
        for each in self.walk():
            if each.word in ("value", "choose"):
                found.setdefault(each.arguments[0])
            if each.word == "tariff" and each.arguments[1] is not None:
                found.update(
                    dict.fromkeys(to.arguments[0] for _, to in each.arguments[1] if isinstance(to, Expression))
                )
        return tuple(found)

    @property
    def is_zero(self) -> bool:
        """Whether it is the plain number 0."""
        return self.word == "number" and self.arguments == (0,)

    @property
    def rests_on_position(self) -> bool:
        """Whether it differs from position to position of one month and way of settling."""
        return any(each.word in POSITION_WORDS for each in self.walk())


@dataclass(frozen=True)
class Vocabulary:
    """What the names in an expression may be.

    Attributes
    ----------
    kinds : mapping of str to Kind
        Of the rule set's values, by path.
    tariff : mapping of str to bool
        The items of tariffs, and whether each is by period.
    periods, products : tuple of str
    definitions : mapping of str to Expression
        By name; those that are read already.
    sessions : tuple of str
        Kinds of session.
    """

    kinds: Mapping[str, Kind]
    tariff: Mapping[str, bool]
    periods: tuple[str, ...]
    products: tuple[str, ...]
    definitions: Mapping[str, Expression] = field(default_factory=dict)
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Reader:
    vocabulary: Vocabulary
    tell: Tell
    depth: int = 0

    def read(self, raw: object, place: Place, *, ratio: bool | None) -> Expression | None:
        """Read one; `ratio`: what a plain number is here, None where its place does not tell."""
        if self.depth > _MOST_DEPTH:
            self.tell(place, None, Sentence("nested too deeply"), NO_DEEPER)
            return None
        inner = _Reader(self.vocabulary, self.tell, self.depth + 1)
        if isinstance(raw, list) and is_dated(raw):
            return _read_dated(inner, raw, place, ratio)
        if isinstance(raw, Mapping):
            return self._read_word(inner, raw, place, ratio)
        if isinstance(raw, str) and raw in _BARE:
            return Expression(raw, is_ratio=raw == "coefficient")
        if isinstance(raw, str) and raw in self.vocabulary.definitions:
            return self.vocabulary.definitions[raw]
        number = number_of(raw, RATIO if ratio else PRICE)
        if isinstance(number, int):
            return Expression("number", arguments=(number,), is_ratio=bool(ratio))
        self.tell(place, raw, number, EXPRESSIONS)
        return None

    def is_sure(self, parts: tuple[Expression, ...]) -> bool:
        """Whether each is known to be a price or a ratio: not so, if the entry of a value in it does not tell."""
        paths = (path for part in parts for path in part.paths())
        return not any(isinstance(self.vocabulary.kinds.get(path), UnsureKind) for path in paths)

    def _read_word(self, inner: _Reader, raw: Mapping[Any, Any], place: Place, ratio: bool | None) -> Expression | None:
        if len(raw) == 1 and isinstance(word := next(iter(raw)), str) and word not in WORDS:
            return _read_extension(inner, word, raw[word], (*place, word))
        words = [key for key in raw if key in WORDS]
        extra = [key for key in raw if key not in words and not (key == "period" and "tariff" in words)]
        if len(words) != 1 or extra:
            wrong = extra[0] if extra else None
            self.tell(
                place if wrong is None else (*place, wrong), wrong, Sentence("not a price expression"), EXPRESSIONS
            )
            return None
        return WORDS[words[0]](inner, raw, (*place, words[0]), ratio)

    def read_all(
        self, raw: object, place: Place, ratios: Callable[[object], bool | None]
    ) -> tuple[Expression, ...] | None:
        """Read a list of expressions; None if one is faulty."""
        if not isinstance(raw, list) or not raw:
            self.tell(place, raw, Sentence("not a list of expressions"), EXPRESSIONS)
            return None
        parts = [self.read(each, (*place, index), ratio=ratios(each)) for index, each in enumerate(raw)]
        return None if None in parts else tuple(part for part in parts if part is not None)


NO_DEEPER = Sentence("at most {count} levels", count=_MOST_DEPTH)


def _read_extension(reader: _Reader, word: str, given: object, place: Place) -> Expression | None:
    found = read_parts(reader, word, given, place, EXPRESSIONS)
    return None if found is None else Expression(word, found[0], is_ratio=found[1])


def _read_dated(reader: _Reader, raw: list[Any], place: Place, ratio: bool | None) -> Expression | None:
    parts = [reader.read(each["value"], (*place, index, "value"), ratio=ratio) for index, each in enumerate(raw)]
    months = [each["from"] for each in raw]
    wrong = next((index for index, month in enumerate(months) if not is_month(month)), None)
    if wrong is not None or months != sorted(set(months)):
        at = len(months) - 1 if wrong is None else wrong
        reader.tell((*place, at, "from"), months[at], Sentence("months out of order"), verbatim("YYYY-MM"))
        return None
    if None in parts:
        return None
    found = tuple(part for part in parts if part is not None)
    return Expression("dated", found, tuple(months), is_ratio=found[0].is_ratio)


def _name(
    reader: _Reader, raw: object, place: Place, known: tuple[str, ...] | Mapping[str, Any], under: str
) -> str | None:
    if isinstance(raw, str) and raw in known:
        return raw
    reader.tell(place, raw, Sentence("there is no such name"), one_of(known, raw, under))
    return None


def _read_value(reader: _Reader, raw: Mapping[Any, Any], place: Place, ratio: bool | None) -> Expression | None:
    path = _name(reader, raw["value"], place, reader.vocabulary.kinds, "values")
    if path is None:
        return None
    kind = reader.vocabulary.kinds[path]
    if isinstance(kind, UnsureKind):
        return Expression("value", arguments=(path,), is_ratio=ratio is not False)
    if not isinstance(kind, (Quantity, RatioKind)):
        reader.tell(place, path, Sentence("not a value that is a price or a ratio"), EXPRESSIONS)
        return None
    return Expression("value", arguments=(path,), is_ratio=isinstance(kind, RatioKind))


def _read_choose(reader: _Reader, raw: Mapping[Any, Any], place: Place, ratio: bool | None) -> Expression | None:
    """``{choose: {value: PATH, OPTION: EXPRESSION, ..}}``: by an option of the rule set."""
    given = raw["choose"]
    if not isinstance(given, Mapping) or "value" not in given:
        reader.tell(place, None, Sentence("not a price expression"), EXPRESSIONS)
        return None
    path = _name(reader, given["value"], (*place, "value"), reader.vocabulary.kinds, "values")
    names = tuple(name for name in given if name != "value")
    parts = [reader.read(given[name], (*place, name), ratio=ratio) for name in names]
    if path is None or None in parts:
        return None
    found = tuple(part for part in parts if part is not None)
    return Expression("choose", found, (path, names), is_ratio=any(part.is_ratio for part in found))


def _read_tariff(reader: _Reader, raw: Mapping[Any, Any], place: Place, ratio: bool | None) -> Expression | None:
    item = _name(reader, raw["tariff"], place, reader.vocabulary.tariff, "tariff")
    asked = raw.get("period")
    periods = reader.vocabulary.periods
    mapping: tuple[tuple[str, str | Expression], ...] | None = None
    if isinstance(asked, Mapping):
        mapping = tuple(
            (period, Expression("value", arguments=(to["value"],)) if _is_period_value(reader, to) else to)
            for period, to in asked.items()
        )
    elif asked is not None:
        mapping = tuple((period, asked) for period in periods)
    for period, to in mapping or ():
        for each in (period, to):
            if not isinstance(each, Expression) and each not in periods:
                reader.tell((*place[:-1], "period"), each, Sentence("there is no such name"), named(periods))
                return None
    return None if item is None else Expression("tariff", arguments=(item, mapping))


def _is_period_value(reader: _Reader, raw: object) -> bool:
    """Whether it is an option of the rule set whose names are periods."""
    kind = (
        reader.vocabulary.kinds.get(str(raw["value"])) if isinstance(raw, Mapping) and set(raw) == {"value"} else None
    )
    return isinstance(kind, Option) and set(kind.names) <= set(reader.vocabulary.periods)


def _read_names(word: str) -> _Read:
    """A word with a name or names behind it that mean something in the tables of a scenario."""

    def read(reader: _Reader, raw: Mapping[Any, Any], place: Place, ratio: bool | None) -> Expression | None:
        given = raw[word]
        names = tuple(given) if isinstance(given, list) else (given,)
        if not names or not all(isinstance(name, str) for name in names):
            reader.tell(place, given, Sentence("there is no such name"), EXPRESSIONS)
            return None
        if word in _NAMES_OF:
            under, known = _NAMES_OF[word]
            if not all(_name(reader, name, place, known(reader.vocabulary), under) for name in names):
                return None
        return Expression(word, arguments=names)

    return read


def _read_steps(reader: _Reader, raw: Mapping[Any, Any], place: Place, ratio: bool | None) -> Expression | None:
    """``{steps: {of: {market: NAME}, below: {800: 0.90, ..}, else: 1, absent: 1}}``: a ratio."""
    given = raw["steps"]
    if not (isinstance(given, Mapping) and isinstance(given.get("below"), Mapping) and {"of", "else"} <= set(given)):
        reader.tell(place, None, Sentence("not a price expression"), EXPRESSIONS)
        return None
    of = reader.read(given["of"], (*place, "of"), ratio=None)
    edges = [(number_of(edge, PRICE), edge) for edge in given["below"]]
    for number, edge in edges:
        if isinstance(number, Sentence):
            reader.tell((*place, "below", edge), edge, number, PRICE.allowed)
    below = [reader.read(each, (*place, "below", edge), ratio=True) for edge, each in given["below"].items()]
    otherwise = reader.read(given["else"], (*place, "else"), ratio=True)
    absent = reader.read(given["absent"], (*place, "absent"), ratio=True) if "absent" in given else None
    if of is None or otherwise is None or None in below or any(isinstance(number, Sentence) for number, _ in edges):
        return None
    order = sorted(range(len(edges)), key=lambda place: edges[place][0])
    steps = [below[each] for each in order]
    parts = (of, *(step for step in steps if step is not None), otherwise, *([absent] if absent is not None else []))
    return Expression("steps", parts, tuple(edges[each][0] for each in order), is_ratio=True)


def _read_product(word: str) -> _Read:
    def read(reader: _Reader, raw: Mapping[Any, Any], place: Place, ratio: bool | None) -> Expression | None:
        factors = raw[word]
        if word == "times" and not (isinstance(factors, list) and len(factors) == _TWO):
            reader.tell(place, None, Sentence("two expressions are needed"), EXPRESSIONS)
            return None

        def as_ratio(each: object) -> bool:
            if word == "times" and each is factors[1] and is_number(each):  # [RATIO, EXPR]
                return bool(ratio)
            return is_number(each) or is_ratio(each, reader.vocabulary)

        parts = reader.read_all(factors, place, as_ratio)
        if parts is None:
            return None
        if sum(not part.is_ratio for part in parts) > 1 and reader.is_sure(parts):
            reader.tell(
                place,
                None,
                Sentence("a price can't be multiplied by a price"),
                Sentence("one price at most, and ratios"),
            )
            return None
        return Expression("product", parts, is_ratio=all(part.is_ratio for part in parts))

    return read


def _read_combined(word: str) -> _Read:
    def read(reader: _Reader, raw: Mapping[Any, Any], place: Place, ratio: bool | None) -> Expression | None:
        given = raw[word]
        several = given if isinstance(given, list) else ()
        holds_ratio = bool(ratio) or any(is_ratio(each, reader.vocabulary) for each in several)
        parts = reader.read_all(given, place, lambda _: holds_ratio)
        if parts is None:
            return None
        if word == "less" and len(parts) != _TWO:
            reader.tell(place, None, Sentence("two expressions are needed"), EXPRESSIONS)
            return None
        if len({part.is_ratio for part in parts}) > 1 and reader.is_sure(parts):
            reader.tell(place, None, Sentence("a price and a ratio can't be held against each other"), EXPRESSIONS)
            return None
        return Expression(word, parts, is_ratio=parts[0].is_ratio)

    return read


_NAMES_OF: dict[str, tuple[str, Callable[[Vocabulary], tuple[str, ...]]]] = {
    "mean": ("sessions", lambda vocabulary: vocabulary.sessions),
    "transfers": ("transfers", lambda _: ("sellers",)),
    "mean_of_product": ("products", lambda vocabulary: vocabulary.products),
}
"""By word: the key under which its names stand, and which there are. `market` names a column of a scenario's table."""

_Read = Callable[[_Reader, Mapping[Any, Any], "Place", "bool | None"], "Expression | None"]
_BARE = ("contract_mean", "in_band_mean", "coefficient")

WORDS: dict[str, _Read] = {
    "value": _read_value,
    "choose": _read_choose,
    "tariff": _read_tariff,
    "market": _read_names("market"),
    "mean": _read_names("mean"),
    "transfers": _read_names("transfers"),
    "mean_of_product": _read_names("mean_of_product"),
    "steps": _read_steps,
    "product": _read_product("product"),
    "times": _read_product("times"),
    "sum": _read_combined("sum"),
    "less": _read_combined("less"),
    "first": _read_combined("first"),
    "least": _read_combined("least"),
    "greatest": _read_combined("greatest"),
}
"""The words that hold something, and what reads each; `gridsim.extensions` has those of installed packages."""
keep_own("price", (*_BARE, *WORDS, "number", "dated"))

EXPRESSIONS = Sentence("a number, or one of {names}", names=named((*_BARE, *WORDS)))


def read_expression(
    raw: object, place: Place, vocabulary: Vocabulary, tell: Tell, *, ratio: bool = False
) -> Expression | None:
    """Read a price expression.

    Parameters
    ----------
    raw : object
        Plain data of YAML.
    place : tuple
        Where it stands, for the faults.
    vocabulary : Vocabulary
    tell : callable
        Is told of each fault: place, value, what is wrong, what is allowed.
    ratio : bool
        Whether a ratio is wanted here, and no price.

    Returns
    -------
    Expression, or None if it is faulty
    """
    found = _Reader(vocabulary, tell).read(raw, place, ratio=ratio)
    if found is not None and found.is_ratio != ratio:
        tell(
            place,
            None,
            Sentence("a ratio is needed") if ratio else Sentence("a price is needed, not a ratio"),
            EXPRESSIONS,
        )
        return None
    return found
