"""Settle a market as the other side might have it, and see what of a statement that would explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.errors import GridsimError
from gridsim.reconcile.ledger_lines import ledger_lines
from gridsim.settled_market import SettledAgain

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.reconcile.causes import Cause, EditOfMarket
    from gridsim.reconcile.ledger_lines import Side
    from gridsim.reconcile.matching import Beside, Matcher
    from gridsim.scenario import Scenario

__all__ = ["State"]


class State:
    """A market, its lines, and the statement beside them: ours at first, then with one cause after the other.

    Parameters
    ----------
    scenario : Scenario
    side : Side
    matcher : Matcher
    settled : SettledAgain
        What settles the months that are asked of.
    lines : DataFrame
        Of the market, before `edits`.
    edits : tuple of Cause
        That change lines, in their order.
    """

    def __init__(
        self,
        scenario: Scenario,
        side: Side,
        matcher: Matcher,
        settled: SettledAgain,
        lines: pd.DataFrame,
        edits: tuple[Cause, ...] = (),
    ) -> None:
        self.scenario, self.side, self.matcher, self.edits = scenario, side, matcher, edits
        self.settled_lines, self._settled = lines, settled
        for edit in edits:
            assert edit.of_lines is not None  # or it would be of the market
            lines = edit.of_lines(lines)
        self.lines = matcher.asked(lines)
        self.beside: Beside = matcher.beside(self.lines)

    @classmethod
    def of(cls, scenario: Scenario, side: Side, matcher: Matcher) -> State:
        """The months of a market that a statement is of, settled."""
        settled = SettledAgain(matcher.months or scenario.months)
        scenario = settled.shortened(scenario)
        return cls(scenario, side, matcher, settled, ledger_lines(settled.tables(scenario), scenario, side))

    def after(self, cause: Cause) -> State | None:
        """The same with one cause more; None where such a market can't be settled."""
        if cause.of_market is None:
            lines, edits = self.settled_lines, (*self.edits, cause)
            return State(self.scenario, self.side, self.matcher, self._settled, lines, edits)
        return self.otherwise(cause.of_market)

    def otherwise(self, edit: EditOfMarket) -> State | None:
        """The same of another market; None where such a market can't be settled."""
        try:
            scenario = edit(self.scenario)
            lines = ledger_lines(self._settled.tables(scenario), scenario, self.side)
        except GridsimError:
            return None
        return State(scenario, self.side, self.matcher, self._settled, lines, self.edits)

    def trial_lines(self) -> pd.DataFrame:
        """The trial settlement's lines of the same market."""
        return ledger_lines(self._settled.tables(self.scenario), self.scenario, self.side, trial=True)
