"""What is shown, before it is written anywhere: headings, texts, points and tables, in one language and in order.

A document is a sequence of these. `gridsim.show.terminal`, `plain`, `html` and `markdown` write it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gridsim.words import Lang, Sentence

__all__ = ["Block", "Cell", "Folded", "Grid", "Heading", "ListItem", "Style", "Text", "grid", "some_of"]

Style = Literal["", "strong", "quiet", "source", "warning", "code"]
"""How a run of text stands out: not at all, as what matters, as what explains, as a reference, …"""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or a cell of a table, made of runs of text that stand out differently.

    Attributes
    ----------
    runs : tuple of (str, Style)
    """

    runs: tuple[tuple[str, Style], ...]

    @classmethod
    def of(cls, *runs: str | tuple[str, Style]) -> Text:
        """A text of plain texts and texts with a style."""
        return cls(tuple((run, "") if isinstance(run, str) else run for run in runs))

    def __str__(self) -> str:
        return "".join(text for text, _ in self.runs)


Cell: TypeAlias = str | Text


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above.

    Attributes
    ----------
    text : str
    level : int
        1 is a document's own; 2 and so on are of its parts.
    note : str
        Stands beside it, less prominently.
    """

    text: str
    level: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One thing of a list, with what there is to say about it."""

    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts.

    Attributes
    ----------
    headings : tuple of str
    rows : tuple of tuple of str or Text
    align : str
        ``<`` or ``>`` for each column; numbers stand to the right and are never broken.
    foot : tuple of str
        Sums beneath; empty: none.
    title : str
        Above the table.
    note : str
        Under it.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: str
    foot: tuple[str, ...] = ()
    title: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """Something long that is folded away where that can be, under a line that says what it is."""

    summary: str
    inside: tuple[Block, ...]


Block: TypeAlias = "str | Text | Heading | ListItem | Grid | Folded"
"""A part of a document; a plain `str` is a paragraph."""


def some_of(texts: Sequence[object], lang: Lang, most: int = 20) -> tuple[str, ...]:
    """The first paragraphs of many, and how many more there are."""
    left = len(texts) - most
    told = [each.told(lang) if isinstance(each, Sentence) else str(each) for each in texts[:most]]
    return (*told, *([Sentence("… and {left:,} more", left=left).told(lang)] if left > 0 else []))


def grid(
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    texts: int = 1,
    align: str = "",
    foot: Sequence[str] = (),
    title: str = "",
    note: str = "",
) -> Grid:
    """A table; unless `align` says otherwise, its first columns are texts, and all others numbers.

    Parameters
    ----------
    head : sequence of str
    rows : iterable of sequence of str or Text
    texts : int
        How many columns are texts.
    align : str
        ``<`` or ``>`` for each column.
    foot, title, note
        As `Grid` has them.
    """
    sides = align or "<" * texts + ">" * (len(head) - texts)
    return Grid(tuple(head), tuple(map(tuple, rows)), sides, tuple(foot), title, note)
