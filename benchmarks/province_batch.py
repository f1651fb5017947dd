"""A batch of a province, timed in a process of its own: ``python -m benchmarks.province_batch FOLDER DRAWS``."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

import gridsim
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import Block, BlockOutcome, Prepared, blocks, prepare, settle_block, warm

Ints = NDArray[np.int64]

LOAD = LoadModel.model_validate(
    {
        "common": {"distribution": "lognormal", "sigma": 0.03},
        "own": {"distribution": "lognormal", "sigma": 0.10},
    }
)


def settle_all(prepared: Prepared, draws: int, seed: int, threads: int) -> tuple[Ints, Ints]:
    """Items (draws, items) and costs (units, draws) of all blocks."""
    items = np.zeros((draws, len(prepared.items)), dtype=np.int64)
    cost = np.empty((len(prepared.unit_ids), draws), dtype=np.int64)
    for outcome in _outcomes(prepared, draws, seed, threads):
        block = outcome.block
        items[block.draw_first : block.draw_last] += outcome.items
        cost[block.unit_first : block.unit_last, block.draw_first : block.draw_last] = outcome.cost
    return items, cost


def _outcomes(prepared: Prepared, draws: int, seed: int, threads: int) -> list[BlockOutcome]:
    cells = max(1, min(20_000_000, prepared.cells * draws // (4 * threads)))

    def settle(block: Block) -> BlockOutcome:
        return settle_block(prepared, block, seed)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(settle, blocks(prepared, draws, cells)))


def main(folder: str, draws: int) -> None:
    threads = min(2, os.cpu_count() or 1)
    warm()
    start = perf_counter()
    prepared = prepare(gridsim.load(folder), LOAD)
    ready = perf_counter()
    items = np.zeros((draws, len(prepared.items)), dtype=np.int64)
    mean = np.zeros(len(prepared.unit_ids))

    def settle(block: Block) -> tuple[Block, Ints, NDArray[np.float64]]:
        outcome = settle_block(prepared, block, 991)
        return block, outcome.items, outcome.cost.sum(axis=1) / draws  # of draws × units nothing is kept

    with ThreadPoolExecutor(threads) as pool:
        for block, its_items, its_mean in pool.map(settle, blocks(prepared, draws)):
            items[block.draw_first : block.draw_last] += its_items
            mean[block.unit_first : block.unit_last] += its_mean
    done = perf_counter()
    peak = [line for line in _status() if line.startswith("VmHWM")]
    report = {
        "cells": prepared.cells,
        "draws": draws,
        "threads": threads,
        "prepare_seconds": ready - start,
        "settle_seconds": done - ready,
        "peak_bytes": int(peak[0].split()[1]) * 1024 if peak else None,
        "mean_cost_yuan": round(float(mean.sum()) / 1e6),
    }
    print(json.dumps(report))


def _status() -> list[str]:
    status = Path("/proc/self/status")
    return status.read_text(encoding="utf-8").splitlines() if status.exists() else []


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
