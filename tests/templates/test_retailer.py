"""The scenario of a retailer: it is what its script makes, and what its READMEs say of it is so."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import gridsim
from gridsim.templates import write_template
from tests.shared import SCENARIOS, files_in, fresh, scenario_in
from tests.statements_forged.market import period_of_hour
from tests.templates.retailer_making import EXPORT, EXPORTED, PLACES, files
from tests.templates.retailer_statement import CORRECTION, STATEMENT, forged

FOLDER = SCENARIOS / "retailer-2021"


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_are_what_the_script_makes() -> None:
    made = files()
    assert {name: (FOLDER / name).read_bytes() for name in made} == made
    assert files_in(PLACES[0]) == files_in(PLACES[1]) == files_in(gridsim.example("retailer-2021"))


def test_what_came_from_outside_goes_along_in_any_form(tmp_path: Path) -> None:
    written = write_template(tmp_path / "new", template="retailer", form="xlsx", lang="zh")
    assert files_in(written / "exports") == files_in(FOLDER / "exports")


def test_it_warns_of_unknown_sellers_and_of_the_user_without_a_contract_alone_and_has_both_modes() -> None:
    scenario = scenario_in(FOLDER)
    of_deals, of_contracts = scenario.warnings
    assert "49 of 54 deals lack their buyer or seller" in of_deals
    assert "the first: U22, 2021-01" in of_contracts
    assert Counter(row["mode"] for row in rows_of("users")) == {"conventional": 22, "tou": 8}
    assert len(rows_of("deals")) == 54 and not {"bilateral", "orders", "load"} & set(scenario.given)


def test_retail_contracts_are_of_each_kind_and_each_way_to_bear_a_deviation() -> None:
    rows = rows_of("retail_contracts")
    assert {row["kind"] for row in rows} == {"fixed", "spread_share", "cost_plus"}
    assert {row["deviation"] for row in rows} == {"", "own", "price"}
    assert {row["side"] for row in rows} == {"", "both", "over", "under", "unit"}
    assert {row["user_id"] for row in rows_of("users")} - {row["user_id"] for row in rows} == {"U22"}
    assert [row["price_flat"] for row in rows if row["price_peak"]] == ["398", ""]


def test_units_fall_short_and_overrun_in_the_months_that_the_readme_names() -> None:
    positions = fresh(FOLDER).positions
    positions = positions[~positions["trial"] & (positions["month"] > "2021-03")]
    by_month = positions.groupby("month")[["overrun_mwh", "shortfall_mwh"]].sum()
    assert by_month.index[by_month["shortfall_mwh"] > 0].tolist() == ["2021-06", "2021-09"]
    assert by_month.index[by_month["overrun_mwh"] > 0].tolist() == ["2021-11"]
    both = positions[positions["month"].isin(["2021-09", "2021-11"])]
    assert ((both["shortfall_mwh"] > 0) | (both["overrun_mwh"] > 0)).all()


def test_the_export_adds_up_to_the_meter() -> None:
    lines = (FOLDER / EXPORT).read_bytes().decode("gb18030").splitlines()
    assert "合成" in lines[0]
    sums: dict[tuple[str, str], Decimal] = {}
    for row in csv.DictReader(lines[1:]):
        quarters = {heading: Decimal(text) for heading, text in row.items() if ":" in heading}
        assert len(quarters) == 96 and sum(quarters.values()) == Decimal(row["日电量"])
        for heading, energy in quarters.items():
            hour, minute = map(int, heading.split(":"))
            period = period_of_hour((hour * 60 + minute - 15) // 60)  # of the quarter-hour that ends there
            sums[row["户号"], period] = sums.get((row["户号"], period), Decimal(0)) + energy
    metered = {
        (row["user_id"], row["period"]): Decimal(row["energy_mwh"]) * 1000
        for row in rows_of("meter")
        if row["user_id"] in EXPORTED and row["month"] == "2021-05"
    }
    assert sums == metered


@pytest.mark.slow
def test_the_statement_differs_in_what_the_readme_says(tmp_path: Path) -> None:
    statement = forged(FOLDER)
    assert statement.write(tmp_path).read_bytes() == (FOLDER / STATEMENT).read_bytes()
    assert statement.energy == 18_400
    assert CORRECTION.amount == -3_214_560_000
    in_readme = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()[-1]
    assert all(figure in in_readme for figure in ("U07", "18.4 MWh", "D-022", "408.6 and not 408", "3,214.56"))
    (deal,) = (row for row in rows_of("deals") if row["deal_id"] == "D-022")
    assert deal["price_yuan_per_mwh"] == "408"
    # In band: all energy of the unit moves to the new mean of prices, and the dearer deal makes the rest.
    energy = [
        sum(line.energy for line in lines if line.item == "energy") for lines in (statement.ours, statement.theirs)
    ]
    assert energy[1] - energy[0] == 18_400
    assert {difference.key[-1] for difference in statement.differences} == {"energy", "correction"}
