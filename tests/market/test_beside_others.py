"""A receipt tells nothing of what others have submitted."""

import gridsim
from tests.shared import scenario_in

FILING = {"generator_id": "G1", "product": "total", "month": "2021-07", "energy_mwh": 50, "price_yuan_per_mwh": 361}
ORDER = {"side": "buy", "product": "total", "month": "2021-04", "energy_mwh": 300, "price_yuan_per_mwh": 360}


def turned_to(session: str) -> gridsim.Market:
    """The mini scenario with a session open for R1, those before it cleared."""
    market = gridsim.Market(scenario_in())
    while market.next is not None and market.next.id != session:
        market.clear()
    market.open(session, "R1")
    return market


def test_a_contract_of_others():
    """C-103 is between G3 and U5: who takes its id is not told so."""
    receipt = turned_to("AB-2021").submit([{**FILING, "contract_id": "C-900"}, {**FILING, "contract_id": "C-103"}])
    assert [(fault.file, fault.row, fault.column, fault.value) for fault in receipt.faults] == [
        ("bilateral", 2, "generator_id", "G1"),
        ("bilateral", 2, "buyer_id", "R1"),
    ]
    assert not [secret for secret in ("G3", "U5", "row 7", "358", "182500") if secret in repr(receipt)]
    assert receipt.rows["reason"].tolist() == ["fault", "fault"]
    assert "another row" in receipt.rows["detail"][0]
    assert "contract of this id" in receipt.rows["detail"][1]


def test_an_energy_beyond_bounds():
    """The largest price of the market, 505, stands in a contract of others."""
    for session, row in (("AB-2021", {**FILING, "contract_id": "C-900"}), ("M-2021-04", ORDER)):
        market = turned_to(session)
        receipt = market.submit([row, {**row, "energy_mwh": 10**11, "month": "2021-08"}])
        assert [(fault.row, fault.column, fault.value) for fault in receipt.faults] == [
            (2, "energy_mwh", "100000000000.000")
        ]
        assert "505" not in repr(receipt)
        assert "less energy" in receipt.in_words("en")[0]


def test_sums_that_are_too_large_name_the_submitted_row():
    market = turned_to("AB-2021")
    assert not market.submit([{**FILING, "contract_id": "C-900", "energy_mwh": 9 * 10**9}]).faults
    receipt = market.submit([{**FILING, "contract_id": "C-901", "energy_mwh": 10 * 10**9}])
    assert [(fault.file, fault.row, fault.value) for fault in receipt.faults] == [("bilateral", 1, "10000000000.000")]


def test_a_column_that_is_not_there_is_told_of_each_row():
    receipt = turned_to("M-2021-04").submit([{**ORDER, "unit": "R1/tou"}])
    assert "unknown column" in receipt.rows["detail"][0]
