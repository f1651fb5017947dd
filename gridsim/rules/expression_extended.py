"""Words of price expressions that gridsim does not have: those of extensions, with what they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from gridsim.extensions import find, missing
from gridsim.rules.expression_kinds import is_dated
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridsim.rules.yamltext import Place

__all__ = ["read_parts"]


class _Part(Protocol):
    @property
    def is_ratio(self) -> bool: ...


Part_co = TypeVar("Part_co", bound=_Part, covariant=True)


class Reads(Protocol[Part_co]):
    """What reads expressions, and is told of faults."""

    @property
    def tell(self) -> Callable[[Place, object, Sentence, Sentence], object]:
        """Is told of each fault."""

    def read(self, raw: Any, place: Place, *, ratio: bool | None) -> Part_co | None:
        """Read one."""


def read_parts(
    reader: Reads[Part_co], word: str, given: object, place: Place, allowed: Sentence
) -> tuple[tuple[Part_co, ...], bool] | None:
    """What an extension's word takes, a price or a ratio each, and whether the word is a ratio; None if it is faulty.

    Parameters
    ----------
    reader : Reads
    word : str
    given : object
        A list of expressions; one alone need not stand in a list.
    place : tuple
    allowed : Sentence
        What expressions there are.
    """
    extension = find("price", word)
    if extension is None:
        reader.tell(place, word, missing("price", word), allowed)
        return None
    raw = given if isinstance(given, list) and not is_dated(given) else [given]
    if len(raw) != len(extension.takes):
        wanted = Sentence("a list of {count} expressions", count=len(extension.takes))
        reader.tell(place, None, Sentence("another number of expressions than {word} takes", word=word), wanted)
        return None
    parts: list[Part_co] = []
    for number, (each, takes) in enumerate(zip(raw, extension.takes, strict=True)):
        part = reader.read(each, (*place, number), ratio=takes == "ratio")
        if part is not None and part.is_ratio != (takes == "ratio"):
            message = Sentence("a ratio is needed") if takes == "ratio" else Sentence("a price is needed, not a ratio")
            reader.tell((*place, number), None, message, allowed)
        elif part is not None:
            parts.append(part)
    return (tuple(parts), extension.gives == "ratio") if len(parts) == len(raw) else None
