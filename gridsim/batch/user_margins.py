"""How what a retailer earns from a user spreads over the draws: by month, and of the year.

A block has all users of its retailers. Their draws go as those of positions do (`gridsim.batch.spread_tally`): at once
where the block has all of them, else when all of the party's have come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.batch.margins import NOBODY
from gridsim.batch.position_rows import ALL, OVER, Drawn, spread_rows
from gridsim.batch.spread import spread_columns
from gridsim.batch.spread_tally import SpreadTally
from gridsim.core.draws.arrays import WITH_ANY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridsim.batch.engine import Block
    from gridsim.batch.margins import DrawnMargins

    Ints = NDArray[np.int64]

__all__ = ["UserTally"]

_LOSSES = 0
"""Where draws that lose money are counted, in the place of those with overrun."""
_WORD = 32
_NAMES: dict[str, Any] = {"pair": np.int64, "party_id": np.str_, "user_id": np.str_}


class UserTally(SpreadTally):
    """Takes margins by user in, as blocks or as what other tallies have, in whatever order they come.

    Parameters
    ----------
    kept : Kept
    """

    PREFIX = "users "
    NAMES = _NAMES
    IS_LOW_WORST = True

    @property
    def _figures(self) -> int:
        return 1

    def add_block(self, block: Block, margins: DrawnMargins, months: Sequence[str]) -> None:
        """Take in a block of whole parties."""
        users, draws = margins.by_user(), (block.draw_first, block.draw_last)
        pair = _pair(users.party, users.user)
        for name, values in zip(self.NAMES, (pair, users.party_id, users.user_id), strict=True):
            self._names[name].append(values)
        self.months = tuple(months)
        value = np.concatenate([users.money.sum(axis=1)[:, None], users.money], axis=1)
        count, spans, every = value.shape  # the year, then the months
        key = np.zeros((count, spans, 4), dtype=np.int64)
        key[..., 0], key[..., 1], key[..., 2] = users.party[:, None], users.user[:, None], np.arange(spans) + ALL
        value, rows = value.reshape(1, count * spans, every), count * spans
        counted = np.zeros((rows, len(OVER), 3), dtype=np.int64)
        counted[:, _LOSSES, WITH_ANY] = np.count_nonzero(value[0] < 0, axis=1)
        drawn = Drawn(key.reshape(rows, 4), np.zeros(rows, dtype=np.int64), value, counted)
        if draws == (0, self._kept.draws):
            self._rows.append(spread_rows(drawn, self._kept, is_low_worst=True))
        else:
            self._cut_off((block.unit_first, block.unit_last), draws, drawn)

    def columns(self) -> dict[str, Any]:
        """The exact columns of ``user_margins``, of a point all of whose blocks were taken in.

        What is nothing in every draw has no row.
        """
        assert not self._cut  # each party is whole
        rows, names = self.rows(), self.names()
        spread, shown = rows.spread[:, 0], spread_columns(self._kept.quantiles, self._kept.tail)
        ends = spread[:, [shown.index("min"), shown.index("max")]]
        party, user, month, _ = rows.key.T
        order = np.lexsort((month, np.where(user == NOBODY, np.iinfo(np.int64).max, user), party))
        order = order[ends[order].any(axis=1)]
        place = np.searchsorted(names["pair"], _pair(party[order], user[order]))
        return {
            "retailer_id": names["party_id"][place],
            "user_id": names["user_id"][place],
            "month": np.array([*self.months, ""], dtype=np.str_)[month[order]],
            **{f"margin_{name}_micro_yuan": spread[order, number] for number, name in enumerate(shown)},
            "exact": rows.exact[order],
            "loss_draws": rows.with_any[order, _LOSSES],
        }


def _pair(party: Ints, user: Ints) -> Ints:
    """A retailer and its user, or nobody, as one number."""
    return (party << _WORD) + user - NOBODY
