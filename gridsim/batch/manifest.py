"""What a batch folder says of itself: the manifest, and the table of points."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from gridsim.batch.kept import Kept
from gridsim.batch.parts import FORMAT, PARTS, Damage, DamagedError, Part, bytes_of, damage_error, opened, parts_of
from gridsim.batch.plan import METRICS, Detail
from gridsim.batch.point_ids import code_hash, code_versions
from gridsim.batch.points import label_of
from gridsim.batch.sweep import exact_text
from gridsim.errors import ResultError, WrongValueError
from gridsim.rules.loader import shipped
from gridsim.rules.shipped import FIRST
from gridsim.scenario.changes import LEGS
from gridsim.units import RATIO_DECIMALS, fixed_point
from gridsim.words import Sentence

if TYPE_CHECKING:
    from pathlib import Path

    from gridsim.batch.plan import Plan
    from gridsim.batch.points import Point
    from gridsim.batch.sweep import Sweep
    from gridsim.scenario import Scenario

__all__ = [
    "MANIFEST",
    "OWN_COLUMNS",
    "POINTS",
    "BatchFolder",
    "batch_manifest",
    "points_table",
    "read_folder",
    "read_points",
]

MANIFEST = "batch.json"
POINTS = "points"
_WITHOUT_SELLERS = Sentence(
    "a batch settles units and users: what sellers settle by their generation, fees that go back (margins have them) "
    "and the balance of the market are not in it"
)
_WITHOUT_SALES = Sentence(
    "a batch settles units and users: what the market account pays for deals that lack their buyer is not in it; it is "
    "the same in all draws"
)
_WITHOUT_CORRECTIONS = Sentence(
    "a batch settles units and users: corrections of earlier months are not in it; they are the same in all draws"
)


def batch_manifest(
    plan: Plan,
    scenario: Scenario,
    kept: Kept,
    seed: int,
    *,
    is_finished: bool,
    market: str,
    points: int,
    failed: int,
    damage: list[dict[str, Any]],
) -> dict[str, Any]:
    """Everything about a batch that is not in its tables. There is no time of day in it.

    `market` is the SHA-256 of what stands beside it (`gridsim.batch.named_market`).
    """
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
            **({"forecast_months": list(scenario.forecast_months)} if scenario.forecast_months else {}),
        },
        "rules": scenario.rules.id,
        "rules_hash": scenario.rules.hash,
        "market": market,
        "seed": seed,
        "draws": kept.draws,
        "load": plan.load.model_dump(mode="json") if plan.load is not None else None,
        "sweep": _sweep(plan.sweep),
        "metrics": list(kept.metrics),
        "detail": kept.detail,
        **({} if kept.items == _items_of_the_first() else {"items": list(kept.items)}),
        "quantiles": [exact_text(level, 4) for level in kept.quantiles],
        "tail": exact_text(kept.tail, 4),
        **({} if kept.payer is None else {"payer": kept.payer}),
        "points": points,
        "failed": failed,
        "damage": damage,
        "code": code_hash(),
        "versions": code_versions(),
        "warnings": [*scenario.warnings, *_left_out(scenario)],
    }


def _left_out(scenario: Scenario) -> Iterator[Sentence]:
    """What a batch does not settle."""
    shape = scenario.rules.shape
    if shape.sellers is not None or (shape.fees is not None and shape.fees.returned_item):
        yield _WITHOUT_SELLERS
    if scenario.tables["deals"]["buyer_id"].isna().any():
        yield _WITHOUT_SALES
    if len(scenario.tables["corrections"]):
        yield _WITHOUT_CORRECTIONS


def _items_of_the_first() -> tuple[str, ...]:
    """What a manifest that names no items means: those of all batches of gridsim 0.1."""
    return shipped(FIRST).shape.items


def _sweep(sweep: Sweep) -> dict[str, Any]:
    basis = {} if sweep.basis == LEGS else {"basis": sweep.basis}
    if sweep.design is None:
        return {"axes": {axis.name: [label_of(value) for value in axis.values] for axis in sweep.axes}, **basis}
    return {
        **basis,
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


# ---- reading it ------------------------------------------------------------------------------------------------------


class BatchFolder(NamedTuple):
    """What a batch folder says of itself, as far as that can be told without opening the files of its tables.

    Attributes
    ----------
    manifest : mapping
    kept : Kept
    points : Arrow table
    parts : list of Part
    damage : list of Damage
    """

    manifest: dict[str, Any]
    kept: Kept
    points: pa.Table
    parts: list[Part]
    damage: list[Damage]


def read_folder(directory: Path) -> BatchFolder:
    """Read what a folder says of itself.

    Raises
    ------
    ResultError
        It is no folder of a batch, or its manifest or table of points is damaged.
    """
    manifest, kept, stored = _read_head(directory)
    parts, damage = _read_parts(directory, kept, stored)
    there = {part.key for part in parts if part.is_there(directory)}
    return BatchFolder(manifest, kept, _with_state(stored, parts, there), parts, damage)


def _read_head(directory: Path) -> tuple[dict[str, Any], Kept, pa.Table]:
    """Manifest, what it says is kept, and the table of points.

    Raises
    ------
    ResultError
    """
    path = directory / MANIFEST
    try:
        manifest = opened(path)
        kept = _kept_of(manifest)
        path = directory / POINTS / f"{POINTS}.parquet"
        points = read_points(path)
        if len(points) != manifest["points"]:
            raise DamagedError(Sentence("has other points than {file}", file=MANIFEST))
    except FileNotFoundError:
        file = path.relative_to(directory).as_posix()
        raise ResultError(
            Sentence("{path}: no {file} here, so this is no folder of a batch", path=directory, file=file)
        ) from None
    except DamagedError as error:
        raise damage_error(directory, [Damage(path, error.sentence)]) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why=why)) from error
    return manifest, kept, points


def _kept_of(manifest: Mapping[str, Any]) -> Kept:
    """What a manifest says is kept.

    Raises
    ------
    DamagedError
        It says what gridsim does not write.
    """
    kept = None
    try:
        kept = Kept(
            tuple(manifest["metrics"]),
            manifest["detail"],
            tuple(fixed_point(level, RATIO_DECIMALS) for level in manifest["quantiles"]),
            fixed_point(manifest["tail"], RATIO_DECIMALS),
            manifest["draws"],
            tuple(manifest["items"]) if "items" in manifest else _items_of_the_first(),
            manifest.get("payer"),
        )
        scenario = manifest["scenario"]
        is_fine = (
            set(kept.metrics) <= set(METRICS)
            and kept.payer in (None, "buyer")
            and kept.detail in get_args(Detail)
            and all(type(number) is int for number in (kept.draws, manifest["points"], scenario["year"]))
            and all(isinstance(text, str) for text in (scenario["name"], manifest["rules"], *kept.items))
            and isinstance(manifest["sweep"], dict)
        )
    except (KeyError, TypeError, WrongValueError):
        is_fine = False
    if kept is None or not is_fine:
        raise DamagedError(Sentence("not what gridsim writes into a manifest"))
    return kept


def _read_parts(directory: Path, kept: Kept, points: pa.Table) -> tuple[list[Part], list[Damage]]:
    """The parts of a batch by their records, and what is wrong with these; no file of rows is opened."""
    parts, damage = parts_of(directory)
    known = set(points["point_id"].to_pylist())
    fit: list[Part] = []
    for part in parts:
        path = directory / PARTS / f"{part.key}.json"
        if not known >= set(part.points):
            damage.append(Damage(path, Sentence("has points of another batch"), tuple(part.points)))
        elif not part.is_of(kept):
            damage.append(Damage(path, Sentence("has other tables or rows than this batch"), tuple(part.points)))
        else:
            fit.append(part)
    claimed = set(points["point_id"].filter(pyarrow.compute.equal(points["status"], "done")).to_pylist())
    there = {point for part in fit for point in part.points} | {point for one in damage for point in one.points}
    if claimed - there:
        lost = tuple(sorted(claimed - there))
        damage.append(Damage(directory / PARTS, Sentence("the record of finished points is gone"), lost))
    return fit, damage


def _with_state(points: pa.Table, parts: Sequence[Part], there: Collection[str]) -> pa.Table:
    """The table of points, with what the parts tell of those that they hold; `there` are those with all their files."""
    told = {point: about for part in parts if part.key in there for point, about in part.points.items()}
    lost = {point for part in parts if part.key not in there for point in part.points}
    columns = {name: points[name].to_pylist() for name in ("point_id", "status", "error", "seconds", "attempts")}
    for row, point in enumerate(columns["point_id"]):
        if point in told:
            columns["status"][row], columns["error"][row] = "done", ""
            columns["seconds"][row], columns["attempts"][row] = told[point].get("seconds"), told[point].get("attempts")
        elif point in lost or columns["status"][row] == "done":
            columns["status"][row] = "damaged"
            columns["error"][row] = str(Sentence("its rows are damaged or gone: run the plan again"))
    for name, values in columns.items():
        place = points.column_names.index(name)
        points = points.set_column(place, name, pa.array(values, points.schema.field(name).type))
    return points
