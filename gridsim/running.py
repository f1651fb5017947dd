"""``gridsim.run``: a scenario, or the folder that holds one, through the pipeline, with a bar if one is asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gridsim.scenario import Scenario
from gridsim.simulate import run as simulate
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.result import Result
    from gridsim.stages import Stages

__all__ = ["run"]


@helpful
def run(
    scenario: Scenario | str | os.PathLike[str],
    *,
    threads: int | None = None,
    stages: Stages | None = None,
    progress: bool = False,
) -> Result:
    """Clear and settle a scenario's year (notice 991, N2 to N7; rulebook parts 3 to 7).

    Matches every book, splits deliveries to months, settles every position by its bands, writes the ledger (whose
    accounts sum to zero, to the micro-yuan) and reports the checks of compliance.

    Parameters
    ----------
    scenario : Scenario, str or Path
        As `gridsim.load` gives it, or the folder to load it from.
    threads : int, optional
        How many settle side by side; as many as there are processors if left out. The result is the same.
    stages : Stages, optional
        Takes the time of each stage.
    progress : bool
        Show a progress bar, in a terminal or a notebook; the library shows nothing unasked.

    Returns
    -------
    Result
        The tables of the formats page, as DataFrames in MWh, yuan/MWh and yuan (float64); ``result.exact`` has the
        same rows as int64 in kWh, micro-yuan/kWh and micro-yuan.

    Raises
    ------
    ScenarioError
        The folder holds no scenario that can be used; every fault is listed.
    KernelError
        A kernel met what the checks of a scenario exclude: a defect of gridsim, never of the input.

    Examples
    --------
    >>> import gridsim
    >>> result = gridsim.run("scenarios/henan-2021-mini")
    >>> main = result.settled.ledger
    >>> bool(main["trial"].any())
    False
    >>> lines = result.exact.ledger.query("not trial")
    >>> paid, received = (lines.groupby(side)["amount_micro_yuan"].sum() for side in ("payer", "payee"))
    >>> int(received.sub(paid, fill_value=0).sum())
    0
    """
    if not isinstance(scenario, Scenario):
        from gridsim.io import load

        scenario = load(scenario)
    if not progress:
        return simulate(scenario, threads=threads, stages=stages)
    from gridsim.progress import shown_stages

    with shown_stages() as shown:
        result = simulate(scenario, threads=threads, stages=shown)
    if stages is not None:
        stages.seconds |= shown.seconds
    return result
