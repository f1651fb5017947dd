"""What a run leaves behind, as tables: named, exact, with the inputs, the manifest and the rules they came from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from gridsim.io.decimals import floats_of_table
from gridsim.io.named_frames import ExactTables, NamedFrames, to_pandas
from gridsim.io.table_sets import MadeTables, Tables
from gridsim.market_tables import result_tables
from gridsim.rules import RuleSet

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.statistics import Statistics

__all__ = ["ResultTables"]


class ResultTables(NamedFrames):
    """The tables of one run, and statistics over them; `gridsim.Result` is this with what can be asked of it.

    Attributes
    ----------
    exact : ExactTables
    inputs : mapping of str to Arrow table
    manifest : mapping
    rules : RuleSet
    """

    def __init__(
        self,
        tables: Mapping[str, pa.Table],
        inputs: Mapping[str, pa.Table],
        manifest: Mapping[str, Any],
        rules: RuleSet | None = None,
    ) -> None:
        super().__init__(tables)
        self.inputs = inputs if isinstance(inputs, Tables) else MadeTables(inputs)
        self.manifest = MappingProxyType(dict(manifest))
        self.rules = rules or RuleSet.from_dict(manifest["rules"])
        self.exact = ExactTables(self._arrow, self.rules.shape)
        self._statistics: Statistics | None = None

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        made = self._arrow if isinstance(self._arrow, MadeTables) else dict(self._arrow)
        return type(self), (made, dict(self.inputs), dict(self.manifest), self.rules)

    def _make(self, name: str) -> pd.DataFrame:
        return self._shown(self._arrow[name], name)

    def _shown(self, exact: pa.Table, name: str) -> pd.DataFrame:
        return to_pandas(floats_of_table(exact, result_tables(self.rules.shape)[name].columns))

    @property
    def statistics(self) -> Statistics:
        """Grouped tables over this result: ``result.statistics.money(groupby=("unit", "item"))``."""
        if self._statistics is None:
            from gridsim.analysis.statistics import Statistics

            self._statistics = Statistics(
                self.exact,
                dict(self.inputs),  # which can be sent to another process, as a mapping that cannot be changed cannot
                dict(self.manifest),
                self.rules,
            )
        return self._statistics
