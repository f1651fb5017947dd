"""Hours in which a meter counted nothing though it counts at that time of other days: a reading that was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["silences"]

_FORM = "%Y-%m-%dT%H:%M"


def silences(curve: pd.DataFrame) -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
    """By user and month, stretches of intervals with 0 or nothing; each with its start and end.

    Parameters
    ----------
    curve : DataFrame
        ``user_id``, ``starts_at``, ``energy``, of intervals of one length.
    """
    starts = pd.to_datetime(curve["starts_at"])
    instants = np.sort(starts.unique())
    if len(instants) < 2:
        return {}
    length = pd.Timedelta(np.diff(instants).min())
    every = pd.date_range(starts.min().normalize(), starts.max().normalize() + pd.Timedelta(days=1), freq=length)[:-1]
    energy = pd.Series(curve["energy"].astype(float).to_numpy(), index=[curve["user_id"], starts])
    counted = energy.groupby(level=[0, 1]).sum().unstack(0).reindex(every).fillna(0) != 0  # of two levels
    usual = counted.groupby(every.time).transform("mean") > 0.5
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for user in counted:
        silent = every[(usual[user] & ~counted[user]).to_numpy()]
        if not len(silent):
            continue
        first = np.flatnonzero(np.diff(silent) != length) + 1
        for run in np.split(np.arange(len(silent)), first):
            start, end = silent[run[0]], silent[run[-1]] + length
            stretch = start.strftime(_FORM), end.strftime(_FORM)
            found.setdefault((str(user), start.strftime("%Y-%m")), []).append(stretch)
    return {key: tuple(stretches) for key, stretches in found.items()}
