"""How an explanation says things: names, times, clauses and rounded prices in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import price_quotient
from gridsim.names import NamingLanguage
from gridsim.rules.citations import clause_text
from gridsim.show.numbers import price

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from gridsim.explain.arithmetic import Quotient
    from gridsim.rules.shape import MarketShape
    from gridsim.words import Lang

__all__ = ["Wording"]


class Wording(NamingLanguage):
    """Says the texts of an explanation in one language, and calls things as their market does.

    Parameters
    ----------
    lang : {"en", "zh"}
    shape : MarketShape, optional
        None: nothing of a market is named.
    """

    def __init__(self, lang: Lang, shape: MarketShape | None = None) -> None:
        super().__init__(lang, shape)
        self._shape = shape

    def called(self, column: str, code: str) -> str:
        """What a code of a column is called in explanations; else the code.

        Parameters
        ----------
        column : str
            As `gridsim.names.NamingLanguage` has it, or a list of the market.
        code : str
        """
        named = super().called(column, code)
        return self.say("{name} ({id})", name=named, id=code) if column == "party" and named != code else named

    def account(self, code: str) -> str:
        """An account within a sentence."""
        named = super().called("party", code)
        return code if named == code else self.say("the {account}", account=named)

    def own(self, *keys: str, **blanks: object) -> str | None:
        """A sentence of the market's own, by the first of these names that has one; None if none has.

        Parameters
        ----------
        *keys : str
            As `gridsim.rules.shape.ExplainedShape` has them.
        **blanks : object
        """
        if self._shape is not None:
            for key in keys:
                found = self._shape.explained.sentences.get(key)
                if found is not None:
                    return self.fill(found.en, found.zh, **blanks)
        return None

    def title(self, item: str) -> str:
        """What a step about an item is called."""
        named = self.called("item", item)
        return named[:1].upper() + named[1:]

    @property
    def period_count(self) -> int:
        """How many periods the market has."""
        return 0 if self._shape is None else len(self._shape.periods)

    def is_by_period(self, item: str) -> bool:
        """Whether tariffs have a price of an item for each period."""
        return self._shape is not None and any(each.id == item and each.by_period for each in self._shape.tariff)

    def instant(self, time: dt.datetime) -> str:
        """A time of day, to the second only where there are any."""
        return time.strftime("%Y-%m-%d %H:%M:%S" if time.second else "%Y-%m-%d %H:%M")

    def periods(self, periods: Iterable[str]) -> str:
        """Periods one after the other."""
        return self.listed(self.called("period", period) for period in periods)

    def both_periods(self, period: str, tariff_period: str) -> str:
        """The period of a cell, and that of its tariff where it is another."""
        called = self.called("period", period)
        if period == tariff_period:
            return called
        return self.say("{period} (tariff: {tariff})", period=called, tariff=self.called("period", tariff_period))

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
