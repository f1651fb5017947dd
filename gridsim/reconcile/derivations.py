"""The derivations of our lines that differ, one behind the other: what a reader follows from a line of the workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import ResultError
from gridsim.names import NamingLanguage
from gridsim.show.document import Heading
from gridsim.show.numbers import count

if TYPE_CHECKING:
    from gridsim.reconcile.explaining import Place
    from gridsim.reconcile.reconciled import ReconciledStatement
    from gridsim.show.document import Block
    from gridsim.words import Lang

__all__ = ["Derivations", "derivations", "differing_places"]

MOST = 40
"""So many places are derived in a workbook; a year of a large retailer has thousands."""


@dataclass(frozen=True)
class Derivations:
    """Derivations as one document.

    Attributes
    ----------
    document : list of Block
    headings : dict of Place to Heading
        Where in the document each begins.
    """

    document: list[Block] = field(default_factory=list)
    headings: dict[Place, Heading] = field(default_factory=dict)


def differing_places(found: ReconciledStatement) -> list[Place]:
    """Where our lines are derived that differ: those first whose lines differ most in money.

    Parameters
    ----------
    found : ReconciledStatement
    """
    beside = found.ours.beside
    weight: dict[Place, int] = {}
    for line in np.flatnonzero(beside.differs & beside.has_ours):
        place = found.explained_at.place(beside.keys[line])
        if place is not None:
            weight[place] = weight.get(place, 0) + abs(int(beside.amount_gap[line]))
    return sorted(weight, key=lambda place: -weight[place])


def derivations(found: ReconciledStatement, lang: Lang, most: int = MOST) -> Derivations:
    """Derive them.

    Parameters
    ----------
    found : ReconciledStatement
    lang : {"en", "zh"}
    most : int
        So many; of the others the document says how many they are.
    """
    words = NamingLanguage(lang, found.scenario.rules.shape)
    places = differing_places(found)
    parts: list[Block] = []
    headings: dict[Place, Heading] = {}
    for place in places[:most]:
        explanation = found.explained_at.explanation(place, lang)
        if explanation is None:
            return Derivations()
        if isinstance(explanation, ResultError):
            document: list[Block] = [Heading(" ".join(filter(None, place))), explanation.sentence.told(lang)]
        else:
            document = explanation.document()
        heading = next(block for block in document if isinstance(block, Heading))
        headings[place] = heading
        parts += [*document, ""]
    if not parts:
        return Derivations()
    lead = words.say("How our lines came about that differ, those of most money first.")
    left = len(places) - most
    more = words.say("{count} more are left out: the command beside each line shows them.", count=count(left))
    return Derivations([words.sentences(lead, more) if left > 0 else lead, "", *parts], headings)
