"""A year in steps is the year in one run; what is cleared stays as it is."""

import json
import pickle

import pytest

import gridsim
from gridsim import ResultError, ScenarioError
from tests.shared import SCENARIOS, files_in, fresh, scenario_in


def stepped(market: gridsim.Market) -> gridsim.Market:
    """The market with all its sessions cleared, and nothing submitted."""
    for _ in market.sessions[len(market.cleared) :]:
        market.clear()
    return market


def bid(month: str, price: float, **more: object) -> dict[str, object]:
    return {
        "side": "buy",
        "product": "total",
        "month": month,
        "energy_mwh": 300,
        "price_yuan_per_mwh": price,
        **more,
    }


def turned_to(session: str, participant: str | None = "R1", **how: object) -> gridsim.Market:
    """The mini scenario with a session open, those before it cleared."""
    market = gridsim.Market(scenario_in(), **how)  # type: ignore[arg-type]
    while market.next is not None and market.next.id != session:
        market.clear()
    market.open(session, participant)
    return market


def test_a_year_in_steps_is_the_run_to_the_byte(tmp_path, mini):
    market = gridsim.Market(scenario_in())
    made = [market.clear() for _ in market.sessions]
    market.result().save(tmp_path / "steps")
    mini.save(tmp_path / "run")
    assert files_in(tmp_path / "steps") == files_in(tmp_path / "run")
    told = sorted(tuple(row) for trades in made for row in trades.drop(columns="provisional").astype(str).to_numpy())
    assert told == sorted(tuple(row) for row in mini.trades.astype(str).to_numpy())


def test_sessions_clear_in_order_of_closing():
    market = gridsim.Market(scenario_in())
    assert [session.id for session in market.sessions[:5]] == [
        "AB-2021", "AM-2021", "M-2021-04", "I-2021-06-mid", "I-2021-06-late",
    ]  # fmt: skip
    assert market.next == market.sessions[0]
    with pytest.raises(ResultError, match="AB-2021 closes before it"):
        market.clear("AM-2021")
    market.open("AM-2021")
    with pytest.raises(ResultError, match="AB-2021 closes before it"):
        market.clear()
    market.clear("AB-2021")
    assert [session.id for session in market.cleared] == ["AB-2021"]
    with pytest.raises(ResultError, match="the session AB-2021 is cleared"):
        market.open("AB-2021")
    stepped(market)
    assert market.next is None
    with pytest.raises(ResultError, match="all sessions are cleared"):
        market.clear()


def test_a_result_to_date_holds_and_knows_only_what_is_cleared(mini):
    market = turned_to("M-2021-04")
    found = market.settle("2021-03")
    found.check()
    assert sorted(set(found.positions["month"])) == ["2021-01", "2021-02", "2021-03"]
    assert set(found.trades["session"]) == {"AB-2021", "AM-2021"}
    assert set(found.ledger["month"]) == {"2021-01", "2021-02", "2021-03"}
    # Nothing that closes later is of the first quarter: its lines are those of the year.
    quarter = mini.exact.ledger.query("month <= '2021-03'").drop(columns="line").reset_index(drop=True)
    assert found.exact.ledger.drop(columns="line").equals(quarter)
    assert any("2 of 7 sessions are cleared" in warning for warning in found.warnings)
    alone = market.settle("2021-03", to_date=False)
    assert set(alone.positions["month"]) == {"2021-03"}
    assert alone.explain("R1/conventional", "2021-03")


def test_a_stored_result_to_date_is_one(tmp_path):
    market = turned_to("M-2021-04")
    market.settle("2021-02").save(tmp_path / "out")
    found = gridsim.Result.load(tmp_path / "out")
    found.check()
    manifest = tmp_path / "out" / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    assert told["scenario"]["settled_months"] == ["2021-01", "2021-02"]
    for forged, message in (([5], "not a month"), (["2021-01"], "positions: the table has")):
        told["scenario"]["settled_months"] = forged
        manifest.write_text(json.dumps(told), encoding="utf-8")
        with pytest.raises(ResultError, match=message):
            gridsim.Result.load(tmp_path / "out").check()


def test_what_is_submitted_trades():
    market = turned_to("M-2021-04", players=["R1"])
    receipt = market.submit([bid("2021-04", 500)])
    assert receipt
    trades = market.clear()
    assert trades["buyer_id"].tolist().count("R1") == 1
    positions = market.positions().set_index(["unit_id", "month", "product"])
    before = gridsim.Market(scenario_in(), players=["R1"])
    stepped(before)
    lacking = before.positions().set_index(["unit_id", "month", "product"])
    key = ("R1/conventional", "2021-04", "total")
    assert positions.loc[key, "energy_mwh"] == pytest.approx(lacking.loc[key, "energy_mwh"] + 300)


def test_the_later_submission_stands():
    market = turned_to("M-2021-04")
    assert market.submit([bid("2021-04", 500)])
    assert market.submit([bid("2021-04", 300)])
    market.clear()
    assert "R1" not in set(market.trades.query("session == 'M-2021-04' and product == 'total'")["buyer_id"])


