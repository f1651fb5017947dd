"""Whose a deviation was, what netting saves, and retailers' margins, grouped in the grammar of all statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gridsim.analysis.arguments import check_dimensions
from gridsim.analysis.attribution.asked import rows_asked
from gridsim.analysis.attribution.tables import exact_table
from gridsim.analysis.figures import count, energy, money
from gridsim.analysis.grouping import ROWS, group, plain
from gridsim.analysis.sources import ATTRIBUTION, MARGINS, NETTING
from gridsim.analysis.sums import finished, of_one_item
from gridsim.analysis.table import StatisticsTable
from gridsim.io.named_frames import ExactTables
from gridsim.io.table_sets import MadeTables
from gridsim.result_columns import ASKED_TABLES

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.arguments import Chosen
    from gridsim.analysis.attribution.methods import Method
    from gridsim.analysis.attribution.settled import Settled
    from gridsim.analysis.names import Dimensions
    from gridsim.analysis.sources import Source

__all__ = ["MARGIN_FIGURES", "attribution_sums", "margin_sums", "netting_sums"]

MARGIN_FIGURES = tuple(column.stem for column in ASKED_TABLES["margins"] if column.kind == "money")


def attribution_sums(
    result: Settled, names: Dimensions, by: Sequence[str], where: Chosen, method: Method, *, trial: bool
) -> StatisticsTable:
    """See `Statistics.attribution`."""
    has_energy = "item" in by or len(where.get("item", ())) == 1  # a fee is on energy that overrun has too
    measures = ["amount_micro_yuan", *(["share_kwh"] if has_energy else [])]
    how: dict[str, Any] = {"method": method, "ledger": "trial" if trial else "real"}
    frame = _grouped(result, names, ATTRIBUTION, by, where, measures, {**how, **_narrowed(names, where)})
    frame = finished(frame.rename(columns={ROWS: "parts"}), names, by)
    shared, apart = of_one_item(frame, "share") if "item" in by else (energy("share"), ())
    figures = [money("amount"), *([shared] if has_energy else []), count("parts")]
    return StatisticsTable.of(frame, figures, apart=apart)


def netting_sums(
    result: Settled, names: Dimensions, by: Sequence[str], where: Chosen, *, trial: bool
) -> StatisticsTable:
    """See `Statistics.netting`."""
    how = {"ledger": "trial" if trial else "real", **_narrowed(names, where)}
    frame = _grouped(result, names, NETTING, by, where, ["saved_micro_yuan", "over_kwh", "under_kwh"], how)
    frame = finished(frame.rename(columns={ROWS: "positions"}), names, by)
    return StatisticsTable.of(frame, [money("saved"), energy("over"), energy("under"), count("positions")])


def margin_sums(
    result: Settled, names: Dimensions, by: Sequence[str], where: Chosen, method: Method
) -> StatisticsTable:
    """See `Statistics.margins`."""
    measures = [f"{name}_micro_yuan" for name in MARGIN_FIGURES]
    frame = _grouped(result, names, MARGINS, by, where, measures, {"method": method})
    *parts, margin = (money(name) for name in MARGIN_FIGURES)
    return StatisticsTable.of(finished(frame.drop(columns=ROWS), names, by), [margin, *parts])


def _grouped(
    result: Settled,
    names: Dimensions,
    source: Source,
    by: Sequence[str],
    where: Chosen,
    measures: Sequence[str],
    how: Mapping[str, Any],
) -> pd.DataFrame:
    check_dimensions(by, where, [list(source.dimensions)], source.table)
    table = exact_table(source.table, rows_asked(result, source.table, **how))
    exact = ExactTables(MadeTables({source.table: table}))
    return group(exact, names, source, by, where, {name: plain(name) for name in measures})


def _narrowed(names: Dimensions, where: Chosen) -> dict[str, tuple[str, ...]]:
    """Units and months that are asked for: of no others is anything shared."""
    found = {f"{name}s": tuple(text for text in where.get(name, ()) if text) for name in ("unit", "month")}
    return {name: texts for name, texts in found.items() if texts}
