"""What every task of a batch needs, sent to a worker once and held there.

A task is small: it names its points and its share of the work. The scenario stays in the worker's process, under the
hash of its content, and so does a point that was prepared, for the next tasks of the same point.
"""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gridsim.batch.code_version import code_hash
from gridsim.errors import GridsimError

if TYPE_CHECKING:
    from gridsim.batch.engine import Block, Prepared
    from gridsim.batch.load_model import LoadModel
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario

__all__ = [
    "FileSource",
    "HeldSource",
    "Job",
    "PointTask",
    "ReadyFile",
    "Shared",
    "Source",
    "forget",
    "hold",
    "prepared_of",
    "resolve",
]

_HELD_MANY, _HELD_ONE = 4, 1
_SMALL_CELLS = 500_000


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
    seed: int
    draws: int
    quantiles: tuple[int, ...]
    tail: int
    by_unit: bool
    every_draw: bool


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
        Which of how many parts of the blocks that are left.
    done : frozenset of Block
        Blocks that an interrupted run left behind.
    """

    point: PointTask
    share: int = 0
    shares: int = 1
    done: frozenset[Block] = frozenset()


class HeldSource(NamedTuple):
    """Stands for a `Shared` that the process holds already (`hold`)."""

    key: str


class FileSource(NamedTuple):
    """Stands for a `Shared` in a file, read once by each process: for executors that gridsim did not make."""

    key: str
    path: str


class ReadyFile(NamedTuple):
    """Stands for a point that the parent made ready and wrote to a file, read once by each process."""

    path: str


Source = Shared | HeldSource | FileSource


class _Held:
    """The few things that a process holds; each is made once, even if several threads ask for it."""

    def __init__(self) -> None:
        self.shared: dict[str, Shared] = {}
        self._prepared: OrderedDict[tuple[str, str], Prepared] = OrderedDict()
        self._making: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def prepared(self, shared: Shared, point: PointTask, ready: ReadyFile | None) -> Prepared:
        key = (shared.key, point.id)
        with self._lock:
            if key in self._prepared:
                self._prepared.move_to_end(key)
                return self._prepared[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._prepared:
                    return self._prepared[key]
            made = (_read(ready) if ready is not None else None) or _prepare(shared, point)
            with self._lock:
                self._prepared[key] = made
                self._making.pop(key, None)
                most = _HELD_MANY if made.cells <= _SMALL_CELLS else _HELD_ONE
                while len(self._prepared) > most:
                    self._prepared.popitem(last=False)
            return made

    def forget(self, key: str) -> None:
        """Let go of all that belongs to a `Shared`."""
        with self._lock:
            self.shared.pop(key, None)
            for held in [held for held in self._prepared if held[0] == key]:
                del self._prepared[held]


_HERE = _Held()


def hold(shared: Shared) -> None:
    """Keep it in this process; the initializer of worker processes."""
    _HERE.shared[shared.key] = shared


def forget(key: str) -> None:
    """Let go of what `hold` and `prepared_of` keep in this process."""
    _HERE.forget(key)


def resolve(source: Source) -> Shared:
    """The `Shared` that a task names.

    Raises
    ------
    GridsimError
        The worker runs another gridsim than the parent, so that its results could differ.
    """
    if isinstance(source, Shared):
        shared = source
    elif source.key in _HERE.shared:
        shared = _HERE.shared[source.key]
    else:
        assert isinstance(source, FileSource)
        # The parent of this batch wrote the file a moment ago, next to its results.
        shared = pickle.loads(Path(source.path).read_bytes())  # noqa: S301
        hold(shared)
    if shared.code != code_hash():
        raise GridsimError("a worker runs another version of gridsim or of its libraries; install the same everywhere")
    return shared


def prepared_of(shared: Shared, point: PointTask, ready: ReadyFile | None = None) -> Prepared:
    """The point made ready for its draws; held for the next task."""
    return _HERE.prepared(shared, point, ready)


def _read(ready: ReadyFile) -> Prepared | None:
    """What the parent made ready; None if the file is gone (a task that was tried again late)."""
    try:
        found: Prepared = pickle.loads(Path(ready.path).read_bytes())  # noqa: S301  # written by the parent
    except FileNotFoundError:
        return None
    return found


def _prepare(shared: Shared, point: PointTask) -> Prepared:
    from gridsim.batch.engine import prepare
    from gridsim.scenario.vary import with_rules

    rules = shared.bases[point.base]
    if point.overrides:
        rules = rules.with_overrides(point.overrides)
    contracts, load, prices = map(Decimal, point.scales)
    return prepare(
        with_rules(shared.scenario, rules), shared.load, contract_scale=contracts, load_scale=load, price_scale=prices
    )
