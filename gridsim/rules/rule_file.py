"""What may stand in the YAML file of a rule set, as pydantic reads it: its head, its entries, its clauses."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, RootModel, StrictBool, StrictStr, model_validator

from gridsim.calendar import is_month
from gridsim.rules.citations import clause_parts
from gridsim.rules.entries import Origin
from gridsim.rules.model_faults import RefusedError, Wrong
from gridsim.rules.wording import Words
from gridsim.rules.yamltext import Place
from gridsim.words import Sentence, named, verbatim

__all__ = ["CitationFile", "Clauses", "DatedValue", "EntryFile", "Names", "Reading", "RuleFile", "leaves"]

_TEXT = Sentence("text")
_PATHS = Sentence("paths of values and readings; {period} in one stands for the period", period="{period}")
_CLAUSE = Sentence("a clause of the document, such as {clause}", clause="4.1")
_WORDS = Sentence("en and zh, a sentence each")
_CALLED = Sentence("a short name in en and zh")
_NOT_TEXT = Wrong(Sentence("text is needed"))


def _month(value: object) -> str:
    if not is_month(value):
        raise RefusedError(Sentence("not a month"), verbatim("YYYY-MM"))
    return str(value)


def _clause_text(value: object) -> str:
    if not (isinstance(value, str) and all(clause_parts(value))):
        raise RefusedError(Sentence("text is needed"), _TEXT)
    return value


Month = Annotated[str, PlainValidator(_month)]
ClauseText = Annotated[str, PlainValidator(_clause_text)]
Text = Annotated[StrictStr, Field(description=_TEXT), _NOT_TEXT]


_ABSENT: Any = None  # taken from the rule set that is extended


class _FileModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


GivenOrigin = Annotated[
    Origin,
    Field(description=Sentence("{names} or {last}", names="notice, choice", last="other")),
    Wrong(Sentence("where the value comes from")),
]


class InForce(_FileModel):
    """First and last month for which a rule set was made."""

    start: Annotated[Month, Field(alias="from")]
    end: Annotated[Month, Field(alias="to")]


class Document(_FileModel):
    """The document that issued the rules."""

    number: StrictStr
    en: Annotated[StrictStr, Field(min_length=1)]
    zh: Annotated[StrictStr, Field(min_length=1)]


class RuleFile(_FileModel):
    """The keys of a rule set's file. What stands under values, readings and clauses is read entry by entry."""

    id: Annotated[StrictStr, Field(min_length=1, description=_TEXT), Wrong(Sentence("a rule set has an id"))] = _ABSENT
    extends: Any = None
    title: Annotated[Words, Field(description=_WORDS)] = _ABSENT
    document: Annotated[
        Document,
        Field(description=Sentence("number, and its title in en and zh")),
        Wrong(Sentence("the document that issued the rules")),
    ] = _ABSENT
    in_force: Annotated[
        InForce,
        Field(description=Sentence("from and to, YYYY-MM each")),
        Wrong(Sentence("the months for which the rules are made")),
    ] = _ABSENT
    notes: Annotated[
        list[Words], Field(description=Sentence("a list of sentences, en and zh each")), Wrong(Sentence("not a list"))
    ] = []
    headings: Annotated[
        dict[str, Words],
        Field(description=Sentence("a map of groups of values to what they are called, in en and zh")),
        Wrong(Sentence("not a map of names to values")),
    ] = {}
    clauses: Any = None
    values: Any = None
    cites: Any = None
    shape: Any = None
    readings: Annotated[list[Any], Field(description=Sentence("a list of readings"))] = []


