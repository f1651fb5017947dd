"""What the random markets of the other tests have of contracts as they stand (rulebook part 12)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.oracle import FaultError, settle_market
from tests.properties.draws import SeededChooser
from tests.properties.scenarios import seeded_scenario
from tests.properties.shaped import shaped_scenario

Scenario = dict[str, Any]


def test_the_markets_are_full_of_deals() -> None:
    """Of both shapes: two-sided and one-sided ones, given away, of own periods, where sellers settle, never metered."""
    found: Counter[str] = Counter()
    for seed in range(80):
        for scenario in (seeded_scenario(seed), shaped_scenario(SeededChooser(seed))):
            if scenario["tables"].get("deals"):
                found.update(features(scenario))
    assert all(found[name] >= 2 for name in NAMES), found


NAMES = (
    "two-sided",
    "no seller",
    "no buyer",
    "given away",
    "own periods",
    "months without sellers",
    "unmetered",
    "trial",
)


def features(scenario: Scenario) -> set[str]:
    try:
        results = settle_market(scenario)
    except FaultError:
        return set()
    deals = scenario["tables"]["deals"]
    of_deal = [n for n, t in enumerate(results["trades"], 1) if t["bilateral_row"] is None and t["sell_row"] is None]
    legs = {leg["leg_id"]: leg for leg in results["legs"]}
    cut_from = {leg["from_leg_id"] for leg in results["legs"]}
    settled = {(row["unit_id"], row["month"]) for row in results["positions"]}
    own = {user["user_id"] for user in scenario["tables"]["users"] if user.get("period_set")}
    one_sided = {leg["month"] for leg in legs.values() if "MARKET" in (leg["seller_id"], leg["unit_id"] or "MARKET")}
    has = {
        "two-sided": any(row["buyer_id"] and row["seller_id"] for row in deals),
        "no seller": any(not row["seller_id"] for row in deals),
        "no buyer": any(not row["buyer_id"] for row in deals),
        "given away": any(legs[leg]["trade_row"] in of_deal for leg in cut_from - {""}),
        "own periods": any(row["buyer_id"] in own for row in deals),
        "months without sellers": bool(one_sided)
        and any(row["month"] not in one_sided for row in results["seller_settlement"]),
        "unmetered": any(leg["unit_id"] and (leg["unit_id"], leg["month"]) not in settled for leg in legs.values()),
        "trial": any(row["trial"] for row in results["leg_settlement"] if legs[row["leg_id"]]["trade_row"] in of_deal),
    }
    return {name for name, is_there in has.items() if is_there}
