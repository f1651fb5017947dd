"""Retailers' margins over the draws: of each draw those of a run of its own, and statistics of their sums."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gridsim
import gridsim.batch
from gridsim.batch import Batch
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import Block, blocks, drawn_meter, prepare, settle_block
from gridsim.batch.margins import margin_arrays, margin_columns
from gridsim.errors import ResultError, ScenarioError
from gridsim.io import scenario_from_tables
from gridsim.scenario import Scenario
from tests.batch.one_by_one import SEED
from tests.batch.test_engine import load_of
from tests.oracle import FaultError
from tests.properties.draws import SeededChooser
from tests.properties.harness import input_tables, rule_file_of, text_frames
from tests.properties.retail import with_retail
from tests.properties.scenarios import seeded_scenario
from tests.properties.shaped import shaped_scenario
from tests.retail.worked import write_worked
from tests.shared import MINI, SCENARIOS

DRAWS = 3
MONEY = ["sale_micro_yuan", "purchase_micro_yuan", "margin_micro_yuan"]
PLAN: dict[str, Any] = {
    "scenario": str(SCENARIOS / "retailer-2021"),
    "seed": 7,
    "draws": 4,
    "load": {"own": {"distribution": "lognormal", "sigma": "0.5", "correlation": "industry"}},
    "sweep": {"contracts.scale": [1, "1.05"], "settlement.shortfall_price": [10, 300]},
    "metrics": ["items", "margins"],
}


@pytest.fixture(scope="module")
def batch() -> Batch:
    return gridsim.batch.run(PLAN, workers=1)


def of_a_run(result: gridsim.Result) -> dict[tuple[str, str], list[int]]:
    """Sale, purchase and margin by retailer and month, without fees that go back, which no batch has."""
    exact, fees = result.exact, result.rules.shape.fees
    rows = result.margins().exact.groupby(["retailer_id", "month"], observed=True).sum(numeric_only=True)
    sale = rows[[name for name in rows if name.startswith("retail_")]].sum(axis=1)
    margin = rows["margin_micro_yuan"]
    if fees is not None and fees.returned_item:
        ledger = exact.ledger[~exact.ledger["trial"] & (exact.ledger["item"] == fees.returned_item)]
        back = ledger.astype({"payee": object, "month": object}).groupby(["payee", "month"])["amount_micro_yuan"].sum()
        margin = margin - back.reindex(rows.index, fill_value=0).astype("int64")
    found = pd.concat([sale, sale - margin, margin], axis=1)
    return {key: row for key, row in zip(found.index, found.to_numpy().tolist(), strict=True) if any(row)}


def by_month(columns: dict[str, Any], draw: int) -> dict[tuple[str, str], list[int]]:
    """The same of a draw of a batch."""
    frame = pd.DataFrame({name: np.asarray(values) for name, values in columns.items()})
    frame = frame[(frame["draw"] == draw) & frame[MONEY].any(axis=1)]
    return {(row.retailer_id, row.month): [getattr(row, name) for name in MONEY] for row in frame.itertuples()}


def require_same(scenario: Scenario, load: LoadModel) -> int:
    """Settle retailers in one block, and each in its own and by some draws; hold every draw against a run."""
    prepared = prepare(scenario, load)

    def columns(cut: list[Block]) -> dict[str, Any]:
        done = [settle_block(prepared, block, SEED, by_retailer=True).margins for block in cut]
        kept = [margins for margins in done if margins is not None]
        parts = [margin_arrays(kept[first::2], prepared.packed.months) for first in (1, 0)]
        return margin_columns(parts, DRAWS)

    whole = columns([Block(0, len(prepared.unit_ids), 0, DRAWS)])
    alone = [
        Block(block.unit_first, block.unit_last, first, min(first + 2, DRAWS))
        for block in blocks(prepared, 1, 1, whole_parties=True)
        for first in (0, 2)
    ]
    for name, values in columns(alone).items():
        assert np.array_equal(np.asarray(values), np.asarray(whole[name])), name
    for draw in range(DRAWS):
        result = gridsim.run(drawn_meter(scenario, load, SEED, draw), threads=1)
        assert by_month(whole, draw) == of_a_run(result)
    return len(whole["draw"])


def test_the_worked_month(tmp_path: Path) -> None:
    """Nothing drawn: 522,080 and what the cap leaves are sold; energy and 97,680 of overrun are bought."""
    scenario = gridsim.load(write_worked(tmp_path)).with_overrides({"retail.overrun_delivery": "retailer_bears"})
    assert require_same(scenario, load_of("nothing drawn")) == DRAWS
    prepared = prepare(scenario, load_of("nothing drawn"))
    margins = settle_block(prepared, Block(0, len(prepared.unit_ids), 0, 1), SEED, by_retailer=True).margins
    assert margins is not None and margins.ids.tolist() == ["R"]
    assert margins.money.sum(axis=(1, 2)).tolist() == [[522_080 * 10**6 + 36_480 * 10**6], [526_080 * 10**6]]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2, 7, 33])  # the last two with transfers of retailers
def test_random_markets(seed: int) -> None:
    scenario = with_retail(SeededChooser(seed), seeded_scenario(seed))
    try:
        loaded = scenario_from_tables(
            text_frames(scenario), name="random", year=scenario["year"], rules="henan-2021", overrides=scenario["rules"]
        )
        require_same(loaded, load_of("own"))
    except ScenarioError:
        pytest.skip("no market that can be drawn")


@pytest.mark.slow
def test_markets_of_any_shape() -> None:
    """With transfers, fees and what a shape calls them; some of the markets cannot be settled."""
    assert sum(map(of_any_shape, range(12))) > 60


def of_any_shape(seed: int) -> int:
    choose = SeededChooser(seed)
    try:
        scenario = with_retail(choose, shaped_scenario(choose))
        with TemporaryDirectory() as folder:
            rules = rule_file_of(scenario["shape"], Path(folder))
            loaded = scenario_from_tables(
                text_frames(scenario, input_tables(gridsim.rules.load(rules).shape)),
                name="random",
                year=scenario["year"],
                rules=rules,
            )
            return require_same(loaded, load_of("own"))
    except (FaultError, ScenarioError):
        return 0


def test_a_plan_keeps_them_at_every_point(batch: Batch) -> None:
    margins = batch.exact.margins
    for point, draw in ((0, 0), (1, 3), (3, 2)):
        result = gridsim.run(gridsim.batch.drawn_scenario(PLAN, draw, point=point), threads=1)
        rows = margins[margins["point"] == point]
        assert by_month(rows[["retailer_id", "month", "draw", *MONEY]].to_dict("list"), draw) == of_a_run(result)
    items = batch.exact.items.pivot(index=["point", "draw"], columns="item", values="amount_micro_yuan")
    totals = margins.groupby(["point", "draw"])[MONEY].sum()
    assert totals["sale_micro_yuan"].equals(items.filter(like="retail_").sum(axis=1))
    assert totals["purchase_micro_yuan"].equals(items[["energy", "overrun", "shortfall"]].sum(axis=1))


def test_statistics_are_of_sums_that_were_made_draw_by_draw(batch: Batch) -> None:
    ask, rows = batch.statistics.margins, batch.exact.margins
    year = rows.groupby(["point", "draw"])["margin_micro_yuan"].sum()
    found = ask("point", {"retailer": "R1"}).exact
    assert found["loss_draws"].tolist() == (year < 0).groupby("point").sum().tolist()
    assert (
        found["q05_micro_yuan"].tolist() == found["cvar95_micro_yuan"].tolist() == year.groupby("point").min().tolist()
    )
    months = ask(("retailer", "month"), {"point": 3}, ("max", "loss_probability"))
    of_point = rows[rows["point"] == 3].groupby("month", observed=True)["margin_micro_yuan"]
    assert months.exact["max_micro_yuan"].tolist() == of_point.max().tolist()
    assert months["loss_probability"].tolist() == [lost / 4 for lost in (of_point.min() * 0 + of_point.apply(lost))]
    bought, sold = (ask((), {"point": 0}, "sum", of=name).exact["sum_micro_yuan"][0] for name in ("purchase", "sale"))
    assert sold - bought == ask((), {"point": 0}, "sum").exact["sum_micro_yuan"][0]
    purchase = ask("point", {"point": 0}, of="purchase").exact
    paid = rows[rows["point"] == 0].groupby("draw")["purchase_micro_yuan"].sum()
    assert "loss_draws" not in purchase and purchase["cvar95_micro_yuan"].tolist() == [paid.max()]
    assert ask("metering", {"point": 0}, "count").index.tolist() == ["metered"]
    assert batch.statistics.values("retailer") == ["R1"] and "2021-05" in batch.statistics.values("month")


def test_what_moves_the_margin(batch: Batch) -> None:
    table = batch.sensitivity.tornado("margin").set_index("parameter")
    values = batch.sensitivity.values("margin")
    assert values.tolist() == batch.statistics.margins("point", aggregate="mean")["mean_yuan"].tolist()
    assert table.loc["settlement.shortfall_price", "high"] == values[[1, 3]].mean()
    likely = batch.sensitivity.tornado("margin", "loss_probability")
    assert "low_micro_yuan" not in likely and likely["high"].between(0, 1).all()
    with pytest.raises(ResultError, match="the chart is of money, and loss_probability is not"):
        batch.plot.tornado("margin", "loss_probability")


def lost(values: pd.Series) -> int:
    return int((values < 0).sum())


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda s: s.margins("unit"), "no dimension 'unit'"),
        (lambda s: s.margins(where={"retailer": "R9"}), "no retailer 'R9' in this result"),
        (lambda s: s.margins(aggregate="loss_probabilty"), "nearest: loss_probability"),
        (lambda s: s.margins(aggregate="loss_probability", of="sale"), "no aggregate 'loss_probability'"),
        (lambda s: s.margins(of="sales"), "nearest: sale"),
        (lambda s: s.cost("month"), "no dimension 'month'"),
    ],
)
def test_a_wrong_question_is_answered_with_the_right_words(batch: Batch, ask: Any, told: str) -> None:
    with pytest.raises(ResultError, match=told):
        ask(batch.statistics)


def test_a_scenario_without_retail_contracts_is_a_fault() -> None:
    with pytest.raises(ScenarioError) as caught:
        gridsim.batch.run({"scenario": str(MINI), "metrics": ["margins"]})
    (fault,) = caught.value.faults
    assert (fault.column, fault.value) == ("metrics", "margins")
    assert "retail contracts" in fault.message and "retail_contracts" in str(fault.allowed)


def test_what_was_not_kept_is_told() -> None:
    without = gridsim.batch.run({"scenario": str(SCENARIOS / "retailer-2021"), "metrics": ["items"]}, workers=1)
    with pytest.raises(ResultError, match="the plan has no metric margins"):
        without.statistics.margins()
    with pytest.raises(ResultError, match="no table 'margins': it needs the metric margins"):
        _ = without.margins
