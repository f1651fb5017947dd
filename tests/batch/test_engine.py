"""A batch is the same scenarios run one by one, to the micro-yuan, whatever it is cut into."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.batch import engine
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import ENERGIES, Block, Prepared, blocks, drawn_meter, prepare, scaled, settle_block
from gridsim.errors import ScenarioError
from gridsim.scenario import Scenario
from tests.io.own_periods import write_own
from tests.markets import HENAN
from tests.properties.harness import text_frames
from tests.properties.scenarios import enlarged, seeded_scenario
from tests.shared import PROVINCE, sampled, scenario_in

ROOT = Path(__file__).parents[2]
LOADS: dict[str, dict[str, Any]] = {
    "nothing drawn": {},
    "common": {"common": {"distribution": "lognormal", "sigma": 0.03}},
    "own": {"own": {"distribution": "lognormal", "sigma": 0.1}},
    "industry": {
        "common": {"distribution": "lognormal", "sigma": 0.03},
        "own": {"distribution": "lognormal", "sigma": 0.1, "correlation": "industry"},
    },
    "all": {
        "common": {"distribution": "normal", "sigma": 0.05},
        "own": {"distribution": "gamma", "parameters": {"a": 4, "scale": 0.25}, "correlation": {"share": 0.3}},
        "period": {"distribution": "uniform", "parameters": {"loc": 0.8, "scale": 0.4}},
    },
    "mostly nothing": {"own": {"distribution": "normal", "sigma": 3}, "period": {"distribution": "normal", "sigma": 2}},
}
SEED = 2**63 + 11


def load_of(name: str) -> LoadModel:
    return LoadModel.model_validate(LOADS[name])


@dataclass
class Batch:
    """The blocks of a point, put together."""

    items: np.ndarray
    energies: np.ndarray
    by_unit: dict[str, np.ndarray]


def settle_all(prepared: Prepared, cut: list[Block], draws: int, seed: int = SEED) -> Batch:
    units = len(prepared.unit_ids)
    names = ("cost", "metered", "overrun", "shortfall")
    found = Batch(np.zeros((draws, len(HENAN.items)), np.int64), np.zeros((draws, len(ENERGIES)), np.int64), {})
    found.by_unit = {name: np.full((units, draws), -1, dtype=np.int64) for name in names}
    for block in cut:
        outcome = settle_block(prepared, block, seed)
        here = slice(block.draw_first, block.draw_last)
        found.items[here] += outcome.items
        found.energies[here] += outcome.energies
        for name in names:
            found.by_unit[name][block.unit_first : block.unit_last, here] = getattr(outcome, name)
    return found


def require_same(batch: Batch, prepared: Prepared, scenario: Scenario, load: LoadModel, draw: int) -> None:
    """The draw in the batch is what a run of its scenario gives, by item, by unit, in money and energy."""
    exact = gridsim.run(drawn_meter(scenario, load, SEED, draw), threads=1).exact
    ledger, positions = exact.ledger[~exact.ledger["trial"]], exact.positions[~exact.positions["trial"]]
    of_nobody = ledger["unit_id"].isna() & ledger["user_id"].isna()  # what the market account pays for what is sold
    money = ledger[~of_nobody].groupby("item")["amount_micro_yuan"].sum()
    assert dict(zip(HENAN.items, batch.items[draw].tolist(), strict=True)) == {
        item: int(money.get(item, 0)) for item in HENAN.items
    }
    energies = [int(positions[f"{name}_kwh"].sum()) for name in ENERGIES]
    assert batch.energies[draw].tolist() == energies
    assert int(prepared.contract_kwh.sum()) == energies[0]

    owner = ledger["unit_id"].where(ledger["unit_id"].notna() & (ledger["unit_id"] != ""), ledger["user_id"])
    paid = ledger.groupby([owner, owner == ledger["user_id"]])["amount_micro_yuan"].sum().to_dict()
    cells = exact.cell_settlement[~exact.cell_settlement["trial"]]
    outside = cells[cells["unit_id"].isna() | (cells["unit_id"] == "")].groupby("user_id")["metered_kwh"].sum()
    of_unit = positions.groupby("unit_id")[[f"{name}_kwh" for name in ENERGIES]].sum()
    assert set(of_unit.index) == set(prepared.unit_ids[~prepared.is_outside])
    assert set(outside.index) == set(prepared.unit_ids[prepared.is_outside])
    for row, (name, is_outside) in enumerate(zip(prepared.unit_ids, prepared.is_outside, strict=True)):
        found = {of: int(values[row, draw]) for of, values in batch.by_unit.items()}
        if is_outside:
            expected = {"metered": int(outside[name]), "overrun": 0, "shortfall": 0}
            assert prepared.contract_kwh[row] == 0
        else:
            expected = {of: int(of_unit.loc[name, f"{of}_kwh"]) for of in ("metered", "overrun", "shortfall")}
            assert prepared.contract_kwh[row] == of_unit.loc[name, "contract_kwh"]
        assert found == {"cost": int(paid.pop((name, is_outside), 0)), **expected}
    assert not paid


def mini_frames() -> dict[str, pd.DataFrame]:
    files = (ROOT / "scenarios/henan-2021-mini").glob("*.csv")
    return {path.stem: pd.read_csv(path, dtype=str) for path in files}


@pytest.fixture(scope="module")
def mini() -> Scenario:
    return scenario_in()


@pytest.fixture(scope="module")
def province() -> Scenario:
    return scenario_in(PROVINCE)


@pytest.mark.parametrize("load", sampled(LOADS, 3))
def test_the_mini_scenario_one_by_one(mini: Scenario, load: str) -> None:
    prepared = prepare(mini, load_of(load))
    batch = settle_all(prepared, blocks(prepared, 5), 5)
    for draw in range(5):
        require_same(batch, prepared, mini, load_of(load), draw)


@pytest.mark.parametrize("load", ["industry", "all"])
def test_the_small_province_one_by_one(province: Scenario, load: str) -> None:
    prepared = prepare(province, load_of(load))
    batch = settle_all(prepared, blocks(prepared, 3), 3)
    # Of everything there is something: those who left, priority purchase, overrun; but nobody transfers.
    assert (batch.items[:, : HENAN.items.index("transfer")] > 0).all()
    assert (np.diff(prepared.market.cell_start) > 12).any() and (np.diff(prepared.market.leg_start) > 1).any()
    require_same(batch, prepared, province, load_of(load), 1)


def test_periods_of_ones_own_one_by_one(tmp_path: Path) -> None:
    own, load = gridsim.load(write_own(tmp_path)), load_of("all")
    prepared = prepare(own, load)
    batch = settle_all(prepared, blocks(prepared, 3), 3)
    for draw in range(3):
        require_same(batch, prepared, own, load, draw)
    again = pickle.loads(pickle.dumps(own))
    assert again.period_sets == own.period_sets


POINTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"settlement.tou.upper": 1.02, "settlement.conventional.lower": 1.0}, {}),
    ({"transition.months": [], "settlement.shortfall_price": 20}, {"contract_scale": "0.9"}),
    ({"matching.mechanism": "uniform", "settlement.conventional.upper": 1}, {"load_scale": 1.1, "price_scale": "1.05"}),
    ({}, {"contract_scale": 0}),
    ({"settlement.tou_adjustment_base": "catalogue_difference"}, {"price_scale": "1.05"}),
    (
        {
            "settlement.tou_adjustment_base": [
                {"from": "2021-01", "value": "average_energy_price"},
                {"from": "2021-06", "value": "catalogue_difference"},
                {"from": "2021-10", "value": "average_energy_price_plus_transmission"},
            ]
        },
        {},
    ),
    ({"matching.ties": "pro_rata", "transition.months": []}, {"contract_scale": "0.0001"}),
    ({"matching.ties": "pro_rata"}, {"contract_scale": 0, "price_scale": 0, "load_scale": 0}),
]


@pytest.mark.parametrize("point", sampled(range(len(POINTS)), 3))
def test_points_of_a_sweep_one_by_one(mini: Scenario, point: int) -> None:
    rules, scales = POINTS[point]
    load = load_of("industry")
    swept = mini.with_overrides(rules)
    prepared = prepare(swept, load, **scales)
    assert prepared.digest != prepare(mini, load).digest
    batch = settle_all(prepared, blocks(prepared, 2), 2)
    for draw in range(2):
        require_same(batch, prepared, scaled(swept, **scales), load, draw)


@pytest.mark.parametrize("seed", sampled(range(40), 8))
def test_random_scenarios_one_by_one(seed: int) -> None:
    drawn = seeded_scenario(1000 + seed)
    if seed % 4 == 0:
        drawn = enlarged(drawn, 10, 10)
    scenario = gridsim.scenario_from_tables(
        text_frames(drawn), name=drawn["name"], year=drawn["year"], overrides=drawn["rules"]
    )
    load = load_of([*LOADS][seed % len(LOADS)])
    prepared = prepare(scenario, load)
    batch = settle_all(prepared, blocks(prepared, 2), 2)
    for draw in range(2):
        require_same(batch, prepared, scenario, load, draw)


def test_blocks_lanes_and_threads_change_nothing(province: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    load, draws = load_of("all"), 37
    prepared = prepare(province, load)
    whole = settle_all(prepared, [Block(0, len(prepared.unit_ids), 0, draws)], draws)
    for cells in (1, 20_000, 10**6):
        cut = blocks(prepared, draws, cells)
        work = sum((b.unit_last - b.unit_first) * (b.draw_last - b.draw_first) for b in cut)
        assert work == len(prepared.unit_ids) * draws  # together with the sums below: each once
        found = settle_all(prepared, cut[::-1], draws)
        assert (found.items == whole.items).all() and (found.energies == whole.energies).all()
        assert all((found.by_unit[name] == whole.by_unit[name]).all() for name in whole.by_unit)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda block: settle_block(prepared, block, SEED), blocks(prepared, draws, 20_000)))
    assert (sum(int(o.items.sum()) for o in outcomes)) == whole.items.sum()
    monkeypatch.setattr(engine, "_LANES", 16)
    assert (settle_all(prepared, blocks(prepared, draws), draws).by_unit["cost"] == whole.by_unit["cost"]).all()


def test_a_unit_too_large_for_a_block_is_cut_by_draws(province: Scenario) -> None:
    prepared = prepare(province, load_of("own"))
    cut = blocks(prepared, 1000, 50_000)
    lone = [block for block in cut if block.draw_last - block.draw_first < 1000]
    assert lone and all(block.unit_last == block.unit_first + 1 for block in lone)
    assert blocks(prepared, 1000, 10**9) == [Block(0, len(prepared.unit_ids), 0, 1000)]


def test_what_a_draw_depends_on(mini: Scenario) -> None:
    """Seed and draw, and nothing else: points are paired, and a later draw needs no earlier one."""
    load = load_of("industry")
    prepared = prepare(mini, load)
    cut = [Block(0, len(prepared.unit_ids), 0, 8)]
    base = settle_all(prepared, cut, 8)
    assert len({tuple(row) for row in base.items.tolist()}) == 8
    assert (settle_all(prepared, cut, 8, SEED + 1).items != base.items).any(axis=1).all()
    late = settle_block(prepared, Block(0, len(prepared.unit_ids), 5, 7), SEED)
    assert (late.cost == base.by_unit["cost"][:, 5:7]).all()
    swept = prepare(mini.with_overrides({"settlement.shortfall_price": 20}), load)
    assert (settle_all(swept, cut, 8).by_unit["metered"] == base.by_unit["metered"]).all()


def test_drawn_energies_are_right_on_average(province: Scenario) -> None:
    load = LoadModel.model_validate({"own": {"distribution": "lognormal", "sigma": 0.1}})
    prepared = prepare(province, load)
    found = settle_all(prepared, blocks(prepared, 400), 400)
    given = province.tables["meter"]["energy_kwh"].sum()
    assert abs(found.by_unit["metered"].sum(axis=0).mean() / given - 1) < 0.001
    median = LoadModel.model_validate({"own": {"distribution": "lognormal", "sigma": 0.1, "centre": "median"}})
    higher = settle_all(prepare(province, median), blocks(prepared, 400), 400)
    ratio = higher.by_unit["metered"].sum() / found.by_unit["metered"].sum()
    assert abs(ratio - np.exp(0.005)) < 1e-4


def test_a_point_travels(mini: Scenario) -> None:
    prepared = prepare(mini, load_of("all"))
    copy = pickle.loads(pickle.dumps(prepared))
    assert copy.digest == prepared.digest == prepare(mini, load_of("all")).digest
    block = Block(0, len(prepared.unit_ids), 0, 3)
    assert (settle_block(copy, block, 1).cost == settle_block(prepared, block, 1).cost).all()
    assert prepare(mini, load_of("own")).digest != prepared.digest


def test_a_market_without_meters() -> None:
    frames = mini_frames()
    frames["meter"] = frames["meter"].iloc[:0]
    empty = gridsim.scenario_from_tables(frames, name="no meters", year=2021)
    prepared = prepare(empty, load_of("all"))
    batch = settle_all(prepared, blocks(prepared, 2), 2)
    assert (batch.items[:, HENAN.items.index("shortfall")] > 0).all()
    require_same(batch, prepared, empty, load_of("all"), 1)


def test_a_contract_almost_beyond_int64() -> None:
    """Of 4.5·10¹⁴ kWh the edges are right, though twice the product with a band's ratio leaves int64."""
    frames = mini_frames()
    frames["bilateral"] = (
        frames["bilateral"]
        .iloc[[0]]
        .assign(product="total", month="2021-08", energy_mwh="450000000000", price_yuan_per_mwh="0")
    )
    del frames["orders"]
    large = gridsim.scenario_from_tables(frames, name="large contract", year=2021)
    prepared = prepare(large, load_of("own"))
    batch = settle_all(prepared, blocks(prepared, 2), 2)
    assert 4.27e14 < batch.energies[1, ENERGIES.index("shortfall")] < 4.28e14
    require_same(batch, prepared, large, load_of("own"), 1)


