"""Trading sessions: their names, kinds and windows (rulebook part 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.columns import SESSION_KINDS
from gridsim.tables.encoded import places_of, texts_of_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

__all__ = ["Sessions", "sessions_of"]


@dataclass(frozen=True)
class Sessions:
    """The sessions of a scenario.

    Attributes
    ----------
    names : list of str
        As the table has them; without one, as filings and then orders name them first.
    table : DataFrame or None
        None if the scenario has no table of sessions: then no window is checked.
    """

    names: list[str]
    table: pd.DataFrame | None

    def position_of(self, session: pd.Series) -> NDArray[np.int64]:
        """The position in `names` of each row's session.

        Parameters
        ----------
        session : categorical Series of str
        """
        by_category = places_of(session.array.categories.tolist(), self.names)
        position: NDArray[np.int64] = by_category[session.array.codes]
        return position

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
        row = self.position_of(session)
        opens = self.table["opens_at"].to_numpy()[row]
        closes = self.table["closes_at"].to_numpy()[row]
        for time in times:
            instant = time.to_numpy()
            outside |= (instant < opens) | (instant > closes)
        return outside

    def may_transfer(self, orders: pd.DataFrame) -> NDArray[np.bool_]:
        """Whether contracted energy may change hands where each row orders (rulebook part 10).

        Without a table of sessions a row with a segment counts as intra-month.

        Parameters
        ----------
        orders : DataFrame
            Exact.
        """
        if self.table is None:
            has_segment: NDArray[np.bool_] = orders["segment"].array.codes >= 0
            return has_segment
        is_intra_month: NDArray[np.bool_] = np.asarray(self.table["kind"] == SESSION_KINDS[-1], dtype=bool)
        return is_intra_month[self.position_of(orders["session"])]

    def kinds(
        self, session: NDArray[np.int64], is_bilateral: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], Sequence[str]]:
        """The kind of each trade's session, as a code and the texts behind the codes.

        Parameters
        ----------
        session : (n,) int64 array
            Positions in `names`.
        is_bilateral : (n,) bool array
            What tells ``bilateral`` from ``matched`` without a table of sessions.
        """
        if self.table is None:
            return np.where(is_bilateral, 0, 1), ("bilateral", "matched")
        kind = self.table["kind"].array
        return kind.codes.astype(np.int64)[session], kind.categories.tolist()


def sessions_of(scenario: Scenario) -> Sessions:
    """The sessions of a scenario."""
    if "sessions" in scenario.given:
        table = scenario.tables["sessions"]
        return Sessions(texts_of_rows(table["session"]).tolist(), table)
    named = (scenario.tables[table]["session"].array.categories for table in ("bilateral", "orders"))
    return Sessions(list(dict.fromkeys(name for names in named for name in names.tolist())), None)
