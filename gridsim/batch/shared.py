"""What every task of a batch needs, sent to a worker once and held there.

A task is small: it names its points and its share of the work. The scenario stays in the worker's process, under the
hash of its content, and so does a point that has traded, with the units of it that were made ready, for the next tasks
of the same point.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gridsim.batch.code_version import code_hash
from gridsim.batch.held import HeldOnce
from gridsim.errors import SentenceError
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.batch.layout import Layout
    from gridsim.batch.load_model import LoadModel
    from gridsim.batch.prepare import Prepared, TradedPoint
    from gridsim.batch.traded import Traded
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario

__all__ = [
    "FileSource",
    "HeldSource",
    "Job",
    "PointTask",
    "Shared",
    "Source",
    "forget",
    "hold",
    "is_small",
    "prepared_of",
    "resolve",
    "traded_of",
    "trading_key",
]

_POINTS_MANY = 4
_MARKETS_MANY = 32
_SMALL_CELLS = 500_000
_MILLION = 10**6


@dataclass(frozen=True)
class Shared:
    """What is the same for all tasks.

    Attributes
    ----------
    key : str
        Hash of all of it.
    code : str
        Hash of the program that the parent runs; a worker with another one refuses.
    scenario : Scenario
    bases : mapping of str to RuleSet
        The rule sets that points start from, by name.
    load : LoadModel
    points : int
        How many different ones there are.
    seed, draws : int
    quantiles : tuple of int
    tail : int
        [10⁻⁴]
    by_unit : bool
        Whether statistics by unit are wanted.
    every_draw : bool
        Whether the cost of every unit in every draw is wanted.
    """

    key: str
    code: str
    scenario: Scenario
    bases: Mapping[str, RuleSet]
    load: LoadModel
    points: int
    seed: int
    draws: int
    quantiles: tuple[int, ...]
    tail: int
    by_unit: bool
    every_draw: bool

    @cached_property
    def trading_of_base(self) -> dict[str, str]:
        """Hash of all that trading and layouts may depend on in each of `bases`: few rule sets differ in it."""
        from gridsim.batch.traded import trading_values

        texts = {
            name: repr(sorted(trading_values({entry.path: entry.pieces for entry in rules.entries}).items()))
            for name, rules in self.bases.items()
        }
        return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}


@dataclass(frozen=True)
class PointTask:
    """One point of the sweep, as a worker needs it."""

    id: str
    base: str
    overrides: Mapping[str, object]
    scales: tuple[str, str, str]


class Job(NamedTuple):
    """A part of a task: one point, or a share of its blocks.

    Attributes
    ----------
    point : PointTask
    share, shares : int
        Which of how many parts of its blocks.
    """

    point: PointTask
    share: int = 0
    shares: int = 1


class HeldSource(NamedTuple):
    """Stands for a `Shared` that the process holds already (`hold`)."""

    key: str


class FileSource(NamedTuple):
    """Stands for a `Shared` in a file, read once by each process: for executors that gridsim did not make.

    Attributes
    ----------
    key, path : str
    sha256 : str
        Of the file; a file with another is not unpickled, since that could run anything.
    """

    key: str
    path: str
    sha256: str


Source = Shared | HeldSource | FileSource


class _Here:
    """What a process holds: the scenario, points at work, and what the next points that trade alike can use of them."""

    def __init__(self) -> None:
        self.shared: dict[str, Shared] = {}
        self.points: HeldOnce[TradedPoint] = HeldOnce()
        self.markets: HeldOnce[Traded] = HeldOnce()
        self.prepared: HeldOnce[Prepared] = HeldOnce()
        self.layouts: HeldOnce[Layout] = HeldOnce()

    def forget(self, key: str) -> None:
        self.shared.pop(key, None)
        self.points.forget(key)
        self.markets.forget(key)
        self.prepared.forget(key)
        self.layouts.forget(key)


_HERE = _Here()


def hold(shared: Shared) -> None:
    """Keep it in this process; the initializer of worker processes."""
    _HERE.shared[shared.key] = shared


def forget(key: str) -> None:
    """Let go of what `hold`, `traded_of` and `prepared_of` keep in this process."""
    _HERE.forget(key)


def resolve(source: Source) -> Shared:
    """The `Shared` that a task names.

    Raises
    ------
    SentenceError
        The worker runs another gridsim than the parent, so that its results could differ; or the file is not what the
        parent wrote.
    """
    if isinstance(source, Shared):
        shared = source
    elif source.key in _HERE.shared:
        shared = _HERE.shared[source.key]
    else:
        assert isinstance(source, FileSource)
        content = Path(source.path).read_bytes()
        if hashlib.sha256(content).hexdigest() != source.sha256:
            raise SentenceError(Sentence("{path}: changed since the parent of this batch wrote it", path=source.path))
        shared = pickle.loads(content)  # noqa: S301, these are the parent's own bytes
        hold(shared)
    if shared.code != code_hash():
        raise SentenceError(
            Sentence("a worker runs another version of gridsim or of its libraries; install the same everywhere")
        )
    return shared


def traded_of(shared: Shared, point: PointTask) -> TradedPoint:
    """The point after trading; held for the next task."""
    most = _POINTS_MANY if is_small(shared) else 1
    return _HERE.points.get(shared.key, point.id, lambda: _trade(shared, point), most)


def prepared_of(shared: Shared, point: PointTask, units: tuple[int, int]) -> Prepared:
    """A run of the point's units made ready for its draws; held for the next task of the same units.

    Its layout is held for the next points that trade alike, if there are other points.

    Parameters
    ----------
    shared : Shared
    point : PointTask
    units : tuple of int
        First, and the one after the last.
    """
    from gridsim.batch.prepare import prepare_units

    traded = traded_of(shared, point)
    run, is_roomy = f" {units[0]}-{units[1]}", is_small(shared)

    def layouts(make: Callable[[], Layout]) -> Layout:
        if shared.points == 1:
            return make()
        markets = _MARKETS_MANY if is_roomy else 1
        return _HERE.layouts.get(
            shared.key, trading_key(shared, point) + run, make, markets * _MILLION, _part_of_market
        )

    def make() -> Prepared:
        return prepare_units(traded, *units, layouts)

    return _HERE.prepared.get(shared.key, point.id + run, make, _POINTS_MANY if is_roomy else 1)


def _part_of_market(layout: Layout) -> int:
    """How much of its market is laid out [10⁻⁶]: runs of units that are all of it count for one together."""
    cells = len(layout.traded.cell)
    return len(layout.cell_kind) * _MILLION // cells if cells else _MILLION


def trading_key(shared: Shared, point: PointTask) -> str:
    """Alike for points that trade alike: in scales, and in all rule values that trading or a layout may depend on."""
    from gridsim.batch.traded import trading_values

    values = trading_values(point.overrides)
    base = shared.trading_of_base[point.base]
    return repr((base, point.scales, sorted((path, repr(value)) for path, value in values.items())))


def is_small(shared: Shared) -> bool:
    """Whether many of its points and layouts fit into memory."""
    return len(shared.scenario.tables["meter"]) <= _SMALL_CELLS


def _trade(shared: Shared, point: PointTask) -> TradedPoint:
    from gridsim.batch.prepare import trade_point

    rules = shared.bases[point.base]
    if point.overrides:
        rules = rules.with_overrides(point.overrides)
    contracts, load, prices = map(Decimal, point.scales)

    def markets(make: Callable[[], Traded]) -> Traded:
        return _HERE.markets.get(shared.key, trading_key(shared, point), make, _MARKETS_MANY if is_small(shared) else 1)

    return trade_point(
        shared.scenario, shared.load,
        contract_scale=contracts, load_scale=load, price_scale=prices, rules=rules, markets=markets,
    )  # fmt: skip
