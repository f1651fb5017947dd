"""Trading sessions: their kinds and windows (rulebook part 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

__all__ = ["Sessions", "sessions_of"]


@dataclass(frozen=True, eq=False)
class Sessions:
    """The sessions of a scenario; `table` is None if it has no table of sessions, and then nothing is checked."""

    table: pd.DataFrame | None

    def is_outside(self, session: pd.Series, *times: pd.Series) -> NDArray[np.bool_]:
        """Whether one of the times of each row lies outside its session's window, ends included.

        Parameters
        ----------
        session : categorical Series of str
        *times : Series of datetime64
        """
        outside = np.zeros(len(session), dtype=bool)
        if self.table is None:
            return outside
        row = self._row(session)
        opens = self.table["opens_at"].to_numpy()[row]
        closes = self.table["closes_at"].to_numpy()[row]
        for time in times:
            instant = time.to_numpy()
            outside |= (instant < opens) | (instant > closes)
        return outside

    def kind(self, session: pd.Series, without_table: str) -> pd.Series:
        """The kind of each row's session; `without_table` if there is no table."""
        if self.table is None:
            return pd.Series(pd.Categorical([without_table] * len(session)), index=session.index)
        return self.table["kind"].iloc[self._row(session)].set_axis(session.index)

    def _row(self, session: pd.Series) -> NDArray[np.int64]:
        assert self.table is not None
        by_category = pd.Index(self.table["session"].astype(object)).get_indexer(session.cat.categories)
        row: NDArray[np.int64] = by_category.astype(np.int64)[session.cat.codes.to_numpy()]
        return row


def sessions_of(scenario: Scenario) -> Sessions:
    """The sessions of a scenario."""
    return Sessions(scenario.tables["sessions"] if "sessions" in scenario.given else None)
