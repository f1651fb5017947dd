"""Load finer than a kWh: the exact sum by user, month and period is rounded once, and said."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import gridsim
from gridsim.words import Sentence
from tests.io.building import FILES, write_files
from tests.shared import faults_of

HEADING = "user_id,starts_at,energy_mwh"


def curve(energy: str, minutes: int, user: str = "U1", days: int = 30) -> list[str]:
    """Rows of April with one energy in every interval."""
    first = datetime(2021, 4, 1)
    steps = days * 24 * 60 // minutes
    return [f"{user},{first + timedelta(minutes=minutes * step):%Y-%m-%dT%H:%M},{energy}" for step in range(steps)]


def loaded(folder: Path, rows: list[str]) -> gridsim.Scenario:
    return gridsim.load(write_files(folder, {"meter.csv": None, "load.csv": "\n".join([HEADING, *rows])}))


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize("energy", ["0.01248", "0.0124999999999999999999", "0.049919999999999996", "1.5E-3"])
def test_each_period_is_rounded_once(tmp_path: Path, minutes: int, energy: str) -> None:
    scenario = loaded(tmp_path, curve(energy, minutes))
    meter = scenario.tables["meter"]
    exact = Decimal(energy) * 1000 * 30 * 8 * (60 // minutes)  # three periods of eight hours each
    assert meter["energy_kwh"].tolist() == [int(exact + Decimal("0.5"))] * 3


def test_it_is_said_with_the_exact_sum(tmp_path: Path) -> None:
    note = loaded(tmp_path, curve("0.01248", 15)).warnings[0]
    assert note == (
        "load.csv: 2,880 rows finer than a kWh, summed exactly; 3 sums by user, month and period are rounded, "
        "each once and half up; the first: U1, 2021-04, peak: 11.9808 MWh is 11.981"
    )
    assert isinstance(note, Sentence)
    assert "U1、2021-04、peak" in note.zh


def test_sums_that_are_whole_are_not_rounded(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, curve("0.0125", 15))
    assert scenario.tables["meter"]["energy_kwh"].tolist() == [12_000] * 3
    assert scenario.warnings[0].endswith("every sum by user, month and period is whole kWh")


def test_energy_in_whole_kwh_says_nothing(tmp_path: Path) -> None:
    assert not any("finer" in text for text in loaded(tmp_path, curve("0.012", 15)).warnings)


def test_the_same_curve_in_every_form(tmp_path: Path) -> None:
    rows = curve("0.01248", 30) + curve("0.0101", 60, "U2")
    by_file = loaded(tmp_path, rows)
    user, start, energy = zip(*(row.split(",") for row in rows), strict=True)
    forms = {
        "texts": list(energy),
        "floats": [float(text) for text in energy],
        "decimals": pa.array([Decimal(text) for text in energy], pa.decimal128(18, 8)),
        "objects": [Decimal(text) for text in energy],
    }
    frames = {
        name.removesuffix(".csv"): pd.read_csv(io.StringIO(text), dtype=str)
        for name, text in FILES.items()
        if name.endswith(".csv") and name != "meter.csv"
    }
    for form in forms.values():
        load = pa.table({"user_id": user, "starts_at": start, "energy_mwh": form})
        scenario = gridsim.scenario_from_tables(
            {**frames, "load": load}, name="small", year=2021,
            overrides={"settlement.conventional.upper": 1.06}, seed=7,
        )  # fmt: skip
        assert scenario.hash == by_file.hash


def test_what_cannot_be_read_is_a_fault_beside_fine_numbers(tmp_path: Path) -> None:
    rows = curve("0.01248", 60)
    rows[3] = rows[3].replace("0.01248", "-0.0000001")
    rows[4] = rows[4].replace("0.01248", '"1,5"')
    rows[5] = rows[5].replace("0.01248", "0.01248 MWh")
    faults = faults_of(loaded, tmp_path, rows)
    assert [(fault.row, fault.message) for fault in faults] == [
        (4, "negative"), (5, "not a number"), (6, "not a number"),
    ]  # fmt: skip
    assert all("decimals" not in fault.allowed for fault in faults)


def test_it_is_in_the_manifest(tmp_path: Path) -> None:
    result = gridsim.run(loaded(tmp_path / "in", curve("0.01248", 15)))
    result.save(tmp_path / "out", format="csv")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert any("11.9808 MWh is 11.981" in text for text in manifest["warnings"])


def test_meter_in_another_unit_may_be_finer_and_each_row_is_rounded(tmp_path: Path) -> None:
    rows = ["user_id,month,period,energy (kWh)", "U1,2021-01,peak,1000.5", "U1,2021-01,flat,1000.4999"]
    meter = "\n".join([*rows, "U1,2021-01,valley,7"])
    scenario = gridsim.load(write_files(tmp_path, {"meter.csv": meter}))
    assert scenario.tables["meter"]["energy_kwh"].tolist() == [1001, 1000, 7]
    assert any("U1, 2021-01, peak: 1.0005 MWh is 1.001" in text for text in scenario.warnings)


def test_meter_in_mwh_may_not(tmp_path: Path) -> None:
    meter = "user_id,month,period,energy_mwh\nU1,2021-01,peak,1.0005\n"
    (fault,) = faults_of(gridsim.load, write_files(tmp_path, {"meter.csv": meter}))
    assert fault.message == "more than 3 decimals"


@pytest.mark.parametrize(("heading", "energy"), [("电量(kWh)", "12.48"), ("电量（万千瓦时）", "0.001248")])
def test_load_in_another_unit_is_the_same_load(tmp_path: Path, heading: str, energy: str) -> None:
    other = "\n".join([f"user_id,starts_at,{heading}", *curve(energy, 15)])
    scenario = gridsim.load(write_files(tmp_path / "other", {"meter.csv": None, "load.csv": other}))
    assert scenario.hash == loaded(tmp_path / "ours", curve("0.01248", 15)).hash
