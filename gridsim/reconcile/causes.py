"""Why two sides could differ: each cause is a market that is otherwise, or lines that are; and says so in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridsim.words import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.scenario import Scenario

__all__ = ["Cause", "EditOfLines", "EditOfMarket"]

EditOfMarket = Callable[["Scenario"], "Scenario"]
EditOfLines = Callable[["pd.DataFrame"], "pd.DataFrame"]


@dataclass(frozen=True, eq=False)
class Cause:
    """One thing that the other side has otherwise.

    Attributes
    ----------
    kind : str
        The word for it.
    where : mapping
        What it is about: user, month, contract, path of a rule; and what ours and theirs is.
    sentence : Sentence
        The same in words.
    of_market : callable or None
        The market as the other side has it.
    of_lines : callable or None
        The lines as the other side prints them.
    """

    kind: str
    where: Mapping[str, Any]
    sentence: Sentence
    of_market: EditOfMarket | None = field(default=None, repr=False)
    of_lines: EditOfLines | None = field(default=None, repr=False)
