"""The designs of a sweep: points drawn in the ranges of a plan (ADR 7)."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.batch.sweep import Range, Sweep
from gridsim.errors import MissingExtraError
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["problem_of", "sample", "unit_sample"]


def sample(sweep: Sweep, seed: int) -> NDArray[np.int64]:
    """The sampled values of a design.

    Parameters
    ----------
    sweep : Sweep
        With a design.
    seed : int
        The same seed gives the same points.

    Returns
    -------
    (points, ranges) int64 array
        Of ``10**-decimals`` of each range.
    """
    unit = unit_sample(sweep, seed)
    values = np.empty(unit.shape, dtype=np.int64)
    for column, bounds in enumerate(sweep.ranges):
        values[:, column] = _rounded(unit[:, column], bounds)
    return values


def unit_sample(sweep: Sweep, seed: int) -> NDArray[np.float64]:
    """The design on the unit cube, (points, ranges)."""
    dimension = len(sweep.ranges)
    if sweep.design in ("sobol", "latin_hypercube"):
        from scipy.stats import qmc

        generator = np.random.default_rng(seed)
        engine = qmc.Sobol if sweep.design == "sobol" else qmc.LatinHypercube
        points: NDArray[np.float64] = engine(d=dimension, rng=generator).random(sweep.n)
        return points
    try:
        method: Any = import_module(f"SALib.sample.{'sobol' if sweep.design == 'saltelli' else 'morris'}")
    except ModuleNotFoundError:
        raise MissingExtraError(Sentence("the design {name}", name=sweep.design), "SALib", "sensitivity") from None
    problem = problem_of(sweep)
    problem["bounds"] = [[0.0, 1.0]] * dimension
    short_seed = int(np.random.SeedSequence(seed).generate_state(1)[0])  # SALib takes 32 bits
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its advice on sizes was given by our own checks
        if sweep.design == "saltelli":
            found = method.sample(problem, sweep.n, calc_second_order=sweep.second_order, seed=short_seed)
        else:
            found = method.sample(problem, sweep.n, num_levels=sweep.levels, seed=short_seed)
    return np.asarray(found, dtype=np.float64)


def problem_of(sweep: Sweep) -> dict[str, Any]:
    """The ranges as SALib names them, in the units of the plan."""
    return {
        "num_vars": len(sweep.ranges),
        "names": [bounds.name for bounds in sweep.ranges],
        "bounds": [[bounds.low / 10**bounds.decimals, bounds.high / 10**bounds.decimals] for bounds in sweep.ranges],
    }


def _rounded(unit: NDArray[np.float64], bounds: Range) -> NDArray[np.int64]:
    """Positions between 0 and 1 as the nearest whole steps between the bounds."""
    steps = np.floor(bounds.low + unit * (bounds.high - bounds.low) + 0.5).astype(np.int64)
    return np.clip(steps, bounds.low, bounds.high)