class TestFaults:
    def test_a_draw_that_leaves_int64_names_its_row(self) -> None:
        frames = mini_frames()
        frames["meter"].loc[4, "energy_mwh"] = "100000000"
        large = gridsim.scenario_from_tables(frames, name="large", year=2021)
        prepare(large, load_of("own"))
        wide = LoadModel.model_validate({"own": {"distribution": "lognormal", "sigma": 0.7}})
        message = r"meter, row 5, energy_mwh: at the largest draw, [\d.]+ times what is given, the energy leaves int64"
        for call in (lambda: prepare(large, wide), lambda: drawn_meter(large, wide, 1, 1)):
            with pytest.raises(ScenarioError, match=message):
                call()

    def test_draws_that_together_leave_int64(self) -> None:
        frames = mini_frames()
        frames["meter"]["energy_mwh"] = "30000000"
        frames["meter"].loc[4, "energy_mwh"] = "30000001"
        large = gridsim.scenario_from_tables(frames, name="large", year=2021)
        prepare(large, load_of("nothing drawn"))
        with pytest.raises(
            ScenarioError, match=r"meter, row 5, energy_mwh: at the largest draw, .* the money of the run"
        ):
            prepare(large, LoadModel.model_validate({"own": {"distribution": "lognormal", "sigma": 0.2}}))

    @pytest.mark.parametrize(
        ("load", "message"),
        [
            (
                {"distribution": "lognorml", "parameters": {}},
                "load.own.distribution: unknown distribution.*nearest: log",
            ),
            ({"distribution": "poisson", "parameters": {"mu": 3}}, "unknown distribution"),
            (
                {"distribution": "gamma", "parameters": {"shape": 3}},
                "unknown or missing parameter shape.*a, loc, scale",
            ),
            ({"distribution": "gamma"}, "unknown or missing parameter a"),
            ({"distribution": "gamma", "parameters": {"a": -3}}, "quantiles that are no numbers"),
            ({"distribution": "lognormal", "sigma": 0.9}, "the largest factor is too large.*up to 127"),
            ({"distribution": "cauchy"}, "too large"),
        ],
    )
    def test_a_distribution_that_cannot_be_used(self, load: dict[str, Any], message: str) -> None:
        with pytest.raises(ScenarioError, match=message):
            engine.compile_load(LoadModel.model_validate({"own": load}))

    def test_factors_that_multiply_to_too_much(self) -> None:
        wide = {"distribution": "lognormal", "sigma": 0.7}
        with pytest.raises(ScenarioError, match="multiply to too much"):
            engine.compile_load(LoadModel.model_validate({"common": wide, "own": wide}))

    @pytest.mark.parametrize(
        "own",
        [
            {"distribution": "lognormal"},
            {"distribution": "normal", "sigma": 0.1, "parameters": {"loc": 1}},
            {"distribution": "gamma", "sigma": 0.1},
            {"distribution": "normal", "sigma": 0.1, "centre": "median"},
            {"distribution": "normal", "sigma": -0.1},
            {"distribution": "normal", "sigma": float("nan")},
            {"distribution": "normal", "sigma": 0.1, "correlation": "trade"},
            {"distribution": "normal", "sigma": 0.1, "correlation": {"share": 1.1}},
            {"distribution": "normal", "sigma": 0.1, "spread": 1},
        ],
    )
    def test_a_load_model_that_makes_no_sense(self, own: dict[str, Any]) -> None:
        with pytest.raises(ValueError):
            LoadModel.model_validate({"own": own})

    @pytest.mark.parametrize(
        ("scales", "message"),
        [
            ({"contract_scale": -1}, "contracts: out of range"),
            ({"load_scale": "1.00001"}, "load: more than 4 decimals"),
            ({"price_scale": 101, "contract_scale": "x"}, "contracts: not a number.*\n.*prices: out of range"),
        ],
    )
    def test_a_scale_that_cannot_be_used(self, mini: Scenario, scales: dict[str, Any], message: str) -> None:
        with pytest.raises(ScenarioError, match=message):
            scaled(mini, **scales)

    def test_seeds_and_draws_out_of_range(self, mini: Scenario) -> None:
        prepared = prepare(mini, load_of("own"))
        with pytest.raises(ScenarioError, match=r"seed: out of range(.|\n)*draws: out of range"):
            settle_block(prepared, Block(0, 1, 2**31, 2**31 + 1), -1)


