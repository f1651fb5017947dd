"""Batches: draws of a province's loads, settled and summed, beside numpy; and the thousand draws of the goal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import gridsim
from benchmarks.baselines.batch_with_numpy import NumpyBatch
from benchmarks.conftest import Arena
from benchmarks.pairs import MismatchError
from benchmarks.province_batch import LOAD, settle_all
from gridsim.batch.engine import Prepared, prepare
from gridsim.templates import write_template

ROOT = Path(__file__).resolve().parent.parent
SEED = 991
USERS = 5_000
DRAWS, NUMPY_DRAWS = 256, 8  # numpy's time is that of its draws, one by one; gridsim's falls a little with more


def test_batch(arena: Arena, tmp_path: Path) -> None:
    prepared = province(arena, tmp_path)
    draws = DRAWS if arena.scale != "tiny" else 3
    numpy = NumpyBatch(prepared)
    require_same(prepared, numpy, min(draws, NUMPY_DRAWS))

    def gridsim_in(threads: int) -> Callable[[], object]:
        return lambda: settle_all(prepared, draws, SEED, threads)

    contenders = {
        "numpy": lambda: numpy.draws(min(draws, NUMPY_DRAWS), SEED),
        "gridsim, one thread": gridsim_in(1),
        "gridsim, two threads": gridsim_in(2),
    }
    facts = {"draws": draws, "numpy_draws": min(draws, NUMPY_DRAWS), "cells": prepared.cells}
    arena.race("batch", contenders, orders=USERS, **facts)


def test_thousand_draws(arena: Arena, tmp_path: Path) -> None:
    """Time and peak memory of the whole, in a process of its own: 100,000 users only in make bench-full."""
    users, draws = {"tiny": (0, 3), "short": (10_000, 1000), "full": (100_000, 1000)}[arena.scale]
    folder = tmp_path / "province"
    if users:
        write_template(folder, "province", users=users, seed=1)
    else:
        folder = ROOT / "scenarios" / "henan-2021"

    def measure() -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.province_batch", str(folder), str(draws)],
            cwd=ROOT, capture_output=True, check=True, text=True,
        )  # fmt: skip
        report: dict[str, Any] = json.loads(done.stdout)
        return report | {"orders": users}

    arena.note("thousand draws", measure)


def province(arena: Arena, folder: Path) -> Prepared:
    if arena.scale == "tiny":
        scenario = gridsim.load(ROOT / "scenarios" / "henan-2021")
    else:
        write_template(folder / "province", "province", users=USERS, seed=1)
        scenario = gridsim.load(folder / "province")
    return prepare(scenario, LOAD)


def require_same(prepared: Prepared, numpy: NumpyBatch, draws: int) -> None:
    """Every item and every unit's cost, in every draw that both have, to the micro-yuan."""
    items, cost = numpy.draws(draws, SEED)
    found_items, found_cost = settle_all(prepared, draws, SEED, 2)
    if not (np.array_equal(items, found_items) and np.array_equal(cost, found_cost)):
        raise MismatchError("gridsim and numpy settle the same draws differently")
