"""The load a contract is sized for: equally likely draws of each position's energy, from whatever is at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsim.analysis.cover.faults import fault, raise_if_any
from gridsim.errors import WrongValueError
from gridsim.tables.any_frame import take_frame
from gridsim.units import ENERGY_DECIMALS, fixed_point
from gridsim.words import MWH, Sentence, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.cover.position_terms import Terms
    from gridsim.errors import Fault
    from gridsim.scenario import Scenario

__all__ = ["Draws", "draws_of"]

_COLUMNS = ("draw", "month", "product", "energy_mwh")
_FORMS = Sentence(
    "a scipy.stats distribution or a sequence of numbers (of the scenario's metered energy: 1.07 is 7 % over), "
    "'history', or a frame with the columns {codes}",
    codes=named(_COLUMNS),
)
_ENERGY = Sentence("{unit}, 0 or above, at most {decimals} decimals", unit=MWH, decimals=ENERGY_DECIMALS)
_MOST_MULTIPLE = 100
_MOST_ENERGY = 10**15


@dataclass(frozen=True, eq=False)
class Draws:
    """Equally likely loads.

    Attributes
    ----------
    energy : (D, J) int64 array
        By draw and position [kWh].
    told : str
        Where they come from.
    """

    energy: NDArray[np.int64]
    told: str

    @property
    def rises_together(self) -> bool:
        """Whether one order of the draws is ascending in every position: all load rises and falls together."""
        order = np.lexsort(self.energy.T)
        return bool((np.diff(self.energy[order], axis=0) >= 0).all())


def draws_of(load: Any, scenario: Scenario, terms: Sequence[Terms], draws: int) -> Draws:
    """Read a load distribution.

    Parameters
    ----------
    load : frozen scipy.stats distribution, sequence of numbers, frame, records or "history"
        See `gridsim.analysis.optimal_cover`.
    scenario : Scenario
    terms : sequence of Terms
        The positions, J of them.
    draws : int
        Into how many equally likely loads a distribution is cut: its quantiles at (i + ½) / draws.

    Raises
    ------
    ScenarioError
        Lists every fault.
    """
    frame = _frame(load)
    if frame is not None:
        return Draws(_of_frame(frame, terms), f"{frame['draw'].nunique()} draws given")
    if isinstance(load, str) and load == "history":
        years, multiples = _of_history(scenario, terms)
        return Draws(_scaled(multiples, terms), f"history of the years {', '.join(map(str, years))}")
    if hasattr(load, "ppf"):
        if not 1 <= draws <= 1_000_000:
            raise_if_any(
                [fault("draws", draws, Sentence("out of range"), Sentence("{low} to {high}", low=1, high="1,000,000"))]
            )
        multiples = np.asarray(load.ppf((np.arange(draws) + 0.5) / draws), dtype=float)
        told = f"{draws} quantiles of a distribution"
    else:
        multiples, told = _of_sequence(load), "multiples given"
    bad = np.flatnonzero(~(np.isfinite(multiples) & (multiples >= 0) & (multiples <= _MOST_MULTIPLE)))
    raise_if_any(
        [
            fault(
                "load",
                multiples[i],
                Sentence("not a multiple"),
                Sentence("{low} to {high}", low=0, high=_MOST_MULTIPLE),
                row=int(i) + 1,
            )
            for i in bad[:1000]
        ]
    )
    return Draws(_scaled(multiples, terms), told)


def _scaled(multiples: NDArray[np.float64], terms: Sequence[Terms]) -> NDArray[np.int64]:
    """Metered energy times each multiple, to the kWh."""
    metered = np.array([position.metered for position in terms], dtype=float)
    if (metered > _MOST_ENERGY / _MOST_MULTIPLE).any():
        raise_if_any([fault("load", metered.max(), Sentence("metered energy too large"), Sentence("up to 10¹³ kWh"))])
    return np.floor(np.outer(multiples, metered) + 0.5).astype(np.int64)


def _frame(load: Any) -> pd.DataFrame | None:
    """A load that is a frame, or records; None for another."""
    if isinstance(load, (str, np.ndarray)) or hasattr(load, "ppf"):
        return None
    try:
        frame = take_frame(load, "load").frame
    except (TypeError, ValueError):
        return None
    return frame if len(frame.columns) else None


def _of_sequence(load: Any) -> NDArray[np.float64]:
    try:
        multiples = np.asarray(load, dtype=float)
    except (TypeError, ValueError):
        multiples = np.empty((0, 0))
    if isinstance(load, str) or multiples.ndim != 1 or not len(multiples):
        raise_if_any([fault("load", load, Sentence("not a load distribution"), _FORMS)])
    return multiples


def _of_history(scenario: Scenario, terms: Sequence[Terms]) -> tuple[list[int], NDArray[np.float64]]:
    """Each past year's energy over this year's, by the unit's users all year that have a history in every year."""
    from gridsim.trading.buyers import buyers_of

    buyers = buyers_of(scenario)
    number = int(np.flatnonzero(buyers.unit_ids == terms[0].unit)[0])
    states = scenario.states
    is_of_unit = buyers.units.number[buyers.buyer_of_state, buyers.mode_of_user[states.user]] == number
    in_all_months = np.ones(len(scenario.tables["users"]), dtype=bool)
    in_all_months[states.user[~is_of_unit]] = False
    users = scenario.tables["users"]["user_id"].astype(object)[in_all_months]
    history = scenario.tables["history"]
    is_wanted = history["user_id"].isin(users) & (history["year"] < scenario.year)  # a later year is no past one
    told = history[is_wanted].groupby(["user_id", "year"], observed=True)["energy_kwh"].sum()  # perhaps in parts
    by_user = told.unstack("year")
    whole = by_user.dropna()
    if whole.empty:
        raise_if_any(
            [fault("load", "history", Sentence("no user of {unit} has a history", unit=terms[0].unit), _FORMS)]
        )
    meter = scenario.tables["meter"]
    metered = int(meter.loc[meter["user_id"].isin(whole.index), "energy_kwh"].sum())
    if metered == 0:
        raise_if_any([fault("load", "history", Sentence("its users consume nothing this year"), _FORMS)])
    return [int(year) for year in whole.columns], whole.sum().to_numpy(dtype=float) / metered


