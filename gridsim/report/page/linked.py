"""Sentences of a page, with figures that lead to where they are derived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.charts.display import energy_scale, money_scale
from gridsim.show.html import escaped

if TYPE_CHECKING:
    from gridsim.report.page.words import PageWords

__all__ = ["Html", "Told", "told_energy", "told_money"]


class Html(str):
    """HTML that is whole: everything in it is escaped where it must be, so a template takes it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """What the template puts in, as markupsafe asks for it."""
        return str(self)


class Told:
    """Says sentences of a page.

    Parameters
    ----------
    words : PageWords
    """

    def __init__(self, words: PageWords) -> None:
        self.words = words

    def say(self, template: str, /, **blanks: object) -> Html:
        """A text with its blanks filled; all but what is HTML already is escaped."""
        safe = {name: blank if isinstance(blank, Html) else escaped(str(blank)) for name, blank in blanks.items()}
        return Html(self.words.say(template, **safe))

    def link(self, text: str, anchor: str) -> Html:
        """A figure, or a name, that leads to its derivation; the text alone if there is none."""
        return Html(f'<a href="#{escaped(anchor)}">{escaped(text)}</a>' if anchor else escaped(text))

    def strong(self, text: str) -> Html:
        """What is to be seen first."""
        return Html(f"<strong>{escaped(text)}</strong>")


def told_money(micro_yuan: int, words: PageWords, *, sign: bool = False) -> str:
    """Money as it is said in a sentence: in a unit that fits it."""
    scale = money_scale(micro_yuan, words.lang)
    return words.say("{number} {unit}", number=scale.text(micro_yuan, sign=sign), unit=scale.unit)


def told_energy(kwh: int, words: PageWords) -> str:
    """Energy as it is said in a sentence."""
    scale = energy_scale(kwh, words.lang)
    return words.say("{number} {unit}", number=scale.text(kwh), unit=scale.unit)
