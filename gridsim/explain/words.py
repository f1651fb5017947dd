"""How an explanation says things: names, times, clauses and rounded prices in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim import names
from gridsim.explain.arithmetic import price_quotient
from gridsim.rules.citations import clause_text
from gridsim.show.numbers import price
from gridsim.words import Language, msg

if TYPE_CHECKING:
    import datetime as dt

    from gridsim.explain.arithmetic import Quotient
    from gridsim.words import Lang

__all__ = ["NAMES", "Wording"]

NAMES = {
    **names.PERIODS,
    **names.ITEMS,
    **names.SESSION_KINDS,
    **names.SEGMENTS,
    **names.REASONS,
    "total": msg("total (conventional mode)"),
    "GRID": msg("grid company (GRID)"),
    "GOVERNMENT": msg("government (GOVERNMENT)"),
    # weights of a decomposition
    "calendar_days": msg("calendar days"),
    "equal": msg("equal parts"),
    "typical_curve": msg("the typical curve"),
}


class Wording(Language):
    """Says the texts of an explanation in one language.

    Parameters
    ----------
    lang : {"en", "zh"}
    """

    def __init__(self, lang: Lang) -> None:
        super().__init__(lang, NAMES)

    def instant(self, time: dt.datetime) -> str:
        """A time of day, to the second only where there are any."""
        return time.strftime("%Y-%m-%d %H:%M:%S" if time.second else "%Y-%m-%d %H:%M")

    def clauses(self, clauses: str) -> str:
        """Clauses as they stand behind a title; ``choice`` in words."""
        return f"[{self.clause_list(clauses)}]"

    def clause_list(self, clauses: str) -> str:
        """Clauses as a list; ``choice`` in words."""
        return clause_text(clauses, self.lang)

    def rounded_price(self, exact: Quotient) -> str:
        """A price, before and after it is rounded if that changes it."""
        before = price_quotient(exact)
        if exact.is_whole:
            return before
        return self.say("{before} → {after} (half up)", before=before, after=price(exact.rounded))
