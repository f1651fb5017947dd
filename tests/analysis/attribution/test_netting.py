"""What netting saves: the worked month, and units that have no overrun or shortfall of their own."""

from __future__ import annotations

import gridsim
from tests.analysis.attribution.worked import NOMINATED, SHORT, worked
from tests.shared import SCENARIOS, fresh


def figures(result: gridsim.Result) -> list[list[float]]:
    return result.netting()[["over_mwh", "under_mwh", "saved_yuan"]].to_numpy().tolist()


def test_the_worked_month() -> None:
    # 97,680 / 150 is 651.2 yuan/MWh; the energy in band cost 408.
    assert figures(gridsim.run(worked())) == [[92, 68, round(92 * (651.2 - 408) + 68 * 10, 6)]]


def test_a_shortfall_has_the_price_of_its_band() -> None:
    assert figures(gridsim.run(worked(SHORT))) == [[0, 10, 100]]


def test_users_that_cancel_out_save_what_they_would_have_paid() -> None:
    cells = {"U1": {"peak": 560}, "U2": {"flat": 280}, "U3": {"valley": 160}}
    # 182 over and 100 + 68 short alone, nothing together; all that was metered would have paid 735.52 yuan/MWh.
    price = (560 * 942 + 280 * 600 + 160 * 300) / 1000
    assert figures(gridsim.run(worked(cells))) == [[182, 168, round(182 * (price - 408) + 1680, 6)]]


def test_who_buys_for_itself_nets_with_nobody() -> None:
    for result in (fresh(), fresh(SCENARIOS / "jiangsu-2023-mini")):
        retailers = result.inputs["retailers"].column("retailer_id").to_pylist()
        netting = result.netting()
        is_direct = ~netting["unit_id"].str.rpartition("/")[0].isin(retailers)
        assert is_direct.any()
        assert (netting.loc[is_direct, ["over_mwh", "under_mwh", "saved_yuan"]] == 0).all(axis=None)
        assert len(result.netting("trial")) == len(result.trial.positions)


def test_what_the_buyer_bought_too_little_of_is_no_saving() -> None:
    on_plan = {user: {"flat": plan} for user, plan in NOMINATED.items()}
    assert figures(gridsim.run(worked(on_plan, contracts=((800, 400),)))) == [[-160, 0, -160 * 200]]
