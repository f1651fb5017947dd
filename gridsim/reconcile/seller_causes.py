"""What a generator generated, where sellers settle by it: the other side may have metered it otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gridsim.reconcile.causes import Cause
from gridsim.reconcile.explained import Unknown, touching
from gridsim.reconcile.variants import with_cells
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.reconcile.differing import Differing
    from gridsim.reconcile.settling import State

__all__ = ["generated"]

_PROBE = 1_000


def generated(state: State, differing: Differing) -> Iterator[Unknown]:
    """The generation of each generator in a month that differs, of the party's own first.

    Parameters
    ----------
    state : State
    differing : Differing
        Of the same state.
    """
    if "generation" not in state.scenario.given:
        return
    frame = state.scenario.tables["generation"]
    rows = np.flatnonzero(frame["month"].isin(differing.months).to_numpy())
    own = (frame["generator_id"].iloc[rows] == state.side.party).to_numpy()
    yield from touching(state, (_unknown(state, int(row)) for row in (*rows[own], *rows[~own])))


def _unknown(state: State, row: int) -> Unknown:
    one = state.scenario.tables["generation"].iloc[row]
    names = {"generator": str(one["generator_id"]), "month": str(one["month"])}
    ours = int(one["energy_kwh"])

    def cause(theirs: int) -> Cause:
        sentence = Sentence(
            "another generation of {generator} in {month}", generator=names["generator"], month=names["month"]
        )
        edit = partial(with_cells, table="generation", rows=np.array([row]), values={"energy_kwh": theirs})
        return Cause("generation", {**names, "ours": ours, "theirs": theirs}, sentence, edit)

    return Unknown(ours, _PROBE, cause)