def _of_frame(frame: pd.DataFrame, terms: Sequence[Terms]) -> NDArray[np.int64]:
    missing = [name for name in _COLUMNS if name not in frame.columns]
    raise_if_any([fault("load", name, Sentence("no such column"), named(_COLUMNS)) for name in missing])
    faults: list[Fault] = []
    energy = []
    for row, value in enumerate(frame["energy_mwh"], start=1):
        try:
            kwh = fixed_point(value, ENERGY_DECIMALS)
            problem = None if 0 <= kwh <= _MOST_ENERGY else Sentence("out of range")
        except WrongValueError as error:
            kwh, problem = 0, error.sentence
        if problem is not None:
            faults.append(fault("load.energy_mwh", value, problem, _ENERGY, row))
        energy.append(kwh)
    raise_if_any(faults)
    key = pd.MultiIndex.from_arrays([frame["month"].astype(str), frame["product"].astype(str)])
    wanted = [(position.month, position.product) for position in terms]
    table = pd.DataFrame({"draw": frame["draw"].to_numpy(), "position": key, "energy": energy})
    for row in np.flatnonzero(table.duplicated(["draw", "position"]))[:1000]:
        faults.append(
            fault(
                "load",
                tuple(table.loc[row]),
                Sentence("a second row for one draw and position"),
                Sentence("one"),
                int(row) + 1,
            )
        )
    raise_if_any(faults)
    wide = table.pivot(index="draw", columns="position", values="energy")
    for name in wanted:
        if name not in wide.columns:
            faults.append(
                fault(
                    "load",
                    "/".join(name),
                    Sentence("no row for this position"),
                    Sentence("all months and products sized"),
                )
            )
        elif wide[name].isna().any():
            faults.append(
                fault("load", "/".join(name), Sentence("missing in some draws"), Sentence("a row in each draw"))
            )
    raise_if_any(faults)
    return wide[wanted].to_numpy(dtype=np.int64)
