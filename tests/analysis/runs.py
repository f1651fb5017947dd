"""The shipped scenarios, each run once, as they come from a run and as they come from a folder."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

import gridsim

SCENARIOS = Path(__file__).parents[2] / "scenarios"
MINI, PROVINCE = "henan-2021-mini", "henan-2021"


@cache
def fresh(name: str = MINI) -> gridsim.Result:
    return gridsim.run(gridsim.load(SCENARIOS / name))


def stored(directory: Path, name: str = MINI, format: Literal["parquet", "csv"] = "parquet") -> gridsim.Result:
    fresh(name).save(directory, format=format)
    return gridsim.Result.load(directory)


@cache
def loaded(name: str = MINI, format: Literal["parquet", "csv"] = "parquet") -> gridsim.Result:
    """As `stored`, kept for the session."""
    return stored(Path(tempfile.mkdtemp(prefix="gridsim-tests-")), name, format)
