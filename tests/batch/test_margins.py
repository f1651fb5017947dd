"""Retailers' margins over the draws: of each draw those of a run of its own, and statistics of their sums."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gridsim
import gridsim.batch
from gridsim.batch import Batch, spread_tally, worker
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import Block, blocks, drawn_meter, prepare, settle_block
from gridsim.batch.margins import fees_return, margin_arrays, margin_columns
from gridsim.batch.spread import RELATIVE_ERROR
from gridsim.errors import ResultError, ScenarioError
from gridsim.io import scenario_from_tables
from gridsim.scenario import Scenario
from gridsim.units import round_half_up
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
    """Sale, purchase and margin by retailer and month."""
    rows = result.margins().exact.groupby(["retailer_id", "month"], observed=True).sum(numeric_only=True)
    sale = rows[[name for name in rows if name.startswith("retail_")]].sum(axis=1)
    margin = rows["margin_micro_yuan"]
    found = pd.concat([sale, sale - margin, margin], axis=1)
    return {key: row for key, row in zip(found.index, found.to_numpy().tolist(), strict=True) if any(row)}


def by_user(result: gridsim.Result) -> dict[tuple[str, str, str], int]:
    """The margin by retailer, user (empty: nobody) and month [micro-yuan]."""
    rows = result.margins().exact.astype({"user_id": object})
    rows["user_id"] = rows["user_id"].where(rows["user_id"].notna(), "")
    keys = zip(rows["retailer_id"], rows["user_id"], rows["month"], strict=True)
    return {key: money for key, money in zip(keys, rows["margin_micro_yuan"].tolist(), strict=True) if money}


def by_month(columns: dict[str, Any], draw: int) -> dict[tuple[str, str], list[int]]:
    """The same of a draw of a batch."""
    frame = pd.DataFrame({name: np.asarray(values) for name, values in columns.items()})
    frame = frame[(frame["draw"] == draw) & frame[MONEY].any(axis=1)]
    return {(row.retailer_id, row.month): [getattr(row, name) for name in MONEY] for row in frame.itertuples()}


def require_same(scenario: Scenario, load: LoadModel) -> int:
    """Settle retailers in one block, and each in its own and by some draws; hold every draw against a run."""
    prepared = prepare(scenario, load)
    together = fees_return(scenario.rules.shape)
    months = prepared.packed.months

    def columns(cut: list[Block]) -> dict[str, Any]:
        done = [settle_block(prepared, block, SEED, by_retailer=True).margins for block in cut]
        kept = [margins.by_month() for margins in done if margins is not None]
        parts = [margin_arrays(kept[first::2], months) for first in (1, 0)]
        return margin_columns(parts, DRAWS)

    every = Block(0, len(prepared.unit_ids), 0, DRAWS)
    whole = columns([every])
    margins = settle_block(prepared, every, SEED, by_retailer=True, by_user=True).margins
    if margins is None:  # nobody has a retail contract
        return 0
    users = margins.by_user()
    whose = list(zip(users.party_id.tolist(), users.user_id.tolist(), strict=True))
    alone = [
        Block(block.unit_first, block.unit_last, first, min(first + 2, DRAWS))
        for block in blocks(prepared, 1, 1, whole_parties=True, whole_market=together)
        for first in (0, 2)
    ]
    for name, values in columns(alone).items():
        assert np.array_equal(np.asarray(values), np.asarray(whole[name])), name
    for block in alone:
        part = settle_block(prepared, block, SEED, by_retailer=True, by_user=True).margins
        assert part is not None
        own = part.by_user()
        rows = np.isin(users.party, own.party)
        assert own.user.tolist() == users.user[rows].tolist()
        assert (own.money == users.money[rows][:, :, block.draw_first : block.draw_last]).all()
    for draw in range(DRAWS):
        result = gridsim.run(drawn_meter(scenario, load, SEED, draw), threads=1)
        assert by_month(whole, draw) == of_a_run(result)
        found = {
            (*whose[row], months[month]): int(users.money[row, month, draw])
            for row, month in np.argwhere(users.money[:, :, draw]).tolist()
        }
        assert found == by_user(result)
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


def test_of_each_user_the_spread_is_that_of_the_runs(batch: Batch) -> None:
    runs = [
        by_user(gridsim.run(gridsim.batch.drawn_scenario(PLAN, draw, point=2), threads=1))
        for draw in range(PLAN["draws"])
    ]
    rows = batch.exact.user_margins
    rows = rows[rows["point"] == 2].astype({"user_id": object, "month": object})
    rows = rows.where(rows.notna(), "").set_index(["retailer_id", "user_id", "month"])
    keys = set().union(*runs)
    years = {(retailer, user, "") for retailer, user, _ in keys}
    assert set(rows.index) == keys | years and rows["exact"].all()
    for retailer, user, month in [*sorted(keys)[::17], *sorted(years)]:
        money = sorted(
            sum(each for key, each in run.items() if key[:2] == (retailer, user) and month in ("", key[2]))
            for run in runs
        )
        row = rows.loc[(retailer, user, month)]
        assert (
            row["margin_min_micro_yuan"] == row["margin_cvar95_micro_yuan"] == row["margin_q05_micro_yuan"] == money[0]
        )
        assert row["margin_q75_micro_yuan"] == money[2] and row["margin_max_micro_yuan"] == money[3]
        assert row["margin_mean_micro_yuan"] == round_half_up(sum(money), 4)
        assert row["loss_draws"] == sum(each < 0 for each in money)


def test_who_loses_money_most_often(batch: Batch) -> None:
    ask, rows = batch.statistics.margins, batch.exact.user_margins
    likely = ask("user", {"point": 3}, ("loss_probability", "mean", "cvar95"), top=3)
    years = rows[(rows["point"] == 3) & rows["month"].isna() & rows["user_id"].notna()].set_index("user_id")
    assert likely["loss_probability"].iloc[0] == years["loss_draws"].max() / PLAN["draws"]
    for user in likely.index[:-1]:
        assert likely.exact.loc[user, "mean_micro_yuan"] == years.loc[user, "margin_mean_micro_yuan"]
    months = ask("month", {"point": 3, "user": "U01"})
    assert months.index.tolist() == list(batch.statistics.values("month")) and "loss_probability" in months
    assert ask(("retailer", "user", "contracts.scale", "settlement.shortfall_price")).index.nlevels == 4
    assert ask("user", {"point": 3}, "mean").index.tolist() == batch.statistics.values("user")  # nothing is nobody's


def test_parties_that_are_cut_by_draws_have_the_same_rows(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "CELLS_PER_BLOCK", 16_000)
    plan = {**PLAN, "draws": 40, "sweep": {}, "metrics": ["margins"]}
    cut = gridsim.batch.run(plan, workers=1).exact.user_margins
    monkeypatch.setattr(spread_tally, "EXACT_DRAWS", 39)
    counted = gridsim.batch.run(plan, workers=1).exact.user_margins
    monkeypatch.undo()
    whole = gridsim.batch.run(plan, workers=1).exact.user_margins
    pd.testing.assert_frame_equal(whole, cut)
    rough = [name for name in whole if name.startswith(("margin_q", "margin_cvar", "margin_std"))]
    pd.testing.assert_frame_equal(whole.drop(columns=[*rough, "exact"]), counted.drop(columns=[*rough, "exact"]))
    assert whole["exact"].all() and not counted["exact"].any()
    for name in rough:
        if "std" not in name:
            gap = (whole[name] - counted[name]).abs()
            # A mean of losses and gains may be nearer to zero than any of them.
            most = whole[["margin_min_micro_yuan", "margin_q25_micro_yuan"] if "cvar" in name else [name]].abs()
            assert (gap <= most.max(axis=1) * RELATIVE_ERROR + 1).all(), name


def test_fees_that_go_back_are_in_them(tmp_path: Path) -> None:
    """Article 120 of Jiangsu: what comes back lowers what retailers pay."""
    folder = tmp_path / "sold"
    shutil.copytree(SCENARIOS / "jiangsu-2023-mini", folder)
    users = gridsim.load(folder).tables["users"]
    sold = users.loc[users["retailer_id"].notna(), "user_id"]
    rows = "".join(f"{user},fixed,480\n" for user in sold)
    (folder / "retail_contracts.csv").write_text(f"user_id,kind,price\n{rows}", encoding="utf-8")
    scenario = gridsim.load(folder)
    fees, ledger = scenario.rules.shape.fees, gridsim.run(scenario).ledger
    assert fees is not None
    assert ledger.loc[ledger["item"] == fees.returned_item, "payee"].isin(users["retailer_id"]).any()
    assert require_same(scenario, load_of("own"))
    plan = {**PLAN, "scenario": str(folder), "sweep": {}, "draws": 2}
    margins = gridsim.batch.run(plan, workers=1).exact.margins
    drawn = gridsim.run(gridsim.batch.drawn_scenario(plan, 1), threads=1)
    assert by_month(margins[["retailer_id", "month", "draw", *MONEY]].to_dict("list"), 1) == of_a_run(drawn)


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
        (lambda s: s.margins("user"), "group by point or by the parameters, or choose one point"),
        (lambda s: s.margins(("user", "metering")), "no dimension 'metering'"),
        (lambda s: s.margins(("user", "point"), aggregate="q33"), "this plan kept no q33"),
        (lambda s: s.margins("point", {"user": ["U01", "U02"]}), "their sum has no spread"),
        (lambda s: s.margins("user", {"user": "U99"}), "no user 'U99' in this result"),
        (lambda s: s.margins(("user", "point"), of="sale"), "by user the margin alone was kept"),
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
    short = gridsim.batch.run({**PLAN, "sweep": {}}, workers=1, detail="summary")
    with pytest.raises(ResultError, match="by user: they need detail unit or full"):
        short.statistics.margins(where={"user": "U01"})
    with pytest.raises(ResultError, match="it needs the metric margins, and detail unit or full"):
        _ = short.user_margins
