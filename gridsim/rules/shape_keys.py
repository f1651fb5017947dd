"""What stands under a key of the section ``shape``, and other ways to write the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr

from gridsim.rules.model_faults import Wrong
from gridsim.words import Sentence

__all__ = [
    "NAMES", "Called", "Clause", "ClausesByItem", "Edge", "Names", "Part", "Price", "Ratio", "Text", "Truth", "by",
    "clauses_of", "named_or_not", "none", "of_names", "periods_of", "regimes_of",
]  # fmt: skip


class Part(BaseModel):
    """A part of a shape: what it does not name is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def of_names(value: object) -> object:
    """A list of ids, or ``none``, as a map of ids to nothing."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return {each: {} for each in value}
    return {} if value in (None, "none") else value


def named_or_not(value: object) -> object:
    """Ids with or without names: what stands under an id may be left out."""
    found = of_names(value)
    return {id_: {} if each is None else each for id_, each in found.items()} if isinstance(found, Mapping) else found


def none(value: object) -> object:
    """``none`` as nothing."""
    return None if value == "none" else value


def truth(value: object) -> object:
    """A truth value as text."""
    return value == "true" if value in ("true", "false") else value


def periods_of(value: object) -> object:
    """A product's list of periods alone."""
    return {"periods": value} if isinstance(value, list) else value


def by(value: object) -> object:
    """A tariff by a word alone."""
    if isinstance(value, str):
        value = {"by": value}
    if isinstance(value, Mapping) and isinstance(value.get("by"), str):
        return {**value, "by": _SHORT.get(value["by"], value["by"])}
    return value


def regimes_of(value: object) -> object:
    """Regimes that have no names are numbered."""
    if isinstance(value, list):
        return {f"regime {number}": each for number, each in enumerate(value, 1)}
    return of_names(value)


def clauses_of(value: object) -> object:
    """One clause for all items."""
    return {"clause": value} if isinstance(value, str) else value


_SHORT = {"by_period": "period", "one": "rate"}

_EXPRESSION = Sentence("a number or a price expression")
_RATIO = Sentence("a ratio, or a price expression that is one")
NAMES = Sentence("a list of names")

Text = Annotated[StrictStr, Field(description=Sentence("text")), Wrong(Sentence("text is needed"))]
Names = Annotated[list[StrictStr], Field(description=NAMES), Wrong(Sentence("not a list of names"))]
Truth = Annotated[
    bool,
    BeforeValidator(truth),
    Field(description=Sentence("{names} or {last}", names="true", last="false")),
    Wrong(Sentence("neither true nor false")),
]
Price = Annotated[Any, Field(description=_EXPRESSION)]
Ratio = Annotated[Any, Field(description=_RATIO)]
Edge = Annotated[Any, Field(description=Sentence("a ratio of the contract, or open"))]
Clause = Annotated[StrictStr, Field(description=Sentence("text")), Wrong(Sentence("text is needed"))]


class Called(Part):
    """Names in both languages; the id where they are left out."""

    en: Text | None = None
    zh: Text | None = None
    meaning: Annotated[Text | None, Field(description=Sentence("a few English words"))] = None
    also: Annotated[Any, Field(description=Sentence("other Chinese names: a list, or one for each period"))] = None


ClausesByItem = Annotated[
    dict[str, Clause],
    BeforeValidator(clauses_of),
    Field(description=Sentence("text, or a map of items to texts")),
    Wrong(Sentence("text is needed")),
]
