"""Settle a market as the other side might have it, and see what of a statement that would explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.errors import GridsimError
from gridsim.reconcile.ledger_lines import ledger_lines
from gridsim.settled_market import exact_tables

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.reconcile.causes import Cause
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
    lines : DataFrame
        Of the market, before `edits`.
    edits : tuple of Cause
        That change lines, in their order.
    """

    def __init__(
        self, scenario: Scenario, side: Side, matcher: Matcher, lines: pd.DataFrame, edits: tuple[Cause, ...] = ()
    ) -> None:
        self.scenario, self.side, self.matcher, self.edits = scenario, side, matcher, edits
        self.settled_lines = lines
        for edit in edits:
            assert edit.of_lines is not None  # or it would be of the market
            lines = edit.of_lines(lines)
        self.lines = matcher.asked(lines)
        self.beside: Beside = matcher.beside(lines)

    @classmethod
    def of(cls, scenario: Scenario, side: Side, matcher: Matcher) -> State:
        """A market settled."""
        return cls(scenario, side, matcher, ledger_lines(exact_tables(scenario), scenario, side))

    def after(self, cause: Cause) -> State | None:
        """The same with one cause more; None where such a market can't be settled."""
        if cause.of_market is None:
            return State(self.scenario, self.side, self.matcher, self.settled_lines, (*self.edits, cause))
        try:
            scenario = cause.of_market(self.scenario)
            lines = ledger_lines(exact_tables(scenario), scenario, self.side)
        except GridsimError:
            return None
        return State(scenario, self.side, self.matcher, lines, self.edits)

    def trial_lines(self) -> pd.DataFrame:
        """The trial settlement's lines of the same market."""
        return ledger_lines(exact_tables(self.scenario), self.scenario, self.side, trial=True)
