"""What a batch folder says of itself: the manifest, and the table of points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet

from gridsim.batch.parts import FORMAT, DamagedError, bytes_of
from gridsim.batch.point_ids import code_hash, code_versions
from gridsim.batch.points import label_of
from gridsim.batch.sweep import exact_text
from gridsim.words import Sentence

if TYPE_CHECKING:
    from pathlib import Path

    from gridsim.batch.plan import Plan
    from gridsim.batch.points import Point
    from gridsim.batch.sweep import Sweep
    from gridsim.batch.tables import Kept
    from gridsim.scenario import Scenario

__all__ = ["OWN_COLUMNS", "batch_manifest", "points_table", "read_points"]


def batch_manifest(
    plan: Plan,
    scenario: Scenario,
    kept: Kept,
    seed: int,
    *,
    is_finished: bool,
    points: int,
    failed: int,
    damage: list[dict[str, Any]],
) -> dict[str, Any]:
    """Everything about a batch that is not in its tables. There is no time of day in it."""
    return {
        "format": FORMAT,
        "finished": is_finished,
        "plan": plan.source,
        "scenario": {
            "name": scenario.name,
            "year": scenario.year,
            "hash": scenario.hash,
            "source": scenario.source,
            "meter_cells": len(scenario.tables["meter"]),
        },
        "rules": scenario.rules.id,
        "rules_hash": scenario.rules.hash,
        "seed": seed,
        "draws": kept.draws,
        "load": plan.load.model_dump(mode="json") if plan.load is not None else None,
        "sweep": _sweep(plan.sweep),
        "metrics": list(kept.metrics),
        "detail": kept.detail,
        "quantiles": [exact_text(level, 4) for level in kept.quantiles],
        "tail": exact_text(kept.tail, 4),
        "points": points,
        "failed": failed,
        "damage": damage,
        "code": code_hash(),
        "versions": code_versions(),
        "warnings": list(scenario.warnings),
    }


def _sweep(sweep: Sweep) -> dict[str, Any]:
    if sweep.design is None:
        return {"axes": {axis.name: [label_of(value) for value in axis.values] for axis in sweep.axes}}
    return {
        "design": sweep.design,
        "n": sweep.n,
        "levels": sweep.levels,
        "second_order": sweep.second_order,
        "ranges": {
            bounds.name: [exact_text(bounds.low, bounds.decimals), exact_text(bounds.high, bounds.decimals)]
            for bounds in sweep.ranges
        },
    }


# ---- the table of points ---------------------------------------------------------------------------------------------

OWN_COLUMNS = ("point_id", "point", "status", "error", "seconds", "attempts")
"""The columns beside the parameters, which stand behind them under their own names."""


STATUSES = {"done", "failed", "open"}
_TYPES = dict(
    zip(
        OWN_COLUMNS,
        (pa.string(), pa.int64(), pa.string(), pa.string(), pa.float64(), pa.int64()),
        strict=True,
    )
)
_MOST_BYTES = 2**30


def points_table(
    points: Sequence[Point],
    ids: Sequence[str],
    names: Sequence[str],
    finished: Mapping[str, Mapping[str, Any]],
    failed: Mapping[str, Mapping[str, Any]],
) -> pa.Table:
    """One row per point.

    Parameters
    ----------
    points : sequence of Point
    ids : sequence of str
        Of each.
    names : sequence of str
        Of the parameters.
    finished, failed : mapping of str to dict
        By one: ``seconds`` and ``attempts``, and ``error`` of the failed.
    """
    told = [finished.get(one) or failed.get(one) or {} for one in ids]
    status = ["done" if one in finished else "failed" if one in failed else "open" for one in ids]
    columns: dict[str, pa.Array] = {
        "point_id": pa.array(ids, pa.string()),
        "point": pa.array([point.number for point in points], pa.int64()),
        "status": pa.array(status, pa.string()),
        "error": pa.array([str(failed[one]["error"]) if one in failed else "" for one in ids], pa.string()),
        "seconds": pa.array([about.get("seconds") for about in told], pa.float64()),
        "attempts": pa.array([about.get("attempts") for about in told], pa.int64()),
    }
    for name in names:
        columns[name] = _parameter([label_of(point.parameters[name]) for point in points])
    return pa.table(columns)


def read_points(path: Path) -> pa.Table:
    """The table of points as it was stored.

    Raises
    ------
    DamagedError
        It is not what `points_table` makes, or has changed since.
    FileNotFoundError
    """
    try:
        content = pa.BufferReader(bytes_of(path, _MOST_BYTES))
        table = pyarrow.parquet.read_table(content, page_checksum_verification=True)
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException) as error:
        raise DamagedError(Sentence("cannot be read ({why})", why=str(error))) from None
    names = table.column_names
    if (
        names[: len(_TYPES)] != list(_TYPES)
        or len(set(names)) < len(names)
        or any(table.schema.field(name).type != type_ for name, type_ in _TYPES.items())
        or any(table[name].null_count for name in names if name not in ("seconds", "attempts"))
        or table["point"].to_pylist() != list(range(len(table)))
        or not set(table["status"].to_pylist()) <= STATUSES
    ):
        raise DamagedError(Sentence("not a table of points as gridsim writes it"))
    return table


def _parameter(labels: list[str]) -> pa.Array:
    """Numbers where all are numbers, else texts."""
    try:
        return pa.array([float(label) for label in labels], pa.float64())
    except ValueError:
        return pa.array(labels, pa.string())