def test_a_submission_after_closing_is_refused():
    market = turned_to("M-2021-04")
    market.clear()
    market.open("M-2021-09", "R1")
    receipt = market.submit([bid("2021-04", 500, session="M-2021-04")])
    assert not receipt
    assert receipt.faults[0].column == "session"
    assert "this session is cleared" in str(receipt.faults[0])
    assert "M-2021-09" in receipt.faults[0].allowed


def test_a_filing_of_a_contract_of_a_cleared_session_is_refused():
    market = gridsim.Market(two_bilateral_sessions())
    market.clear()
    market.open("AB-late", "G1")
    filing = {
        "contract_id": "C-1",
        "buyer_id": "U1",
        "product": "total",
        "month": "2021-05",
        "energy_mwh": 1,
        "price_yuan_per_mwh": 400,
    }
    receipt = market.submit([filing])
    assert "a filing of this contract was made in a session that is cleared" in str(receipt.faults[0])
    assert market.submit([filing | {"contract_id": "C-2"}]).rejected["reason"].tolist() == ["unconfirmed"]
    market.confirm("C-2")
    with pytest.raises(ResultError, match="no filing of the contract C-2 waits"):
        market.confirm("C-2")
    assert market.clear()["contract_id"].tolist() == ["C-2"]


def two_bilateral_sessions() -> gridsim.Scenario:
    def session(name: str, day: int) -> dict[str, str]:
        times = {"opens_at": f"2020-12-{day:02d}T09:00", "closes_at": f"2020-12-{day + 2:02d}T17:00"}
        return {"session": name, "kind": "annual_bilateral", **times}

    rate = {"tariff_class": "t", "voltage": "v"}
    prices = dict.fromkeys(("catalogue_peak", "catalogue_flat", "catalogue_valley", "transmission", "funds"), 500)
    user = {"user_id": "U1", **rate, "peak_valley_tariff": True, "mode": "conventional"}
    filing = {
        "session": "AB-early", "contract_id": "C-1", "generator_id": "G1", "buyer_id": "U1", "product": "total",
        "month": "2021", "energy_mwh": 12, "price_yuan_per_mwh": 400, "filed_at": "2020-12-02T10:00",
        "confirmed_at": "2020-12-02T11:00",
    }  # fmt: skip
    tables = {
        "generators": [{"generator_id": "G1"}],
        "users": [user],
        "tariffs": [{**rate, **prices}],
        "sessions": [session("AB-late", 10), session("AB-early", 2)],
        "bilateral": [filing],
        "meter": [{"user_id": "U1", "month": "2021-05", "period": "peak", "energy_mwh": 1}],
    }
    return gridsim.scenario_from_tables(tables, name="two sessions", year=2021)


def test_faults_are_those_of_a_file_and_nothing_is_taken():
    market = turned_to("M-2021-04")
    receipt = market.submit([bid("2021-04", 360.0001, product="toal"), bid("2021-04", 360)])
    assert not receipt
    assert {fault.column for fault in receipt.faults} == {"product", "price_yuan_per_mwh"}
    assert receipt.rows["reason"].tolist() == ["fault", "fault"]
    assert "第 1 行" in receipt.in_words("zh")[0]
    assert market.scenario is scenario_in()
    with pytest.raises(ScenarioError) as caught:
        market.submit([bid("2021-04", 360, product="toal")], strict=True)
    assert len(caught.value.faults) == 1
    assert not market.submit(5)  # type: ignore[arg-type]
    told = market.submit([bid("2021-04", 360, submitted_at="2021-03-20T10:00")])
    assert told.rejected["reason"].tolist() == ["outside_window"]
    assert not told


def test_metered_energy_of_a_month():
    market = stepped(gridsim.Market(scenario_in()))
    with pytest.raises(ResultError, match="no month of the year"):
        market.meter("2022-01")
    rows = [{"user_id": "U1", "period": "flat", "energy_mwh": 7}]
    market.meter("2021-05", rows)
    assert market.settle("2021-05").exact.cell_settlement.query("month == '2021-05'")["metered_kwh"].tolist() == [7000]
    with pytest.raises(ScenarioError, match="another month"):
        market.meter("2021-05", [{**rows[0], "month": "2021-06"}])
    with pytest.raises(ScenarioError, match="U9"):
        market.meter("2021-05", [{**rows[0], "user_id": "U9"}])
    market.meter("2021-05", [])
    with pytest.raises(ResultError, match="nothing is metered in 2021-05"):
        market.settle("2021-05")


def test_a_copy_looks_ahead_and_a_market_travels(mini):
    market = turned_to("M-2021-04")
    ahead = market.copy()
    assert ahead.submit([bid("2021-04", 500)])
    stepped(ahead)
    assert len(market.cleared) == 2
    there = stepped(pickle.loads(pickle.dumps(market)))
    assert there.result().exact.ledger.equals(mini.exact.ledger)
    assert not ahead.result().exact.ledger.equals(mini.exact.ledger)


