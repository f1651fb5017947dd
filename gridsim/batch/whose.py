"""Whose deviation it is, over the draws of a plan (rulebook part 14).

Each draw is settled and shared as a run is, and its shares are added up by what is asked for; then the draw goes.
Nothing of draws × users is stored: what is asked for is drawn again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.analysis.arguments import check_name, check_value, cut, dimensions_of
from gridsim.analysis.attribution.attribute import Attributor
from gridsim.analysis.attribution.held import HeldPositions
from gridsim.analysis.attribution.methods import METHODS
from gridsim.analysis.attribution.plans import Plans
from gridsim.analysis.attribution.tables import attribution_rows
from gridsim.batch.aggregates import check_aggregates, spread_table
from gridsim.batch.drawn_load import check_largest_draw, check_seed, load_of
from gridsim.batch.market import trade_market
from gridsim.batch.meter_draws import draws_of
from gridsim.batch.one_draw import scenario_of_point
from gridsim.batch.plan import expand_plan
from gridsim.batch.pools import as_executor, processors, spawned, worker_died
from gridsim.batch.settled_draws import SettledDraws, result_of
from gridsim.errors import ResultError, SentenceError
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.names import names_of
from gridsim.simulate import inputs_of
from gridsim.suggest import not_one_of
from gridsim.trading.buyers import buyers_of
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from gridsim.analysis.arguments import GroupBy, Where
    from gridsim.analysis.attribution.methods import Method
    from gridsim.analysis.table import StatisticsTable
    from gridsim.batch.drawn_load import LoadModel
    from gridsim.batch.plan import Plan
    from gridsim.scenario import Scenario

    Ints = NDArray[np.int64]

__all__ = ["DrawnAttribution", "attribution"]

_DIMENSIONS = ("user", "unit", "month", "product", "item", "side")
_PLACE = {"unit": 0, "month": 1, "product": 2, "item": 3, "side": 4, "user": 5}
"""Where each stands in a row of the table ``attribution``; the money of a row stands in the last place but one."""
_AMOUNT = -2
_DEFAULT = ("mean", "std", "q05", "median", "q95")
_BUYERS_OWN = ""


@helpful
def attribution(
    plan: str | os.PathLike[str] | Mapping[str, object] | Plan,
    groupby: GroupBy = "user",
    where: Where | None = None,
    *,
    method: Method = "own_deviation",
    point: int = 0,
    aggregate: str | Sequence[str] = _DEFAULT,
    top: int | None = None,
    executor: Executor | str | Any | None = None,
    workers: int | None = None,
) -> StatisticsTable:
    """Whose deviation it is over the draws of a plan: what each user bears of overrun, shortfall and their fees.

    Draw by draw the amounts are those of ``gridsim.run(…).attribution(method)`` with the same load; they are added up
    by what is asked for before their spread is taken. Draws are settled as runs are, milliseconds each, and nothing is
    stored: a batch that was run before is not needed.

    Parameters
    ----------
    plan : path, mapping or Plan
        As `gridsim.batch.run` takes it.
    groupby : str or sequence of str
        Of ``user`` (the empty one: the buyer's own part), ``unit``, ``month``, ``product``, ``item``, ``side``
        (``over``, ``under``); ``()`` is one row over everything.
    where : mapping, optional
        By dimension, the value or the values that are wanted. Fewer units and months take less time.
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
        How each band is shared; `gridsim.Result.attribution` says what each does. ``shapley`` takes far longer than the
        others where a unit has many users.
    point : int
        Of the sweep.
    aggregate : str or sequence of str
        Over the draws: ``mean``, ``std``, ``min``, ``max``, ``median``, ``sum``, ``count``, ``q95``, ``cvar95``. A draw
        in which a group bears nothing counts as 0.
    top : int, optional
        Only so many groups, those with the largest first column.
    executor : Executor, "threads", "processes", or a Dask client, optional
        Where draws are settled, a share of them at each worker; if left out, or with threads, one after the other in
        this process. The amounts are the same. With processes a script needs ``if __name__ == "__main__":``.
    workers : int, optional
        Into how many shares the draws are dealt; if left out, as many as there are processors, or as the executor has
        workers.

    Returns
    -------
    StatisticsTable
        A column for each aggregate [yuan]; its ``exact`` in micro-yuan.

    Raises
    ------
    ScenarioError
        Every fault of the plan, then every fault of the scenario.
    ResultError
        There is no such point, dimension, value, method or aggregate.
    ValueError
        Fewer `workers` than one.
    GridsimError
        A worker died, or what was given is no executor.

    Examples
    --------
    >>> plan = {
    ...     "scenario": gridsim.example("retailer-2021"),
    ...     "seed": 1,
    ...     "draws": 20,
    ...     "load": {"own": {"distribution": "lognormal", "sigma": "0.1"}},
    ... }
    >>> gridsim.batch.attribution(plan, aggregate=("mean", "q95"), top=2)
              mean_yuan       q95_yuan
    user
    U23   278485.834419  767261.470235
    U25   233734.146557  654347.783589
    """
    by, aggregates = dimensions_of(groupby), dimensions_of(aggregate)
    for name in by:
        check_name("groupby", name, _DIMENSIONS)
    check_aggregates(aggregates)
    if method not in METHODS:
        raise ResultError(not_one_of("method", method, METHODS))
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be 1 or more, not {workers}")
    expanded = expand_plan(plan)
    scenario = scenario_of_point(expanded, point)
    drawn = DrawnAttribution(scenario, expanded.shared.load, expanded.seed, method)
    chosen = drawn.chosen(where)
    draws = expanded.kept.draws
    if executor is None or executor == "threads":  # which would take turns: little of it is compiled
        sums = drawn.sums(range(draws), by, chosen)
    else:
        asked = _Asked(scenario, expanded.shared.load, expanded.seed, method, by, chosen)
        sums = _dealt(asked, draws, executor, workers)
    order = {name: {value: rank for rank, value in enumerate(drawn.values(name))} for name in by}
    found = sorted(sums.items(), key=lambda each: [order[name][key] for name, key in zip(by, each[0], strict=True)])
    return cut(spread_table(found, by, aggregates), top)


class _Asked(NamedTuple):
    """A question, as it is sent to a worker."""

    scenario: Scenario
    load: LoadModel
    seed: int
    method: Method
    by: tuple[str, ...]
    chosen: dict[str, tuple[str, ...]]


def _sums_of(asked: _Asked, draws: range) -> dict[tuple[str, ...], Ints]:
    """What a worker answers about some draws."""
    return DrawnAttribution(*asked[:4]).sums(draws, asked.by, asked.chosen)


def _dealt(asked: _Asked, draws: int, executor: Any, workers: int | None) -> dict[tuple[str, ...], Ints]:
    """The amounts of all draws by group, each worker's share of the draws settled there."""
    with contextlib.ExitStack() as stack:
        if executor == "processes":
            width = workers or processors()
            pool: Any = stack.enter_context(spawned(width))
        else:
            pool = as_executor(executor)
            width = workers or getattr(pool, "_max_workers", None) or processors()
        edges = [draws * share // width for share in range(width + 1)]
        shares = [range(first, last) for first, last in pairwise(edges) if first < last]
        futures = [pool.submit(_sums_of, asked, share) for share in shares]
        try:
            answers = [future.result() for future in futures]
        except BaseException as error:
            for future in futures:
                future.cancel()  # nobody waits for the shares that have not begun
            if worker_died(error):
                told = Sentence("a worker died, and with it the draws that it had: ask again")
                raise SentenceError(told) from None
            raise
    sums: dict[tuple[str, ...], Ints] = {}
    for share, answer in zip(shares, answers, strict=True):
        for key, amounts in answer.items():
            sums.setdefault(key, np.zeros(draws, dtype=np.int64))[share.start : share.stop] = amounts
    return sums


class DrawnAttribution:
    """Shares the deviation of a scenario's positions, draw by draw.

    Parameters
    ----------
    scenario : Scenario
    load : LoadModel
    seed : int
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
    """

    def __init__(self, scenario: Scenario, load: LoadModel, seed: int, method: Method) -> None:
        tables = load_of(scenario, load)
        check_largest_draw(scenario, tables)
        self._scenario, self._load, self._seed, self._method = scenario, tables, seed, method
        self._traded = trade_market(scenario)
        self._rules = monthly_rules(scenario.rules, scenario.year, self._traded.prices)
        self._names = names_of(scenario, buyers_of(scenario))
        self._inputs = inputs_of(scenario)
        self._shared: tuple[HeldPositions, Plans] | None = None
        self._items: tuple[str, ...] = scenario.rules.shape.items
        self.narrow(None, None)

    def chosen(self, where: Where | None) -> dict[str, tuple[str, ...]]:
        """By dimension, the values that are wanted.

        Raises
        ------
        ResultError
            There is no such dimension, or no such value.
        """
        found = {}
        for name, wanted in (where or {}).items():
            check_name("where", name, _DIMENSIONS)
            values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            for value in values:
                if value != _BUYERS_OWN:
                    check_value(name, value, self.values(name))
            found[name] = values
        return found

    def values(self, dimension: str) -> list[str]:
        """The values of a dimension, in the order in which groups stand."""
        shape = self._scenario.rules.shape
        known: dict[str, Sequence[str]] = {
            "user": (*self._names.users, _BUYERS_OWN),
            "unit": self._names.units.ids.tolist(),
            "month": self._names.months,
            "product": shape.product_ids,
            "item": self._items,
            "side": ("over", "under"),
        }
        return list(known[dimension])

    def narrow(self, units: Sequence[str] | None, months: Sequence[str] | None) -> None:
        """Look at some units and months alone; None: at all."""
        traded, names = self._traded, self._names
        positions, inside = traded.positions, ~traded.is_outside[traded.positions.unit]
        if units is not None:
            inside &= np.isin(traded.unit_ids[positions.unit].astype(str), list(units))
        if months is not None:
            inside &= np.isin(positions.month, [names.months.index(month) for month in months])
        self._draws, meter = SettledDraws.of_some(traded, self._rules, np.flatnonzero(inside))
        classes, periods = traded.class_of_user, traded.periods
        self._drawn = draws_of(meter, classes, self._load, periods, self._seed)
        self._shared = None

    def sums(
        self, draws: range, by: Sequence[str], chosen: Mapping[str, tuple[str, ...]]
    ) -> dict[tuple[str, ...], Ints]:
        """What each group bears in each of some draws [micro-yuan].

        Parameters
        ----------
        draws : range
            D of them, one after the other.
        by : sequence of str
            Dimensions whose values are a group's.
        chosen : mapping of str to tuple of str
            As `chosen` gives it: rows of other values are left out.

        Returns
        -------
        dict of tuple of str to (D,) int64 array
        """
        self.narrow(chosen.get("unit"), chosen.get("month"))
        places = [_PLACE[name] for name in by]
        tests = [(_PLACE[name], frozenset(values)) for name, values in chosen.items()]
        found: dict[tuple[str, ...], Ints] = {}
        for number, draw in enumerate(draws):
            for row in self.rows(draw):
                if all((row[place] or _BUYERS_OWN) in wanted for place, wanted in tests):
                    key = tuple(row[place] or _BUYERS_OWN for place in places)
                    if key not in found:
                        found[key] = np.zeros(len(draws), dtype=np.int64)
                    found[key][number] += row[_AMOUNT]
        return found

    def rows(self, draw: int) -> Iterator[tuple[Any, ...]]:
        """The rows of the table ``attribution`` of a draw, exact, as a run of it has them.

        Parameters
        ----------
        draw : int
        """
        check_seed(self._seed, draw + 1)
        settled = self._draws.of(self._drawn(draw))
        result = result_of(settled, self._names, self._inputs, self._scenario.rules, self._scenario.seed)
        if self._shared is None:
            held = HeldPositions(result)
            self._shared = held, Plans(held)
        held, plans = self._shared
        held = held.again(result)
        yield from attribution_rows(Attributor(held, self._method, plans), held.users.ids)
