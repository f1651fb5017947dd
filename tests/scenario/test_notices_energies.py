"""Energies of a scale that cannot be are warned of, with both figures; a month that counts twice, too."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim.templates import write_template
from tests.io.building import FILES, write_files

HEAD = "session,contract_id,generator_id,buyer_id,product,month,energy_mwh,price_yuan_per_mwh,filed_at,confirmed_at\n"
CONFIRMED = "350,2020-12-07 10:00,2020-12-07 11:00"


def bilateral(*rows: tuple[str, str], contract: str = "C1") -> str:
    return HEAD + "".join(f"AB,{contract},G1,U1,total,{month},{energy},{CONFIRMED}\n" for month, energy in rows)


def warned(folder: Path, files: dict[str, str | None], word: str) -> list[str]:
    scenario = gridsim.load(write_files(folder, {"orders.csv": None, "history.csv": None, **files}))
    assert all(text.zh for text in scenario.warnings)  # type: ignore[attr-defined]
    return [text for text in scenario.warnings if word in text]


# U1 meters 3 × 11.5 MWh in January: 34.5.
@pytest.mark.parametrize(("energy", "shown"), [("690", ""), ("690.001", "690.001"), ("1.725", ""), ("1.724", "1.724")])
def test_contracts_of_another_scale(tmp_path: Path, energy: str, shown: str) -> None:
    found = warned(tmp_path, {"bilateral.csv": bilateral(("2021-01", energy))}, "20 times apart")
    assert len(found) == bool(shown)
    if shown:
        assert "contracts are more than 20 times apart: 1; the first: U1/conventional, 2021-01, total: " in found[0]
        assert f"34.500 MWh metered, {shown} MWh contracted" in found[0]


def test_a_year_is_spread_over_its_months(tmp_path: Path) -> None:
    found = warned(tmp_path, {"bilateral.csv": bilateral(("2021", "12000"))}, "20 times apart")
    assert "apart: 5; the first: U1/conventional, 2021-01, total: 34.500 MWh metered, 1019.178 MWh" in found[0]


def test_a_filing_that_another_replaced_is_no_contract(tmp_path: Path) -> None:
    later = "AB,C1,G1,U1,total,2021-01,34,350,2020-12-07 12:00,2020-12-07 13:00\n"
    files = {"bilateral.csv": bilateral(("2021-01", "3400")) + later}
    assert not warned(tmp_path, files, "20 times apart")


def test_what_orders_may_buy_is_not_known(tmp_path: Path) -> None:
    head = FILES["orders.csv"].splitlines()[0] + "\n"
    files = {"bilateral.csv": bilateral(("2021-01", "1")), "orders.csv": None}
    assert warned(tmp_path / "without", files, "20 times apart")
    order = "AM,U1,buy,total,2021-01,,350,30,2020-12-10T10:00\n"
    assert not warned(tmp_path / "with", {**files, "orders.csv": head + order}, "20 times apart")


def test_nothing_on_one_side_is_no_question_of_scale(tmp_path: Path) -> None:
    files = {"bilateral.csv": bilateral(("2021-01", "0")), "meter.csv": FILES["meter.csv"].replace(",11.5", ",0")}
    assert not warned(tmp_path, files, "20 times apart")


# U1 meters 3 × (10 + month + 0.5) MWh: 612 in the year.
@pytest.mark.parametrize(("energy", "is_far"), [("12240", False), ("12240.1", True), ("30.6", False), ("30.599", True)])
def test_history_of_another_scale(tmp_path: Path, energy: str, is_far: bool) -> None:
    found = warned(
        tmp_path, {"history.csv": f"user_id,year,energy_mwh\nU1,2019,{energy}\nU1,2020,{energy}\n"}, "history"
    )
    assert len(found) == is_far
    if is_far:
        assert f"the first: U1: 612.000 MWh metered in 12 months, {float(energy):.3f} MWh a year in history" in found[0]


def test_history_by_month_and_a_year_that_has_only_begun(tmp_path: Path) -> None:
    history = "user_id,year,month,energy_mwh\n" + "".join(f"U1,2020,{month:02d},52\n" for month in range(1, 7))
    meter = "\n".join(row for row in FILES["meter.csv"].splitlines() if "2021-0" not in row or "2021-01" in row)
    assert not warned(tmp_path, {"history.csv": history, "meter.csv": meter, "bilateral.csv": None}, "20 times apart")


@pytest.mark.parametrize("several", ["2021", "2021-H1", "2021-Q1", "2021-01/2021-02"])
def test_a_month_by_itself_and_within_several(tmp_path: Path, several: str) -> None:
    rows = bilateral((several, "120"), ("2021-01", "40"), ("2021-02", "40"))
    (found,) = warned(tmp_path, {"bilateral.csv": rows}, "counts twice")
    assert found == (
        "bilateral.csv: contracts that name a month by itself and within several, so that its energy counts twice: 1; "
        f"the first: C1: row 1, {several}, 120.000 MWh, and row 2, 2021-01, 40.000 MWh"
    )


@pytest.mark.parametrize("rows", [
    bilateral(("2021-H2", "120"), ("2021-01", "40"), ("2021-06", "40")),
    bilateral(("2021", "120")) + bilateral(("2021-01", "40"), contract="C2").removeprefix(HEAD),
    bilateral(("2021-01", "40"), ("2021-02", "40")),
    bilateral(("2021", "480")) + "AB,C1,G1,U1,total,2021-01,40,350,2020-12-07 12:00,2020-12-07 13:00\n",
])  # fmt: skip
def test_months_that_count_once(tmp_path: Path, rows: str) -> None:
    assert not warned(tmp_path, {"bilateral.csv": rows}, "counts twice")


def test_deals_of_one_contract(tmp_path: Path) -> None:
    head = "deal_id,contract,buyer_id,seller_id,product,month,energy_mwh,price_yuan_per_mwh\n"
    deals = head + "D1,K,U1,G1,total,2021,480,350\nD2,K,U1,G1,total,2021-03,40,350\nD3,,U1,G1,total,2021-03,1,350\n"
    (found,) = warned(tmp_path, {"bilateral.csv": None, "deals.csv": deals}, "counts twice")
    assert "the first: K: row 1, 2021, 480.000 MWh, and row 2, 2021-03, 40.000 MWh" in found


SCENARIOS = sorted(path.parent for path in (Path(__file__).parents[2] / "scenarios").glob("*/scenario.yaml"))
_SAYS = ("10 yuan/MWh", "fiftieth", "0.3 to 3 times", "which it contains", "20 times apart", "counts twice", "perhaps")


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda path: path.name)
def test_no_shipped_scenario_is_of_another_scale(folder: Path) -> None:
    assert not [text for text in gridsim.load(folder).warnings if any(word in text for word in _SAYS)]


@pytest.mark.parametrize("rules", ["henan-2021", "jiangsu-2023"])
@pytest.mark.parametrize("template", ["mini", "province"])
def test_no_template_is_of_another_scale(tmp_path: Path, template: str, rules: str) -> None:
    size = {"users": 60, "seed": 3} if template == "province" else {}
    write_template(tmp_path / "new", template, rules=rules, **size)
    assert not [text for text in gridsim.load(tmp_path / "new").warnings if any(word in text for word in _SAYS)]
