"""The tables of a batch for people and for other libraries: workbooks, Arrow and polars, a Dataset for xarray."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gridsim.batch.parameter_words import ParameterWords
from gridsim.columns import Column
from gridsim.errors import MissingExtraError, ResultError
from gridsim.exporting import Exported, export
from gridsim.io.decimals import outside_table
from gridsim.names import NamingLanguage
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gridsim.batch.stored import StoredBatch
    from gridsim.exporting import ExportFormat
    from gridsim.words import Lang

__all__ = ["export_batch", "to_arrow", "to_polars", "to_xarray"]

_UNITS = {"_yuan": "yuan", "_mwh": "MWh"}


def export_batch(
    batch: StoredBatch, out: Path, format: ExportFormat, headings: Lang, tables: Sequence[str] | None
) -> list[Path]:
    """Write the tables for people; see `gridsim.batch.Batch.export`.

    Parameters
    ----------
    batch : StoredBatch
    out : Path
    format : {"csv", "parquet", "xlsx"}
    headings : {"en", "zh"}
    tables : sequence of str or None
    """
    folder = batch._arrow.directory
    if folder is not None and out.resolve().is_relative_to(folder.resolve()):
        # A stranger's file in a folder of Parquet files would be read as rows of their table.
        raise ResultError(Sentence("{path}: the tables of the batch stand here; name another folder", path=out))
    market = batch.market
    chinese = ParameterWords("zh", market)
    front = (
        Column("point", "integer", ("参数点",)),
        *(Column(name, "text", (chinese.parameter(name),)) for name in batch.parameters),
    )
    exported = Exported(
        batch.manifest["scenario"]["name"],
        {
            name: replace(spec, columns=(*front, *(each for each in spec.columns if each.name != "point_id")))
            for name, spec in batch._arrow.specs.items()
        },
        lambda name: len(batch.exact.arrow(name)),
        partial(_parts, batch),
        NamingLanguage(headings, market.shape, people=market.people),
    )
    return export(exported, out, format, tables)


def _parts(batch: StoredBatch, name: str) -> Iterator[pa.Table]:
    yield to_arrow(batch, name)


def to_arrow(batch: StoredBatch, name: str) -> pa.Table:
    """A table with its points and their parameters in front; energies and money as exact decimals.

    Parameters
    ----------
    batch : StoredBatch
    name : str
    """
    exact = batch.exact.arrow(name)
    outside = outside_table(exact.drop_columns("point"), batch._arrow.specs[name].columns).drop_columns("point_id")
    points = batch.points
    which = exact["point"].to_numpy()
    front = {"point": exact["point"]}
    front |= {each: pa.array(points[each].to_numpy()[which], from_pandas=True) for each in batch.parameters}
    return pa.table({**front, **{column: outside[column] for column in outside.column_names}})


def to_polars(batch: StoredBatch, name: str) -> Any:
    """What `to_arrow` gives, as a polars DataFrame.

    Parameters
    ----------
    batch : StoredBatch
    name : str
    """
    try:
        import polars
    except ModuleNotFoundError:
        raise MissingExtraError(Sentence("exports to polars"), "polars", "polars") from None
    return polars.from_arrow(to_arrow(batch, name))


def to_xarray(batch: StoredBatch) -> Any:
    """All tables as one Dataset: dimensions are the parameters of the sweep, then draw, item, unit and the like.

    Sums of positions are left out.

    Parameters
    ----------
    batch : StoredBatch

    Returns
    -------
    xarray.Dataset
        float64; NaN where a point failed. The attribute ``units`` of a variable says yuan or MWh. Where the points are
        no grid (a design, or one point alone), ``point`` is the dimension, and the parameters are its coordinates.
        A column that another table has too, or has as a dimension, bears the name of its table.

    Raises
    ------
    MissingExtraError
        xarray is not installed (``pip install "gridsim[xarray]"``).
    """
    try:
        import xarray
    except ModuleNotFoundError:
        raise MissingExtraError(Sentence("exports to xarray"), "xarray", "xarray") from None
    parameters = list(batch.parameters)
    if not parameters or "axes" not in batch.manifest["sweep"]:
        parameters = ["point"]
    merged = xarray.Dataset(attrs={"scenario": batch.manifest["scenario"]["name"], "seed": batch.manifest["seed"]})
    # Sums have no place in a grid of what they are sums of.
    specs = {
        name: spec
        for name, spec in batch._arrow.specs.items()
        if not any(column.optional for column in spec.columns if column.name in spec.key)
    }
    dimensions = {key for spec in specs.values() for key in spec.key}
    for name, spec in specs.items():
        frame = batch._frame(name)
        keys = [column for column in spec.key if column != "point_id"]
        values = [column for column in frame.columns if column not in {"point", *batch.parameters, *keys}]
        data = frame.set_index([*parameters, *keys])[values].to_xarray()
        taken = {each: f"{name}_{each}" for each in values if each in merged.data_vars or each in dimensions}
        merged = merged.merge(data.rename(taken), combine_attrs="override")
    if parameters == ["point"]:
        points = batch.points.loc[merged["point"].to_numpy()]
        merged = merged.assign_coords({each: ("point", points[each].to_numpy()) for each in batch.parameters})
    for variable in merged.data_vars.values():
        for ending, unit in _UNITS.items():
            if str(variable.name).endswith(ending):
                variable.attrs["units"] = unit
    return merged
