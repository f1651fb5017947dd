"""What every task of a batch needs, sent to a worker once and held there.

A task is small: it names its points and its share of the work. The scenario stays in the worker's process, under the
hash of its content, and so does a point that has traded, with the units of it that were made ready, for the next tasks
of the same point.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gridsim.batch.drawn_load import LoadModel
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario

__all__ = ["FileSource", "HeldSource", "Job", "PointTask", "Shared", "Source"]


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
        from gridsim.batch.market import trading_values

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
