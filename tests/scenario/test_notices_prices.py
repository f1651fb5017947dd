"""Prices of a scale that cannot be are warned of, with both figures."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from tests.io.building import FILES, write_files

HEAD = "session,contract_id,generator_id,buyer_id,product,month,energy_mwh,price_yuan_per_mwh,filed_at,confirmed_at\n"
TARIFFS = FILES["tariffs.csv"].splitlines()[0] + "\n"
DEALS = "deal_id,buyer_id,seller_id,product,month,energy_mwh,price_yuan_per_mwh\n"


def contracts(*prices: str) -> str:
    """A bilateral contract at each price, of as much as U1 meters."""
    return HEAD + "".join(
        f"AB,C{n},G1,U1,total,2021-{n:02d},40,{price},2020-12-07 10:00,2020-12-07 11:00\n"
        for n, price in enumerate(prices, start=1)
    )


def warned(folder: Path, files: dict[str, str]) -> list[str]:
    scenario = gridsim.load(write_files(folder, {"orders.csv": None, **files}))
    assert all(text.zh for text in scenario.warnings)  # type: ignore[attr-defined]
    return [
        text
        for text in scenario.warnings
        if ("price" in text or "tariff is below" in text) and "contain them" not in text
    ]


def test_contract_prices_in_yuan_per_kwh(tmp_path: Path) -> None:
    (found,) = warned(tmp_path, {"bilateral.csv": contracts("350", "0.35", "0.355", "0")})
    assert found == (
        "bilateral.csv: contract prices above 0 and below 10 yuan/MWh: 2; the first: row 2, 0.35 yuan/MWh; in yuan/kWh "
        "this would be 350 yuan/MWh"
    )


def test_deals_and_retail_contracts_too(tmp_path: Path) -> None:
    files = {"deals.csv": DEALS + "D1,U1,G1,total,2021-01,40,0.35\n"}
    files["retail_contracts.csv"] = "user_id,kind,price\nU2,fixed,0.44\n"
    found = warned(tmp_path, files)
    assert [text.split(":")[0] for text in found] == ["deals.csv", "retail_contracts.csv"]


@pytest.mark.parametrize("low", ["0.9,0.6,0.3,0.16,0.027", "900,600,9.999,160,27"])
def test_catalogue_prices(tmp_path: Path, low: str) -> None:
    rows = f"large,10kV,{low},,\ngeneral,1kV,950,650,350,210,27,,\n"
    found = warned(tmp_path, {"tariffs.csv": TARIFFS + rows})
    assert found[0].startswith("tariffs.csv: prices (catalogue tariff) above 0 and below 10 yuan/MWh")


def test_limits_of_orders_are_low_on_purpose_unless_most_are(tmp_path: Path) -> None:
    head = FILES["orders.csv"].splitlines()[0] + "\n"
    for name, prices, count in (("one", ("1", "340", "350"), 0), ("most", ("0.33", "0.34", "350"), 1)):
        rows = "".join(
            f"AM,G1,sell,total,2021-0{n},,{price},5,2020-12-10T10:00\n" for n, price in enumerate(prices, start=1)
        )
        assert "segment" in head
        found = warned(tmp_path / name, {"orders.csv": head + rows})
        assert len(found) == count
        assert all("limit prices above 0 and below 10 yuan/MWh: 2" in text for text in found)


def test_a_price_far_below_its_like(tmp_path: Path) -> None:
    rows = "large,10kV,900,600,300,16,27,,\ngeneral,1kV,950,650,350,210,0.5,,\nother,1kV,950,650,350,210,27,,\n"
    (found,) = [text for text in warned(tmp_path, {"tariffs.csv": TARIFFS + rows}) if "fiftieth" in text]
    assert (
        "prices (funds and surcharges) below a fiftieth of their like: 1; the first: row 2, 0.5 yuan/MWh, where 27"
        in found
    )


def test_a_catalogue_price_below_what_it_contains(tmp_path: Path) -> None:
    rows = "large,10kV,900,600,206.999,180,27,,\ngeneral,1kV,950,650,237,210,27,,\n"
    (found,) = warned(tmp_path, {"tariffs.csv": TARIFFS + rows})
    assert found == (
        "tariffs.csv: rows whose catalogue tariff is below T&D tariff, funds and surcharges together, "
        "which it contains: 1; the first: row 1, 206.999 and 207 yuan/MWh"
    )


@pytest.mark.parametrize(("price", "is_far"), [("180", False), ("179.999", True), ("1950", False), ("1950.001", True)])
def test_a_contract_price_far_from_the_reference_of_the_rule_set(tmp_path: Path, price: str, is_far: bool) -> None:
    found = warned(tmp_path, {"bilateral.csv": contracts("350", price)})
    assert len(found) == is_far
    if is_far:
        assert (
            "contract prices outside 0.3 to 3 times catalogue tariff (flat), 600–650 yuan/MWh: 1; the first: row 2"
            in found[0]
        )


def test_a_rule_set_without_a_reference_has_none() -> None:
    assert gridsim.rules.load("jiangsu-2023").shape.scale.contracts is None
    assert gridsim.rules.load("henan-2021").shape.scale.contracts == ("catalogue", "flat")
