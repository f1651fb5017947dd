"""Users who buy beside their retailer are told of, as nothing of it is used."""

from __future__ import annotations

from pathlib import Path

import gridsim
from tests.io.building import FILES, write_files


def test_orders_and_contracts_of_a_retailers_user(tmp_path: Path) -> None:
    orders, bilateral = FILES["orders.csv"], FILES["bilateral.csv"]
    assert ",R1," in orders and ",U1," in bilateral
    before = gridsim.load(write_files(tmp_path / "before", {}))
    assert not any("through a retailer" in warning for warning in before.warnings)
    files = {"orders.csv": orders.replace(",R1,", ",U2,"), "bilateral.csv": bilateral.replace(",U1,", ",U3,", 1)}
    now = gridsim.load(write_files(tmp_path / "now", files))
    of_bilateral, of_orders = (each for each in now.warnings if "through a retailer" in each)
    assert of_bilateral.endswith("which are not used: 1; the first: row 1, U3, for whom R1 buys")
    assert of_orders.startswith("orders.csv: rows of users that buy through a retailer")
    assert "其购电由 R1 代理" in of_orders.zh
