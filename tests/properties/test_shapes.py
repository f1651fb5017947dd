"""What must hold of a settlement whatever the shape of its market: here of the oracle's own."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import FaultError, load_shape, settle_market
from tests.properties.draws import SeededChooser
from tests.properties.harness import portion
from tests.properties.shaped import shaped_scenario

Tables = dict[str, list[dict[str, Any]]]


@portion(100)
@given(st.integers(0, 2**32 - 1))
def test_what_holds_of_every_shape(seed: int) -> None:
    scenario = shaped_scenario(SeededChooser(seed))
    results = settle_market(scenario)
    accounts_are_closed(scenario["shape"], results)
    energies_agree(scenario["shape"], results)
    transfers_move_what_they_trade(results)


def test_most_shapes_settle() -> None:
    """At most a fifth of the shapes may be refused."""
    refused = 0
    for seed in range(60):
        try:
            settle_market(shaped_scenario(SeededChooser(seed)))
        except FaultError:
            refused += 1
    assert refused <= 12


def accounts_are_closed(shape: dict[str, Any], results: Tables) -> None:
    """Money is energy × price but where it is a share; MARKET holds nothing but what one-sided deals leave."""
    held: Counter[tuple[str, bool]] = Counter()
    for line in results["ledger"]:
        if line["price_micro_yuan_per_kwh"] is None:
            assert line["energy_kwh"] == 0
        else:
            assert line["amount_micro_yuan"] == line["energy_kwh"] * line["price_micro_yuan_per_kwh"]
        held[line["month"], line["trial"]] += (line["payee"] == "MARKET") * line["amount_micro_yuan"]
        held[line["month"], line["trial"]] -= (line["payer"] == "MARKET") * line["amount_micro_yuan"]
    one_sided = {leg["month"] for leg in results["legs"] if leg["seller_id"] == "MARKET" or not leg["unit_id"]}
    assert not any(amount for (month, _), amount in held.items() if month not in one_sided)
    if shape["counterparty"] == "direct":
        assert not results["seller_settlement"]


def energies_agree(shape: dict[str, Any], results: Tables) -> None:
    """Legs, cells and bands hold what their position holds; nothing is negative."""
    assert all(leg["energy_kwh"] >= 0 for leg in results["legs"])
    by_position: dict[tuple[Any, ...], Counter[str]] = {}
    place = {leg["leg_id"]: (leg["unit_id"], leg["month"], leg["product"]) for leg in results["legs"]}
    for row in results["leg_settlement"]:
        assert row["in_band_kwh"] >= 0
        assert row["shortfall_kwh"] >= 0
        sums = by_position.setdefault((*place[row["leg_id"]], row["trial"]), Counter())
        sums["leg in band"] += row["in_band_kwh"]
        sums["leg short"] += row["shortfall_kwh"]
    for row in results["position_bands"]:
        assert row["energy_kwh"] > 0
        sums = by_position.setdefault((row["unit_id"], row["month"], row["product"], row["trial"]), Counter())
        sums[row["side"]] += row["energy_kwh"]
    for row in results["cell_settlement"]:
        if row["unit_id"]:
            mode = row["unit_id"].rpartition("/")[2]
            (product,) = (p for p in shape["modes"][mode]["products"] if row["period"] in shape["products"][p])
            sums = by_position.setdefault((row["unit_id"], row["month"], product, row["trial"]), Counter())
            sums["cell in band"] += row["in_band_kwh"]
            sums["cell over"] += row["overrun_kwh"]
    for row in results["positions"]:
        sums = by_position.get((row["unit_id"], row["month"], row["product"], row["trial"]), Counter())
        assert row["in_band_kwh"] + row["overrun_kwh"] == row["metered_kwh"]
        assert sums["leg in band"] == sums["cell in band"] == row["in_band_kwh"]
        assert sums["cell over"] == sums["over"] == row["overrun_kwh"]
        assert sums["leg short"] == sums["under"] == row["shortfall_kwh"]


def transfers_move_what_they_trade(results: Tables) -> None:
    """Cut and new legs together hold what new energy traded."""
    traded = Counter(bool(trade["transfer"]) for trade in results["trades"] for _ in range(trade["energy_kwh"] > 0))
    new_energy = sum(trade["energy_kwh"] for trade in results["trades"] if not trade["transfer"])
    assert sum(leg["energy_kwh"] for leg in results["legs"]) == new_energy
    assert bool(traded[True]) == any(leg["from_leg_id"] for leg in results["legs"])


def test_the_shipped_shapes_take_random_scenarios_too() -> None:
    """Jiangsu's kinds of session stand for those of the random shapes."""
    shape = load_shape("jiangsu-2023")
    for seed in range(20):
        choose = SeededChooser(seed)
        try:
            results = settle_market(shaped_scenario(choose, shape | {"outside": outside_of(shape)}))
        except FaultError:
            continue
        accounts_are_closed(shape, results)


def outside_of(shape: dict[str, Any]) -> dict[str, Any]:
    """With a price for priority purchase, which random users have."""
    return shape["outside"] | {"priority_purchase": [{"charges": "market"}]}