def test_scales_are_rounded_half_up(mini: Scenario) -> None:
    assert scaled(mini) is mini
    half = scaled(mini, contract_scale="0.5", load_scale="0.3333", price_scale="1.0001")
    for table in ("bilateral", "orders"):
        energy, price = (mini.tables[table][name].tolist() for name in ("energy_kwh", "price_micro_yuan_per_kwh"))
        assert half.tables[table]["energy_kwh"].tolist() == [(kwh + 1) // 2 for kwh in energy]
        assert half.tables[table]["price_micro_yuan_per_kwh"].tolist() == [
            (2 * each * 10_001 + 10_000) // 20_000 for each in price
        ]
    expected = [(2 * kwh * 3333 + 10_000) // 20_000 for kwh in mini.tables["meter"]["energy_kwh"]]
    assert half.tables["meter"]["energy_kwh"].tolist() == expected
    assert half.hash != mini.hash


def digest_of_a_batch() -> str:
    import hashlib

    found = hashlib.sha256()
    mini = scenario_in()
    for load in ("industry", "all"):
        prepared = prepare(mini, load_of(load))
        batch = settle_all(prepared, blocks(prepared, 3), 3)
        found.update(batch.items.tobytes() + batch.by_unit["cost"].tobytes() + prepared.digest.encode())
    return found.hexdigest()


@pytest.mark.slow
def test_compiled_or_not_the_same_batch() -> None:
    code = "from tests.batch.test_engine import digest_of_a_batch; print(digest_of_a_batch())"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == digest_of_a_batch()


def test_warm_leaves_nothing_to_compile() -> None:
    engine.warm()
    assert not engine.must_compile()
