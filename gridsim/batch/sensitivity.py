"""What drives the outcome of a sweep: Sobol indices, Morris' elementary effects, a tornado table.

A metric is a number by point: the mean over the draws of all that units and users pay, of what is left to retailers, of
one ledger item, of one energy; or another statistic of it. Draws are paired across the points, so that differences
between points are not those between draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsim.batch.aggregates import LOSS
from gridsim.batch.statistics import BatchStatistics
from gridsim.errors import MissingExtraError, ResultError
from gridsim.units import MONEY_DECIMALS
from gridsim.words import Sentence, listed
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.stored import StoredBatch

__all__ = ["Sensitivity"]

_SEED_OF_ZERO = 2**31 - 1
"""SALib takes 0 for no seed at all, and draws another bootstrap each time."""

_METRICS = Sentence("known: cost, margin, an energy such as overrun_mwh, or an item of the ledger such as energy_yuan")


@helpful
class Sensitivity:
    """``batch.sensitivity``: indices with confidence intervals, and the tornado table.

    Parameters
    ----------
    batch : StoredBatch
    """

    def __init__(self, batch: StoredBatch) -> None:
        self._batch = batch

    def values(self, metric: str = "cost", aggregate: str = "mean") -> pd.Series:
        """The metric of each point that was done, by point.

        Parameters
        ----------
        metric : str
            ``cost``; ``margin``, of all retailers; an energy: ``overrun_mwh``; a ledger item: ``transmission_yuan``.
        aggregate : str
            Over the draws: ``mean``, ``std``, ``q95``, ``cvar95`` and what else `BatchStatistics` knows.

        Returns
        -------
        Series
            float64 [yuan] or [MWh], by the number of the point; a ``loss_probability`` [1].

        Raises
        ------
        ResultError
            An unknown metric or aggregate; the message names what is known.

        Examples
        --------
        >>> batch.sensitivity.values("overrun_mwh", "max")
        point
        0    3707.555
        1    3707.555
        2    8282.108
        3    8282.108
        Name: overrun_mwh, dtype: float64
        """
        statistics = BatchStatistics(self._batch)
        if metric in ("cost", "total_yuan"):
            table = statistics.cost("point", aggregate=aggregate)
        elif metric == "margin":
            table = statistics.margins("point", aggregate=aggregate)
        elif metric.endswith("_mwh"):
            table = statistics.energy(metric.removesuffix("_mwh"), "point", aggregate=aggregate)
        elif metric.endswith("_yuan"):
            where = {"item": metric.removesuffix("_yuan")}
            table = statistics.money("point", where, aggregate)
        else:
            raise ResultError(listed(Sentence("unknown metric {metric!r}", metric=metric), _METRICS))
        column: pd.Series = table.iloc[:, 0].rename(metric)
        return column

    def sobol(
        self,
        metric: str = "cost",
        aggregate: str = "mean",
        *,
        confidence: float = 0.95,
        resamples: int = 1000,
        seed: int = 0,
    ) -> pd.DataFrame:
        r"""Sobol indices: which share of the variance each parameter explains, alone and with the others.

        Of a metric :math:`Y` and a parameter :math:`X_i` (Sobol, Global sensitivity indices for nonlinear
        mathematical models, 2001; estimated as by Saltelli and others, 2010):

        .. math:: S_i = \frac{V[E(Y \mid X_i)]}{V[Y]}, \quad T_i = 1 - \frac{V[E(Y \mid X_{\sim i})]}{V[Y]}

        Parameters
        ----------
        metric : str
            ``cost``; ``margin``, of all retailers; an energy: ``overrun_mwh``; a ledger item: ``transmission_yuan``.
        aggregate : str
            Over the draws: ``mean``, ``std``, ``q95``, ``cvar95`` and what else `BatchStatistics` knows.
        confidence : float
            Of the intervals.
        resamples : int
            Bootstrap resamples behind them.
        seed : int
            Of the bootstrap.

        Returns
        -------
        DataFrame
            By parameter: ``first``, ``first_low``, ``first_high``, ``total``, ``total_low``, ``total_high``;
            second-order indices, where the design has them, in ``attrs["second"]``.

        Raises
        ------
        ResultError
            The plan's design is not ``saltelli``, or a point failed.

        Examples
        --------
        >>> sweep = {"design": "saltelli", "n": 4, "load.scale": [0.95, 1.05], "settlement.shortfall_price": [0, 40]}
        >>> found = gridsim.batch.run({**plan, "sweep": sweep, "draws": 2}).sensitivity.sobol()  # n: 4 is to be quick
        >>> found["first"].idxmax()
        'load.scale'
        """
        values, names, sweep = self._designed("saltelli", metric, aggregate)
        analyze = _salib("sobol")
        if not np.ptp(values):
            raise ResultError(
                Sentence("{metric} is the same at every point: there is no variance to explain", metric=metric)
            )
        problem = _problem(names)
        # Indices do not change with a shift or a scale; SALib's estimate of the variance loses digits without them.
        scaled = (values - values.mean()) / values.std()
        found = analyze.analyze(
            problem,
            scaled,
            calc_second_order=bool(sweep["second_order"]),
            num_resamples=resamples,
            conf_level=confidence,
            seed=seed or _SEED_OF_ZERO,
        )
        table = pd.DataFrame(index=pd.Index(names, name="parameter"))
        for name, key in (("first", "S1"), ("total", "ST")):
            table[name] = found[key]
            table[f"{name}_low"] = found[key] - found[f"{key}_conf"]
            table[f"{name}_high"] = found[key] + found[f"{key}_conf"]
        if sweep["second_order"]:
            table.attrs["second"] = pd.DataFrame(found["S2"], index=names, columns=names)
        return table

    def morris(
        self,
        metric: str = "cost",
        aggregate: str = "mean",
        *,
        confidence: float = 0.95,
        resamples: int = 1000,
        seed: int = 0,
    ) -> pd.DataFrame:
        r"""Morris' elementary effects: how much the metric moves over the whole range of each parameter.

        From each of many points :math:`x` of a grid one parameter is moved alone (Morris, Factorial sampling plans
        for preliminary computational experiments, 1991), and the effects are averaged:

        .. math:: d_i(x) = \frac{y(x + \Delta e_i) - y(x)}{\Delta}

        Parameters
        ----------
        metric : str
            ``cost``; ``margin``, of all retailers; an energy: ``overrun_mwh``; a ledger item: ``transmission_yuan``.
        aggregate : str
            Over the draws: ``mean``, ``std``, ``q95``, ``cvar95`` and what else `BatchStatistics` knows.
        confidence : float
            Of the interval of the mean of the absolute effects.
        resamples : int
            Bootstrap resamples behind it.
        seed : int
            Of the bootstrap.

        Returns
        -------
        DataFrame
            By parameter, in the unit of the metric: ``effect`` (mean), ``absolute_effect`` (mean of the absolute
            effects) with ``absolute_low`` and ``absolute_high``, ``spread`` (standard deviation: interaction and
            curvature).

        Raises
        ------
        ResultError
            The plan's design is not ``morris``, or a point failed.

        Examples
        --------
        >>> sweep = {"design": "morris", "n": 2, "load.scale": [0.95, 1.05], "settlement.shortfall_price": [0, 40]}
        >>> found = gridsim.batch.run({**plan, "sweep": sweep, "draws": 2}).sensitivity.morris()  # n: 2 is to be quick
        >>> found["absolute_effect"].idxmax()
        'load.scale'
        """
        values, names, sweep = self._designed("morris", metric, aggregate)
        analyze = _salib("morris")
        found = analyze.analyze(
            _problem(names),
            self._positions(names, sweep),
            values,
            num_resamples=resamples,
            conf_level=confidence,
            num_levels=int(sweep["levels"]),
            seed=seed or _SEED_OF_ZERO,
        )
        absolute, half = np.asarray(found["mu_star"]), np.asarray(found["mu_star_conf"])
        return pd.DataFrame(
            {
                "effect": np.asarray(found["mu"]),
                "absolute_effect": absolute,
                "absolute_low": absolute - half,
                "absolute_high": absolute + half,
                "spread": np.asarray(found["sigma"]),
            },
            index=pd.Index(names, name="parameter"),
        )

    def tornado(self, metric: str = "cost", aggregate: str = "mean") -> pd.DataFrame:
        """How far each parameter alone moves the metric; the table behind a tornado chart.

        In a sweep over lists, the mean over all points at the parameter's lowest, respectively highest value (first
        and last, where values are no numbers). In a design, a straight line is fitted to all points, and read off at
        the ends of each range.

        Parameters
        ----------
        metric : str
            ``cost``; ``margin``, of all retailers; an energy: ``overrun_mwh``; a ledger item: ``transmission_yuan``.
        aggregate : str
            Over the draws: ``mean``, ``std``, ``q95``, ``cvar95`` and what else `BatchStatistics` knows.

        Returns
        -------
        DataFrame
            ``parameter``, ``low``, ``high`` (the metric there), ``low_value``, ``high_value`` (of the parameter),
            ``base`` (the metric's mean over all points), ``metric``; the widest first. Of money also
            ``low_micro_yuan``, ``high_micro_yuan`` and ``base_micro_yuan``, as charts take them.

        Raises
        ------
        ResultError
            The plan sweeps nothing, or the metric or aggregate is unknown.

        Examples
        --------
        >>> batch.sensitivity.tornado("overrun_mwh")[["parameter", "low", "high"]]
                            parameter        low       high
        0                  load.scale  1482.7040  5600.9390
        1  settlement.shortfall_price  3541.8215  3541.8215
        """
        values = self.values(metric, aggregate)
        points = self._batch.points.loc[values.index]
        names = list(self._batch.parameters)
        if not names:
            raise ResultError(Sentence("the plan sweeps nothing, so there is nothing to compare"))
        design = self._batch.manifest["sweep"].get("design")
        rows = []
        line = _line(points[names].to_numpy(dtype=np.float64), values.to_numpy()) if design else None
        for place, name in enumerate(names):
            column = points[name]
            if line is not None:
                ends: tuple[Any, Any] = tuple(map(float, self._batch.manifest["sweep"]["ranges"][name]))  # type: ignore[assignment]
                slope, center = line[place], column.mean()
                low, high = (values.mean() + slope * (end - center) for end in ends)
            else:
                order = sorted(column.unique()) if column.dtype.kind == "f" else list(dict.fromkeys(column))
                ends = (order[0], order[-1])
                low, high = (values[column == end].mean() for end in ends)
            rows.append((name, float(low), float(high), *ends, float(values.mean()), metric))
        head = ["parameter", "low", "high", "low_value", "high_value", "base", "metric"]
        table = pd.DataFrame(rows, columns=head)
        if not metric.endswith("_mwh") and aggregate != LOSS:
            for name in ("low", "high", "base"):
                table[f"{name}_micro_yuan"] = (table[name] * 10**MONEY_DECIMALS).round().astype("int64")
        widest = (table["high"] - table["low"]).abs().sort_values(ascending=False, kind="stable").index
        return table.loc[widest].reset_index(drop=True)

    def _designed(self, design: str, metric: str, aggregate: str) -> tuple[NDArray[np.float64], list[str], Any]:
        sweep = self._batch.manifest["sweep"]
        if sweep.get("design") != design:
            raise ResultError(
                Sentence(
                    "this needs a plan with design: {design} (this one: {own})",
                    design=design,
                    own=sweep.get("design") or Sentence("a list sweep"),
                )
            )
        points = self._batch.points
        missing = points.index[points["status"] != "done"]
        if len(missing):
            raise ResultError(
                Sentence(
                    "{missing} of {count} points were not computed (the first is point {point}: {why}), and the "
                    "indices need all of them",
                    missing=len(missing),
                    count=len(points),
                    point=int(missing[0]),
                    why=points.loc[missing[0], "error"] or Sentence("open"),
                )
            )
        values = self.values(metric, aggregate).to_numpy(dtype=np.float64)
        return values, list(self._batch.parameters), sweep

    def _positions(self, names: list[str], sweep: Any) -> NDArray[np.float64]:
        """The points on the unit cube, as they were run: values were rounded to their decimals."""
        columns = []
        for name in names:
            low, high = (float(end) for end in sweep["ranges"][name])
            columns.append((self._batch.points[name].to_numpy(dtype=np.float64) - low) / (high - low))
        return np.stack(columns, axis=1)


def _problem(names: list[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _line(positions: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The slopes of a straight line through all points, by least squares."""
    away = positions - positions.mean(axis=0)
    slopes: NDArray[np.float64] = np.linalg.lstsq(away, values - values.mean(), rcond=None)[0]
    return slopes


def _salib(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(f"SALib.analyze.{name}")
    except ModuleNotFoundError:
        raise MissingExtraError(Sentence("sensitivity indices"), "SALib", "sensitivity") from None