class _Grounds(_FileModel):
    """Where a value or reading comes from, and where it holds."""

    clause: Annotated[StrictStr, Field(description=_CLAUSE), _NOT_TEXT] = _ABSENT
    origin: GivenOrigin = _ABSENT
    verified: Annotated[
        StrictBool,
        Field(description=Sentence("{names} or {last}", names="true", last="false")),
        Wrong(Sentence("whether the value was compared with its source")),
    ] = _ABSENT
    source: Annotated[Words, Field(description=_WORDS)] = _ABSENT
    start: Annotated[Month, Field(alias="from")] = _ABSENT
    end: Annotated[Month, Field(alias="to")] = _ABSENT
    within: Text = _ABSENT


Added = Annotated[Literal[True] | None, Field(description=named(("true",)))]
"""In Henan's file: rule sets of earlier versions don't have it, and this is what held then."""


class EntryFile(_Grounds):
    """The keys of a value; what is left out may stand in the rule set that is extended."""

    value: Any = None
    unit: Any = None
    called: Annotated[Words, Field(description=_CALLED)] = _ABSENT
    when: Annotated[
        dict[str, Any],
        Field(description=Sentence("a path and the value that it must have")),
        Wrong(Sentence("not a map of paths to values")),
    ] = {}
    en: Any = None
    zh: Any = None
    options: Annotated[dict[str, Words], Wrong(Sentence("not a map of names to words"))] = {}
    names: Any = None
    least: Any = None
    most: Any = None
    may_be_open: Any = None
    weekends: Any = None
    once_a_reading: Any = None
    unsaid: Any = None
    added: Added = None


class Reading(_Grounds):
    """What only one reading of the rules fits, so that no code reads it (rulebook part 9).

    Attributes
    ----------
    id : str
        A dotted path, as a value has one.
    after : str or None
        The value that it follows where people see all of them; None: it follows the reading before it.
    value : str
        A name for it.
    en, zh : str
        What it says.
    also : Words
        What else the text could mean.
    case : str or None
        The worked case that shows it (``tests/cases``).
    no_case : Words or None
        Why no number can show it, where there is no such case.
    added : bool or None
        It was added after the first version.
    """

    id: Text
    after: Text | None = None
    value: Text
    clause: Text
    origin: GivenOrigin
    en: Text
    zh: Text
    also: Annotated[Words, Field(description=_WORDS)]
    case: Text | None = None
    no_case: Annotated[Words | None, Field(description=_WORDS)] = None
    added: Added = None

    @model_validator(mode="after")
    def _is_shown_or_not(self) -> Self:
        if (self.case is None) == (self.no_case is None):
            raise RefusedError(
                Sentence("a reading has a worked case that shows it, or a sentence why no number can"),
                Sentence("{names} or {last}", names="case", last="no_case"),
                fields=("case", "no_case"),
            )
        return self


class DatedValue(_FileModel):
    """A value and the month from which it holds."""

    start: Annotated[Month, Field(alias="from")]
    value: Any


class CitationFile(_FileModel):
    """What cites a clause: its name in words, and the values that govern it."""

    by: Annotated[list[StrictStr], Field(description=_PATHS), Wrong(Sentence("not a list of paths"))] = []
    en: Text
    zh: Text


class Clauses(RootModel[dict[str, ClauseText]]):
    """Clauses by the names of what cites them."""


class Names(NamedTuple):
    """The names that stand in a part of a file, nested or dotted, and what is said of others."""

    known: Container[str]
    groups: Container[str]
    unknown: Callable[[str, object, Place], object]
    """Tells of a name that there is not."""
    no_map: Callable[[str, object, Place], object]
    """Tells of a group under which stands no map."""


def leaves(node: object, names: Names, place: Place, group: str = "") -> Iterator[tuple[str, Any, Place]]:
    """Each known name with what stands under it, and where; groups are opened."""
    if not isinstance(node, Mapping):
        names.no_map(group.rstrip("."), node, place)
        return
    for key, inner in node.items():
        name, inner_place = f"{group}{key}", (*place, key)
        if name in names.known:
            yield name, inner, inner_place
        elif name in names.groups:
            yield from leaves(inner, names, inner_place, f"{name}.")
        else:
            names.unknown(name, inner, inner_place)
