"""What attribution asks of a result, whoever holds it: a result, or statistics over one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from gridsim.analysis.names import Dimensions
    from gridsim.io.named_frames import ExactTables
    from gridsim.rules import RuleSet

__all__ = ["Settled", "SettledFacts"]


class _Named(Protocol):
    @property
    def names(self) -> Dimensions: ...


class Settled(Protocol):
    """A result: its exact tables and inputs, its manifest and rules, and the names behind its codes."""

    @property
    def exact(self) -> ExactTables: ...

    @property
    def inputs(self) -> Mapping[str, pa.Table]: ...

    @property
    def manifest(self) -> Mapping[str, Any]: ...

    @property
    def rules(self) -> RuleSet: ...

    @property
    def statistics(self) -> _Named: ...


class SettledFacts(NamedTuple):
    """The same as statistics hold it."""

    exact: ExactTables
    inputs: Mapping[str, pa.Table]
    manifest: Mapping[str, Any]
    rules: RuleSet
    statistics: _Named
