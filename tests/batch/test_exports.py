"""What other libraries are given is what the batch holds: every number, under its point and parameters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gridsim
from gridsim.batch import Batch
from gridsim.errors import MissingExtraError
from tests.shared import MINI, SCENARIOS

LOAD = {"common": {"distribution": "lognormal", "sigma": 0.03}}


def batch_of(sweep: dict[str, object]) -> Batch:
    plan = {"scenario": str(MINI), "seed": 7, "draws": 3, "load": LOAD, "sweep": sweep}
    return gridsim.batch.run(plan, workers=1)


@pytest.fixture(scope="module")
def batch() -> Batch:
    return batch_of({"load.scale": [0.9, 1.1], "settlement.tou.upper": [1.02, 1.05]})


@pytest.mark.parametrize("name", ["runs", "items", "units"])
def test_arrow_and_polars_hold_the_exact_amounts(batch: Batch, name: str) -> None:
    table, frame = batch.to_arrow(name), getattr(batch, name)
    assert table.column_names == list(frame.columns) and len(table) == len(frame)
    for column in frame.columns:
        if column.endswith("_yuan"):
            exact = batch.exact.arrow(name)[column.removesuffix("_yuan") + "_micro_yuan"].to_pylist()
            assert [int(value * 10**6) for value in table[column].to_pylist()] == exact
    polars = pytest.importorskip("polars")
    assert batch.to_polars(name).equals(polars.from_arrow(table))


def test_xarray_has_a_dimension_for_each_parameter(batch: Batch) -> None:
    pytest.importorskip("xarray")
    data = batch.to_xarray()
    assert dict(data["total_yuan"].sizes) == {"load.scale": 2, "settlement.tou.upper": 2, "draw": 3}
    assert data["amount_yuan"].dims[-2:] == ("draw", "item") and data["cost_mean_yuan"].dims[-1] == "unit_id"
    for row in batch.runs.itertuples():
        place = {"load.scale": row[2], "settlement.tou.upper": row[3], "draw": row.draw}
        assert data["total_yuan"].sel(place).item() == row.total_yuan
    assert data["total_yuan"].attrs["units"] == "yuan" and data["metered_mwh"].attrs["units"] == "MWh"
    units = batch.units.set_index(["load.scale", "settlement.tou.upper", "unit_id"])
    found = data["cost_mean_yuan"].to_series().reindex(units.index)
    assert np.array_equal(found.to_numpy(), units["cost_mean_yuan"].to_numpy())


def test_points_that_are_no_grid_are_one_dimension() -> None:
    pytest.importorskip("xarray")
    assert batch_of({}).to_xarray()["total_yuan"].dims == ("point", "draw")
    design = batch_of({"design": "latin_hypercube", "n": 3, "load.scale": [0.9, 1.1], "contracts.scale": [0.9, 1.1]})
    data = design.to_xarray()
    assert dict(data["total_yuan"].sizes) == {"point": 3, "draw": 3}
    assert data.coords["load.scale"].to_numpy().tolist() == design.points["load.scale"].tolist()


def test_positions_beside_margins_have_a_place_each() -> None:
    """`retailer_id` is a column of the one and a key of the other."""
    pytest.importorskip("xarray")
    plan = {
        "scenario": str(SCENARIOS / "retailer-2021"),
        "draws": 2,
        "load": LOAD,
        "sweep": {"contracts.scale": [1, 1.05]},
        "metrics": ["positions", "margins"],
    }
    batch = gridsim.batch.run(plan, workers=1)
    data = batch.to_xarray()
    assert data["positions_retailer_id"].dims == ("contracts.scale", "unit_id", "month", "product")
    for row in batch.margins.itertuples(index=False):
        place = {"contracts.scale": row[1], "retailer_id": row.retailer_id, "month": row.month, "draw": row.draw}
        assert data["margin_yuan"].sel(place).item() == row.margin_yuan


def test_a_library_that_is_not_there_is_named(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for library in ("xarray", "polars"):
        monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=r"gridsim\[xarray\]"):
        batch.to_xarray()
    with pytest.raises(MissingExtraError, match=r"gridsim\[polars\]"):
        batch.to_polars()


def test_a_table_that_it_does_not_have_is_refused(batch: Batch, tmp_path: Path) -> None:
    with pytest.raises(gridsim.ResultError, match="unit_draws"):
        batch.to_arrow("unit_draws")
