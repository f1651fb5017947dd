"""One extension of each kind in a market: run, checked, saved, explained, drawn in batches."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import gridsim
from gridsim.batch import Batch, plan_from_dict
from gridsim.batch import run as run_batch
from gridsim.errors import ScenarioError
from gridsim.report.statement_choice import sums_of_all
from gridsim.report.statement_gather import gather
from gridsim.report.statement_model import Key
from gridsim.report.statements import write_statements
from gridsim.trading.units import units_by_id
from tests.extensions import sound
from tests.extensions.market import folder_of, run_of, shape


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Result:
    return run_of(shape(), tmp_path_factory.mktemp("extended"))


def lines(result: gridsim.Result, item: str) -> pd.DataFrame:
    ledger = result.exact.ledger
    return ledger[(ledger["item"] == item) & (ledger["month"] == "2021-05")]


def test_a_mechanism_matches(result: gridsim.Result) -> None:
    trades = result.exact.trades
    matched = trades[trades["session"] == "A"]
    assert matched[["seller_id", "buyer_id", "energy_kwh", "price_micro_yuan_per_kwh"]].values.tolist() == [
        ["G2", "U2", 60_000, 325_000],
        ["G2", "U1", 20_000, 330_000],
        ["G1", "U1", 10_000, 325_000],
    ]


def test_a_price_is_computed(result: gridsim.Result) -> None:
    overrun = lines(result, "overrun")
    assert overrun["price_micro_yuan_per_kwh"].tolist() == [400_000, 300_500]  # of 500 and 301 with 300
    assert set(lines(result, "shortfall")["price_micro_yuan_per_kwh"]) == {175_500}  # of 331 and 20
    assert set(lines(result, "wires")["price_micro_yuan_per_kwh"]) == {300_000, 200_500}


def test_items_are_lines_of_the_ledger(result: gridsim.Result) -> None:
    levy = lines(result, "levy")
    assert levy[["payer", "payee", "energy_kwh", "amount_micro_yuan", "clause"]].values.tolist() == [
        ["U1", "GRID", 60_000, 60_000_000, "S3"],
        ["U2", "GRID", 75_000, 75_000_000, "S3"],
    ]
    pooling = result.exact.ledger.query("item == 'pooling'")
    assert len(pooling) == 4 * 12
    received, paid = (pooling.groupby(side)["amount_micro_yuan"].sum()["POOL"] for side in ("payee", "payer"))
    assert received == paid


def test_a_check_stands_among_the_others(result: gridsim.Result) -> None:
    found = result.exact.compliance.query("check == 'small_sellers'")
    assert found[["subject", "value", "limit", "passed", "clause"]].values.tolist() == [
        ["G1", "50.000", "100.000", False, "S2"],
        ["G2", "80.000", "100.000", False, "S2"],
    ]
    assert "credit" in set(result.exact.compliance["check"])


def test_the_manifest_names_them(result: gridsim.Result) -> None:
    assert [(each["kind"], each["name"]) for each in result.manifest["extensions"]] == [
        ("mechanism", "largest_first"),
        ("price", "halfway"),
        ("check", "small_sellers"),
        ("item", "levy"),
        ("item", "pooling"),
    ]
    assert result.manifest["extensions"][0]["origin"] == f"{sound.__name__}:largest_first"


def test_saved_and_checked_again(result: gridsim.Result, tmp_path: Path) -> None:
    result.check()
    result.save(tmp_path / "out")
    again = gridsim.Result.load(tmp_path / "out")
    again.check()
    pd.testing.assert_frame_equal(again.exact.ledger, result.exact.ledger)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            ["by largest orders first", "halfway of [list price; 300.000]", "When the month closes", "levy", "[S3]"],
        ),
        ("zh", ["按大单优先", "折中价［挂牌价；300.000］", "月末结转", "附加费", "[S3]"]),
    ],
)
def test_explained_in_its_words(result: gridsim.Result, lang: str, said: list[str]) -> None:
    texts = " ".join(
        " ".join(str(result.explain(f"{user}/only", "2021-05", lang=lang)).split()) for user in ("U1", "U2")
    )
    assert [each for each in said if each not in texts] == []


def test_statements_have_the_lines_of_items(result: gridsim.Result, tmp_path: Path) -> None:
    exact, shape_of = result.exact, result.rules.shape
    whose = units_by_id(result.inputs, shape_of)
    sums = sums_of_all(exact, ["2021-05"], shape_of, whose)
    statements = {each.key.subject: each for each in gather(exact, list(sums), 100, whose, shape_of)}
    for unit, energy in (("U1/only", 60_000), ("U2/only", 75_000)):
        (part,) = statements[unit].parts
        items = {each.item: each for each in part.items}
        (levy,) = items["levy"].lines
        assert (levy.energy_kwh, levy.price, levy.amount_micro_yuan) == (energy, 1_000, energy * 1_000)
        (pooled,) = items["pooling"].lines
        assert (pooled.payer, pooled.payee, pooled.amount_micro_yuan) == (unit[:2], "POOL", -2_000_000)
        assert sums[Key(unit, "2021-05", False)].amount_micro_yuan == part.amount_micro_yuan
    assert write_statements(result, tmp_path / "bills.xlsx", lang="en").sheets == 2


def batch_of(folder: Path, executor: str) -> Batch:
    plan = plan_from_dict(
        {
            "scenario": str(folder),
            "seed": 3,
            "draws": 4,
            "load": {"own": {"distribution": "lognormal", "sigma": 0.2}},
            "sweep": {"load.scale": ["0.9", "1.2"]},
        }
    )
    return run_batch(plan, executor=executor, workers=2)


@pytest.mark.slow
def test_batches_in_threads_and_processes(tmp_path: Path) -> None:
    folder = folder_of(shape(closing=None), tmp_path / "in")
    threads, processes = (batch_of(folder, executor) for executor in ("threads", "processes"))
    assert set(threads.points["status"]) == {"done"}
    pd.testing.assert_frame_equal(threads.exact.items, processes.exact.items)


def test_what_a_batch_cannot_do_is_a_fault_that_names_it(tmp_path: Path) -> None:
    lists = shape()
    lists["modes"]["only"]["over"][0]["price"] = {"halfway": ["in_band_mean", 300]}
    folder = folder_of(lists, tmp_path / "in")
    with pytest.raises(ScenarioError) as error:
        batch_of(folder, "threads")
    assert [str(fault.message) for fault in error.value.faults] == [
        "the ledger item levy of an extension is in no batch",
        "the ledger item pooling of an extension is in no batch",
        "the price word halfway of an extension rests on in_band_mean here, which each draw changes",
    ]
