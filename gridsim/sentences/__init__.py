"""What is said of what is wrong, in two languages: the English sentence itself, and its Chinese from the same template.

Faults and errors take no other text than a `Sentence` (the type checker sees to it), and a test holds every template
that the code has against `gridsim.sentences.chinese`: none passes without its Chinese, or with other blanks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self, TypeAlias

__all__ = [
    "MWH",
    "NOTHING",
    "YUAN",
    "YUAN_PER_MWH",
    "Lang",
    "Sentence",
    "both",
    "enumerated",
    "listed",
    "named",
    "on_lines",
    "verbatim",
]

Lang = Literal["en", "zh"]
"""A language of what is shown."""

_Chinese: TypeAlias = "str | list[Sentence] | tuple[str, Mapping[str, object]]"
"""The Chinese itself; or what it is made of: other sentences, or a template with its blanks."""


class Sentence(str):
    """An English text that knows its Chinese.

    Parameters
    ----------
    template : str
        English, with blanks as `str.format` has them; written out where the sentence is made, so that a test finds it.
    **blanks : object
        What fills them; a blank that is a Sentence itself is told in the language of the whole.

    Examples
    --------
    >>> sentence = Sentence("duplicate id: row {row} has the same", row=3)
    >>> sentence
    'duplicate id: row 3 has the same'
    >>> sentence.zh
    '编号重复：与第 3 行相同'
    """

    __slots__ = ("_chinese",)
    _chinese: _Chinese

    def __new__(cls, template: str, /, **blanks: object) -> Self:
        made = super().__new__(cls, template.format(**blanks))
        made._chinese = template, blanks
        return made

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        if isinstance(self._chinese, str):
            return self._chinese
        if isinstance(self._chinese, list):
            return "；".join(part.zh for part in self._chinese)
        from gridsim.sentences.chinese import chinese_of  # some hundred sentences that are rarely asked for

        template, blanks = self._chinese
        return chinese_of(template).format(
            **{name: blank.zh if isinstance(blank, Sentence) else blank for name, blank in blanks.items()}
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (str(self), self._chinese)  # faults travel between processes


def both(english: str, chinese: str) -> Sentence:
    """A text whose Chinese is at hand, such as the name of a table."""
    return _made(english, chinese)


def verbatim(text: object) -> Sentence:
    """What is the same in both languages: names of columns and values, or what another program has said."""
    return both(str(text), str(text))


def listed(*parts: Sentence | None) -> Sentence:
    """Several parts behind each other; those that are None or empty are left out."""
    kept = [part for part in parts if part]
    return _made("; ".join(kept), kept)


def enumerated(parts: Iterable[Sentence]) -> Sentence:
    """Several things, named one after the other."""
    kept = list(parts)
    return both(", ".join(kept), "、".join(part.zh for part in kept))


def on_lines(parts: Iterable[Sentence]) -> Sentence:
    """Several sentences, each on a line of its own."""
    kept = list(parts)
    return both("\n".join(kept), "\n".join(part.zh for part in kept))


def named(names: Iterable[object], most: int | None = None) -> Sentence:
    """Names, one after the other, the same in both languages if they are no sentences; beyond `most` they are counted.

    Examples
    --------
    >>> named(["R1/conventional", "R1/tou", "U7/tou"], most=2)
    'R1/conventional, R1/tou and 1 more'
    """
    every = [name if isinstance(name, Sentence) else verbatim(name) for name in names]
    shown = enumerated(every[:most])
    more = 0 if most is None else len(every) - most
    return Sentence("{names} and {more:,} more", names=shown, more=more) if more > 0 else shown


def _made(english: str, chinese: _Chinese) -> Sentence:
    made = str.__new__(Sentence, english)
    made._chinese = chinese
    return made


NOTHING = verbatim("")
"""No text at all."""

MWH, YUAN_PER_MWH, YUAN = both("MWh", "兆瓦时"), both("yuan/MWh", "元/兆瓦时"), both("yuan", "元")
"""Units of the outside."""