def test_the_year_is_asked_for_too_early():
    market = gridsim.Market(scenario_in())
    with pytest.raises(ResultError, match="not yet cleared: AB-2021"):
        market.result()
    assert "0 of 7 sessions cleared, next 'AB-2021'" in repr(market)


def test_who_is_not_there():
    with pytest.raises(ResultError, match="R1"):
        gridsim.Market(scenario_in(), players=["R11"])
    market = gridsim.Market(scenario_in(), players="all")
    assert not len(market.scenario.tables["orders"])
    with pytest.raises(ResultError, match="no session is open"):
        market.submit([])
    with pytest.raises(ResultError, match="there is no session M-2021-14"):
        market.open("M-2021-14")
    with pytest.raises(ResultError, match="nobody named G11"):
        market.open("AM-2021", "G11")


def test_without_sessions_there_are_no_steps():
    with pytest.raises(ScenarioError, match="sessions"):
        gridsim.Market(gridsim.load(SCENARIOS / "retailer-2021"))


def test_what_was_warned_of_is_looked_for_again():
    market = stepped(gridsim.Market(scenario_in()))
    market.meter("2021-05", [])
    assert any("2021-05" in warning for warning in market.result().warnings)
    assert not any("2021-05" in warning for warning in fresh().warnings)


def test_who_does_not_bid_submits_nothing():
    market = turned_to("M-2021-04")
    assert market.submit(None)
    assert market.submit([])
    assert market.scenario is scenario_in()


def transferring(counted: str) -> gridsim.Market:
    """U1 gives to U2 what it holds, in a session that closes before another one of that month."""
    rate = {"tariff_class": "t", "voltage": "v"}
    prices = dict.fromkeys(("catalogue_peak", "catalogue_flat", "catalogue_valley", "transmission", "funds"), 500)
    users = [{"user_id": name, **rate, "peak_valley_tariff": True, "mode": "conventional"} for name in ("U1", "U2")]
    sessions = [
        {"session": "AB", "kind": "annual_bilateral", "opens_at": "2020-12-02", "closes_at": "2020-12-04"},
        {"session": "Z", "kind": "intra_month", "opens_at": "2021-05-06", "closes_at": "2021-05-06"},
        {"session": "Y", "kind": "intra_month", "opens_at": "2021-05-16", "closes_at": "2021-05-16"},
    ]
    filing = {
        "session": "AB", "contract_id": "C", "generator_id": "G1", "buyer_id": "U1", "product": "total",
        "month": "2021-05", "energy_mwh": 100, "price_yuan_per_mwh": 400, "filed_at": "2020-12-02T10:00",
        "confirmed_at": "2020-12-02T11:00",
    }  # fmt: skip
    tables = {
        "generators": [{"generator_id": "G1"}],
        "users": users,
        "tariffs": [{**rate, **prices}],
        "sessions": sessions,
        "bilateral": [filing],
        "meter": [{"user_id": "U1", "month": "2021-05", "period": "peak", "energy_mwh": 1}],
    }
    overrides = {"transfers.counted": counted}
    market = gridsim.Market(gridsim.scenario_from_tables(tables, name="transfers", year=2021, overrides=overrides))
    market.clear("AB")
    transfer = {"product": "total", "month": "2021-05", "transfer": True, "price_yuan_per_mwh": 300, "segment": "mid"}
    for who, side in (("U1", "sell"), ("U2", "buy")):
        market.open("Z", who)
        assert market.submit([{**transfer, "side": side, "energy_mwh": 60}])
    return market


def test_transfers_are_provisional_until_the_last_session_of_the_month():
    market = transferring("all")
    trades = market.clear("Z")
    assert trades[["energy_mwh", "transfer", "provisional"]].to_numpy().tolist() == [[60, "buyers", True]]
    assert any("may change: 1" in warning for warning in market.settle("2021-05").warnings)
    assert market.open("Y", "U1").trades["provisional"].tolist() == [False, True]
    market.clear("Y")
    assert not market.trades["provisional"].any()


def test_where_closed_sessions_count_a_transfer_is_final():
    market = transferring("closed_sessions")
    trades = market.clear("Z")
    assert trades[["energy_mwh", "provisional"]].to_numpy().tolist() == [[60, False]]
    # 40 are left to give; U2, which took over, gives none of it away.
    transfer = {"product": "total", "month": "2021-05", "transfer": True, "price_yuan_per_mwh": 300, "segment": "late"}
    market.open("Y", "U1")
    market.submit([{**transfer, "side": "sell", "energy_mwh": 41}])
    market.open("Y", "U2")
    market.submit([{**transfer, "side": "sell", "energy_mwh": 1}])
    assert not len(market.clear("Y"))
    rejected = market.result().rejected
    assert rejected["reason"].tolist() == ["exceeds_contracts", "one_direction"]
